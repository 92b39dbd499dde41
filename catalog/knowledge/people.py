"""Finding a person who is spelt two ways."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from catalog.knowledge.spellings import DISTINCT_PEOPLE
from catalog.names import plain

# Two full names that share so much of their letters are looked at by a person ("Alan" or "Allan Rickman").
CLOSE = 0.89
_ONLY_INITIALS = re.compile(r"^(?:\w\.\s?)+\w+$")
_GENERATIONS = frozenset(("jr", "sr", "ii", "iii", "iv"))


@dataclass(frozen=True, slots=True)
class TwoSpellings:
    """Two spellings that look like one person; `rarer` is the one that fewer films use."""

    rarer: str
    other: str
    why: str


def name_key(name: str) -> str:
    """Return a name without accents, case, punctuation, single initials and the order of its words.

    Examples
    --------
    >>> name_key("William H. Macy"), name_key("Chow Yun-Fat"), name_key("Yun-Fat Chow")
    ('macy william', 'chow fat yun', 'chow fat yun')
    """
    words = plain(name).split()
    full = [word for word in words if len(word) > 1 and word not in _GENERATIONS]
    return " ".join(sorted(full or words))


def two_spellings(
    films_of: Mapping[str, int], distinct: Collection[frozenset[str]] = DISTINCT_PEOPLE
) -> tuple[TwoSpellings, ...]:
    """Return the pairs of names that look like one person.

    Parameters
    ----------
    films_of : mapping of str to int
        Every name as written, and how many films it stands in.
    distinct : collection of frozenset of str
        Pairs that are known to be two people.
    """
    found = [*_same_key(films_of), *_initialled(films_of), *_close(films_of)]
    return tuple(pair for pair in found if frozenset((pair.rarer, pair.other)) not in distinct)


def _same_key(films_of: Mapping[str, int]) -> Iterator[TwoSpellings]:
    by_key: dict[str, list[str]] = defaultdict(list)
    for name in films_of:
        by_key[name_key(name)].append(name)
    for names in by_key.values():
        for one, other in combinations(names, 2):
            why = (
                "differ only in accents, case or marks"
                if plain(one) == plain(other)
                else "differ only in initials or order"
            )
            yield _ordered(one, other, why, films_of)


def _initialled(films_of: Mapping[str, int]) -> Iterator[TwoSpellings]:
    """Give those of whom one spelling has only the initials of another: "W.H. Macy", "William H. Macy"."""
    by_surname: dict[str, list[str]] = defaultdict(list)
    for name in films_of:
        by_surname[plain(name).split()[-1]].append(name)
    for names in by_surname.values():
        for short in filter(_ONLY_INITIALS.match, names):
            for name in names:
                if not _ONLY_INITIALS.match(name) and _initials(name) == _initials(short):
                    yield _ordered(short, name, "have the same initials and surname", films_of)


def _initials(name: str) -> str:
    return "".join(word[0] for word in plain(name.replace(".", " ")).split()[:-1])


def _close(films_of: Mapping[str, int]) -> Iterator[TwoSpellings]:
    keys = {name: name_key(name) for name in films_of}
    names, written = list(keys), list(keys.values())
    alike = process.cdist(
        written, written, scorer=Levenshtein.normalized_similarity, score_cutoff=CLOSE, dtype=np.float32
    )
    for one, other in zip(*np.nonzero(np.triu(alike, 1)), strict=True):
        if keys[names[one]] != keys[names[other]]:
            yield _ordered(names[one], names[other], "are nearly the same", films_of)


def _ordered(one: str, other: str, why: str, films_of: Mapping[str, int]) -> TwoSpellings:
    rarer, common = sorted((one, other), key=lambda name: (films_of[name], name))
    return TwoSpellings(rarer, common, why)
