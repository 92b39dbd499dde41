"""A rule: a sentence for people, and the Great Expectations object that checks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class Rule:
    """One rule; `part` names the part of the table that its `expectation` (Great Expectations) looks at."""

    says: str
    expectation: Any
    part: str = ""


@dataclass(frozen=True)
class Suite:
    """The rules of one table, and the table as pandas reads it, in parts.

    The part `""` is the table itself; another holds some of its rows, or one row per value of a list column.
    The index of every part is the number of the row in the table, so that a failure names that.
    """

    parts: Mapping[str, pd.DataFrame]
    rules: Sequence[Rule]


def frame(table: pa.Table, columns: Sequence[str]) -> pd.DataFrame:
    """Return flat columns of a table for pandas; a null among numbers is NaN."""
    rows: pd.DataFrame = table.select(list(columns)).to_pandas()
    return rows


def exploded(table: pa.Table, column: str) -> pd.DataFrame:
    """Return one row per value of a list column, indexed by the row of the table that holds it.

    A list of structs gives one column per field of the struct, any other list one column named as the list's.
    """
    whole = table.column(column).combine_chunks()
    array = whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole
    rows = pc.list_parent_indices(array).to_numpy()
    values = pc.list_flatten(array)
    if pa.types.is_struct(values.type):
        flat = pa.table(dict(zip([field.name for field in values.type], values.flatten(), strict=True)))
    else:
        flat = pa.table({column: values})
    return frame(flat, flat.column_names).set_index(rows)


def lengths(table: pa.Table, columns: Sequence[str]) -> pd.DataFrame:
    """Return the lengths of list columns, named `<column> length`; a null has none."""
    return pd.DataFrame(
        {f"{name} length": pc.list_value_length(table.column(name)).to_pandas() for name in columns}
    )
