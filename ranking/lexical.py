r"""Which items speak of a wish in its very words.

Meaning is matched by vectors (`ranking.semantic`); a word that stands in an item's own text, a theme or a
name in the overview, is evidence that no vector gives. With :math:`q` the words of a wish and
:math:`w_t = \ln(1 + n / n_t)` the rarity of a word that :math:`n_t` of :math:`n` items have, an item with the
words :math:`d` scores :math:`\sum_{t \in q \cap d} w_t / \sum_{t \in q} w_t`, from 0 to 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from catalog.idle_words import IDLE_WORDS
from ranking.interactions import Floats, Ints

_WORD = re.compile(r"[^\W_]+")

# They turn the terms of a phrase (`catalog.item_terms`), but that a text has them too is no evidence.
_TURNING = ("no", "not", "without")


@dataclass(frozen=True, eq=False)
class LexicalIndex:
    """The items of each word: `postings[word]` is int32[k], ascending. `idle` words are never looked for."""

    count: int
    postings: dict[str, Ints]
    idle: frozenset[str] = frozenset()

    @classmethod
    def of(cls, texts: Sequence[str], nouns: Iterable[str] = ()) -> LexicalIndex:
        """Index texts, one per item; `nouns` are what every item is ("film")."""
        idle = words(" ".join((*IDLE_WORDS, *_TURNING, *nouns)))
        found: dict[str, list[int]] = {}
        for item, text in enumerate(texts):
            for word in words(text) - idle:
                found.setdefault(word, []).append(item)
        return cls(len(texts), {word: np.array(items, dtype=np.int32) for word, items in found.items()}, idle)

    def scores(self, text: str) -> Floats:
        """Return how much of a wish each item's text has: float32[n]."""
        scores = np.zeros(self.count, dtype=np.float32)
        total = 0.0
        for word in words(text) - self.idle:
            items = self.postings.get(word)
            # A word that no item has is as rare as can be, or the others would pass for the whole wish.
            rarity = float(np.log1p(self.count / max(1, 0 if items is None else len(items))))
            total += rarity
            if items is not None:
                scores[items] += np.float32(rarity)
        return scores / np.float32(total) if total else scores

    def has_any(self, text: str) -> bool:
        """Say whether any item has any of a wish's words."""
        return any(word in self.postings for word in words(text) - self.idle)


def words(text: str) -> frozenset[str]:
    """Return the words of a text, without case and without the plural's s."""
    found = (match.group().casefold() for match in _WORD.finditer(text))
    return frozenset(_singular(word) for word in found)


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
