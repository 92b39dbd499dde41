"""Mentions as the model would mark them, for tests of what follows it."""

from __future__ import annotations

import numpy as np

from agents.student.decode import Marked


def mark(text: str, words: str, kind: str = "A", probability: float = 0.9) -> Marked:
    """Return `words` of `text` as a mention, positive and soft."""
    start = text.index(words)
    return Marked(
        start=start,
        end=start + len(words),
        text=words,
        kind=kind,
        polarity="positive",
        strength="soft",
        op="eq",
        op_probability=1.0,
        horizon="session",
        retracted=False,
        joined=False,
        probability=probability,
        vector=np.zeros(64, np.float32),
    )
