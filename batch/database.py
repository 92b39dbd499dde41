"""DuckDB as this room uses it: one in-process database, queries from `batch/sql/`, Parquet written whole."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

_SQL = Path(__file__).parent / "sql"

# Rows of a Parquet row group: small enough that a table of lists never stands in memory twice.
ROW_GROUP = 50_000


def connect() -> duckdb.DuckDBPyConnection:
    """Return an empty in-memory database that reads and writes times in UTC."""
    database = duckdb.connect()
    # Without it DuckDB casts in the machine's zone and dates shift by hours.
    database.execute("SET TimeZone = 'UTC'")
    database.execute("SET enable_progress_bar = false")
    return database


@cache
def query(name: str) -> str:
    """Return the text of `batch/sql/<name>.sql`."""
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


def run(database: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, Any] | None = None) -> Any:
    """Run `batch/sql/<name>.sql` with its `$parameters` bound; returns the relation or None."""
    return database.execute(query(name), dict(parameters or {}))


def write_parquet(rows: pa.RecordBatchReader, schema: pa.Schema, path: Path) -> int:
    """Write rows as one Parquet file of exactly `schema`; returns how many.

    The file appears under its name only when it is complete, so a reader never meets half of it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    count = 0
    try:
        # Feast reads a list's type from its spelling, and knows `list<item: string>` only.
        options = {"write_page_checksum": True, "use_compliant_nested_type": False}
        with pq.ParquetWriter(unfinished, schema, compression="zstd", **options) as writer:
            for batch in rows:
                table = pa.Table.from_batches([batch]).select(schema.names).cast(schema)
                writer.write_table(table, row_group_size=ROW_GROUP)
                count += len(batch)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return count
