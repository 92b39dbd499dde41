"""Mentions as the model would mark them, for tests of what follows it."""

from __future__ import annotations

from agents.student.decode import Marked


def mark(text: str, words: str, kind: str = "A", probability: float = 0.9) -> Marked:
    """Return `words` of `text` as a mention, positive and soft."""
    start = text.index(words)
    return Marked(start, start + len(words), words, kind, "positive", "soft", probability)
