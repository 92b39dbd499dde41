"""How old somebody is: "my 5 year old", "kids aged 8", "ages 10 and up". Such a number is no year."""

from __future__ import annotations

import re
from functools import lru_cache

_NUMBER = (
    r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|eighteen)"
)
_AGE = re.compile(
    # "A 20 year old film" speaks of a film: the caller's nouns stand behind it.
    rf"\b{_NUMBER}[\s-]*(?:(?:years?|yrs?)[\s-]*olds?|y\.?/?o\.?s?)\b"
    rf"|\bage[sd]?\s+{_NUMBER}(?:\s*(?:-|to|and|or)\s*(?:{_NUMBER}|up|over|older|under|below|younger))?\b",
    re.IGNORECASE,
)
_HINT = re.compile(r"old|age|yo|y/o", re.IGNORECASE)
# "15 years old or newer", "less than 5 years old": items are old or new, and people are not bounded so.
_OF_ITEMS_BEFORE = re.compile(r"\b(?:than|least|most|under|over|max(?:imum)?|within)\s+$", re.IGNORECASE)
_OF_ITEMS_AFTER = re.compile(r"\s*(?:or|and)\s+(?:newer|older)\b", re.IGNORECASE)


# Asked once for each mention of a command.
@lru_cache(maxsize=16)
def ages(text: str, nouns: frozenset[str]) -> tuple[tuple[int, int], ...]:
    """Return `[start, end)` of each phrase of `text` that tells how old somebody is.

    `nouns` are what the domain calls its items, in plain lower case: "a 20 year old film" is no age.

    Examples
    --------
    >>> text = "cartoons for my 5 year old"
    >>> [text[slice(*span)] for span in ages(text, frozenset(["film"]))]
    ['5 year old']
    """
    if not _HINT.search(text):
        return ()
    found = []
    for match in _AGE.finditer(text):
        behind = re.match(r"[\s-]*(\w+)", text[match.end() :])
        if behind is not None and behind[1].casefold() in nouns:
            continue
        if _OF_ITEMS_BEFORE.search(text[: match.start()]) or _OF_ITEMS_AFTER.match(text[match.end() :]):
            continue
        found.append(match.span())
    return tuple(found)


def age_at(text: str, start: int, end: int, nouns: frozenset[str]) -> tuple[int, int] | None:
    """Return the phrase of age that `[start, end)` lies in or overlaps, with what it overlaps; or None."""
    for first, last in ages(text, nouns):
        if start < last and end > first:
            return min(start, first), max(end, last)
    return None
