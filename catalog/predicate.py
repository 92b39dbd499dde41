"""Conditions on columns: which items are known to satisfy `field op value`.

An unknown value satisfies nothing: a hard bound on it fails, and `unknown` tells how many that left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from catalog.columns import (
    Bools,
    CategoryColumn,
    Column,
    DateColumn,
    NumberColumn,
    OrderedColumn,
    TextColumn,
)
from catalog.domain import Domain, Field
from catalog.errors import PredicateError
from catalog.items import Catalog

BOUNDS = ("lt", "le", "gt", "ge")

_CHECKABLE: dict[str, tuple[str, ...]] = {
    "category": ("eq",),
    "person": ("eq",),
    "text": ("eq",),
    "ordered": ("eq", *BOUNDS, "between"),
    "number": ("eq", *BOUNDS, "between"),
    "date": ("eq", *BOUNDS, "between"),
}

Value = str | float | date | Sequence[str] | Sequence[float] | None


def checkable(domain: Domain, field: str, op: str) -> bool:
    """Whether a condition can be decided for an item: the field is declared, and the op asks it a yes or no.

    `about`, `item`, `like`, `low` and `high` are matters of degree and never checkable.
    """
    return domain.declares(field) and op in _CHECKABLE[domain.field(field).type]


def unknown(catalog: Catalog, field: str) -> Bools:
    """Return bool[n]: which items have no known value of `field` (all, if there is no data for it)."""
    catalog.domain.field(field)
    if not catalog.has(field):
        return np.ones(len(catalog), dtype=np.bool_)
    return ~catalog.column(field).known


def satisfies(catalog: Catalog, field: str, op: str, value: Value) -> Bools:
    """Return bool[n]: which items have a known value of `field` for which the condition holds.

    Parameters
    ----------
    field : str
        A declared field. Without data for it no item satisfies anything.
    op : str
        `eq`, `lt`, `le`, `gt`, `ge` or `between` (both ends included).
    value : str, number, date, or a list
        A category, person or text (compared exactly but for case), a level of an ordered field, a number in
        the field's unit, or a date: `2010`, `2010-05` and `2010-05-17` are the whole year, month or day.
        `between` takes a pair; `eq` with several values holds where any of them does.

    Raises
    ------
    UnknownFieldError
        If the field is not declared.
    PredicateError
        If a field of that type cannot be asked that, or the value does not fit.
    """
    declared = catalog.domain.field(field)
    if op not in _CHECKABLE[declared.type]:
        raise PredicateError(
            f"'{field}' is of type {declared.type} and cannot be asked '{op}'; "
            f"use {' or '.join(_CHECKABLE[declared.type])}."
        )
    if op == "between":
        low, high = _pair(declared, value)
        return satisfies(catalog, field, "ge", low) & satisfies(catalog, field, "le", high)
    if op == "eq" and isinstance(value, list | tuple):
        masks = [satisfies(catalog, field, "eq", one) for one in value]
        return np.logical_or.reduce(masks) if masks else np.zeros(len(catalog), dtype=np.bool_)
    if not catalog.has(field):
        return np.zeros(len(catalog), dtype=np.bool_)
    return _holds(declared, catalog.column(field), op, value)


def _holds(field: Field, column: Column, op: str, value: Value) -> Bools:
    match column:
        case CategoryColumn():
            return column.contains(_text(field, value))
        case TextColumn():
            return _text_equals(column, _text(field, value))
        case OrderedColumn():
            return column.known & _compare(column.codes, op, _level(field, column, value))
        case NumberColumn():
            # NaN compares as False to everything, which is what unknown means here.
            return _compare(column.values, op, _number(field, value))
        case DateColumn():
            return _date_holds(column, op, period(value, field.name))


def _compare(array: npt.NDArray[np.generic], op: str, value: float) -> Bools:
    functions = {
        "eq": np.equal,
        "lt": np.less,
        "le": np.less_equal,
        "gt": np.greater,
        "ge": np.greater_equal,
    }
    mask: Bools = functions[op](array, value)
    return mask


def _date_holds(column: DateColumn, op: str, span: tuple[np.datetime64, np.datetime64]) -> Bools:
    start, end = span
    moments = column.values
    match op:
        case "eq":
            return (moments >= start) & (moments < end)
        case "lt":
            return moments < start
        case "le":
            return moments < end
        case "gt":
            return moments >= end
        case _:
            return moments >= start


def _text_equals(column: TextColumn, text: str) -> Bools:
    folded = pc.utf8_lower(pc.utf8_trim_whitespace(column.array))
    # A null is equal to nothing: Arrow's is_in says so, where its `equal` would say null.
    mask: Bools = pc.is_in(folded, value_set=pa.array([text.strip().lower()])).to_numpy(zero_copy_only=False)
    return mask


def period(value: Value, field: str = "date") -> tuple[np.datetime64, np.datetime64]:
    """Return `[start, end)` of the year, month, day or moment that `value` names, in UTC."""
    if isinstance(value, datetime):
        moment = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        start = np.datetime64(moment, "us")
        return start, start + np.timedelta64(1, "us")
    text = value.isoformat() if isinstance(value, date) else value
    if isinstance(text, int | float) and float(text).is_integer():
        text = f"{int(text):04d}"
    if isinstance(text, str):
        text = text.strip()
        if re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
            unit = {4: "Y", 7: "M", 10: "D"}[len(text)]
            try:
                start = np.datetime64(text, unit)
            except ValueError:
                raise PredicateError(f"'{text}' for '{field}' is not a day in the calendar.") from None
            return start.astype("datetime64[us]"), (start + 1).astype("datetime64[us]")
        try:
            return period(datetime.fromisoformat(text), field)
        except ValueError:
            pass
    raise PredicateError(f"'{field}' is a date, which {value!r} is not: write it as 2010-05-17.")


def _pair(field: Field, value: Value) -> tuple[Value, Value]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise PredicateError(f"'between' on '{field.name}' needs a pair [low, high], not {value!r}.")
    low, high = value
    if field.type == "number" and _number(field, low) > _number(field, high):
        raise PredicateError(f"No '{field.name}' lies between {low} and {high}: put the lower end first.")
    return low, high


def _number(field: Field, value: Value) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or math.isnan(value):
        unit = f" in {field.unit}" if field.unit else ""
        raise PredicateError(f"'{field.name}' is a number{unit} and cannot be compared with {value!r}.")
    return float(value)


def _text(field: Field, value: Value) -> str:
    if not isinstance(value, str):
        raise PredicateError(f"'{field.name}' holds words and cannot be compared with {value!r}.")
    return value


def _level(field: Field, column: OrderedColumn, value: Value) -> int:
    code = column.level(_text(field, value))
    if code is None:
        levels = ", ".join(column.levels)
        raise PredicateError(f"'{field.name}' has no level {value!r}; its levels are {levels}.")
    return code


__all__ = ["Value", "checkable", "period", "satisfies", "unknown"]
