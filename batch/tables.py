"""The offline tables: their columns and where they lie. Feast, DuckDB and pandas all read these files.

Times are microseconds in UTC: Feast's DuckDB store cannot cast nanoseconds with a zone. In each history
table `(key, event_timestamp)` is unique, because an ASOF join picks among equal times arbitrarily.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from catalog.domain import Domain
from catalog.tables import arrow_type

MOMENT = pa.timestamp("us", tz="UTC")
EMBEDDING_WIDTH = 64


@dataclass(frozen=True)
class Table:
    """An offline table: `key` names its entity; one row per key and `event_timestamp`."""

    name: str
    key: str
    schema: pa.Schema


USER_BEHAVIOR = Table(
    "user_behavior",
    "user_id",
    pa.schema(
        [
            ("user_id", pa.string()),
            ("event_timestamp", MOMENT),
            ("event_count", pa.int64()),
            ("positive_count", pa.int64()),
            ("rating_count", pa.int64()),
            ("rating_mean", pa.float64()),
            ("activity_30d", pa.float64()),
            ("category_affinity", pa.list_(pa.float64())),
            ("number_mean", pa.list_(pa.float64())),
            ("number_count", pa.list_(pa.int64())),
            # Null in all but a person's newest row; `batch.history` gives them as of any moment.
            ("recent_item_ids", pa.list_(pa.string())),
            ("seen_item_ids", pa.list_(pa.string())),
            ("last_event_at", pa.int64()),
            ("version", pa.int64()),
        ]
    ),
)

ITEM_POPULARITY = Table(
    "item_popularity",
    "item_id",
    pa.schema(
        [
            ("item_id", pa.string()),
            ("event_timestamp", MOMENT),
            ("event_count", pa.int64()),
            ("positive_count", pa.int64()),
            ("rating_mean", pa.float64()),
            ("popularity_30d", pa.float64()),
            ("version", pa.int64()),
        ]
    ),
)

USER_INTENT = Table(
    "user_intent",
    "user_id",
    pa.schema(
        [
            ("user_id", pa.string()),
            ("event_timestamp", MOMENT),
            ("intent", pa.string()),
            ("version", pa.int64()),
            ("last_command_id", pa.string()),
            ("recent_command_ids", pa.list_(pa.string())),
            ("positive_hard", pa.int64()),
            ("positive_soft", pa.int64()),
            ("negative_hard", pa.int64()),
            ("negative_soft", pa.int64()),
            ("positive_embedding", pa.list_(pa.float32())),
            ("negative_embedding", pa.list_(pa.float32())),
        ]
    ),
)


def item_profile(domain: Domain) -> Table:
    """Return the table of a domain's display fields: a list where a field is multi-valued."""
    fields = [(field.name, arrow_type(field)) for field in domain.fields if field.display]
    return Table(
        "item_profile", "item_id", pa.schema([("item_id", pa.string()), ("event_timestamp", MOMENT), *fields])
    )


def table_path(home: Path, name: str) -> Path:
    """Return where an offline feature table lies."""
    return home / "features" / f"{name}.parquet"
