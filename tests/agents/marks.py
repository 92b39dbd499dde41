"""Mentions as the model would mark them, for tests of what follows it."""

from __future__ import annotations

from datetime import UTC, datetime

from agents.encoder import load_encoder
from agents.linking.linker import Linker
from agents.student.decode import Marked, Reading
from catalog.items import Catalog

MONDAY = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def mark(text: str, words: str, kind: str = "A", probability: float = 0.9) -> Marked:
    """Return `words` of `text` as a mention, positive and soft."""
    start = text.index(words)
    return Marked(start, start + len(words), words, kind, "positive", "soft", probability)


def wishes(catalog: Catalog, text: str, *marks: Marked) -> list[tuple[str, str, object]]:
    """Return what a command with these mentions wishes of a catalogue."""
    reading = Reading(text, marks, "refine", 1.0, ("refine",), "clear", 1.0)
    found = Linker(catalog, load_encoder(), 1.0, 0.0).link(reading, (), MONDAY)
    return [(p.field, p.op, p.value) for p in found.preferences]
