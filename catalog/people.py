"""Finding people by what they are called: full name, surname, first name, family, with typing errors."""

from __future__ import annotations

import re

import msgspec
import numpy as np
from msgspec.structs import replace
from nicknames import NickNamer

from catalog.columns import CategoryColumn, NumberColumn
from catalog.fuzzy import FuzzyNames
from catalog.items import Catalog
from catalog.names import plain

# How sure each way of finding is that this is the person meant.
FULL = 1.0
SURNAME = 0.9
FAMILY = 0.95  # "the Coen brothers"
SHORT = 0.95  # "Bob De Niro"
FIRST = 0.8  # "Keanu"
# One typing error in six to ten letters, two from eleven on; shorter surnames are one letter from too many.
LIKENESS = 0.81
SHORTEST_TYPO = 6
# "Ed" for Edward; of one letter anybody's name may be cut short.
SHORTEST_FIRST = 2

_PARTICLES = frozenset(
    ("de", "del", "della", "di", "da", "du", "la", "le", "van", "von", "der", "den", "ter", "st")
)
_POSSESSIVE = re.compile(r"['\u2019](?:s)?\s*$", re.IGNORECASE)
_LEADING = re.compile(r"^(?:the|a|an|any|some|more|old|early|late)\s+")
_KIN = re.compile(r"\s+(?:brothers?|bros|sisters?|siblings|boys|family|duo)$")


class Person(msgspec.Struct, frozen=True):
    """A person whom a name may mean.

    `fame` is, for each field in which the catalogue has the person, how much the items there are in demand.
    `kin` says whether the name means all of one family at once.
    """

    name: str
    fame: tuple[tuple[str, float], ...]
    score: float
    kin: bool = False

    @property
    def known_for(self) -> tuple[str, float]:
        """The field in which the person is best known, and how well."""
        return max(self.fame, key=lambda pair: pair[1])

    def fame_in(self, field: str) -> float:
        """How well known the person is in a field; 0 where the catalogue has nobody of that name there."""
        return dict(self.fame).get(field, 0.0)


class People:
    """Everybody in the person fields of a catalogue, by every name. Build it with `People.of(catalog)`."""

    def __init__(self, fame: dict[str, dict[str, float]], nouns: tuple[str, ...] = ()) -> None:
        self._nouns = tuple(f" {noun}" for noun in nouns)
        self._fame = fame
        self._full: dict[str, list[str]] = {}
        self._last: dict[str, list[str]] = {}
        self._first: dict[str, list[str]] = {}
        # The best known first, so that of several bearers of a name they are named in that order.
        for name in sorted(fame, key=lambda one: -max(fame[one].values())):
            key = plain(name)
            self._full.setdefault(key, []).append(name)
            surname = family_name(key)
            if surname:
                self._last.setdefault(surname, []).append(name)
                self._first.setdefault(key.split()[0], []).append(name)
                if " " in surname:
                    self._last.setdefault(surname.replace(" ", ""), []).append(name)
        names = dict.fromkeys([*self._full, *self._last])
        self._fuzzy = FuzzyNames([name for name in names if len(name) >= SHORTEST_TYPO])
        self._nicknames = NickNamer()

    @classmethod
    def of(cls, catalog: Catalog) -> People:
        """Return the people of a catalogue; none where it has no person field."""
        weights = np.ones(len(catalog))
        popularity = catalog.columns.get(catalog.domain.popularity_field)
        if isinstance(popularity, NumberColumn):
            weights += np.nan_to_num(popularity.values)
        fame: dict[str, dict[str, float]] = {}
        for field in catalog.domain.fields:
            column = catalog.columns.get(field.name)
            if field.type != "person" or not isinstance(column, CategoryColumn):
                continue
            of_pair = np.repeat(weights, np.diff(column.indptr))
            sums = np.bincount(column.indices, of_pair, minlength=len(column.values))
            # One item, however well known, makes nobody a name: a small part in a famous film.
            sums = sums * (1 - np.exp2(-column.counts))
            for name, known in zip(column.values, sums.tolist(), strict=True):
                fame.setdefault(name, {})[field.name] = known
        domain = catalog.domain
        return cls(fame, tuple(plain(noun) for noun in (domain.items, domain.item, *domain.item_words)))

    def __len__(self) -> int:
        return len(self._fame)

    def spelt(self, words: str) -> tuple[Person, ...]:
        """Return the people whom `words` name letter by letter, the best known first."""
        key = self._key(words)
        if not key or not self._fame:
            return ()
        for variant in dict.fromkeys((key, _LEADING.sub("", key))):
            for names, score in ((self._full, FULL), (self._last, SURNAME)):
                if variant in names:
                    return self._people(names[variant], score)
        kin = self._kin(key)
        return kin or self._people(self._first.get(key, []), FIRST)

    def find(self, words: str) -> tuple[Person, ...]:
        """Return the people whom `words` may name, with typing errors if need be, the best known first.

        Examples
        --------
        `find("Sigourney Weaver")`, `find("Hitchcock's")`, `find("scorcese")`, `find("the Coen brothers")`,
        `find("Bob De Niro")`.
        """
        key = _LEADING.sub("", self._key(words))
        found = self.spelt(words) or self._called(key)
        if found:
            return found
        if len(key) < SHORTEST_TYPO:
            return ()
        near = self._fuzzy.find(key, cutoff=LIKENESS, limit=5)
        people: dict[str, Person] = {}
        for position, likeness in near:
            if likeness < near[0][1]:
                break
            name = self._fuzzy.names[position]
            for person in self._people(self._full.get(name, self._last.get(name, [])), likeness):
                people.setdefault(person.name, person)
        return tuple(sorted(people.values(), key=lambda person: -person.known_for[1]))

    def _key(self, words: str) -> str:
        """Return the name in `words` without possessive and the nouns of the domain ("Hitchcock's films")."""
        key = plain(words)
        for noun in self._nouns:
            if key.endswith(noun):
                words = words[: len(words.rstrip()) - len(noun)]
                break
        return plain(_POSSESSIVE.sub("", words.rstrip()))

    def _kin(self, key: str) -> tuple[Person, ...]:
        """Return all of one family: "the Coens", "Wachowski sisters"."""
        name = _LEADING.sub("", key)
        short = _KIN.sub("", name)
        if short == name and not name.endswith("s"):
            return ()
        bearers = self._last.get(short) or self._last.get(short.removesuffix("s"), [])
        return tuple(replace(person, kin=True) for person in self._people(bearers, FAMILY))

    def _called(self, key: str) -> tuple[Person, ...]:
        """Return the people of a surname whose first name is cut short or has a pet form: "Leo DiCaprio"."""
        first, _, rest = key.partition(" ")
        if len(first) < SHORTEST_FIRST or not rest:
            return ()
        whole = self._nicknames.canonicals_of(first)
        bearers = [
            name
            for name in self._last.get(rest, [])
            if (given := plain(name).split()[0]) in whole or given.startswith(first)
        ]
        return self._people(bearers, SHORT)

    def _people(self, names: list[str], score: float) -> tuple[Person, ...]:
        return tuple(Person(name, tuple(self._fame[name].items()), score) for name in names)


def family_name(key: str) -> str:
    """Return the family name in a plain full name, with its particle; nothing where there is one word."""
    words = key.split()
    if len(words) < 2:
        return ""
    start = len(words) - 1
    # "jr" and "sr" are no names; "van Sant" and "de la Iglesia" keep what stands before.
    if words[start] in ("jr", "sr", "ii", "iii") and start > 1:
        words, start = words[:start], start - 1
    while start > 1 and words[start - 1] in _PARTICLES:
        start -= 1
    return " ".join(words[start:])
