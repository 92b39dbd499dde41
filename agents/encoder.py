"""Texts as vectors: the student's own embedding head, for linking and for the semantic matcher."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agents.student.session import Floats, StudentSession, shipped_session

CHUNK = 4096


class Encoder:
    """Turns texts into unit vectors; the inner product of two is how alike they are.

    The head is distilled from all-MiniLM-L6-v2, reduced to 64 dimensions (see the model card).
    """

    def __init__(self, session: StudentSession) -> None:
        self._session = session

    @property
    def version(self) -> str:
        """The model's version: vectors of two versions must not be compared."""
        return self._session.version

    def knows(self, word: str) -> bool:
        """Whether a word is one of the model's vocabulary of frequent words, which a typing error is not."""
        return self._session.knows(word)

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return `float32[n, 64]`, one row of length 1 for each text, in order.

        Texts beyond 96 word pieces are cut. About a thousand item texts a second on one thread.
        """
        if not texts:
            return np.zeros((0, 64), np.float32)
        return np.concatenate(
            [self._session.embed(texts[at : at + CHUNK]) for at in range(0, len(texts), CHUNK)]
        )


def load_encoder() -> Encoder:
    """Return the encoder of the shipped model, which it shares with the parser."""
    return Encoder(shipped_session())
