"""The words of a domain: which value, direction or field a phrase names.

Everything is looked up by one normal form (`catalog.names.plain`) in one dictionary; only what is not there
is compared letter by letter, for typing errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Generic, Literal, TypeVar

import msgspec
from msgspec.structs import replace

from catalog.columns import CategoryColumn
from catalog.domain import Domain, Field
from catalog.fuzzy import FuzzyNames
from catalog.items import Catalog
from catalog.names import plain
from catalog.people import People, Person
from catalog.titles import TitleIndex, TitleMatch

End = Literal["low", "high"]

EXACT = 1.0
FORM = 0.98  # a plural, a hyphen, a noun such as "films" behind it
# People use few words, and one command asks for the same words several times.
REMEMBERED = 4096
# The vocabulary is searched for typing errors only from here on: "war" and "car" are both words.
SHORTEST_TYPO = 5
# One typing error in six to ten letters, two from eleven on: in five, "never" would mean "newer".
LIKENESS = 0.81
# Of a word that is none ("cirme", "nois") one error in four or five letters is believed.
SHORTEST_NO_WORD = 4
LIKENESS_NO_WORD = 0.79

_DETERMINERS = ("a", "an", "the", "teh", "any", "some", "more", "only")


class Match(msgspec.Struct, frozen=True):
    """A value that a phrase names. Matches with the same `compound` are all meant at once ("rom-com")."""

    field: str
    value: str
    score: float
    compound: str = ""

    @property
    def what(self) -> tuple[str, ...]:
        """All but the score."""
        return (self.field, self.value, self.compound)


class Direction(msgspec.Struct, frozen=True):
    """An end of a field's scale that a phrase names ("short" is the low end of the running time)."""

    field: str
    end: End
    score: float

    @property
    def what(self) -> tuple[str, ...]:
        """All but the score."""
        return (self.field, self.end)


class FieldMatch(msgspec.Struct, frozen=True):
    """A field that a phrase names ("running time")."""

    field: str
    score: float

    @property
    def what(self) -> tuple[str, ...]:
        """All but the score."""
        return (self.field,)


M = TypeVar("M", Match, Direction, FieldMatch)


class _Phrases(Generic[M]):
    """Meanings by phrase, found exactly or with a typing error."""

    def __init__(self) -> None:
        self._meanings: dict[str, dict[tuple[str, ...], M]] = {}
        self._fuzzy: FuzzyNames | None = None

    def add(self, key: str, meaning: M) -> None:
        """Let `key` mean it, too; of the same meaning found in two ways the surer counts."""
        if not key:
            return
        known = self._meanings.setdefault(key, {})
        other = known.get(meaning.what)
        if other is None or other.score < meaning.score:
            known[meaning.what] = meaning

    def exact(self, key: str) -> tuple[M, ...]:
        return tuple(self._meanings.get(key, {}).values())

    def names(self) -> Iterator[str]:
        yield from self._meanings

    def prepare(self) -> FuzzyNames:
        self._fuzzy = FuzzyNames([name for name in self._meanings if len(name) >= SHORTEST_TYPO])
        return self._fuzzy

    def near(self, key: str, likeness: float, shortest: int) -> tuple[M, ...]:
        if len(key) < shortest:
            return ()
        if self._fuzzy is None:
            self._fuzzy = self.prepare()
        found = self._fuzzy.find(key, cutoff=likeness, limit=3)
        best = [(self._fuzzy.names[position], score) for position, score in found if score == found[0][1]]
        return tuple(replace(m, score=m.score * score) for name, score in best for m in self.exact(name))


class Vocabulary:
    """The words of a catalogue. Build it with `Vocabulary.of(catalog)`."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self._nouns = tuple(plain(noun) for noun in (domain.item, domain.items, *domain.item_words))
        self._values: _Phrases[Match] = _Phrases()
        self._directions: _Phrases[Direction] = _Phrases()
        self._fields: _Phrases[FieldMatch] = _Phrases()
        self.people = People({})
        self._spelt = lru_cache(REMEMBERED)(lambda words: _best_first(self._exact(self._values, words)))
        self._fields_spelt = lru_cache(REMEMBERED)(
            lambda words: _best_first(self._exact(self._fields, words))
        )
        self._values_of = lru_cache(REMEMBERED)(self._looked_up)
        self._ends_of = lru_cache(REMEMBERED)(lambda words: _best_first(self._find(self._directions, words)))
        self._fields_of = lru_cache(REMEMBERED)(lambda words: _best_first(self._find(self._fields, words)))
        for field in domain.fields:
            self._declare(field)
        for compound in domain.compounds:
            for name in (compound.name, *compound.synonyms):
                for form, score in word_forms(name):
                    for value in compound.values:
                        self._values.add(form, Match(compound.field, value, score, compound.name))

    @classmethod
    def of(cls, catalog: Catalog) -> Vocabulary:
        """Return the vocabulary of a catalogue: the declared words, and the values that its items hold."""
        vocabulary = cls(catalog.domain)
        for field in catalog.domain.fields:
            column = catalog.columns.get(field.name)
            declared = field.closed or field.described or field.type == "person"
            if isinstance(column, CategoryColumn) and not declared:
                vocabulary._take_in(field, column)
        vocabulary.people = People.of(catalog)
        # Now rather than at the first typing error, which would make one command wait.
        for phrases in (vocabulary._values, vocabulary._directions, vocabulary._fields):
            phrases.prepare()
        return vocabulary

    def lookup(self, phrase: str) -> tuple[Match, ...]:
        """Return the values that `phrase` names, surest first; nothing if it names none.

        An exact value or synonym has the score 1, another word form a little less, a typing error the share
        of letters that are right. The same words may name values of several fields, and a compound names
        several values at once, which then carry its name. A person is also found by surname.

        Examples
        --------
        >>> from catalog.domain import load_domain
        >>> Vocabulary(load_domain("movies")).lookup("science-fiction films")
        (Match(field='genre', value='Sci-Fi', score=0.98, compound=''),)
        """
        return self._values_of(phrase)

    def misspelt(self, phrase: str) -> tuple[Match, ...]:
        """Return the values but people that a phrase with a typing error names: "cirme", which is no word."""
        return self._of_no_word(self._values, phrase)

    def fields_misspelt(self, phrase: str) -> tuple[FieldMatch, ...]:
        """Return the fields that a phrase with a typing error names: "prce", which is no word."""
        return self._of_no_word(self._fields, phrase)

    def spelt(self, phrase: str) -> tuple[Match, ...]:
        """Return the values but people that `phrase` names letter by letter, without typing errors."""
        return self._spelt(phrase)

    def names(self) -> Iterator[str]:
        """Give every plain name of a value or an end of a scale, people left out."""
        yield from self._values.names()
        yield from self._directions.names()

    def category_names(self) -> Iterator[str]:
        """Give every plain name of a value of a category or of an ordered field."""
        fields = {field.name for field in self.domain.fields if field.type in ("category", "ordered")}
        for name in self._values.names():
            if any(match.field in fields for match in self._values.exact(name)):
                yield name

    def directions_spelt(self, phrase: str) -> tuple[Direction, ...]:
        """Return the ends of scales that `phrase` names letter by letter."""
        return _best_first(self._exact(self._directions, phrase))

    def fields_spelt(self, phrase: str) -> tuple[FieldMatch, ...]:
        """Return the fields that `phrase` names letter by letter."""
        return self._fields_spelt(phrase)

    def directions(self, phrase: str) -> tuple[Direction, ...]:
        """Return the ends of scales that `phrase` names ("short", "hidden gems"), surest first."""
        return self._ends_of(phrase)

    def fields(self, phrase: str) -> tuple[FieldMatch, ...]:
        """Return the fields that `phrase` names ("running time", "genres"), surest first."""
        return self._fields_of(phrase)

    def _looked_up(self, phrase: str) -> tuple[Match, ...]:
        # A word that is one letter from a genre and from somebody's surname ("horor") means the genre.
        found: tuple[Match, ...] = (*self._exact(self._values, phrase), *_named(self.people.spelt(phrase)))
        found = found or self._find(self._values, phrase) or tuple(_named(self.people.find(phrase)))
        return _best_first(found)

    def _of_no_word(self, phrases: _Phrases[M], phrase: str) -> tuple[M, ...]:
        for variant in self._variants(plain(phrase)):
            found = phrases.near(variant, LIKENESS_NO_WORD, SHORTEST_NO_WORD)
            if found:
                return _best_first(found)
        return ()

    def _find(self, phrases: _Phrases[M], phrase: str) -> tuple[M, ...]:
        found = self._exact(phrases, phrase)
        if found:
            return found
        for variant in self._variants(plain(phrase)):
            found = phrases.near(variant, LIKENESS, SHORTEST_TYPO)
            if found:
                return found
        return ()

    def _exact(self, phrases: _Phrases[M], phrase: str) -> tuple[M, ...]:
        for position, variant in enumerate(self._variants(plain(phrase))):
            found = phrases.exact(variant)
            if found:
                return found if position == 0 else tuple(_lowered(found))
        return ()

    def _variants(self, key: str) -> Iterator[str]:
        """Give the phrase as it stands, in one word, and without determiners and the domain's nouns."""
        if not key:
            return
        yield key
        words = key.split()
        while len(words) > 1 and words[0] in _DETERMINERS:
            del words[0]
        short = " ".join(words)
        for noun in self._nouns:
            if short.endswith(" " + noun):
                short = short[: -len(noun) - 1]
                break
        if short != key:
            yield short
        if " " in short:
            yield short.replace(" ", "")

    def _declare(self, field: Field) -> None:
        for value, synonyms in () if field.described else field.values.items():
            self._values.add(plain(value), Match(field.name, value, EXACT))
            for name in (value, *synonyms):
                for form, score in word_forms(name):
                    self._values.add(form, Match(field.name, value, score))
        ends: tuple[tuple[End, tuple[str, ...]], ...] = (("low", field.low), ("high", field.high))
        for end, phrases in ends:
            for phrase in phrases:
                for form, score in word_forms(phrase):
                    self._directions.add(form, Direction(field.name, end, score))
        for name in (field.name.replace("_", " "), *field.synonyms):
            for form, score in word_forms(name):
                self._fields.add(form, FieldMatch(field.name, score))

    def _take_in(self, field: Field, column: CategoryColumn) -> None:
        for code in (-column.counts).argsort(kind="stable"):
            value = column.values[code]
            for form, score in word_forms(value):
                self._values.add(form, Match(field.name, value, score))


def word_forms(phrase: str) -> Iterator[tuple[str, float]]:
    """Give the normal forms in which people write a word or phrase, with how sure each is.

    Examples
    --------
    >>> sorted(form for form, _ in word_forms("Sci-Fi comedy"))
    ['sci fi comedies', 'sci fi comedy', 'scificomedies', 'scificomedy']
    """
    key = plain(phrase)
    if not key:
        return
    yield key, EXACT
    forms = [key, *_numbers(key)]
    for form in forms[1:]:
        yield form, FORM
    for form in forms:
        if " " in form:
            yield form.replace(" ", ""), FORM


def no_word(words: str, is_word: Callable[[str], bool]) -> bool:
    """Whether one of some words is none; of two or three letters none is called so."""
    return any(len(word) >= SHORTEST_NO_WORD and not is_word(word) for word in plain(words).split())


def _numbers(key: str) -> Iterable[str]:
    """The plural of a singular, or the singular of a plural."""
    if len(key) < 3 or key[-1].isdigit():
        return ()
    if key.endswith("ies"):
        return (key[:-3] + "y",)
    if key.endswith("s") and not key.endswith(("ss", "us", "is")):
        return (key[:-1],)
    if key.endswith("y") and key[-2] not in "aeiou":
        return (key[:-1] + "ies",)
    if key.endswith(("s", "x", "z", "ch", "sh")):
        return (key + "es",)
    return (key + "s",)


def _named(people: Iterable[Person]) -> Iterator[Match]:
    """Give people as matches, of one person the field first in which she is best known."""
    for person in people:
        for field, _ in sorted(person.fame, key=lambda pair: -pair[1]):
            yield Match(field, person.name, person.score)


def _lowered(found: Iterable[M]) -> Iterator[M]:
    return (replace(match, score=min(match.score, FORM)) for match in found)


def _best_first(found: Iterable[M]) -> tuple[M, ...]:
    return tuple(sorted(found, key=lambda match: -match.score))


__all__ = [
    "Direction",
    "FieldMatch",
    "Match",
    "TitleIndex",
    "TitleMatch",
    "Vocabulary",
    "no_word",
    "word_forms",
]
