"""Typing errors and dropped words, made segment by segment, so that spans stay right by construction.

Not those of the training (`agents/corpus/noise.py`): a parser must bear slips of another hand, too.
"""

from __future__ import annotations

import re
from random import Random

Segment = tuple[str, int]  # text, index of its mention (-1: none)

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_WORD = re.compile(r"[A-Za-z]{4,}")
_ARTICLE = re.compile(r"(?<![\w'])(?:a|an|the) ", re.IGNORECASE)


def slip(segments: list[Segment], rng: Random, per_ten_words: float) -> list[Segment]:
    """Return the segments with typing errors in words of four letters and more, never in a digit."""
    out = []
    for text, mention in segments:
        typed = text
        for match in reversed(list(_WORD.finditer(text))):
            if rng.random() < per_ten_words / 10:
                typed = typed[: match.start()] + _mistyped(match[0], rng) + typed[match.end() :]
        out.append((typed, mention))
    return out


def _mistyped(word: str, rng: Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    way = rng.randrange(5)
    if way == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if way == 1:
        return word[:at] + word[at + 1 :]
    if way == 2:
        return word[: at + 1] + word[at:]
    if way == 3:
        return word[:at] + _beside(word[at], rng) + word[at + 1 :]
    return word[:at] + _beside(word[at], rng) + word[at:]


def _beside(letter: str, rng: Random) -> str:
    for row in _ROWS:
        at = row.find(letter.lower())
        if at >= 0:
            return row[at - 1] if at and (rng.random() < 0.5 or at == len(row) - 1) else row[at + 1]
    return letter


def without_articles(segments: list[Segment], rng: Random, share: float) -> list[Segment]:
    """Return the segments with a `share` of the articles outside of mentions left out."""
    return [
        (
            text if mention >= 0 else _ARTICLE.sub(lambda m: "" if rng.random() < share else m[0], text),
            mention,
        )
        for text, mention in segments
    ]


def unpolished(segments: list[Segment], rng: Random) -> list[Segment]:
    """Return the segments as typed in a hurry: lower case, without apostrophes, commas or the full stop."""
    drops = [mark for mark, share in (("'", 0.5), (",", 0.4), (".", 0.5)) if rng.random() < share]
    lower = rng.random() < 0.8
    out = []
    for text, mention in segments:
        bare = text
        for mark in drops:
            # A comma inside a mention may part its words, a full stop may be a decimal point.
            bare = bare.replace(mark, "") if mention < 0 else bare
        out.append((bare.lower() if lower else bare, mention))
    return out
