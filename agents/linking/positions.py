"""Which of the shown items is pointed at: "the second one", "the last two", "numbers 3 and 5"."""

from __future__ import annotations

import re

from rapidfuzz.distance import OSA

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
# These count rather than point, unless a word for a place stands before them ("number one").
_COUNTING = ("one", "couple", "few")
_ENDS = ("last", "bottom", "final", "middle", "top", "penultimate")
# A typing error is believed in words of so many letters; "fur" may be anything.
_SHORTEST_TYPO = 4
_ORDINAL = "|".join(_ORDINALS)
_COUNT = "|".join(_COUNTS)
_SEVERAL = re.compile(rf"\b(?:(?P<end>first|last|top|bottom|final)\s+(?P<n>{_COUNT}|\d+))\b")
_BUT = re.compile(rf"\blast\s+but\s+(?P<n>{_COUNT}|\d+)\b")
_FROM_END = re.compile(
    rf"\b(?P<n>{_ORDINAL}|\d+(?:st|nd|rd|th))[\s-]+(?:one[\s-]+)?(?:to[\s-]+)?(?:the\s+)?"
    r"(?:last|bottom|from the (?:end|bottom|last|right))\b"
    r"|\bnext to last\b|\bpenultimate\b"
)
_NUMBER = rf"(?:(?P<digits>\d+)(?:st|nd|rd|th)?|(?P<word>{_ORDINAL}|{_COUNT}))"
_RANGE = re.compile(
    rf"{_NUMBER.replace('?P<', '?P<low_')}\s*(?:-|\u2013|to|through|till|until|thru)\s*{_NUMBER}"
)
# What names a place in the feed before its number ...
_PLACE = (
    r"(?:#|\b(?:numbers?|num|no\.?|nr\.?|items?|options?|picks?|choices?|results?|slots?|rows?|cards?|positions?"
    r"|places?|tiles?|suggestions?|recommendations?|films?|movies?)\s*#?)"
)
_NUMBERED = re.compile(rf"{_PLACE}\s*(?P<n>\d+|{_COUNT})\b")
# ... and what may stand beside numbers where nothing but places are named: "1, 4 and the sixth".
_LISTED = re.compile(
    rf"(?:\W|the|and|\bn\b|or|plus|also|both|ones?|as well as|{_PLACE}"
    rf"|\d+(?:st|nd|rd|th)?|\b(?:{_ORDINAL}|{_COUNT})\b)*"
)
# "One" counts, but for the head of such a list: "one, four and eight".
_LEADING_ONE = re.compile(rf"\s*one(?=\s*(?:,|\band\b|&|,\s*and\b)\s*(?:\d+|{_COUNT})\b)")
_ANY = re.compile(rf"\b(?:{_NUMBER})\b")
_DIGIT_ORDINAL = re.compile(r"\b(?P<n>\d+)\s?(?:st|nd|rd|th)\b")
_WORD_ORDINAL = re.compile(rf"\b(?P<n>{_ORDINAL})\b")
_ALONE = re.compile(rf"(?:the\s+)?(?:{_ORDINAL}|\d+(?:st|nd|rd|th))(?:\s+one)?")
_LAST = re.compile(r"\b(?:last|bottom|final|end)\b")
_TOP = re.compile(r"\b(?:top|start|beginning)\b")
_MIDDLE = re.compile(r"\bmiddle\b")


def positions(words: str, shown: int) -> tuple[int, ...]:
    """Return the positions pointed at, from 0; nothing for "that one", which points nowhere by itself.

    A typing error in an ordinal is read over. A position may lie beyond `shown`: the caller says so to the
    user.

    Examples
    --------
    >>> positions("the secnd one", 10), positions("the last two", 10), positions("numbers 3 and 5", 10)
    ((1,), (8, 9), (2, 4))
    """
    text = _spelt(words.casefold())
    return (
        _from_end(text, shown)
        or _several(text, shown)
        or _range(text)
        or _listed(text)
        or _numbered(text)
        or _worded(text, shown)
    )


def is_place(words: str) -> bool:
    """Whether words are a place and no more ("eighth", "the 3rd one"): no category is called so."""
    return _ALONE.fullmatch(words.casefold()) is not None


def _spelt(text: str) -> str:
    """Return the text with each word that is one typing error from a position spelt as that."""
    return re.sub(r"[a-z]{4,}", lambda match: _nearest(match[0]), text)


def _nearest(word: str) -> str:
    known = (*_ORDINALS, *_ENDS)
    if word in known or word in _COUNTS or len(word) < _SHORTEST_TYPO:
        return word
    near = [
        name for name in known if len(name) > _SHORTEST_TYPO and OSA.distance(word, name, score_cutoff=1) < 2
    ]
    return near[0] if len(near) == 1 else word


def _value(word: str) -> int:
    digits = re.match(r"\d+", word)
    return int(digits[0]) if digits else _ORDINALS.get(word) or _COUNTS[word]


def _from_end(text: str, shown: int) -> tuple[int, ...]:
    but = _BUT.search(text)
    if but:
        return (max(shown - 1 - _value(but["n"]), 0),)
    match = _FROM_END.search(text)
    if match is None:
        return ()
    return (max(shown - (_value(match["n"]) if match["n"] else 2), 0),)


def _several(text: str, shown: int) -> tuple[int, ...]:
    match = _SEVERAL.search(text)
    if match is None or match["n"] in ("one", "1"):
        return ()
    n = min(_value(match["n"]), max(shown, 1))
    from_top = match["end"] in ("first", "top")
    return tuple(range(n)) if from_top else tuple(range(max(shown - n, 0), shown))


def _range(text: str) -> tuple[int, ...]:
    match = _RANGE.search(text)
    if match is None:
        return ()
    low = _value(match["low_digits"] or match["low_word"])
    high = _value(match["digits"] or match["word"])
    return tuple(range(low - 1, high)) if 0 < low < high <= low + len(_ORDINALS) else ()


def _listed(text: str) -> tuple[int, ...]:
    """Read what is nothing but a list of places; "the first one" has one place, and "one" none by itself."""
    if _LISTED.fullmatch(text) is None:
        return ()
    numbered = {match.end() for match in _NUMBERED.finditer(text)}
    leading = _LEADING_ONE.match(text)
    numbered |= {leading.end()} if leading else set()
    places = [
        _value(match["digits"] or match["word"])
        for match in _ANY.finditer(text)
        if match["word"] not in _COUNTING or match.end() in numbered
    ]
    return tuple(dict.fromkeys(max(place - 1, 0) for place in places))


def _numbered(text: str) -> tuple[int, ...]:
    for pattern in (_NUMBERED, _DIGIT_ORDINAL, _WORD_ORDINAL):
        found = [max(_value(match["n"]) - 1, 0) for match in pattern.finditer(text)]
        if found:
            return tuple(dict.fromkeys(found))
    return ()


def _worded(text: str, shown: int) -> tuple[int, ...]:
    for pattern, place in ((_LAST, shown - 1), (_TOP, 0), (_MIDDLE, (shown - 1) // 2)):
        if pattern.search(text):
            return (max(place, 0),)
    return ()
