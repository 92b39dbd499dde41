"""What items were made from: "based on a true story" names no person and no title of the catalogue."""

from __future__ import annotations

import re
from functools import lru_cache

from catalog.known_words import Span

_SOURCE = re.compile(
    r"\b(?:based (?:up)?on|adapted from)\b[^,.;!?]*?"
    r"\b(?:books?|novels?|stor(?:y|ies)|plays?|comics?|games?)\b",
    re.IGNORECASE,
)


# Asked once for each mention of a command.
@lru_cache(maxsize=16)
def source_in(text: str) -> Span | None:
    """Return where a text says what items were made from."""
    source = _SOURCE.search(text)
    return source.span() if source is not None else None
