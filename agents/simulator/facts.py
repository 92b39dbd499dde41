"""What can be said about the films of a catalogue: names, terms, numbers, titles, looked up once each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from catalog.columns import CategoryColumn, NumberColumn
from catalog.items import Catalog
from catalog.knowledge.terms import Term, TermVocabulary, load_vocabulary
from catalog.names import plain
from catalog.titles import TitleIndex
from catalog.vocabulary import Vocabulary

Bools = npt.NDArray[np.bool_]
PEOPLE = ("director", "cast")
TERMS = ("theme", "mood")
NUMBERS = ("year", "runtime")
_NOUNS = ("humo", "comedy", "movie", "film", "genre")
# Of the other words for a mood those are adjectives that end like one.
_ADJECTIVE = re.compile(r"(?:y|ing|ful|ive|ous|al|ic|ed|less|able|ish|ant|ent)$")
# Forms and merits stand among the themes; no story is about them.
_FORMS = frozenset(
    (
        *("anthology", "biography", "cult film", "documentary film", "exploitation", "farce", "film noir"),
        *("mockumentary", "parody", "satire", "screwball", "sequel", "silent film", "found footage"),
        *("beautiful scenery", "great soundtrack", "special effects", "musical numbers", "costume drama"),
        *("breaking the fourth wall", "dialogue-driven", "multiple storylines", "nonlinear", "twist ending"),
        *("black and white", "computer animation", "hand-drawn animation", "live action and animation"),
        *("stop motion", "unreliable narrator"),
    )
)
# A shorter title ("Up", "It") is a word that people say anyway.
SHORTEST_TITLE = 4


@dataclass(frozen=True, eq=False)
class Facts:
    """Looks up what is true of items, and with which words it can be said.

    `genres` is bool[n, v] in the order of `genre_names`. The memos keep what is slow to find out.
    """

    catalog: Catalog
    genre_names: tuple[str, ...]
    genres: Bools
    numbers: dict[str, npt.NDArray[np.float64]]
    _spoken: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _own_title: dict[int, bool] = field(default_factory=dict)
    _values: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, catalog: Catalog) -> Facts:
        """Return the facts of a catalogue."""
        column = catalog.category(catalog.domain.affinity_field)
        numbers = {
            name: held.values
            for name, held in catalog.columns.items()
            if isinstance(held, NumberColumn) and name in NUMBERS
        }
        return cls(catalog, column.values, column.matrix, numbers)

    @cached_property
    def titles(self) -> TitleIndex:
        """The index that tells whether a title means one item."""
        return TitleIndex.of(self.catalog)

    @cached_property
    def plain_titles(self) -> list[str]:
        """Each item's title as it is compared."""
        return [plain(title) for title in self.catalog.titles]

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary.of(self.catalog)

    @cached_property
    def _terms(self) -> TermVocabulary:
        return load_vocabulary()

    def values(self, name: str, item: int) -> tuple[str, ...]:
        """Return an item's values of a category field; none where it is not known."""
        found = self._values.get((name, item))
        if found is None:
            column = self.catalog.columns.get(name)
            found = tuple(column.of_item(item)) if isinstance(column, CategoryColumn) else ()
            self._values[name, item] = found
        return found

    def number(self, name: str, item: int) -> float:
        """Return an item's number; NaN where it is not known."""
        return float(self.numbers[name][item]) if name in self.numbers else float("nan")

    def genres_of(self, items: Sequence[int]) -> npt.NDArray[np.intp]:
        """Return the genres, by position, that every one of the items has."""
        return np.flatnonzero(self.genres[list(items)].all(axis=0))

    def spoken(self, term: str) -> tuple[str, ...]:
        """Return the words for a term that mean nothing else: neither a genre nor the end of a scale."""
        if term not in self._spoken:
            known = self._terms.term(term) if term in self._terms else None
            others = (one for one in known.synonyms if _is_alike(known, one)) if known else ()
            can_say = term not in _FORMS and term.islower() and not any(c.isdigit() for c in term)
            words = (term, *others) if can_say else ()
            self._spoken[term] = tuple(word for word in words if self._is_plain_term(word, term))
        return self._spoken[term]

    def _is_plain_term(self, word: str, term: str) -> bool:
        # Places and years are said otherwise ("set in Paris"), which is not this simulator's wording.
        if not word.islower() or any(c.isdigit() for c in word):
            return False
        # A noun among the moods ("gallows humour") does not fit where an adjective stands.
        if any(noun in word for noun in _NOUNS):
            return False
        if any(
            match.field not in (*TERMS, "content_note", "based_on") for match in self._vocabulary.spelt(word)
        ):
            return False
        if self._vocabulary.directions_spelt(word):
            return False
        meanings = self._terms.find(word)
        return bool(meanings) and all(one.term == term for one in meanings)

    def is_near(self, term: str, others: Sequence[str]) -> bool:
        """Whether a term is one of the others or a neighbour of one."""
        if term in others:
            return True
        return any(
            term in self._terms.term(one).near or one in self._terms.term(term).near
            for one in others
            if one in self._terms and term in self._terms
        )

    def has_own_title(self, item: int) -> bool:
        """Whether an item's title means this item and no other."""
        if item not in self._own_title:
            title = self.catalog.titles[item]
            found = self.titles.find(title, 2) if len(title) >= SHORTEST_TITLE else ()
            self._own_title[item] = (
                bool(found) and found[0].item == item and (len(found) == 1 or found[1].score < found[0].score)
            )
        return self._own_title[item]

    def plays_one_part(self, name: str, role: str) -> bool:
        """Whether somebody is known in `role` (`director` or `cast`) alone, so that the name says which."""
        for other in PEOPLE:
            column = self.catalog.columns.get(other)
            if isinstance(column, CategoryColumn) and (column.code(name) is not None) != (other == role):
                return False
        return True


def _is_alike(term: Term, word: str) -> bool:
    """Whether another word fits where the term fits: an adjective for a mood, a plural for a theme."""
    return bool(_ADJECTIVE.search(word)) if term.section == "moods" else word.endswith("s")
