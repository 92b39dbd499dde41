"""Lists of what is rejected: "no horror, thrillers or westerns" rejects all three.

The model sees the "no" before the first of them, and the further away it stands the less.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from agents.student.decode import Marked

_LISTED_KINDS = ("V", "A", "P", "T", "R")
# What rejects all that is listed behind it.
_NO = r"no|not|nothing|without|neither|never|avoid|skip|hates?|dislike|can'?t stand|don'?t (?:want|like)"
_REJECTING = re.compile(
    rf"\b(?:{_NO})"
    r"(?:\s+(?:more|any|with|by|from|about|like|watch|show|me|films?|movies?|the|an?))*\s*$",
    re.IGNORECASE,
)
# What stands between two of a list, a noun with the first among it: "*westerns or* war *films, or* musicals".
_BETWEEN = re.compile(
    r"(?:\s+(?!n?or\b)[^\W\d_]+)?(?P<comma>\s*,)?\s*(?P<word>\bn?or\b)?\s*(?:any\s+|an?\s+)?",
    re.IGNORECASE,
)


def rejected_together(mentions: Sequence[Marked], text: str) -> tuple[Marked, ...]:
    """Return the mentions, all of a list negative that is rejected and has its last word behind "or"."""
    out = list(mentions)
    for at, first in enumerate(out):
        if first.polarity == "negative" and first.kind in _LISTED_KINDS:
            end = _end_of_list(out, at, text)
            if end > at and _REJECTING.search(text[: first.start]):
                for n in range(at + 1, end + 1):
                    out[n] = replace(out[n], polarity="negative", strength=first.strength, joined=False)
    return tuple(out)


def _end_of_list(mentions: Sequence[Marked], at: int, text: str) -> int:
    """Return where the list that begins at mention `at` has its last "or"; `at` where it has none."""
    end = at
    for n in range(at + 1, len(mentions)):
        last, mention = mentions[n - 1], mentions[n]
        between = _BETWEEN.fullmatch(text, last.end, mention.start)
        alike = mention.kind == last.kind and mention.retracted == last.retracted
        if not alike or between is None or not (between["comma"] or between["word"]):
            break
        if between["word"]:
            end = n
    return end
