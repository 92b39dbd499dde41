"""The passive features of everybody, computed again from everything that happened.

The same definitions as `streaming/features/`, as SQL over the loaded interactions and the lake; a test holds
the two equal on random streams. Run it after a load, after a lake sync, or to repair an online store.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
import pyarrow as pa

from batch.behaviors import BEHAVIORS, lake_behaviors
from batch.database import connect, query, run, write_parquet
from batch.errors import BatchError
from batch.intents import intent_rows
from batch.items import item_facts, profile_rows
from batch.tables import ITEM_POPULARITY, USER_BEHAVIOR, USER_INTENT, Table, item_profile, table_path
from catalog.errors import CatalogError
from catalog.items import Catalog
from catalog.settings import home_settings
from catalog.signal import signal
from catalog.store import data_folder, load_catalog, load_interactions
from catalog.tables import INTERACTIONS
from streaming.features import activity, category_affinity, popularity, recent_items, seen_items

# The stream's own numbers, in microseconds and items: there is no second place to change them.
ACTIVITY_HALF_LIFE_US = activity.HALF_LIFE
POPULARITY_HALF_LIFE_US = popularity.HALF_LIFE
AFFINITY_HALF_LIFE_US = category_affinity.HALF_LIFE
RECENT_LENGTH = recent_items.LENGTH
SEEN_LENGTH = seen_items.LENGTH
SEEN_KINDS = tuple(sorted(seen_items.KINDS))


@dataclass(frozen=True)
class BackfillReport:
    """What was written: rows by table, the events that they were computed from, and the seconds it took."""

    events: int
    rows: Mapping[str, int]
    seconds: float


def backfill(home: Path | None = None) -> BackfillReport:
    """Compute every feature table from the loaded catalogue and the lake, and write it under `home/features`.

    Raises
    ------
    TableFileError
        If a file of the lake is half-written or damaged.
    NotLoadedError, CorruptDataError
        If there is no catalogue, or it cannot be read.
    """
    folder = home or home_settings().home
    # The store builds the embedded films by itself, but only in its own home.
    place = None if folder == home_settings().home else folder / "data" / data_folder().name
    catalog, interactions = load_catalog(place), load_interactions(place)
    started = perf_counter()
    with closing(connect()) as database:
        report = backfill_tables(database, catalog, interactions, lake_behaviors(catalog, folder), folder)
    intents = write_parquet(
        intent_rows(folder).to_reader(), USER_INTENT.schema, table_path(folder, USER_INTENT.name)
    )
    rows = {**report.rows, USER_INTENT.name: intents}
    return replace(report, rows=rows, seconds=perf_counter() - started)


def backfill_tables(
    database: duckdb.DuckDBPyConnection,
    catalog: Catalog,
    interactions: pa.Table,
    behaviors: pa.Table,
    home: Path,
) -> BackfillReport:
    """Compute every feature table but `user_intent` and write it under `home/features`.

    Parameters
    ----------
    database : duckdb connection
        An empty one from `batch.database.connect`.
    catalog : Catalog
        The items that the events are about; an event on an item that it does not hold counts, without values.
    interactions : pyarrow.Table of `INTERACTIONS`
        What happened before there was a stream, in any order.
    behaviors : pyarrow.Table of `BEHAVIORS`
        What came through the stream.
    """
    started = perf_counter()
    prepare(database, catalog, interactions, behaviors)
    rows = {
        "user_behavior": _write(database, USER_BEHAVIOR, {"half_life_us": ACTIVITY_HALF_LIFE_US}, home),
        "item_popularity": _write(database, ITEM_POPULARITY, {"half_life_us": POPULARITY_HALF_LIFE_US}, home),
        "item_profile": write_parquet(
            profile_rows(catalog).to_reader(),
            item_profile(catalog.domain).schema,
            table_path(home, "item_profile"),
        ),
    }
    # fetchall: DuckDB refuses other work on a connection that has rows left to fetch.
    ((events,),) = database.execute("SELECT count(*) FROM events").fetchall()
    return BackfillReport(events, rows, perf_counter() - started)


def prepare(
    database: duckdb.DuckDBPyConnection, catalog: Catalog, interactions: pa.Table, behaviors: pa.Table
) -> None:
    """Leave `events` and the steps of the features in the database as temporary tables."""
    facts = item_facts(catalog)
    database.register("interactions", interactions.select(INTERACTIONS.names))
    database.register("behaviors", behaviors.select(BEHAVIORS.names))
    database.register("item_values", facts.values)
    database.register("item_numbers", facts.numbers)
    database.register("signals", _signals(database))
    run(database, "events")
    run(
        database,
        "user_affinity",
        {"value_count": facts.value_count, "half_life_us": AFFINITY_HALF_LIFE_US},
    )
    run(database, "user_numbers", {"number_count": facts.number_count})
    run(
        database,
        "user_lists",
        {"recent_length": RECENT_LENGTH, "seen_length": SEEN_LENGTH, "seen_kinds": list(SEEN_KINDS)},
    )


def _signals(database: duckdb.DuckDBPyConnection) -> pa.Table:
    """Return `(kind, value, signal)` for each pair that occurs: `catalog.signal` is the one definition."""
    pairs = database.execute(
        "SELECT DISTINCT kind, value FROM interactions UNION SELECT DISTINCT kind, value FROM behaviors"
    ).fetchall()
    return pa.table(
        {
            "kind": pa.array([kind for kind, _ in pairs], pa.string()),
            "value": pa.array([value for _, value in pairs], pa.float64()),
            "signal": pa.array([signal(kind, value) for kind, value in pairs], pa.float64()),
        }
    )


def _write(
    database: duckdb.DuckDBPyConnection, table: Table, parameters: Mapping[str, Any], home: Path
) -> int:
    rows = database.sql(query(table.name), params=dict(parameters)).to_arrow_reader()
    return write_parquet(rows, table.schema, table_path(home, table.name))


def main() -> int:
    """`python -m batch.backfill`: compute every table and say how many rows each has."""
    try:
        report = backfill()
    except (BatchError, CatalogError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    tables = ", ".join(f"{name} {rows:,}" for name, rows in report.rows.items())
    sys.stdout.write(f"{report.events:,} events in {report.seconds:.1f} s: {tables}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
