"""What a command does to the memory, settled by what was found in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from agents.student.decode import Reading
from agents.types import Act, Preference

# Acts that change nothing about what is wanted, whatever words they hold.
SILENT = ("question", "none", "undo")
# Below this an act that names nothing is a guess: foreign or senseless words must not start all over.
SURE_ACT = 0.65
# Where act and clarity are less sure, what was found in the command decides.
DOUBTFUL, SURE_CLARITY = 0.6, 0.75
SURE_MENTION = 0.8
_NAMES: dict[str, Act] = {name: name for name in get_args(Act)}


def settle(reading: Reading, *, wishes: bool, takes_back: bool, points: bool) -> tuple[Act, tuple[Act, ...]]:
    """Return the governing act and all acts.

    Pointing at a shown item is feedback, and nothing else is; a retraction takes something back.
    """
    act = _NAMES[reading.act]
    if act in ("replace", "retract") and not (reading.mentions or wishes or takes_back):
        act = _NAMES[reading.bare_act]
    named = wishes or takes_back or points or reading.mentions
    # "A little better than these" wishes something, though nobody knows what.
    asks = reading.clarity == "ambiguous" and reading.clarity_probability >= SURE_CLARITY
    if not named and act != "question" and reading.act_probability < SURE_ACT and not asks:
        return "none", ("none",)
    if act == "none" and (wishes or takes_back or points):
        act = "refine"
    if act not in SILENT and act != "reset":
        if points:
            act = "feedback"
        elif act == "feedback":
            act = "refine"
        if takes_back and not wishes:
            act = "retract"
        elif act == "retract" and wishes and not takes_back:
            act = "refine"
    unfounded = {"none", act}
    if not points:
        unfounded.add("feedback")
    if not takes_back:
        unfounded.add("retract")
    kept = [_NAMES[name] for name in reading.acts if name not in unfounded]
    if takes_back and act != "retract" and "retract" not in kept:
        kept.append("retract")
    return act, (act, *kept)


def speaks(reading: Reading) -> bool:
    """Whether a command may hold wishes; a doubtful "none" with a sure mention is a wish."""
    if reading.act not in SILENT:
        return True
    doubtful = reading.act == "none" and reading.act_probability < DOUBTFUL
    return doubtful and any(m.probability > SURE_MENTION for m in reading.mentions)


def beyond(reading: Reading, preferences: Sequence[Preference]) -> bool:
    """Whether a command asks what no recommender does; a wish that the catalogue knows outweighs a doubt."""
    if reading.clarity != "infeasible":
        return False
    known = any(p.field != "about" for p in preferences)
    return not known or reading.clarity_probability > SURE_CLARITY
