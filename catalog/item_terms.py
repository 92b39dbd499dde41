"""What people say about items in words of degree, looked up in the terms that describe the items.

The described fields of a domain ("theme", "mood", ...) hold terms. A phrase ("a bit creepier", "heist with a
twist") names some of them; how much an item is what the phrase says comes from its own terms and those near
and far from them (`catalog.knowledge.relations`).

Most items of a catalogue may have no terms at all. They get what items of the same categories have on the
average, by ridge regression of the described items' scores on the categories: an item is never worse than
its kind merely because nobody has described it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from catalog.columns import Bools, CategoryColumn
from catalog.idle_words import IDLE_WORDS
from catalog.knowledge.relations import TermRelations
from catalog.names import plain
from catalog.vocabulary import word_forms

if TYPE_CHECKING:
    from catalog.items import Catalog
    from catalog.knowledge.terms import TermVocabulary

Scores = npt.NDArray[np.float32]

# Longest run of words that is looked up as one term ("taking the law into own hands").
LONGEST = 6
# An item is what a mood says from here on: its own mood words reach it, and two or three near ones do.
HOLDS = 0.5
# The sections of a vocabulary whose terms people ask for by name alone.
_SUBJECTS = ("themes", "based_on")
# A few described items must not decide alone what their kind is like.
RIDGE = 5.0
REMEMBERED = 1024
# One term's scores are 8 bytes an item.
SCORED = 64

# Beside the terms of a phrase these change nothing of what it speaks of either ("full of heists"), though in
# a text they may say something ("Little Women"). "No" and "without" are not here: they turn a phrase.
_IDLE = IDLE_WORDS | {
    *("ending", "full", "kind", "little", "made", "makes", "nothing", "people", "set", "super", "vibe", "way")
}


@dataclass(frozen=True)
class FoundTerm:
    """A term that a phrase names: the described field, the term as the items have it, the words said."""

    field: str
    term: str
    said: str


class ItemTerms:
    """The terms of a catalogue's items. Take `Catalog.terms`.

    Parameters
    ----------
    catalog
        Has at least one described field with data.
    vocabulary
        The terms with synonyms and relations; None where the domain declares no vocabulary.
    fields
        The section of the vocabulary that each described field holds, by field; "" for a field with
        declared values of its own.
    """

    def __init__(
        self, catalog: Catalog, vocabulary: TermVocabulary | None, fields: Mapping[str, str]
    ) -> None:
        self._columns = {name: catalog.category(name) for name in fields}
        self._vocabulary = vocabulary
        self._field_of = {section: name for name, section in fields.items() if section}
        self._graded = frozenset(name for name, section in fields.items() if section == "moods")
        self._declared = {
            plain(word): FoundTerm(name, value, word)
            for name, section in fields.items()
            if not section
            for value, synonyms in catalog.domain.field(name).values.items()
            for word in (value, *synonyms)
        }
        nouns = (catalog.domain.item, catalog.domain.items, *catalog.domain.item_words)
        self._idle = _IDLE | {plain(noun) for noun in nouns}
        self._kinds = _kinds(catalog)
        if vocabulary is not None:
            vocabulary.find("")  # makes its index: 11 ms that the first command would wait for
        self.find = lru_cache(REMEMBERED)(self._find)
        self._scores = lru_cache(SCORED)(self._score)

    @cached_property
    def described(self) -> Bools:
        """bool[n]: which items have any term."""
        known: Bools = np.logical_or.reduce([column.known for column in self._columns.values()])
        return known

    def prepare(self) -> None:
        """Work out beforehand what the first phrase would wait for, some 200 ms for 2,000 described items."""
        if self._vocabulary is not None:
            self._relations  # noqa: B018 - a cached property is made when it is named
        self._ridge  # noqa: B018

    def is_covered(self, phrase: str) -> bool:
        """Whether terms say all that a phrase says, so that it can be decided for a described item."""
        return bool(self.find(phrase)) and not self._left_over(phrase)

    def is_subject(self, phrase: str) -> bool:
        """Whether a phrase says what items are about and no more: no mood ("boring"), no content note."""
        subjects = {field for section, field in self._field_of.items() if section in _SUBJECTS}
        return self.is_covered(phrase) and all(one.field in subjects for one in self.find(phrase))

    def names(self) -> Iterator[str]:
        """Give every term that a phrase can name, in every form in which people write it."""
        spoken = [one.said for one in self._declared.values()]
        if self._vocabulary is not None:
            known = (term for term in self._vocabulary.terms.values() if term.section in self._field_of)
            spoken += [name for term in known for name in (term.name, *term.synonyms)]
        for name in spoken:
            yield from (form for form, _ in word_forms(name))

    def degrees(self, phrase: str) -> Scores | None:
        """Return float32[n], 0 to 1: how much each item is what the phrase says; None where no term is named.

        Of several terms the mean counts: "heist with a twist" is half there in a heist without one.
        """
        found = self.find(phrase)
        if not found:
            return None
        parts = [self._degrees(one.field, one.term) for one in found]
        mean: Scores = np.mean(parts, axis=0, dtype=np.float32)
        return mean

    def holds(self, phrase: str) -> Bools:
        """Return bool[n]: of which items every term of the phrase is known to hold.

        A theme, a place or a content note holds where it is among the item's own; a mood, which is a matter
        of degree, from `HOLDS` on.
        """
        mask = np.full(len(self.described), bool(self.find(phrase)))
        for one in self.find(phrase):
            mask &= self._holds(one.field, one.term)
        return mask

    def says(self, phrase: str, item: int) -> bool | None:
        """Say whether every term of a phrase holds of one item; None where the item has no terms at all."""
        if not any(column.of_item(item) for column in self._columns.values()):
            return None
        found = self.find(phrase)
        return bool(found) and all(self._says(one, item) for one in found)

    def own(self, phrase: str, item: int) -> tuple[str, ...]:
        """Return the terms of an item that a phrase names, or near ones: what a reason shows."""
        named: list[str] = []
        for one in self.find(phrase):
            mine = self._columns[one.field].of_item(item)
            if one.term in mine:
                named.append(one.term)
            elif one.field in self._graded and self._vocabulary is not None:
                near = self._vocabulary.term(one.term).near
                named.extend([term for term in mine if term in near][:1])
        return tuple(dict.fromkeys(named))

    def _find(self, phrase: str) -> tuple[FoundTerm, ...]:
        """Return the terms in a phrase, the longest run of words first."""
        return tuple(dict.fromkeys(one for one, _, _ in self._matches(plain(phrase).split())))

    def _matches(self, words: Sequence[str]) -> Iterator[tuple[FoundTerm, int, int]]:
        at = 0
        while at < len(words):
            for size in range(min(LONGEST, len(words) - at), 0, -1):
                run = words[at : at + size]
                found = None if size == 1 and run[0] in self._idle else self._look_up(run)
                if found is not None:
                    yield found, at, at + size
                    at += size - 1
                    break
            at += 1

    def _look_up(self, words: Sequence[str]) -> FoundTerm | None:
        for form in _forms(words):
            if form in self._declared:
                return self._declared[form]
            for meaning in self._vocabulary.find(form) if self._vocabulary is not None else ():
                if meaning.section in self._field_of:
                    return FoundTerm(self._field_of[meaning.section], meaning.term, " ".join(words))
        return None

    def _left_over(self, phrase: str) -> bool:
        words = plain(phrase).split()
        said = {at for _, start, end in self._matches(words) for at in range(start, end)}
        return any(at not in said and word not in self._idle for at, word in enumerate(words))

    def _degrees(self, field: str, term: str) -> Scores:
        scores = np.clip(self._scores(field, term), 0, 1)
        known = self.described
        # The hat matrix of the ridge is made once; a term costs one small product.
        expected = self._kinds @ (self._ridge @ scores[known])
        filled: Scores = np.clip(np.where(known, scores, expected), 0, 1).astype(np.float32)
        return filled

    def _score(self, field: str, term: str) -> npt.NDArray[np.float64]:
        if self._vocabulary is None or field not in self._field_of.values():
            return self._columns[field].contains(term).astype(np.float64)
        return self._relations.scores(term)

    def _holds(self, field: str, term: str) -> Bools:
        if field not in self._graded:
            return self._columns[field].contains(term)
        mask: Bools = self._scores(field, term) >= HOLDS
        return mask

    def _says(self, one: FoundTerm, item: int) -> bool:
        if one.field in self._graded:
            return bool(self._scores(one.field, one.term)[item] >= HOLDS)
        return one.term in self._columns[one.field].of_item(item)

    @cached_property
    def _ridge(self) -> npt.NDArray[np.float64]:
        """float64[k, d]: what makes the coefficients of `k` categories from the scores of `d` items."""
        x = self._kinds[self.described]
        solved: npt.NDArray[np.float64] = np.linalg.solve(x.T @ x + RIDGE * np.eye(x.shape[1]), x.T)
        return solved

    @cached_property
    def _relations(self) -> TermRelations:
        assert self._vocabulary is not None  # noqa: S101 - only asked where there is one; this tells the type checker
        return TermRelations.of_columns(
            self._vocabulary, [self._columns[name] for name in self._field_of.values()]
        )


def _forms(words: Sequence[str]) -> Iterator[str]:
    """Give a run of words as it stands, and with a comparative or superlative as its positive."""
    text = " ".join(words)
    yield text
    last = words[-1]
    for ending in ("est", "er"):
        if last.endswith(ending) and len(last) > len(ending) + 2:
            stem = last[: -len(ending)]
            stems = [stem, stem + "e"]
            if stem.endswith("i"):
                stems = [stem[:-1] + "y"]
            elif stem[-1] == stem[-2]:
                stems.append(stem[:-1])
            for one in stems:
                yield " ".join((*words[:-1], one))


def _kinds(catalog: Catalog) -> npt.NDArray[np.float64]:
    """float64[n, k + 1]: which item has which category of the affinity field, and a constant."""
    constant = np.ones((len(catalog), 1), dtype=np.float64)
    name = catalog.domain.affinity_field
    column = catalog.columns.get(name) if name else None
    if not isinstance(column, CategoryColumn):
        return constant
    return np.hstack([constant, column.matrix.astype(np.float64)])


__all__ = ["FoundTerm", "ItemTerms"]
