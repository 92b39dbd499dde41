"""How far a parsed command agrees with its gold meaning, as the intent contract scores it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agents.types import ParsedCommand, Preference, Value

_SAME_OP = {"lt": "le", "gt": "ge"}
_WORD = re.compile(r"[a-z0-9]+")
# Words without content of their own (intent contract, "How quality is scored": content words).
_EMPTY = frozenset(
    (
        "the",
        "a",
        "an",
        "of",
        "with",
        "in",
        "about",
        "like",
        "movie",
        "movies",
        "film",
        "films",
        "some",
        "something",
    )
)
# The ends of "around ninety minutes" may be rounded.
_NEAR = 0.02


@dataclass(frozen=True)
class Agreement:
    """One command beside its reference.

    `hits` counts preferences that agree, `weak_hits` those that agree but for strength; `read` were parsed,
    `meant` are in the reference. `whole` says that act, clarity, preferences and retractions all agree.
    """

    meant: int
    read: int
    hits: int
    weak_hits: int
    act: bool
    clarity: bool
    whole: bool


def agreement(parsed: ParsedCommand, gold: ParsedCommand) -> Agreement:
    """Compare a parsed command with what was meant."""
    hits, rest = _matched(gold.preferences, parsed.preferences, strength=True)
    weak, _ = _matched(gold.preferences, parsed.preferences, strength=False)
    act = parsed.act == gold.act
    clarity = parsed.clarity == gold.clarity
    taken = {(r.field, str(r.value or "").casefold()) for r in parsed.retractions}
    meant = {(r.field, str(r.value or "").casefold()) for r in gold.retractions}
    whole = act and clarity and taken == meant and hits == len(gold.preferences) and not rest
    return Agreement(len(gold.preferences), len(parsed.preferences), hits, weak, act, clarity, whole)


def _matched(
    meant: tuple[Preference, ...], read: tuple[Preference, ...], *, strength: bool
) -> tuple[int, list[Preference]]:
    rest, hits = list(read), 0
    for gold in meant:
        found = next(
            (p for p in rest if _agree(gold, p) and (not strength or p.strength == gold.strength)), None
        )
        if found is not None:
            rest.remove(found)
            hits += 1
    return hits, rest


def _agree(gold: Preference, got: Preference) -> bool:
    same_op = _SAME_OP.get(gold.op, gold.op) == _SAME_OP.get(got.op, got.op)
    if not (same_op and gold.field == got.field and gold.polarity == got.polarity):
        return False
    if gold.field == "about":
        return _overlap(str(gold.value), str(got.value))
    return _same_value(gold.value, got.value)


def _overlap(gold: str, got: str) -> bool:
    mine, theirs = _content(gold), _content(got)
    return 2 * len(mine & theirs) >= max(len(mine), 1)


def _content(words: str) -> set[str]:
    found = set(_WORD.findall(words.lower()))
    return found - _EMPTY or found


def _same_value(gold: Value, got: Value) -> bool:
    if isinstance(gold, list):
        return (
            isinstance(got, list)
            and len(got) == len(gold)
            and all(_near(a, b) for a, b in zip(gold, got, strict=True))
        )
    if isinstance(gold, int | float) and isinstance(got, int | float):
        return abs(gold - got) < 1e-6
    return str(gold).casefold() == str(got).casefold()


def _near(gold: float | str, got: float | str) -> bool:
    if isinstance(gold, str) or isinstance(got, str):
        return gold == got
    # A year is exact; a length of time may be rounded.
    slack = max(1.0, _NEAR * gold) if gold < 1000 else 1e-6
    return abs(gold - got) <= slack
