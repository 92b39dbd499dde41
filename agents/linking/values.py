"""Words as values of the catalogue: categories, people, ends of scales, titles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Literal

import msgspec
import numpy as np

from agents.encoder import Encoder
from agents.linking.empty_words import EMPTY_WORDS
from agents.linking.people import PeopleLinker
from agents.linking.phrases import Phrases
from agents.student.labels import COMMAND_TOKENS
from agents.student.session import Floats
from catalog.columns import NumberColumn
from catalog.items import Catalog
from catalog.known_words import KnownWords, Span
from catalog.names import LEADING_ARTICLES, plain
from catalog.vocabulary import (
    REMEMBERED,
    SHORTEST_NO_WORD,
    Direction,
    Match,
    TitleIndex,
    TitleMatch,
    Vocabulary,
    no_word,
)

# Below these a lexical match is a coincidence.
SURE_WORD = 0.82
EXACT_WORD = 0.97
SURE_TITLE = 0.8
# A title of which nothing is wrong or missing but an article.
WRITTEN_OUT = 0.95
# How sure a mention is, at least, whose words the catalogue has letter by letter: evidence the model lacks.
SURE_NAME = 0.75
# Cosine from which a word that the vocabulary lacks means a value that it has. High: a wrong category hides
# what was wanted, while `about` lets the matcher find it.
SURE_MEANING = 0.93
# Of several items of one title, the best known is meant if it is so much better known than the next.
DOMINATES = 2.5
# Longest run of words inside a mention that is looked up as one name.
LONGEST_NAME = 4

_READ = re.compile(rf"\s*+(?:\S++\s*+){{0,{COMMAND_TOKENS}}}+")
# The ends of every scale, before its name: "low rating", "a higher price".
_ENDS: dict[str, Literal["low", "high"]] = {
    **dict.fromkeys(("low", "lower", "lowest", "small"), "low"),
    **dict.fromkeys(("high", "higher", "highest", "big"), "high"),
}
_TOKEN = re.compile(r"[^\s,/&]+")
_COMPARED = re.compile(
    r"^(?:more|most|less|least|very|really|rather|quite|too|so|a bit|a little|pretty)\s+", re.IGNORECASE
)


# How many of the best are asked for says nothing of which: the feed is as long as it is.
_TOP = re.compile(r"^(?:the\s+)?top\s+(?:\d+|five|ten|twenty|fifty|hundred)$", re.IGNORECASE)


class Named(msgspec.Struct, frozen=True):
    """A value that words name, with the part of the mention (relative code points) that names it."""

    field: str
    value: str
    score: float
    start: int
    end: int


class Pointed(msgspec.Struct, frozen=True):
    """An end of a scale: "short" is the low end of the running time."""

    field: str
    end: Literal["low", "high"]
    score: float


class ValueLinker:
    """Looks words up in a catalogue's vocabulary and titles; built once per catalogue."""

    def __init__(self, catalog: Catalog, encoder: Encoder) -> None:
        self.catalog = catalog
        self._no_word = lru_cache(REMEMBERED)(partial(no_word, is_word=encoder.knows))
        self.vocabulary = Vocabulary.of(catalog)
        self.titles = TitleIndex.of(catalog)
        self._known_words = KnownWords(self.vocabulary.category_names(), self.titles.names())
        self._known_titles = KnownWords(self.titles.known_names())
        self.people = PeopleLinker(catalog, self.vocabulary, self.titles)
        nouns = (catalog.domain.item, catalog.domain.items, *catalog.domain.item_words)
        self.item_words = frozenset(plain(noun) for noun in nouns)
        self.phrases = Phrases(self.vocabulary, catalog.terms)
        self._terms = [
            (field.name, value, word)
            for field in catalog.domain.fields
            if field.closed and field.type == "category" and not field.described
            for value, synonyms in field.values.items()
            for word in (value, *synonyms)
        ]
        self.ranges = dict(_ranges(catalog))
        # Words for what numbers count, as the domain has them ("pages", "calories").
        self.units = tuple(_units(catalog))
        self._term_vectors: Floats = encoder.encode([word for _, _, word in self._terms])

    def closed(
        self, words: str, vector: Callable[[], Floats] | None = None, *, least: float = SURE_WORD
    ) -> tuple[Named, ...]:
        """Return the categories that `words` name: one, all of a compound ("rom-com"), or one for each part.

        The mention's `vector` lets a word be linked by its meaning where no letters fit.
        """
        whole = self._categories(words, least)
        if whole:
            return tuple(Named(m.field, m.value, m.score, 0, len(words)) for m in whole)
        parts = tuple(self._parts(words))
        if parts or vector is None or not self._terms:
            return parts
        likeness = self._term_vectors @ vector()
        best = int(np.argmax(likeness))
        if likeness[best] < SURE_MEANING:
            return ()
        field, value, _ = self._terms[best]
        return (Named(field, value, float(likeness[best]), 0, len(words)),)

    def mistyped(self, words: str) -> bool:
        """Whether one of the words is none, to a model that knows 20,000."""
        return self._no_word(words)

    def known(self, text: str) -> tuple[Span, ...]:
        """Return where a text has words for categories, those with a typing error among them.

        A word is a token at least: those behind as many as the model reads are not looked up.
        """
        head = _READ.match(text)
        text = head[0] if head is not None else ""
        return self._known_words.spans_mistyped(
            text, self.mistyped, lambda word: bool(self._all_meant(self.vocabulary.misspelt(word)))
        )

    def known_titles(self, text: str) -> tuple[Span, ...]:
        """Return where a text holds well-known titles of several words."""
        return self._known_titles.spans(text)

    def corrected(self, words: str) -> tuple[Named, ...]:
        """Return the categories that mistyped `words` name, as a whole or each; none if all are words."""
        if not self.mistyped(words):
            return ()
        near = self.vocabulary.lookup(words) or self.vocabulary.misspelt(words)
        whole = tuple(Named(m.field, m.value, m.score, 0, len(words)) for m in self._all_meant(near))
        tokens = list(_TOKEN.finditer(words))
        if whole or not 1 < len(tokens) <= LONGEST_NAME:
            return whole
        each = [(token, self._one_corrected(token[0])) for token in tokens]
        if not all(meant for _, meant in each):
            return ()
        return tuple(Named(m.field, m.value, m.score, *token.span()) for token, meant in each for m in meant)

    def _one_corrected(self, word: str) -> tuple[Match, ...]:
        if self.mistyped(word):
            return self._all_meant(self.vocabulary.misspelt(word))
        return self._categories(word, EXACT_WORD)

    def beside_field(self, words: str) -> tuple[Named, ...]:
        """Return the category that stands before the name of its own field: "the *French* language"."""
        tokens = list(_TOKEN.finditer(words))
        if tokens and tokens[0][0].casefold() in LEADING_ARTICLES:
            tokens = tokens[1:]
        if len(tokens) < 2:
            return ()
        start, end = tokens[0].start(), tokens[-2].end()
        fields = {m.field for m in self.vocabulary.fields_spelt(tokens[-1][0]) if m.score >= EXACT_WORD}
        spelt = self.vocabulary.spelt(words[start:end]) if fields else ()
        meant = self._all_meant([m for m in spelt if m.field in fields and m.score >= EXACT_WORD])
        return tuple(Named(m.field, m.value, m.score, start, end) for m in meant)

    def says_all(self, value: Named, words: str) -> bool:
        """Whether words say no more than a value, beside the name of its field ("Spanish *language*")."""
        beside = (words[: value.start] + words[value.end :]).casefold().split()
        return all(
            word in EMPTY_WORDS or any(m.field == value.field for m in self.vocabulary.fields_spelt(word))
            for word in beside
        )

    def only_fields(self, words: str) -> bool:
        """Whether words are names of fields and no more: "of the colour".

        Fields of people's own words are left out: "the atmosphere" is what something is about.
        """
        return all(word in EMPTY_WORDS or self._names_field(word) for word in words.casefold().split())

    def _names_field(self, word: str) -> bool:
        named = (self.catalog.domain.field(m.field) for m in self.vocabulary.fields_spelt(word))
        return any(field.type != "person" and not field.described for field in named)

    def _categories(self, words: str, least: float) -> tuple[Match, ...]:
        whole = least >= EXACT_WORD or not self.mistyped(words)
        looked_up = self.vocabulary.spelt if whole else self.vocabulary.lookup
        return self._all_meant([m for m in looked_up(words) if m.score >= least])

    def _all_meant(self, matches: Sequence[Match]) -> tuple[Match, ...]:
        """Return the surest category, or all of the compound that it belongs to."""
        found = [m for m in matches if self._is_category(m.field)]
        if not found:
            return ()
        top = found[0]
        if top.compound:
            return tuple(m for m in found if m.compound == top.compound)
        return (top,)

    def _is_category(self, field: str) -> bool:
        return self.catalog.domain.field(field).type in ("category", "ordered")

    def _parts(self, words: str) -> Iterator[Named]:
        """Find names inside a mention, the longest first: "funny french horror" holds one."""
        tokens = list(_TOKEN.finditer(words))
        at = 0
        while at < len(tokens) and len(tokens) > 1:
            for size in range(min(LONGEST_NAME, len(tokens) - at), 0, -1):
                start, end = tokens[at].start(), tokens[at + size - 1].end()
                found = self._categories(words[start:end], EXACT_WORD) if size < len(tokens) else ()
                if found:
                    yield from (Named(m.field, m.value, m.score, start, end) for m in found)
                    at += size - 1
                    break
            at += 1

    def open_value(self, words: str) -> Named | None:
        """Return the value of an open category (a language, a brand) that `words` name exactly."""
        for match in self.vocabulary.spelt(words):
            if match.score >= EXACT_WORD and self.catalog.domain.field(match.field).type == "category":
                return Named(match.field, match.value, match.score, 0, len(words))
        return None

    def direction(self, words: str) -> Pointed | None:
        """Return the end of a scale that `words` point at; "less popular" is the other end of "popular"."""
        flipped = bool(re.match(r"^\s*(?:less|least|not(?: so| too| very)?)\s", words, re.IGNORECASE))
        stripped = _TOP.sub("best", _COMPARED.sub("", words.strip()))
        for phrase in dict.fromkeys((words, stripped, _positive(stripped))):
            ends = self.vocabulary.directions if self.mistyped(phrase) else self.vocabulary.directions_spelt
            for match in ends(phrase) or self._end_of_field(phrase):
                if match.score >= SURE_WORD:
                    turned = flipped and phrase != words
                    end = match.end if not turned else ("high" if match.end == "low" else "low")
                    return Pointed(match.field, end, match.score)
        return None

    def _end_of_field(self, words: str) -> tuple[Direction, ...]:
        """Return the end that words before the name of its own field name: "*short* running time"."""
        tokens = words.casefold().split()
        for at in range(1, min(len(tokens), LONGEST_NAME)):
            end, name = " ".join(tokens[:at]), " ".join(tokens[at:])
            named = {match.field for match in self.vocabulary.fields_spelt(name)}
            said = [match for match in self.vocabulary.directions_spelt(end) if match.field in named]
            scales = sorted(f for f in named if self.catalog.domain.field(f).low)
            if not said and end in _ENDS:
                said = [Direction(field, _ENDS[end], EXACT_WORD) for field in scales]
            if said:
                return tuple(said)
        return ()

    def title(self, words: str, *, least: float = SURE_TITLE) -> tuple[TitleMatch, ...]:
        """Return the items that `words` may name; several only if it is open which is meant."""
        found = tuple(m for m in self.titles.find(words) if m.score >= least)
        if len(found) < 2 or found[0].score > found[1].score:
            return found[:1]
        rivals = tuple(m for m in found if m.score == found[0].score)
        known = self._popularity([m.item for m in rivals])
        if known[0] >= DOMINATES * max(known[1], 1.0):
            return rivals[:1]
        return rivals

    def _popularity(self, items: list[int]) -> list[float]:
        name = self.catalog.domain.popularity_field
        if not name or not self.catalog.has(name):
            return [0.0] * len(items)
        return [float(np.nan_to_num(self.catalog.number(name).values[i])) for i in items]

    def is_item_word(self, words: str) -> bool:
        """Whether `words` only name what is recommended ("films"), which says nothing of which."""
        return plain(words) in self.item_words


def _ranges(catalog: Catalog) -> Iterator[tuple[str, tuple[float, float]]]:
    """Give the least and the greatest number of each number field that has any."""
    for name, column in catalog.columns.items():
        if isinstance(column, NumberColumn) and column.known.any():
            yield name, (float(np.nanmin(column.values)), float(np.nanmax(column.values)))


def _units(catalog: Catalog) -> Iterator[str]:
    for field in catalog.domain.fields:
        if field.type in ("number", "date"):
            for name in (field.name.replace("_", " "), field.unit, *field.synonyms):
                yield from (word for word in plain(name).split() if len(word) >= SHORTEST_NO_WORD)


def _positive(word: str) -> str:
    """Return the positive of a comparative: "cheaper" is "cheap", "pricier" is "pricy", "bigger" is "big"."""
    lowered = word.casefold()
    for ending in ("est", "er"):
        if lowered.endswith(ending) and len(lowered) > len(ending) + 2:
            stem = lowered[: -len(ending)]
            if stem.endswith("i"):
                return stem[:-1] + "y"
            return stem[:-1] if stem[-1] == stem[-2] and stem[-1] in "gtdn" else stem
    return lowered
