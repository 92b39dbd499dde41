"""Five plants and what people did with them: values for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from batch.lake.files import MESSAGES, Span, file_path, topic_folder, write
from catalog.columns import CategoryColumn, NumberColumn, TextColumn
from catalog.domain import parse_domain
from catalog.items import Catalog
from catalog.tables import INTERACTIONS

DOMAIN = """
name: plants
item: plant
items: plants
affinity_field: colour
fields:
  - {name: title, type: text}
  - {name: colour, type: category, multi: true, values: {red: [], green: [], blue: []}}
  - {name: price, type: number}
  - {name: height, type: number}
  - {name: latin, type: text}
"""


def plants() -> Catalog:
    """`e` has no colour and no numbers; nothing has a latin name."""
    return Catalog(
        parse_domain(DOMAIN),
        ["a", "b", "c", "d", "e"],
        {
            "title": TextColumn.of(["Rose", "Fern", "Iris", "Poppy", "Moss"]),
            "colour": CategoryColumn.of(
                [["red"], ["green"], ["blue", "green"], ["red", "blue"], []], ["red", "green", "blue"]
            ),
            "price": NumberColumn(np.array([10.0, 20.0, np.nan, 5.0, np.nan])),
            "height": NumberColumn(np.array([50.0, np.nan, 60.0, 40.0, np.nan])),
        },
    )


def moment(seconds: float) -> datetime:
    """Return a moment `seconds` after the beginning of 2020."""
    return datetime.fromtimestamp(1_577_836_800 + seconds, UTC)


def interactions(rows: Iterable[tuple[Any, ...]]) -> pa.Table:
    """Return rows `(user, item, kind, value, seconds)` as a table of interactions."""
    named = [dict(zip(INTERACTIONS.names, (*row[:4], moment(row[4])), strict=True)) for row in rows]
    return pa.Table.from_pylist(named, schema=INTERACTIONS)


def put_in_lake(home: Path, topic: str, events: Sequence[tuple[object, float]], partition: int = 0) -> Path:
    """Write events `(value, seconds)` as one file of the lake; bytes go in as they are, the rest as JSON."""
    rows = [
        {
            "partition": partition,
            "kafka_offset": offset,
            "appended_at": moment(seconds),
            "key": b"key",
            "value": value if isinstance(value, bytes) else msgspec.json.encode(value),
        }
        for offset, (value, seconds) in enumerate(events)
    ]
    span = Span(partition, 0, max(0, len(rows) - 1))
    path = file_path(topic_folder(home, topic), date(2020, 1, 1), span)
    write(path, topic, "a-cluster", pa.Table.from_pylist(rows, schema=MESSAGES))
    return path
