"""Whether any item can satisfy the hard wishes of a command, and if none can, the nearest that can."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np

from agents.linking.clarify import LEAST_ANSWERS, MOST_ANSWERS
from agents.types import Preference, Question, Value
from catalog.columns import Bools, CategoryColumn, Column, DateColumn, NumberColumn, OrderedColumn, TextColumn
from catalog.domain import Domain
from catalog.items import Catalog
from catalog.predicate import checkable, satisfies

# Nearly every wish is met by one of so many items; only where none meets it are all asked. A condition on a
# million items takes milliseconds.
SAMPLE = 2048

# How many combinations of wishes are remembered: most commands ask for one category or one bound.
REMEMBERED = 4096

# What must hold at once: a negative wish by itself, alternatives together.
_Key: TypeAlias = tuple[object, ...]


class _Condition(NamedTuple):
    """One hard wish as far as items are asked for it."""

    key: _Key
    field: str
    op: str
    value: str | float | tuple[str, ...] | tuple[float, ...] | None
    wanted: bool


class Feasibility:
    """Answers whether a catalogue holds an item of a kind; built once per catalogue."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._sample = _every_nth(catalog, SAMPLE)
        self._met = lru_cache(REMEMBERED)(self._asked)

    def why_not(self, preferences: Sequence[Preference]) -> Question | None:
        """Return why no item can satisfy the hard preferences, with what can; None where one can.

        Values of one field in one positive group are alternatives. What the catalogue cannot check is no
        hindrance.
        """
        hard = [p for p in preferences if p.strength == "hard" and self._checks(p)]
        if not any(p.polarity == "positive" for p in hard):
            return None
        conditions = tuple(
            _Condition(_key(n, p), p.field, p.op, _checked(p.value), p.polarity == "positive")
            for n, p in enumerate(hard)
        )
        return None if self._met(conditions) else self._question(hard, _masks(conditions, self._catalog))

    def _asked(self, conditions: tuple[_Condition, ...]) -> bool:
        """Whether an item of the sample, or of the whole catalogue, meets all conditions."""
        return any(_all(_masks(conditions, items)).any() for items in (self._sample, self._catalog))

    def _checks(self, preference: Preference) -> bool:
        return checkable(self._catalog.domain, preference.field, preference.op) and self._catalog.has(
            preference.field
        )

    def _question(self, hard: Sequence[Preference], masks: dict[_Key, Bools]) -> Question:
        domain = self._catalog.domain
        answers = []
        for key in masks:
            others = {other: mask for other, mask in masks.items() if other != key}
            if others and _all(others).any():
                kept = [p for n, p in enumerate(hard) if _key(n, p) != key]
                answers.append(" and ".join(_as_words(p, domain) for p in kept))
        answers += [word for p in hard if p.polarity == "positive" for word in _towards(p, domain)]
        # A new film may well last two hours, and nobody has noted how long it is.
        unknown = {
            key: mask if key[0] == "not" else mask | ~self._catalog.columns[str(key[0])].known
            for key, mask in masks.items()
        }
        reason = f"No {domain.item} is {'known to be ' if _all(unknown).any() else ''}all of that: "
        reason += ", ".join(p.text for p in hard) + "."
        answers = [*dict.fromkeys(answers), "start over"]
        if len(answers) < LEAST_ANSWERS:
            answers.append("undo")
        return Question(text=reason, answers=tuple(answers[:MOST_ANSWERS]))


def _key(n: int, preference: Preference) -> _Key:
    return (preference.field, preference.group) if preference.polarity == "positive" else ("not", n)


def _masks(conditions: Sequence[_Condition], catalog: Catalog) -> dict[_Key, Bools]:
    """Return, for each thing that must hold, which items it holds for."""
    masks: dict[_Key, Bools] = {}
    for key, field, op, value, wanted in conditions:
        mask = satisfies(catalog, field, op, value)
        if not wanted:
            mask = ~mask
        masks[key] = masks[key] | mask if key in masks else mask
    return masks


def _all(masks: dict[_Key, Bools]) -> Bools:
    both: Bools = np.logical_and.reduce(list(masks.values()))
    return both


def _checked(value: Value) -> str | float | tuple[str, ...] | tuple[float, ...] | None:
    """Narrow a pair to one kind of entry, as the predicate wants it."""
    if isinstance(value, list):
        return (
            tuple(float(v) for v in value)
            if all(isinstance(v, (int, float)) for v in value)
            else tuple(str(v) for v in value)
        )
    return value


def _as_words(preference: Preference, domain: Domain) -> str:
    if preference.polarity == "negative":
        return f"no {preference.text}"
    kind = domain.field(preference.field).type
    if kind == "person":
        return f"{domain.items} {'by' if _makes(preference.field, domain) else 'with'} {preference.value}"
    if kind == "category":
        return f"only {preference.value} {domain.items}"
    return preference.text


def _towards(preference: Preference, domain: Domain) -> list[str]:
    """Return the wish for the end of the scale that a bound asks beyond: "something new" for "after 2090"."""
    field = domain.field(preference.field)
    ends = {"gt": field.high, "ge": field.high, "lt": field.low, "le": field.low}.get(preference.op, ())
    return [f"something {ends[0]}"] if ends else []


def _makes(field: str, domain: Domain) -> bool:
    return field == next(declared.name for declared in domain.fields if declared.type == "person")


def _every_nth(catalog: Catalog, count: int) -> Catalog:
    """Return a catalogue of `count` items, evenly spaced; the catalogue itself where it has no more."""
    if len(catalog) <= count:
        return catalog
    rows = np.linspace(0, len(catalog) - 1, count).astype(np.int64)
    columns: dict[str, Column] = {}
    for name, column in catalog.columns.items():
        match column:
            case CategoryColumn():
                columns[name] = column.take(rows)
            case OrderedColumn():
                columns[name] = OrderedColumn(column.levels, column.codes[rows])
            case NumberColumn():
                columns[name] = NumberColumn(column.values[rows])
            case DateColumn():
                columns[name] = DateColumn(column.values[rows])
            case TextColumn():
                columns[name] = TextColumn(column.array.take(rows))
    return Catalog(catalog.domain, catalog.id_array.take(rows), columns)
