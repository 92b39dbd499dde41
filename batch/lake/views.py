"""Reading the lake: the messages as they were, and one DuckDB view per topic with its events' fields."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds

from batch.database import run
from batch.errors import LakeError
from batch.lake.files import MESSAGES, lake_files
from catalog.settings import home_settings

# The topics that have a view of their own under `batch/sql/lake/`.
VIEWS = (
    "user-commands",
    "user-behaviors",
    "active-intents",
    "behavior-features",
    "item-popularity",
    "feed-impressions",
    "teacher-requests",
    "teacher-answers",
    "dead-letters",
)


def messages(topic: str, home: Path | None = None) -> pa.RecordBatchReader:
    """Return every message of a topic by partition and offset: the columns of `batch.lake.files.MESSAGES`.

    Raises
    ------
    TableFileError
        If a file is half-written or damaged, naming it.
    """
    paths = [str(file.path) for file in lake_files(home or home_settings().home, topic)]
    if not paths:
        return MESSAGES.empty_table().to_reader()
    reader: pa.RecordBatchReader = ds.dataset(paths, schema=MESSAGES).scanner().to_reader()
    return reader


def read(
    database: duckdb.DuckDBPyConnection, topic: str, home: Path | None = None
) -> duckdb.DuckDBPyRelation:
    """Make a view of a topic's events and return it; it is called as the topic, with `_` for `-`.

    Every view has `partition`, `kafka_offset`, `appended_at` and the fields of the event; a message that is
    no JSON object has nulls there. `<view>_log` holds the messages byte for byte.

    Examples
    --------
    >>> from batch.database import connect
    >>> read(connect(), "user-commands", Path("/nowhere")).columns[:4]
    ['partition', 'kafka_offset', 'appended_at', 'command_id']
    """
    if topic not in VIEWS:
        raise LakeError(f"The lake has no view of '{topic}'; use one of {', '.join(VIEWS)}.")
    paths = [str(file.path) for file in lake_files(home or home_settings().home, topic)]
    name = topic.replace("-", "_")
    log = ds.dataset(paths, schema=MESSAGES) if paths else MESSAGES.empty_table()
    database.register(f"{name}_log", log)
    run(database, f"lake/{name}")
    return database.table(name)
