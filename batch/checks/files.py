"""Opening a table's file: what is wrong with it is said in one sentence that names file and column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from batch.errors import TableFileError
from catalog.domain import Domain
from catalog.tables import ITEM_ID, arrow_type


def open_table(path: Path, remedy: str) -> pa.Table:
    """Return a Parquet file as a table, every page checked against its checksum where it has one.

    Raises
    ------
    TableFileError
        If it is missing, half-written or damaged; `remedy` says what to do then.
    """
    if not path.is_file():
        raise TableFileError(path, "is not there", remedy)
    try:
        return pq.ParquetFile(path, page_checksum_verification=True).read()
    except (pa.ArrowInvalid, OSError) as error:
        reason = str(error).split(".", maxsplit=1)[0].split("\n", maxsplit=1)[0]
        raise TableFileError(path, f"is half-written or damaged ({reason})", remedy) from error


def require_columns(path: Path, table: pa.Table, schema: pa.Schema, remedy: str) -> None:
    """Raise `TableFileError` unless a table has exactly the columns of a schema, each of its type."""
    declared = dict(zip(schema.names, schema.types, strict=True))
    _refuse_strangers(path, table, declared, "the table is not declared with it", remedy)
    _refuse_missing(path, table, schema.names, remedy)


def require_fields(path: Path, table: pa.Table, domain: Domain) -> None:
    """Raise `TableFileError` unless the items have an id, a title, and only declared fields."""
    declared = {ITEM_ID: pa.string(), **{field.name: arrow_type(field) for field in domain.fields}}
    remedy = "declare the field in the domain file or drop the column, then load the items again"
    _refuse_strangers(path, table, declared, f"the domain '{domain.name}' declares no such field", remedy)
    _refuse_missing(path, table, (ITEM_ID, domain.title_field), "load the items again with that column")


def _refuse_strangers(
    path: Path, table: pa.Table, declared: Mapping[str, pa.DataType], why: str, remedy: str
) -> None:
    for field in table.schema:
        if field.name not in declared:
            raise TableFileError(path, f"has a column '{field.name}', and {why}", remedy)
        expected = declared[field.name]
        if not _fits(field.type, expected):
            raise TableFileError(path, f"holds '{field.name}' as {field.type} instead of {expected}", remedy)


def _refuse_missing(path: Path, table: pa.Table, needed: Iterable[str], remedy: str) -> None:
    for name in needed:
        if name not in table.column_names:
            raise TableFileError(path, f"has no column '{name}'", remedy)


def _fits(found: pa.DataType, declared: pa.DataType) -> bool:
    # Writers name the element of a list differently ("item", "element", "l"); that is no other type.
    if pa.types.is_list(found) and pa.types.is_list(declared):
        return bool(found.value_type == declared.value_type)
    return bool(found == declared)
