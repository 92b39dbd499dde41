"""A catalogue as an Arrow table and back: readable strings, so DuckDB and Feast read the same files."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catalog.arrow import fixed
from catalog.columns import CategoryColumn, Column, DateColumn, NumberColumn, OrderedColumn, TextColumn
from catalog.domain import Domain, Field
from catalog.errors import CatalogError
from catalog.items import Catalog

ITEM_ID = "item_id"

INTERACTIONS = pa.schema(
    [
        ("user_id", pa.string()),
        ("item_id", pa.string()),
        ("kind", pa.string()),
        ("value", pa.float64()),
        # Feast's DuckDB store cannot cast nanoseconds with a time zone, so every moment is in microseconds.
        ("occurred_at", pa.timestamp("us", tz="UTC")),
    ]
)


def arrow_type(field: Field) -> Any:
    """Return the Arrow type in which a field is stored."""
    match field.type:
        case "number":
            return pa.float64()
        case "date":
            return pa.timestamp("us", tz="UTC")
        case _:
            return pa.list_(pa.string()) if field.multi else pa.string()


def to_table(catalog: Catalog) -> Any:
    """Return the items as an Arrow table: `item_id`, then one column per field with data, as declared."""
    arrays = {ITEM_ID: catalog.id_array}
    for field in catalog.domain.fields:
        if catalog.has(field.name):
            arrays[field.name] = _to_array(field, catalog.column(field.name))
    return pa.table(arrays)


def from_table(domain: Domain, table: Any) -> Catalog:
    """Return the catalogue that an Arrow table holds; `CatalogError` if it does not fit the domain.

    A closed category or an ordered field keeps its declared values only: any other value is unknown.
    """
    if ITEM_ID not in table.column_names:
        raise CatalogError(f"The items have no column '{ITEM_ID}': name the column that identifies them so.")
    columns: dict[str, Column] = {}
    for field in domain.fields:
        if field.name in table.column_names:
            expected = arrow_type(field)
            array = _whole(table.column(field.name))
            if array.type != expected:
                raise CatalogError(
                    f"The column '{field.name}' is stored as {array.type}, but the domain declares "
                    f"{field.type}{' (multi)' if field.multi else ''}, which is stored as {expected}."
                )
            columns[field.name] = _from_array(field, array)
    return Catalog(domain, _whole(table.column(ITEM_ID)), columns)


def _whole(chunked: Any) -> Any:
    combined = chunked.combine_chunks()
    return combined.combine_chunks() if isinstance(combined, pa.ChunkedArray) else combined


def _to_array(field: Field, column: Column) -> Any:
    match column:
        case CategoryColumn():
            texts = pa.DictionaryArray.from_arrays(column.indices, pa.array(column.values, type=pa.string()))
            decoded = texts.dictionary_decode()
            if field.multi:
                return pa.ListArray.from_arrays(column.indptr.astype(np.int32), decoded)
            first = np.where(column.known, column.indptr[:-1], 0)
            return decoded.take(pa.array(first, mask=~column.known))
        case OrderedColumn(levels=levels, codes=codes):
            indices = pa.array(np.maximum(codes, 0), mask=codes < 0)
            return pa.DictionaryArray.from_arrays(indices, pa.array(levels)).dictionary_decode()
        case NumberColumn(values=numbers):
            return pa.array(numbers, mask=np.isnan(numbers))
        case DateColumn(values=moments):
            return pa.array(moments, type=pa.timestamp("us")).cast(pa.timestamp("us", tz="UTC"))
        case TextColumn(array=array):
            return array


def _from_array(field: Field, array: Any) -> Column:
    match field.type:
        case "number":
            return NumberColumn(fixed(array, np.float64, np.nan))
        case "date":
            return DateColumn(fixed(array, "datetime64[us]", np.datetime64("NaT")))
        case "text":
            return TextColumn(array)
        case "ordered":
            codes, levels = _encode(array, field)
            return OrderedColumn(levels, codes.astype(np.int16))
        case _:
            return _category(array, field)


def _category(array: Any, field: Field) -> CategoryColumn:
    if field.multi:
        # A null list has two equal offsets, like an empty one.
        starts = fixed(array.offsets, np.int32, 0).astype(np.int64)
        flat = array.values.slice(int(starts[0]), int(starts[-1] - starts[0]))
        counts = np.diff(starts)
    else:
        flat = array
        counts = np.ones(len(array), dtype=np.int64)
    codes, values = _encode(flat, field)
    # A null or an undeclared value has code -1 and is left out of its row.
    kept = codes >= 0
    rows = np.repeat(np.arange(len(counts)), counts)[kept]
    indptr = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(np.bincount(rows, minlength=len(counts)), out=indptr[1:])
    return CategoryColumn(values, indptr, codes[kept].astype(np.int32))


def _encode(flat: Any, field: Field) -> tuple[np.ndarray[Any, np.dtype[np.int64]], tuple[str, ...]]:
    """Return each string's code (-1: null or undeclared) and the values: declared ones, else all, sorted."""
    encoded = pc.dictionary_encode(flat, null_encoding="mask")
    found: list[str] = encoded.dictionary.to_pylist()
    values = tuple(field.values) if field.closed else tuple(sorted(found))
    code_of = {value: code for code, value in enumerate(values)}
    mapping = np.array([code_of.get(value, -1) for value in found] + [-1], dtype=np.int64)
    return mapping[fixed(encoded.indices, np.int32, len(found))], values
