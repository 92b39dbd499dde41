"""Titles with their year: "Step *Brothers (2008)*? Seriously?", "*Heat*, the one from 1986".

Nothing but a title has a year in brackets, whatever the model marked of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from agents.linking.phrases import WORD
from agents.linking.values import SURE_NAME, WRITTEN_OUT, ValueLinker
from agents.student.decode import Marked
from catalog.known_words import touches

_YEAR = re.compile(r"[!?.]?\s*\(((?:18|19|20)\d\d)\)|,? the one (?:from|of) ((?:18|19|20)\d\d)\b")
_DENIED = re.compile(r"\s+(?:is|was|did)(?:n['\u2019]?t| not)\b", re.IGNORECASE)
# How many words the title of an item has at most.
_LONGEST = 8


def dated_titles(mentions: Sequence[Marked], text: str, values: ValueLinker) -> tuple[Marked, ...]:
    """Return the mentions, each that is a part of a title with its year as that title, and those left out."""
    out = list(mentions)
    for year in _YEAR.finditer(text):
        title = _marked_before(out, year) or _read_before(out, text, year, values)
        if title is not None:
            out = [*(m for m in out if not touches((title.start, title.end), [(m.start, m.end)])), title]
    return tuple(sorted(out, key=lambda m: m.start))


def _marked_before(mentions: Sequence[Marked], year: re.Match[str]) -> Marked | None:
    """Return the title that the model marked right before a year, with it."""
    title = next((m for m in mentions if m.kind == "T" and m.end == year.start()), None)
    if title is None:
        return None
    return replace(title, end=year.end(), text=f"{title.text} ({year[1] or year[2]})")


def _read_before(
    mentions: Sequence[Marked], text: str, year: re.Match[str], values: ValueLinker
) -> Marked | None:
    """Return the longest title that ends with a year in brackets, meant as what was marked of it."""
    starts = [word.start() for word in WORD.finditer(text, 0, year.start())][-_LONGEST:] if year[1] else ()
    start = next((at for at in starts if values.title(text[at : year.end()], least=WRITTEN_OUT)), None)
    if start is None:
        return None
    span = (start, year.end())
    parts = [m for m in mentions if touches(span, [(m.start, m.end)])]
    if not parts:
        polarity = "negative" if _DENIED.match(text, year.end()) else "positive"
        return Marked(*span, text[slice(*span)], "T", polarity, "soft", SURE_NAME)
    surest = max(parts, key=lambda m: m.probability)
    meant = replace(surest, start=start, end=year.end(), text=text[slice(*span)], kind="T")
    return meant.at_least(SURE_NAME)
