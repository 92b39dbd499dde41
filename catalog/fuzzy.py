"""Names that are nearly the same: trigrams find the few worth comparing, an edit distance compares them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

# How many of the names that share most trigrams are compared letter by letter.
COMPARED = 48
_SEPARATOR = 1  # a byte that no plain name holds
_EDGE = 2

Ints = npt.NDArray[np.int64]


class FuzzyNames:
    """An index of names for finding those within a few typing errors of a query.

    Parameters
    ----------
    names : sequence of str
        In the form of `catalog.names.plain`; position in the sequence identifies a name.

    Examples
    --------
    >>> FuzzyNames(["horror", "comedy", "western"]).find("horor")
    ((0, 0.83...),)
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        trigrams, owners = _trigrams(self.names)
        order = np.argsort(trigrams, kind="stable")
        self._owners = owners[order]
        self._trigrams, starts = np.unique(trigrams[order], return_index=True)
        self._starts = np.append(starts, len(order))

    def find(self, query: str, *, cutoff: float = 0.8, limit: int = 5) -> tuple[tuple[int, float], ...]:
        """Return (position, similarity) of the names most like `query`, best first.

        Similarity is 1 - (insertions, deletions, substitutions, swaps of neighbours) / length of the longer.
        """
        if not query or not self.names:
            return ()
        candidates = self._candidates(query)
        if not len(candidates):
            return ()
        texts = {int(position): self.names[position] for position in candidates}
        found = process.extract(
            query, texts, scorer=OSA.normalized_similarity, score_cutoff=cutoff, limit=limit
        )
        return tuple((position, float(score)) for _, score, position in found)

    def _candidates(self, query: str) -> Ints:
        asked = np.unique(_trigrams([query])[0])
        at = np.searchsorted(self._trigrams, asked)
        at = at[at < len(self._trigrams)]
        at = at[np.isin(self._trigrams[at], asked)]
        if not len(at):
            return np.empty(0, dtype=np.int64)
        lists = [self._owners[self._starts[k] : self._starts[k + 1]] for k in at]
        shared = np.bincount(np.concatenate(lists), minlength=len(self.names))
        # How many names share at least so many trigrams: counted, because a partial sort of small numbers
        # with thousands of ties takes milliseconds.
        at_least = np.cumsum(np.bincount(shared)[::-1])[::-1]
        enough = np.flatnonzero(at_least <= COMPARED)
        threshold = max(2, int(enough[0])) if len(enough) else int(shared.max())
        return np.flatnonzero(shared >= min(threshold, int(shared.max())))[: 4 * COMPARED]


def _trigrams(names: Sequence[str]) -> tuple[Ints, Ints]:
    """Return each trigram of bytes as a number, and the position of the name that it stands in."""
    encoded = [name.encode() for name in names]
    edge, separator = bytes([_EDGE]), bytes([_SEPARATOR])
    joined = np.frombuffer(separator.join(edge + name + edge for name in encoded), dtype=np.uint8)
    lengths = np.array([len(name) + 3 for name in encoded], dtype=np.int64)
    owners = np.repeat(np.arange(len(encoded)), lengths)[: len(joined)]
    if len(joined) < 3:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    wide = joined.astype(np.int64)
    trigrams = (wide[:-2] << 16) | (wide[1:-1] << 8) | wide[2:]
    whole = (joined[:-2] != _SEPARATOR) & (joined[1:-1] != _SEPARATOR) & (joined[2:] != _SEPARATOR)
    return trigrams[whole], owners[:-2][whole]
