"""Lists of what is rejected: "no horror, thrillers or westerns" rejects all three.

The model sees the "no" before the first of them, and the further away it stands the less.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from agents.student.decode import Marked

_LISTED_KINDS = ("V", "A", "P", "T", "R")
# What rejects all that is listed behind it.
NOTHING = r"nothing|n[ou](?:th|ff)in|nowt"
_NO = (
    rf"no|not|{NOTHING}|without|neither|never|avoid|skip|hates?|dislike|can'?t stand"
    r"|don'?t (?:want|like)"
)
_REJECTING = re.compile(
    rf"\b(?:{_NO})"
    r"(?:\s+(?:more|any|with|by|from|about|like|watch|show|me|films?|movies?|the|an?))*\s*$",
    re.IGNORECASE,
)
# What takes out all that is listed behind it, "and" as well: "remove horror and war".
_REMOVING = re.compile(
    r"\b(?:remove|exclude|hide|drop|ditch|ban|block|(?:filter|leave|take|cut|throw) out|get rid of)"
    r"(?:\s+(?:all|any|the|those|these))*\s*$",
    re.IGNORECASE,
)
# No rejection begins further in front of what it rejects.
_FAR = 60
# What stands between two of a list, a noun with the first among it: "*westerns or* war *films, or* musicals".
_BETWEEN = re.compile(
    r"(?:\s+(?!(?:n?or|and)\b)[^\W\d_]+)?(?P<comma>\s*,)?\s*(?P<word>\b(?:n?or|and)\b|&)?\s*(?:any\s+|an?\s+)?",
    re.IGNORECASE,
)


def rejected_together(mentions: Sequence[Marked], text: str) -> tuple[Marked, ...]:
    """Return the mentions, all of a list negative that is rejected up to its last "or", or removed."""
    out = list(mentions)
    for at, first in enumerate(out):
        if first.polarity == "negative" and first.kind in _LISTED_KINDS:
            before = text[max(0, first.start - _FAR) : first.start]
            removing = _REMOVING.search(before) is not None
            if removing or _REJECTING.search(before):
                end = _end_of_list(
                    out, at, text, links=("or", "nor", "and", "&") if removing else ("or", "nor")
                )
                for n in range(at + 1, end + 1):
                    like = replace(out[n], polarity="negative", strength=first.strength, joined=False)
                    out[n] = like.at_least(first.probability)
    return tuple(out)


def _end_of_list(mentions: Sequence[Marked], at: int, text: str, links: Sequence[str]) -> int:
    """Return where the list that begins at mention `at` has its last link; `at` where it has none."""
    end = at
    for n in range(at + 1, len(mentions)):
        last, mention = mentions[n - 1], mentions[n]
        between = _BETWEEN.fullmatch(text, last.end, mention.start)
        alike = mention.kind == last.kind and mention.retracted == last.retracted
        if not alike or between is None or not (between["comma"] or between["word"]):
            break
        if (between["word"] or "").casefold() in links:
            end = n
    return end
