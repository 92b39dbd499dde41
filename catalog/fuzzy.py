"""Names that are nearly the same: trigrams find the few worth comparing, an edit distance compares them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

_SEPARATOR = 1  # a byte that no plain name holds
_EDGE = 2
# A swap of neighbours changes four trigrams, any other error fewer.
_BROKEN = 4
# A name must share two trigrams with the query where it can have so many: one alone is in thousands of names.
_SHARED = 2
# Below so many entries a Python loop is faster than four calls of NumPy.
_FEW = 300
# Among a million names a trigram such as "ing" stands in 100,000: no more entries than these are counted.
_MOST_ENTRIES = 20_000
# At most so many names are compared letter by letter, those that share most trigrams.
_MOST_COMPARED = 150

Ints = npt.NDArray[np.int32]


class FuzzyNames:
    """An index of names for finding those within a few typing errors of a query.

    A name within k errors shares all but 4k of the query's trigrams, so it is in one of the lists of the
    query's 4k + 1 rarest ones (the prefix filter of set similarity joins: Chaudhuri et al., 2006), and its
    length differs by at most k. The lists are in the order of length, so both cost a few microseconds. A name
    that shares no trigram with the query is not found: two errors in eight letters may leave none.

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
        lengths = np.fromiter(map(len, self.names), np.int32, len(self.names))
        # By length: the names of some lengths are then one stretch of every list.
        order = np.argsort(lengths, kind="stable").astype(np.int32)
        self._positions = order
        self._ends = np.searchsorted(lengths[order], np.arange(int(lengths.max(initial=0)) + 2))
        trigrams, owners = _trigrams([self.names[n] for n in order.tolist()])
        by_trigram = np.argsort(trigrams, kind="stable")
        self._owners = owners[by_trigram]
        distinct, starts = np.unique(trigrams[by_trigram], return_index=True)
        ends = np.append(starts, len(owners))[1:]
        self._lists = dict(
            zip(distinct.tolist(), zip(starts.tolist(), ends.tolist(), strict=True), strict=True)
        )

    def find(self, query: str, *, cutoff: float = 0.8, limit: int = 5) -> tuple[tuple[int, float], ...]:
        """Return (position, similarity) of the names most like `query`, best first.

        Similarity is 1 - (insertions, deletions, substitutions, swaps of neighbours) / length of the longer.
        """
        errors = int((1 - cutoff) / cutoff * len(query) + 1e-9)
        candidates = self._candidates(query, errors)
        if len(candidates) > 50:
            texts = {position: self.names[position] for position in sorted(candidates)}
            # A little below: rapidfuzz turns it into whole errors, and 0.2 of 20 is a hair under four.
            found = process.extract(
                query, texts, scorer=OSA.normalized_similarity, score_cutoff=cutoff - 0.01, limit=None
            )
            return tuple((position, float(score)) for _, score, position in found if score >= cutoff)[:limit]
        scored = (
            (position, OSA.normalized_similarity(query, self.names[position])) for position in candidates
        )
        near = sorted((pair for pair in scored if pair[1] >= cutoff), key=lambda pair: (-pair[1], pair[0]))
        return tuple(near[:limit])

    def _candidates(self, query: str, errors: int) -> list[int]:
        """Return the positions of the names that may lie within `errors` errors of `query`."""
        first, last = self._of_lengths(len(query) - errors, len(query) + errors)
        if first == last:
            return []
        asked = set(_trigrams_of(query))
        # A letter of several bytes breaks more trigrams.
        broken = _BROKEN * errors * (1 if query.isascii() else 2)
        lists = sorted(
            (self._lists[trigram] for trigram in asked if trigram in self._lists),
            key=lambda ends: ends[1] - ends[0],
        )
        least = max(len(asked) - broken, 1)
        if len(lists) < least:
            return []
        shared = min(least, _SHARED)
        lists = lists[: len(lists) - least + shared]
        if sum(end - start for start, end in lists) < _FEW:
            counts: dict[int, int] = {}
            for start, end in lists:
                for owner in self._owners[start:end].tolist():
                    counts[owner] = counts.get(owner, 0) + 1
            chosen = [o for o, count in counts.items() if count >= shared and first <= o < last]
            return [int(self._positions[owner]) for owner in chosen]
        return self._counted(lists, shared, first, last)

    def _of_lengths(self, shortest: int, longest: int) -> tuple[int, int]:
        """Return the stretch of names, ordered by length, that have between so many letters and so many."""
        most = len(self._ends) - 1
        return int(self._ends[min(max(shortest, 0), most)]), int(self._ends[min(longest + 1, most)])

    def _counted(self, lists: list[tuple[int, int]], shared: int, first: int, last: int) -> list[int]:
        parts: list[Ints] = []
        room = _MOST_ENTRIES
        for start, end in lists:
            entries = self._owners[start:end]
            entries = entries[entries.searchsorted(first) : entries.searchsorted(last)]
            room -= len(entries)
            if room < 0 and len(parts) > shared:
                break
            parts.append(entries)
        owners = np.sort(np.concatenate(parts))
        # Equal entries stand side by side: the first of a run of `shared` equal ones is a candidate.
        before = owners[: len(owners) - shared + 1]
        chosen = before[before == owners[shared - 1 :]]
        chosen = np.unique(chosen)
        if len(chosen) > _MOST_COMPARED:
            times = owners.searchsorted(chosen, "right") - owners.searchsorted(chosen, "left")
            chosen = chosen[np.argsort(-times, kind="stable")[:_MOST_COMPARED]]
        return [int(position) for position in self._positions[chosen].tolist()]


def _trigrams_of(query: str) -> list[int]:
    """Return the trigrams of one query as `_trigrams` numbers them."""
    edge = bytes([_EDGE])
    text = edge + query.encode() + edge
    return [text[n] << 16 | text[n + 1] << 8 | text[n + 2] for n in range(len(text) - 2)]


def _trigrams(names: Sequence[str]) -> tuple[Ints, Ints]:
    """Return each trigram of bytes as a number, and the position of the name that it stands in."""
    encoded = [name.encode() for name in names]
    edge, separator = bytes([_EDGE]), bytes([_SEPARATOR])
    joined = np.frombuffer(separator.join(edge + name + edge for name in encoded), dtype=np.uint8)
    lengths = np.array([len(name) + 3 for name in encoded], dtype=np.int64)
    owners = np.repeat(np.arange(len(encoded), dtype=np.int32), lengths)[: len(joined)]
    if len(joined) < 3:
        return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32)
    wide = joined.astype(np.int32)
    trigrams = (wide[:-2] << 16) | (wide[1:-1] << 8) | wide[2:]
    whole = (joined[:-2] != _SEPARATOR) & (joined[1:-1] != _SEPARATOR) & (joined[2:] != _SEPARATOR)
    return trigrams[whole], owners[:-2][whole]
