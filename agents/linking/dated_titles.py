"""Titles with their year in brackets: "Step *Brothers (2008)*? Seriously?".

Nothing else is written so, whatever the model marked of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.linking.phrases import WORD
from agents.linking.values import SURE_NAME, WRITTEN_OUT, ValueLinker
from agents.student.decode import Marked
from agents.student.session import MAX_CHARACTERS
from catalog.known_words import Span, touches

_YEAR = re.compile(r"[!?.]?\s*\((?:18|19|20)\d\d\)")
_DENIED = re.compile(r"\s+(?:is|was|did)(?:n['\u2019]?t| not)\b", re.IGNORECASE)
# How many words the title of an item has at most.
_LONGEST = 8


def dated_titles(mentions: Sequence[Marked], text: str, values: ValueLinker) -> tuple[Marked, ...]:
    """Return the mentions, each that is a part of a title with its year as that title, and those left out."""
    text = text[:MAX_CHARACTERS]
    out = list(mentions)
    for year in _YEAR.finditer(text) if "(" in text else ():
        span = _before(text, year.start(), year.end(), values)
        if span is None or any((m.start, m.end, m.kind) == (*span, "T") for m in out):
            continue
        parts = [m for m in out if touches(span, [(m.start, m.end)])]
        surest = max(parts, key=lambda m: m.probability, default=None)
        polarity, strength = ("positive", "soft") if surest is None else (surest.polarity, surest.strength)
        if surest is None and _DENIED.match(text, span[1]):
            polarity = "negative"
        sure = max((m.probability for m in parts), default=SURE_NAME)
        title = Marked(*span, text[slice(*span)], "T", polarity, strength, max(sure, SURE_NAME))
        out = [*(m for m in out if m not in parts), title]
    return tuple(sorted(out, key=lambda m: m.start))


def _before(text: str, at: int, end: int, values: ValueLinker) -> Span | None:
    """Return the longest title that ends with a year; None where none does."""
    for start in [word.start() for word in WORD.finditer(text, 0, at)][-_LONGEST:]:
        if values.title(text[start:end], least=WRITTEN_OUT):
            return start, end
    return None
