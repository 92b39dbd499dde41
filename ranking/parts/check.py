"""Whether one item satisfies one preference, read straight from its values.

The filter works on whole columns. This works on one item and shares no code with it, which is what
makes the last gate a second opinion; a test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from agents.types import Preference
from catalog.columns import CategoryColumn, DateColumn, NumberColumn, OrderedColumn
from catalog.items import Catalog
from catalog.predicate import period

ItemValue = tuple[str, ...] | float | str | np.datetime64 | None

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "eq": lambda a, b: a == b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
}


def value_of(catalog: Catalog, field: str, item: int) -> ItemValue:
    """Return what is known of an item: values, a number, a level, a moment or a text; None where unknown."""
    match catalog.columns.get(field):
        case None:
            return None
        case CategoryColumn() as column:
            return column.of_item(item) or None
        case NumberColumn(values=numbers):
            return None if np.isnan(numbers[item]) else float(numbers[item])
        case DateColumn(values=moments):
            moment: np.datetime64 = moments[item]
            return None if np.isnat(moment) else moment
        case column:
            return column.of_item(item)


def is_that(catalog: Catalog, item: int, one: Preference) -> bool | None:
    """Say whether an item is what a checkable preference names, whatever its polarity; None where unknown."""
    if one.field == "item":
        return catalog.item_ids[item] == one.value
    if one.field == "about":
        return catalog.terms.says(str(one.value), item) if catalog.terms is not None else None
    value = value_of(catalog, one.field, item)
    if value is None:
        return None
    if one.op == "between" and isinstance(one.value, list):
        return _compares(catalog, one.field, value, "ge", one.value[0]) and _compares(
            catalog, one.field, value, "le", one.value[1]
        )
    meant = one.value if isinstance(one.value, list) else [one.value]
    return any(_compares(catalog, one.field, value, one.op, each) for each in meant)


def _compares(catalog: Catalog, field: str, value: ItemValue, op: str, meant: str | float | None) -> bool:
    column = catalog.columns[field]
    if isinstance(value, tuple):
        return str(meant).strip().casefold() in {each.casefold() for each in value}
    if isinstance(column, OrderedColumn):
        found, level = column.level(str(value)), column.level(str(meant))
        return found is not None and level is not None and _COMPARE[op](found, level)
    if isinstance(value, np.datetime64):
        return _falls(value, op, meant)
    if isinstance(value, float):
        return isinstance(meant, int | float) and _COMPARE[op](value, float(meant))
    return str(value).strip().lower() == str(meant).strip().lower()


def _falls(moment: np.datetime64, op: str, meant: str | float | None) -> bool:
    start, end = period(meant)
    if op == "eq":
        return bool(start <= moment < end)
    if op in ("lt", "le"):
        return bool(moment < (start if op == "lt" else end))
    return bool(moment >= (end if op == "gt" else start))
