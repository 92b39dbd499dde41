"""Whether any item can satisfy the hard wishes of a command, and if none can, the nearest that can."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

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

# What must hold at once: a negative wish by itself, alternatives together.
_Key: TypeAlias = tuple[object, ...]


class Feasibility:
    """Answers whether a catalogue holds an item of a kind; built once per catalogue."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._sample = _every_nth(catalog, SAMPLE)

    def why_not(self, preferences: Sequence[Preference]) -> Question | None:
        """Return why no item can satisfy the hard preferences, with what can; None where one can.

        Values of one field in one positive group are alternatives. What the catalogue cannot check is no
        hindrance.
        """
        hard = [p for p in preferences if p.strength == "hard" and self._checks(p)]
        if not any(p.polarity == "positive" for p in hard):
            return None
        if _all(_masks(hard, self._sample)).any():
            return None
        masks = _masks(hard, self._catalog)
        if _all(masks).any():
            return None
        return self._question(hard, masks)

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


def _masks(hard: Sequence[Preference], catalog: Catalog) -> dict[_Key, Bools]:
    """Return, for each thing that must hold, which items it holds for."""
    masks: dict[_Key, Bools] = {}
    for n, p in enumerate(hard):
        mask = satisfies(catalog, p.field, p.op, _checked(p.value))
        if p.polarity == "negative":
            mask = ~mask
        key = _key(n, p)
        masks[key] = masks[key] | mask if key in masks else mask
    return masks


def _all(masks: dict[_Key, Bools]) -> Bools:
    both: Bools = np.logical_and.reduce(list(masks.values()))
    return both


def _checked(value: Value) -> str | float | list[str] | list[float] | None:
    """Narrow a pair to one kind of entry, as the predicate wants it."""
    if isinstance(value, list):
        return (
            [float(v) for v in value]
            if all(isinstance(v, (int, float)) for v in value)
            else [str(v) for v in value]
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
