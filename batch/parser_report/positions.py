"""Positions in a feed as the corpus writes them."""

from __future__ import annotations

import re

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_CARDINALS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBERED = re.compile(r"(?:number|item|option|no\.|nr|#)\s*(\d+|" + "|".join(_CARDINALS) + r")")
_SEVERAL = re.compile(r"\b(first|last|top)\s(two|three|couple|2|3)\b")


def places(said: str, shown: int) -> tuple[int, ...]:
    """Return the positions, from 0, that words point at among `shown` items; none for "that one"."""
    words = said.casefold()
    several = _SEVERAL.search(words)
    if several:
        count = {"three": 3, "3": 3}.get(several[2], 2)
        return tuple(range(shown - count, shown)) if several[1] == "last" else tuple(range(count))
    place = _counted(words)
    if place is not None:
        return (place,)
    ends = (
        (r"middle", (shown - 1) // 2),
        (r"second (?:to )?last", shown - 2),
        (r"\b(?:last|final|bottom|end)\b", shown - 1),
        (r"\btop\b", 0),
    )
    return next(((at,) for pattern, at in ends if re.search(pattern, words)), ())


def _counted(words: str) -> int | None:
    """Return the position that a number names, counted from the top."""
    numbered = _NUMBERED.search(words)
    if numbered:
        one = numbered[1]
        return int(one) - 1 if one.isdigit() else _CARDINALS.index(one)
    digits = re.search(r"\b(\d+)(?:st|nd|rd|th)\b", words)
    if digits:
        return int(digits[1]) - 1
    if re.search(r"second (?:to )?last", words):
        return None
    return next((n for n, ordinal in enumerate(_ORDINALS) if re.search(rf"\b{ordinal}\b", words)), None)
