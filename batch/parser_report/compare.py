"""One parsed command beside its reference: which preferences agree, by the rules of the intent contract.

The rules are those of "How quality is scored" in `docs/intent-contract.md`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from agents.types import ParsedCommand, Preference, Value
from batch.parser_report.reference import Reference, Wish, one_op, taken_back

# Words that say nothing of what a wish is about.
_SAYING_NOTHING = (
    "the a an of with in about like movie movies film films some something stuff style and or to for is are"
    " that this it my i me would"
)
_EMPTY = frozenset(_SAYING_NOTHING.split())
# How far the ends of a region may be off: an end said in hours is rounded.
SLACK = 1.0
SLACK_SHARE = 0.02


@dataclass(frozen=True)
class Outcome:
    """What became of one preference, wanted or found.

    `wanted` and `found` are the fields in the reference and in the parsed command, "" where it is in one of
    them alone. `hit`: all but the strength agrees; `strong`: the strength too. `confidence` is that of the
    preference found.
    """

    wanted: str
    found: str
    hit: bool
    strong: bool
    confidence: float


@dataclass(frozen=True)
class Compared:
    """One command beside its reference; `whole` says that all of it agrees."""

    reference: Reference
    outcomes: tuple[Outcome, ...]
    act: bool
    clarity: bool
    retractions: bool

    @property
    def whole(self) -> bool:
        """Whether act, clarity, every preference and every retraction agree."""
        return self.act and self.clarity and self.retractions and all(o.strong for o in self.outcomes)


def compare(reference: Reference, parsed: ParsedCommand) -> Compared:
    """Match each wish of the reference with one preference that agrees, if there is one."""
    left = list(parsed.preferences)
    outcomes: list[Outcome] = []
    for wish in reference.wishes:
        agreeing = [p for p in left if _agrees(wish, p)]
        if not agreeing:
            if not (wish.optional and parsed.clarity != "clear"):
                outcomes.append(Outcome(wish.field, "", False, False, 0.0))
            continue
        p = agreeing[0]
        left.remove(p)
        outcomes.append(Outcome(wish.field, wish.field, True, p.strength == wish.strength, p.confidence))
    outcomes += [Outcome("", p.field, False, False, p.confidence) for p in left]
    return Compared(
        reference=reference,
        outcomes=tuple(outcomes),
        act=reference.act == parsed.act or reference.act in parsed.acts,
        clarity=parsed.clarity in reference.clarities,
        retractions=taken_back(parsed) == reference.retractions,
    )


def _agrees(wish: Wish, p: Preference) -> bool:
    return (
        p.field in wish.fields
        and one_op(p.op) == wish.op
        and p.polarity == wish.polarity
        and any(same_value(wish, value, p.value) for value in wish.values)
    )


def same_value(wish: Wish, wanted: Value, found: Value) -> bool:
    """Whether two values are the same to a person: words of mood by half of their content words."""
    if wish.op in ("low", "high"):
        return True
    if wish.field == "about":
        meant = content_words(str(wanted))
        return len(meant & content_words(str(found))) * 2 >= max(len(meant), 1)
    if isinstance(wanted, list):
        return (
            isinstance(found, list)
            and len(found) == 2
            and all(_near(wish.field, one, other) for one, other in zip(wanted, found, strict=True))
        )
    one, other = _number(wanted), _number(found)
    if one is not None and wish.field != "item":
        return other is not None and abs(one - other) < 1e-6
    return str(found).strip().casefold() == str(wanted).casefold()


def _near(field: str, one: Value, other: Value) -> bool:
    wanted, found = _number(one), _number(other)
    if wanted is None or found is None:
        return str(one).casefold() == str(other).casefold()
    return abs(wanted - found) <= max(SLACK, 0.0 if field == "year" else SLACK_SHARE * wanted)


def _number(value: Value) -> float | None:
    if isinstance(value, list) or value is None:
        return None
    try:
        return float(value)
    except ValueError:
        return None


def content_words(text: str) -> frozenset[str]:
    """Return the words of a text that say something; all of them where none does."""
    every = frozenset(re.findall(r"[a-z0-9]+", text.lower()))
    return every - _EMPTY or every
