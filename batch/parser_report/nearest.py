"""The untuned nearest neighbour: the training command most like a text by TF-IDF lends it its structure.

What it says of acts and clarity is copied; its mentions are laid over the words of the text that stand where
they stand in it. Nothing is trained, so this is what the corpus alone is worth.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import chain, pairwise

import numpy as np
from scipy import sparse

from agents.corpus import Example, Mention, sample_examples
from agents.student.decode import Marked, Reading
from catalog.items import Catalog

PER_PATTERN = 4
SEED = 3
CHUNK = 512
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*|[^\w\s]")


def _features(text: str) -> Iterator[str]:
    """Give words, pairs of words, and runs of four letters, which survive a typing error."""
    words = [m[0].casefold() for m in _WORD.finditer(text)]
    yield from words
    yield from (f"{one} {other}" for one, other in pairwise(words))
    for word in words:
        yield from (f"#{word[at : at + 4]}" for at in range(len(word) - 3))


class Nearest:
    """The training commands, ready to be looked up. By default, as many as a student learns in one pass."""

    def __init__(self, examples: Sequence[Example] | None = None) -> None:
        self._examples = sample_examples("train", PER_PATTERN, SEED) if examples is None else examples
        counted = [Counter(_features(e.text)) for e in self._examples]
        self._columns = {name: n for n, name in enumerate(dict.fromkeys(chain.from_iterable(counted)))}
        found = self._counts(counted)
        held = np.bincount(found.indices, minlength=len(self._columns))
        self._weights = np.log((1 + len(counted)) / (1 + held)) + 1
        self._matrix = self._vectors(found)

    def _counts(self, counted: Iterable[Counter[str]]) -> sparse.csr_matrix:
        """Return how often each text has each known feature: float64[texts, features]."""
        values: list[float] = []
        columns: list[int] = []
        ends = [0]
        for counts in counted:
            for name, count in counts.items():
                column = self._columns.get(name)
                if column is not None:
                    values.append(count)
                    columns.append(column)
            ends.append(len(columns))
        return sparse.csr_matrix(
            (values, columns, ends), shape=(len(ends) - 1, len(self._columns)), dtype=float
        )

    def _vectors(self, found: sparse.csr_matrix) -> sparse.csr_matrix:
        """Return the counts weighted by rarity, each row of length 1 or empty."""
        raised = found.multiply(self._weights).tocsr()
        lengths = np.sqrt(np.asarray(raised.multiply(raised).sum(axis=1)).ravel())
        return sparse.diags(1 / np.where(lengths, lengths, 1.0)) @ raised

    def readings(self, texts: Sequence[str], catalog: Catalog) -> list[Reading]:
        """Return a reading for each text; the catalogue is of no help here."""
        out: list[Reading] = []
        for at in range(0, len(texts), CHUNK):
            part = texts[at : at + CHUNK]
            alike = self._vectors(self._counts(Counter(_features(text)) for text in part)) @ self._matrix.T
            best = np.asarray(alike.argmax(axis=1)).ravel()
            sure = np.asarray(alike.max(axis=1).todense()).ravel()
            for text, row, likeness in zip(part, best.tolist(), sure.tolist(), strict=True):
                out.append(_as_read(text, self._examples[row], min(float(likeness), 1.0)))
        return out


def _as_read(text: str, example: Example, likeness: float) -> Reading:
    mentions = tuple(_laid_over(text, example, likeness))
    act = example.acts[0]
    return Reading(text, mentions, act, likeness, example.acts, example.clarity, likeness, "refine")


def _laid_over(text: str, example: Example, likeness: float) -> Iterator[Marked]:
    theirs, ours = list(_WORD.finditer(example.text)), list(_WORD.finditer(text))
    matcher = SequenceMatcher(
        None, [m[0].casefold() for m in theirs], [m[0].casefold() for m in ours], autojunk=False
    )
    codes = matcher.get_opcodes()
    last = 0
    for mention in example.mentions:
        inside = [n for n, m in enumerate(theirs) if m.start() < mention.end and m.end() > mention.start]
        if not inside:
            continue
        start = max(_moved(inside[0], codes, opening=True), last)
        stop = _moved(inside[-1] + 1, codes, opening=False)
        if start < stop:
            last = stop
            begin, end = ours[start].start(), ours[stop - 1].end()
            yield _marked(text, begin, end, mention, likeness)


def _moved(place: int, codes: Sequence[tuple[str, int, int, int, int]], *, opening: bool) -> int:
    """Return the place between our words that answers a place between theirs."""
    for _, i1, i2, j1, j2 in codes:
        if i1 < place < i2:
            return j1 + min(place - i1, j2 - j1)
        if opening and place == i1 and i2 > i1:
            return j1
        if not opening and place == i2 and i2 > i1:
            return j2
    return 0


def _marked(text: str, start: int, end: int, mention: Mention, likeness: float) -> Marked:
    return Marked(
        start=start,
        end=end,
        text=text[start:end],
        kind=mention.kind,
        polarity="positive" if mention.quadrant[0] == "+" else "negative",
        strength="hard" if mention.quadrant[1] == "!" else "soft",
        op=mention.op,
        op_probability=likeness,
        horizon=mention.horizon,
        retracted=mention.retracted,
        joined=mention.joined,
        probability=likeness,
    )
