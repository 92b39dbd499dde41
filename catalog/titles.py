"""Finding items by the title that somebody wrote."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator

import msgspec
import numpy as np

from catalog.columns import Floats, NumberColumn, TextColumn
from catalog.fuzzy import FuzzyNames
from catalog.items import Catalog
from catalog.names import LEADING_ARTICLES, plain, title_key

# How sure each way of finding is that this is the item meant.
SAME = 1.0
ARTICLE = 0.97  # "Matrix" for "The Matrix", but also "The Heat" for "Heat"
ALIAS = 0.96
SPACING = 0.95  # "spiderman" for "Spider-Man"
PART = 0.92  # "Fellowship of the Ring", "Star Wars"
BEGINNING = 0.85  # "Harry Potter", "Shawshank"
TYPING = 0.95  # times the similarity

# Titles that begin alike are meant by their beginning only if few do ("dark" begins a hundred).
SHARED_BEGINNINGS = 12
RARE_WORD = 2
KNOWN = 0.75
_ACRONYM = re.compile(r"(?:[^\W\d_]\.){2,}|[A-Z]{2,4}")
# Nobody breaks a title off after one of these: "love the" is a piece of a sentence.
_OPEN_ENDS = frozenset(
    ("the", "a", "an", "and", "or", "of", "in", "on", "to", "for", "with", "me", "my", "is")
)
_YEAR = re.compile(r"^(.+?)\s*(?:\(|\bfrom\s+|,\s*)?\b((?:18|19|20)\d\d)\)?$")
_PARTS = re.compile(r":\s+|\s+-\s+")


class TitleMatch(msgspec.Struct, frozen=True):
    """An item whose title matches: `item` is its index in the catalogue, `score` how surely, up to 1."""

    item: int
    score: float


class TitleIndex:
    """Every title of a catalogue, by each form in which people write it."""

    def __init__(self, catalog: Catalog) -> None:
        self._popularity = _popularity(catalog)
        self._known_from = float(np.quantile(self._popularity, KNOWN)) if len(catalog) else 0.0
        self._years = _years(catalog)
        self._keys: dict[str, dict[int, float]] = {}
        aliases = catalog.columns.get(catalog.domain.alias_field)
        others = aliases.values if isinstance(aliases, TextColumn) else [None] * len(catalog)
        # A shop has many items of one title: each title is taken apart once.
        named: dict[tuple[str, str | None], list[int]] = {}
        for item, names in enumerate(zip(catalog.titles, others, strict=True)):
            named.setdefault(names, []).append(item)
        for (title, other), items in named.items():
            for key, score in _forms(title, (other or "").split("|")):
                scores = self._keys.setdefault(key, {})
                for item in items:
                    scores[item] = max(score, scores.get(item, 0.0))
        # How many titles hold each word.
        self._holders = Counter(word for title, _ in named for word in set(title_key(title).split()))
        self._names = sorted(key for key in self._keys if len(key) > 3)
        self._fuzzy = FuzzyNames(self._names)

    @classmethod
    def of(cls, catalog: Catalog) -> TitleIndex:
        """Return the index of a catalogue's titles."""
        return cls(catalog)

    def find(self, text: str, limit: int = 5) -> tuple[TitleMatch, ...]:
        """Return the items that `text` may name, surest first, and of equal ones the most popular first.

        All items of the same title are found, up to `limit`. A year behind the title chooses among them.
        A text that is like no title finds nothing.

        Examples
        --------
        `find("Heat")`, `find("heat (1986)")`, `find("godfather 2")`, `find("Amélie")`, `find("pulp ficton")`.
        """
        words = plain(text)
        if not words:
            return ()
        exact = self._exact(words, text)
        if exact:
            return self._ranked(exact, limit)
        dated = _YEAR.match(text.strip())
        if dated:
            year = int(dated[2])
            found = self._exact(plain(dated[1]), dated[1]) or self._near(title_key(dated[1]))
            same_year = {i: score for i, score in found.items() if abs(self._years[i] - year) <= 1}
            if same_year:
                return self._ranked(same_year, limit)
        return self._ranked(
            self._near(title_key(text), acronym=bool(_ACRONYM.fullmatch(text.strip()))), limit
        )

    def spelt(self, words: str, *, known: bool = False) -> bool:
        """Whether `words` are a title letter by letter, its article aside; of a `known` one if asked for.

        Known is what is more in demand than three quarters of the items.
        """
        named = [item for item, score in self._exact(plain(words), words).items() if score >= ALIAS]
        return any(map(self._is_known, named)) if known else bool(named)

    def begins(self, words: str) -> bool:
        """Whether a title begins with the first two of `words`, articles aside."""
        pair = " ".join(title_key(words).split(" ", 2)[:2])
        at = bisect_left(self._names, pair)
        return at < len(self._names) and self._names[at].startswith(pair)

    def names(self) -> Iterator[str]:
        """Give every form of a whole title."""
        for name, items in self._keys.items():
            if max(items.values()) >= ALIAS:
                yield name

    def known_names(self) -> Iterator[str]:
        """Give every form of the whole title of a well-known item, of two words at least, articles aside."""
        for name, items in self._keys.items():
            telling = [word for word in name.split() if word not in LEADING_ARTICLES]
            known = any(score >= ALIAS and self._is_known(item) for item, score in items.items())
            if len(telling) > 1 and known:
                yield name

    def _is_known(self, item: int) -> bool:
        return bool(self._popularity[item] >= self._known_from)

    def holders(self, word: str) -> int:
        """Return how many titles hold a plain word: one that stands in several is an ordinary word."""
        return self._holders.get(word, 0)

    def _exact(self, words: str, text: str) -> dict[int, float]:
        found = self._keys.get(words, {})
        key = title_key(text)
        for form, score in ((key, ARTICLE), (key.replace(" ", ""), SPACING)):
            for item, known in self._keys.get(form, {}).items():
                if item not in found:
                    found = {**found, item: min(score, known)}
        return found

    def _near(self, key: str, *, acronym: bool = False) -> dict[int, float]:
        found: dict[int, float] = {}
        # A single word means the title that it begins only if it is rare ("Shawshank"; not "knight").
        distinctive = (acronym or len(key) >= 7) and self._holders.get(key, 0) <= RARE_WORD
        if " " in key or distinctive:
            found.update(self._beginning(key))
        if found or len(key) < 5:
            return found
        # Every letter of a short title counts: one typing error in five to twelve letters, two from 13 on.
        cutoff = 0.8 if len(key) < 8 else 0.84
        for position, similarity in self._fuzzy.find(key, cutoff=cutoff, limit=3):
            for item, known in self._keys[self._names[position]].items():
                found[item] = max(found.get(item, 0.0), TYPING * similarity * known)
        return found

    def _beginning(self, key: str) -> dict[int, float]:
        if key.rsplit(" ", 1)[-1] in _OPEN_ENDS:
            return {}
        start = bisect_left(self._names, key + " ")
        end = bisect_left(self._names, key + "!")
        items = {item for name in self._names[start:end] for item in self._keys[name]}
        return dict.fromkeys(items, BEGINNING) if len(items) <= SHARED_BEGINNINGS else {}

    def _ranked(self, found: dict[int, float], limit: int) -> tuple[TitleMatch, ...]:
        ranked = sorted(found.items(), key=lambda pair: (-pair[1], -self._popularity[pair[0]], pair[0]))
        return tuple(TitleMatch(item, round(score, 4)) for item, score in ranked[:limit])


def _forms(title: str, aliases: list[str]) -> Iterator[tuple[str, float]]:
    """Give every form of one item's titles, with how surely it means this item."""
    for name, best in ((title, SAME), *((alias, ALIAS) for alias in aliases if alias)):
        yield plain(name), best
        key = title_key(name)
        yield key, min(best, ARTICLE)
        yield key.replace(" ", ""), min(best, SPACING)
        # "The Godfather: Part II" is also "Godfather 2".
        if " part " in key:
            yield key.replace(" part ", " "), min(best, SPACING)
        parts = _PARTS.split(name)
        if len(parts) > 1:
            for part in (parts[0], parts[-1]):
                shortened = title_key(part)
                # "Part II" or "The Movie" alone names nothing.
                if len(shortened) > 6 and (part == parts[0] or " " in shortened):
                    yield shortened, PART


def _popularity(catalog: Catalog) -> Floats:
    column = catalog.columns.get(catalog.domain.popularity_field)
    if not isinstance(column, NumberColumn):
        return np.zeros(len(catalog))
    return np.nan_to_num(column.values)


def _years(catalog: Catalog) -> Floats:
    column = catalog.columns.get("year")
    return column.values if isinstance(column, NumberColumn) else np.full(len(catalog), np.nan)
