"""Which of the shown items is pointed at: "the second one", "the last two", "number 3"."""

from __future__ import annotations

import re

_ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "eleventh": 11,
    "twelfth": 12,
}
_COUNTS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "couple": 2,
    "few": 3,
}
_ORDINAL = "|".join(_ORDINALS)
_COUNT = "|".join(_COUNTS)
_SEVERAL = re.compile(rf"\b(?:(?P<end>first|last|top|bottom|final)\s+(?P<n>{_COUNT}|\d+))\b")
_FROM_END = re.compile(
    rf"\b(?P<n>{_ORDINAL})[\s-]+(?:to[\s-]+)?(?:the\s+)?(?:last|bottom|from the (?:end|bottom|last))\b"
    r"|\bnext to last\b|\bpenultimate\b"
)
_NUMBERED = re.compile(
    rf"(?:#|\b(?:number|no\.?|nr\.?|item|option|pick|choice|result)\s*#?)\s*(?P<n>\d+|{_COUNT})\b"
)
_DIGIT_ORDINAL = re.compile(r"\b(?P<n>\d+)\s?(?:st|nd|rd|th)\b")
_WORD_ORDINAL = re.compile(rf"\b(?P<n>{_ORDINAL})\b")
_LAST = re.compile(r"\b(?:last|bottom|final|end)\b")
_TOP = re.compile(r"\b(?:top|start|beginning)\b")
_MIDDLE = re.compile(r"\bmiddle\b")
_BARE = re.compile(rf"^(?:the\s+)?(?P<n>\d+|{_COUNT})$")


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _COUNTS[word]


def positions(words: str, shown: int) -> tuple[int, ...]:
    """Return the positions pointed at, from 0; nothing for "that one", which points nowhere by itself.

    A position may lie beyond `shown`: the caller says so to the user.

    Examples
    --------
    >>> positions("the second one", 10), positions("the last two", 10), positions("number 3", 10)
    ((1,), (8, 9), (2,))
    """
    text = words.casefold()
    return _several(text, shown) or _numbered(text, shown) or _worded(text, shown)


def _several(text: str, shown: int) -> tuple[int, ...]:
    match = _SEVERAL.search(text)
    if match is None or match["n"] in ("one", "1"):
        return ()
    n = min(_count(match["n"]), max(shown, 1))
    from_top = match["end"] in ("first", "top")
    return tuple(range(n)) if from_top else tuple(range(max(shown - n, 0), shown))


def _numbered(text: str, shown: int) -> tuple[int, ...]:
    from_end = _FROM_END.search(text)
    if from_end:
        back = _ORDINALS[from_end["n"]] if from_end["n"] else 2
        return (max(shown - back, 0),)
    for pattern in (_NUMBERED, _DIGIT_ORDINAL):
        match = pattern.search(text)
        if match:
            return (max(_count(match["n"]) - 1, 0),)
    return tuple(_ORDINALS[match["n"]] - 1 for match in _WORD_ORDINAL.finditer(text))


def _worded(text: str, shown: int) -> tuple[int, ...]:
    for pattern, place in ((_LAST, shown - 1), (_TOP, 0), (_MIDDLE, (shown - 1) // 2)):
        if pattern.search(text):
            return (max(place, 0),)
    bare = _BARE.match(text.strip())
    return (max(_count(bare["n"]) - 1, 0),) if bare and text.strip() != "one" else ()
