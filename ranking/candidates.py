"""The items that are still in the running for one feed, with what the tools have said of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ranking.interactions import Floats, Ints


@dataclass(frozen=True, eq=False)
class Candidates:
    """Some items of the catalogue, each once.

    Attributes
    ----------
    items : int32[n]
        Catalogue indices.
    scores : mapping of str to float32[n]
        What each tool or source gave each item, under its own name.
    """

    items: Ints
    scores: Mapping[str, Floats] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.items)

    def keep(self, mask: NDArray[np.bool_]) -> Candidates:
        """Return the candidates where `mask` (bool[n]) is true."""
        return self.take(np.flatnonzero(mask))

    def take(self, rows: NDArray[np.intp]) -> Candidates:
        """Return the candidates at these rows, in their order."""
        return Candidates(self.items[rows], {name: values[rows] for name, values in self.scores.items()})

    def with_score(self, name: str, values: Floats) -> Candidates:
        """Return the same candidates with one more score (float32[n])."""
        if len(values) != len(self.items):
            raise ValueError(f"the score {name} has {len(values)} values for {len(self.items)} candidates")
        return replace(self, scores={**self.scores, name: values.astype(np.float32, copy=False)})

    def score(self, name: str) -> Floats:
        """Return a score, zeros where nobody gave it."""
        found = self.scores.get(name)
        return np.zeros(len(self.items), dtype=np.float32) if found is None else found


def all_items(count: int) -> Candidates:
    """Return every item of a catalogue of `count` items."""
    return Candidates(np.arange(count, dtype=np.int32))
