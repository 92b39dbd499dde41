"""From the marks of the corpus to canonical preferences, without a look at the linker that is judged.

A value comes from the slot file, before any noise; else it is the one that the domain file lists under
exactly the words said; else the wish is `about` those words. People are the catalogue's of that name,
titles the items of that title (or, for "Harry Potter", those that begin so).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from itertools import product
from typing import get_args

from rapidfuzz import fuzz, process

from agents.corpus import Example, Mention
from agents.corpus.build import MAIN_DOMAIN
from agents.linking.claims import grouped
from agents.linking.feasible import Feasibility
from agents.types import Op, Preference, Value
from batch.parser_report.amounts import bound_of
from batch.parser_report.catalogs import canonical, declared, stem
from batch.parser_report.names import Names
from batch.parser_report.positions import places
from batch.parser_report.reference import Reference, Wish, one_op
from catalog.items import Catalog

# How the fields of films are called where neither name nor synonym says so.
_ALSO = {"year": ("decade", "the decade", "era", "how old it is"), "runtime": ("time", "how long it is")}
_ARTICLES = ("the ", "any ", "my ", "all ", "whatever ", "every ")
# Forms of words for an end of a scale that a domain file need not list.
_SAME_END = {
    "better rated": "highly rated",
    "best reviewed": "highly rated",
    "well-reviewed": "highly rated",
    "well reviewed": "highly rated",
    "high-rated": "highly rated",
    "top-rated": "highly rated",
    "quick": "short",
    "quicker": "short",
}
# How like a listed word one with typing errors must be; only words that stand in a pattern itself have them.
LIKE = 80
# The contract's words of demand that can stand before a wish.
_DEMAND = re.compile(r"\b(?:only|must|nothing but|has to be|have to be)\b", re.IGNORECASE)
_DEGREES = ("more ", "most ", "really ", "very ", "super ", "a bit ", "fairly ", "quite ")
SHOWN = 10


class Annotator:
    """Turns examples of one domain into references."""

    def __init__(self, domain: str, catalog: Catalog) -> None:
        self._domain = domain
        self._catalog = catalog
        self._names = Names(catalog)
        self._feasible = Feasibility(catalog)
        self.shown = tuple(catalog.item_ids[:SHOWN])

    @cached_property
    def _values(self) -> dict[str, tuple[str, str]]:
        """Each word that the domain lists for a closed value, with field and value."""
        return {
            word.casefold(): (field.name, value)
            for field in self._catalog.domain.fields
            if field.closed and not field.described
            for value, synonyms in field.values.items()
            for name in (value, *synonyms)
            for word in (name, stem(name))
        }

    @cached_property
    def _ends(self) -> dict[str, tuple[str, str]]:
        """Each word that the domain lists for an end of a scale, with field and end."""
        return {
            word.casefold(): (field.name, end)
            for field in self._catalog.domain.fields
            for end, words in (("low", field.low), ("high", field.high))
            for word in words
        }

    @cached_property
    def _fields(self) -> dict[str, str]:
        """Each word that names a field."""
        named = {
            word.casefold(): field.name
            for field in self._catalog.domain.fields
            for word in (field.name.replace("_", " "), *field.synonyms)
        }
        also = _ALSO
        if self._domain != MAIN_DOMAIN:
            also = {name: number.also for name, number in declared()[self._domain].numbers.items()}
        further = {word.casefold(): name for name, words in also.items() for word in words}
        return named | further | {word.removeprefix("the "): name for word, name in further.items()}

    def reference(self, example: Example) -> Reference:
        """Return what an example means over the first `SHOWN` items of the catalogue."""
        wishes: list[Wish] = []
        spans: list[tuple[int, int]] = []
        retractions: set[tuple[str, str]] = set()
        clarities: tuple[str, ...] = (example.clarity,)
        for mention in example.mentions:
            words = example.text[mention.start : mention.end]
            meant = [_as_checkable(wish, mention, example.text) for wish in self._meant(mention, words)]
            if mention.retracted or mention.kind == "F":
                retractions |= set(self._taken_back(mention, meant, example))
                continue
            if mention.kind == "B" and not meant:
                clarities = ("infeasible",)
            wishes += meant
            spans += [(mention.start, mention.end)] * len(meant)
        if clarities == ("clear",) and self._impossible(wishes, spans, example.text):
            clarities = ("infeasible",)
            wishes = [replace(w, optional=w.strength == "hard" and w.polarity == "positive") for w in wishes]
        elif any(wish.optional for wish in wishes):
            clarities = (*clarities, "ambiguous")
        return Reference(
            text=example.text,
            domain=example.domain,
            family=example.family,
            act=example.acts[0],
            clarities=clarities,
            wishes=tuple(wish for n, wish in enumerate(wishes) if wish not in wishes[:n]),
            retractions=frozenset(retractions),
        )

    def _impossible(self, wishes: list[Wish], spans: list[tuple[int, int]], text: str) -> bool:
        """Whether no item is all that the hard wishes ask for, whichever of their fields they mean."""
        named = [(w, span) for w, span in zip(wishes, spans, strict=True) if len(w.values) == 1]
        for fields in product(*(wish.fields for wish, _ in named)):
            meant = [_preference(pair, field, text) for pair, field in zip(named, fields, strict=True)]
            if self._feasible.why_not(grouped(meant, text, lambda one, other: False)) is None:
                return False
        return True

    def _meant(self, mention: Mention, words: str) -> Iterator[Wish]:
        """Give the wishes of one mention; none for what points at nothing or asks for no field there is."""
        said = str(mention.gold[0]) if mention.gold else words
        match mention.kind:
            case "V":
                for value in mention.gold or (words,):
                    yield self._category(mention, str(value), words)
            case "P":
                yield from self._names.people(said, mention)
            case "T":
                yield self._names.title(said, mention)
            case "R":
                for place in places(said, SHOWN):
                    yield _wish(mention, ("item",), "like", (self.shown[place],))
            case "B":
                bound = bound_of(mention, words, self._catalog.domain, self._domain)
                if bound is not None:
                    yield _wish(mention, (bound.field,), bound.op, (bound.value,))
            case "D":
                yield self._direction(mention, said, words)
            case "A":
                yield self._about(mention, said, words)

    def _about(self, mention: Mention, said: str, words: str) -> Wish:
        """Return words of mood or theme as they are, unless the domain lists just them for something else.

        The value is the user's own words, so it is as good with their typing errors as without.
        """
        key = said.casefold()
        listed = self._values.get(key) or self._values.get(stem(said))
        if listed is not None:
            return _wish(mention, (listed[0],), "eq", (listed[1],))
        if key in self._ends:
            field, end = self._ends[key]
            return _wish(mention, (field,), end, (None,))
        return _wish(mention, ("about",), "like", tuple(dict.fromkeys((said, words))))

    def _category(self, mention: Mention, said: str, words: str) -> Wish:
        field = mention.field
        if field and self._domain != MAIN_DOMAIN:
            said = canonical(self._domain, field).get(said.casefold(), said)
        listed = self._values.get(said.casefold() if mention.gold else _nearest(said, self._values))
        if listed is not None:
            return _wish(mention, (listed[0],), "eq", (listed[1],))
        column = self._catalog.columns.get(field)
        known = {v.casefold(): v for v in getattr(column, "values", ())}
        if said.casefold() in known:
            return _wish(mention, (field,), "eq", (known[said.casefold()],))
        return self._about(mention, said, words)

    def _direction(self, mention: Mention, said: str, words: str) -> Wish:
        key = said.casefold() if mention.gold else _nearest(said, self._ends)
        key = key if key in self._ends else _SAME_END.get(key, key)
        for degree in ("", *_DEGREES):
            field, end = self._ends.get(key.removeprefix(degree), ("", ""))
            if field:
                return _wish(mention, (field,), end, (None,))
        # "small" is a size where the domain lists it as one.
        return self._about(mention, key, words)

    def _taken_back(self, mention: Mention, meant: list[Wish], example: Example) -> Iterator[tuple[str, str]]:
        if mention.kind != "F":
            for wish in meant:
                named = wish.op in ("eq", "like") and isinstance(wish.values[0], str)
                yield wish.field, str(wish.values[0]).casefold() if named else ""
            return
        said = str(mention.gold[0]) if mention.gold else example.text[mention.start : mention.end]
        words = said.casefold()
        for article in ("", *_ARTICLES):
            bare = words.removeprefix(article)
            for name in (bare, bare.removesuffix("s")):
                if name in self._fields:
                    yield self._fields[name], ""
                    return
        yield words, ""


def _preference(said: tuple[Wish, tuple[int, int]], field: str, text: str) -> Preference:
    """Return a wish, said at a span of a text, as the catalogue's tests take it."""
    wish, span = said
    return Preference(
        field=field,
        op=next(name for name in get_args(Op) if name == wish.op),
        value=wish.values[0],
        polarity="positive" if wish.polarity == "positive" else "negative",
        strength="hard" if wish.strength == "hard" else "soft",
        span=span,
        text=text[span[0] : span[1]],
    )


def _as_checkable(wish: Wish, mention: Mention, text: str) -> Wish:
    """Return a wish as soft where a name turns out to be none of the catalogue's and no demand stands on it.

    (`about` is soft unless words of demand stand on it, says the contract.)
    """
    named = mention.kind in ("V", "P", "T", "D")
    if named and wish.field == "about" and wish.polarity == "positive" and not _DEMAND.search(text):
        return replace(wish, strength="soft")
    return wish


def _nearest(said: str, known: Iterable[str]) -> str:
    """Return the listed word that is meant by one with a typing error; the word itself where none is."""
    found = process.extractOne(said.casefold(), list(known), scorer=fuzz.ratio, score_cutoff=LIKE)
    return str(found[0]) if found else said.casefold()


def _wish(mention: Mention, fields: tuple[str, ...], op: str, values: tuple[Value, ...]) -> Wish:
    polarity = "positive" if mention.quadrant[0] == "+" else "negative"
    strength = "hard" if mention.quadrant[1] == "!" else "soft"
    return Wish(fields, one_op(op), values, polarity, strength)
