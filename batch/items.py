"""The catalogue's columns as the tables that the SQL joins: which values and which numbers an item has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from batch.tables import MOMENT, item_profile
from catalog.columns import Floats
from catalog.domain import Field
from catalog.items import Catalog
from catalog.tables import arrow_type, to_table

Ints: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ItemFacts:
    """What the passive features need to know of the items.

    `values` has one row `(item_id, position)` for each declared value of the affinity field that an item has,
    `numbers` one row `(item_id, position, number)` for each known number. Positions count from 1 in the
    order of declaration; `value_count` and `number_count` say how many there are.
    """

    values: pa.Table
    value_count: int
    numbers: pa.Table
    number_count: int


def item_facts(catalog: Catalog) -> ItemFacts:
    """Return the affinity values and the numbers of every item."""
    domain = catalog.domain
    declared = list(domain.field(domain.affinity_field).values) if domain.affinity_field else []
    number_fields = [field.name for field in domain.fields if field.type == "number"]
    return ItemFacts(
        values=_values(catalog),
        value_count=len(declared),
        numbers=_numbers(catalog, number_fields),
        number_count=len(number_fields),
    )


def _values(catalog: Catalog) -> pa.Table:
    if not catalog.domain.affinity_field or not catalog.has(catalog.domain.affinity_field):
        return _table(catalog, np.empty(0, np.int64), np.empty(0, np.int64))
    column = catalog.category(catalog.domain.affinity_field)
    rows = np.repeat(np.arange(len(catalog)), np.diff(column.indptr))
    # A closed column holds the declared values in the declared order: the catalogue sees to that.
    return _table(catalog, rows, column.indices.astype(np.int64) + 1)


def _numbers(catalog: Catalog, fields: list[str]) -> pa.Table:
    tables = [_table(catalog, np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))]
    for position, name in enumerate(fields, start=1):
        if catalog.has(name):
            column = catalog.number(name)
            rows = np.flatnonzero(column.known)
            tables.append(_table(catalog, rows, np.full(len(rows), position), column.values[rows]))
    return pa.concat_tables(tables)


def _table(catalog: Catalog, rows: Ints, positions: Ints, numbers: Floats | None = None) -> pa.Table:
    columns = {
        "item_id": catalog.id_array.take(pa.array(rows, pa.int64())),
        "position": pa.array(positions, pa.int64()),
    }
    if numbers is not None:
        columns["number"] = pa.array(numbers, pa.float64())
    return pa.table(columns)


def profile_rows(catalog: Catalog) -> pa.Table:
    """Return the rows of `item_profile`: every display field, known since the beginning of time.

    An unknown value is null, in a multi-valued field an empty list.
    """
    stored = to_table(catalog)
    shown = [field for field in catalog.domain.fields if field.display]
    columns = {
        "item_id": catalog.id_array,
        "event_timestamp": pa.array(np.zeros(len(catalog), np.int64), MOMENT),
        **{field.name: _shown(stored, field, len(catalog)) for field in shown},
    }
    return pa.table(columns).cast(item_profile(catalog.domain).schema)


def _shown(stored: pa.Table, field: Field, count: int) -> pa.Array:
    if field.name in stored.column_names:
        return stored.column(field.name)
    if field.multi:
        # Feast cannot tell a null list from a missing item; an empty one says "nothing known".
        return pa.ListArray.from_arrays(np.zeros(count + 1, np.int32), pa.array([], pa.string()))
    return pa.nulls(count, arrow_type(field))
