"""A catalogue for each domain of the corpus: the films, and small made ones with the words of the slots."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from random import Random

import msgspec
import numpy as np
import yaml

from agents.corpus.build import MAIN_DOMAIN, Slot, load_corpus, marked_words
from batch.errors import BatchError
from catalog.columns import CategoryColumn, Column, NumberColumn, OrderedColumn, TextColumn
from catalog.domain import Domain, Field
from catalog.items import Catalog

_DECLARED = Path(__file__).with_name("domains.yaml")
# So many items with so many values that nearly every pair of wishes can be met.
ITEMS = 6000
VALUES_EACH = 8
SEED = 5
_SYLLABLES = ("za", "ve", "ko", "lu", "mi", "ra", "tu", "pe", "xo", "ny")


class Ordered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An ordered field as `domains.yaml` declares it."""

    values: dict[str, tuple[str, ...]]
    synonyms: tuple[str, ...] = ()
    low: tuple[str, ...] = ()
    high: tuple[str, ...] = ()


class Number(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number field as `domains.yaml` declares it; items are spread over its `range`."""

    unit: str
    range: tuple[float, float]
    synonyms: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    low: tuple[str, ...] = ()
    high: tuple[str, ...] = ()


class Declared(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A domain as `domains.yaml` declares it."""

    item: str
    items: str
    category: str
    country: str
    numbers: dict[str, Number]
    item_words: tuple[str, ...] = ()
    person: str = ""
    open: dict[str, tuple[str, ...]] = {}
    ordered: dict[str, Ordered] = {}


@cache
def declared() -> dict[str, Declared]:
    """Return the declarations by domain."""
    raw = yaml.safe_load(_DECLARED.read_text(encoding="utf-8"))
    return msgspec.convert(raw, dict[str, Declared])


def stem(words: str) -> str:
    """Return what a word and its plural share: "dresses" and "dress", "biographies" and "biography"."""
    lowered = words.casefold()
    for ending, rest in (
        ("ies", "y"),
        ("sses", "ss"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("xes", "x"),
        ("s", ""),
    ):
        if lowered.endswith(ending) and not lowered.endswith("ss") and len(lowered) > len(ending) + 2:
            return lowered[: -len(ending)] + rest
    return lowered


def _surfaces(slots: Iterable[Slot], field: str) -> list[str]:
    return [
        marked_words(e.text)[1]
        for slot in slots
        if slot.kind == "V" and slot.field == field
        for e in slot.entries
    ]


@cache
def canonical(domain: str, field: str) -> dict[str, str]:
    """Return the value of a field for each of its words in the slots: word and plural are one value."""
    shortest: dict[str, str] = {}
    surfaces = _surfaces(load_corpus().slots[domain].values(), field)
    for words in surfaces:
        kept = shortest.setdefault(stem(words), words)
        if len(words) < len(kept):
            shortest[stem(words)] = words
    return {words.casefold(): shortest[stem(words)] for words in surfaces}


def _fields(name: str, said: Declared) -> tuple[Field, ...]:
    fields = [Field(name="title", type="text")]
    for field in (said.category, said.country):
        values: dict[str, tuple[str, ...]] = dict.fromkeys(canonical(name, field).values(), ())
        if field == said.country:
            taken = {v.casefold() for v in canonical(name, said.category).values()}
            values = {value: () for value in values if value.casefold() not in taken}
        fields.append(Field(name=field, type="category", multi=True, values=values))
    if said.person:
        fields.append(Field(name=said.person, type="person", multi=True))
    fields += [Field(name=n, type="category", synonyms=synonyms) for n, synonyms in said.open.items()]
    fields += [
        Field(name=n, type="ordered", values=o.values, synonyms=o.synonyms, low=o.low, high=o.high)
        for n, o in said.ordered.items()
    ]
    fields += [
        Field(name=n, type="number", unit=f.unit, decimals=2, synonyms=f.synonyms, low=f.low, high=f.high)
        for n, f in said.numbers.items()
    ]
    return tuple(fields)


def _titles(known: list[str], rng: Random) -> list[str]:
    made = ("".join(rng.choices(_SYLLABLES, k=4)).capitalize() for _ in range(ITEMS * 2))
    return list(dict.fromkeys([*known, *made]))[:ITEMS]


def _column(field: Field, domain: str, said: Declared, rng: Random) -> Column:
    slots = load_corpus().slots[domain]
    if field.type == "text":
        return TextColumn.of(_titles([e.text for e in slots["title"].entries], rng))
    if field.type == "number":
        low, high = said.numbers[field.name].range
        # Both ends occur, so that every number people say lies among the items'.
        values = [low, high, *(rng.uniform(low, high) for _ in range(ITEMS - 2))]
        return NumberColumn(np.array([round(v) if high > 20 else round(v, 1) for v in values], np.float64))
    if field.type == "ordered":
        levels = tuple(field.values)
        return OrderedColumn(levels, np.array([rng.randrange(len(levels)) for _ in range(ITEMS)], np.int16))
    if field.type == "person":
        names = [marked_words(e.text)[1] for e in slots["person"].entries]
        return CategoryColumn.of([rng.choice(names)] for _ in range(ITEMS))
    if not field.values:
        return CategoryColumn.of([f"{field.name} {rng.randrange(9)}"] for _ in range(ITEMS))
    values_of = list(field.values)
    rows = (rng.sample(values_of, min(len(values_of), VALUES_EACH)) for _ in range(ITEMS))
    return CategoryColumn.of(rows, values_of)


@cache
def catalog_of(domain: str) -> Catalog:
    """Return the catalogue that commands of a corpus domain are said over.

    The films are the embedded ones; the others are made here, by a seed, and stand for nothing real.

    Raises
    ------
    BatchError
        `domains.yaml` does not declare the domain.
    """
    if domain == MAIN_DOMAIN:
        from catalog.embedded import load_embedded

        return load_embedded()[0]
    said = declared().get(domain)
    if said is None:
        raise BatchError(
            f"The corpus has a domain '{domain}' that {_DECLARED.name} does not declare: add it."
        )
    fields = _fields(domain, said)
    made = Domain(
        name=domain,
        item=said.item,
        items=said.items,
        item_words=said.item_words,
        fields=fields,
        affinity_field=said.category,
        popularity_field="popularity",
        synthetic=True,
    )
    rng = Random(SEED)  # noqa: S311 - made items, not secrets
    columns = {field.name: _column(field, domain, said, rng) for field in fields}
    return Catalog(made, [str(n) for n in range(1, ITEMS + 1)], columns)
