"""The behaviours in the lake, read exactly as the stream reads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from batch.lake import messages
from catalog.items import Catalog
from catalog.tables import INTERACTIONS
from streaming.decode import Message, Rejected, decode_behavior
from streaming.features.repeats import Repeats
from streaming.topics import USER_BEHAVIORS

# An interaction with its place in the topic.
BEHAVIORS = pa.schema([*INTERACTIONS, ("partition", pa.int32()), ("kafka_offset", pa.int64())])


def lake_behaviors(catalog: Catalog, home: Path) -> pa.Table:
    """Return the behaviours that the stream accepts, by partition and offset: the columns of `BEHAVIORS`.

    The stream's own code decides: what its decoder sends to `dead-letters` and what its memory of event ids
    takes for a repeat is left out here too, and what it fills in (ids, times) is filled in here alike.
    """
    repeats: defaultdict[str, Repeats] = defaultdict(Repeats)
    batches = [_accepted(batch, catalog, repeats) for batch in messages(USER_BEHAVIORS.name, home)]
    return pa.Table.from_batches(batches, schema=BEHAVIORS)


def _accepted(batch: pa.RecordBatch, catalog: Catalog, repeats: Mapping[str, Repeats]) -> pa.RecordBatch:
    rows = []
    for message in _messages(batch):
        event = decode_behavior(message, lambda item_id: catalog.index_of(item_id) is not None)
        if not isinstance(event, Rejected) and not repeats[event.user_id].is_repeat(event.event_id):
            deed = (event.user_id, event.item_id, event.kind, event.value, event.occurred_at)
            rows.append((*deed, message.partition, message.offset))
    columns = list(zip(*rows, strict=True)) or [()] * len(BEHAVIORS)
    arrays = [pa.array(values, kind) for values, kind in zip(columns, BEHAVIORS.types, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=BEHAVIORS)


def _messages(batch: pa.RecordBatch) -> Iterator[Message]:
    names = ("partition", "kafka_offset", "key", "value", "appended_at")
    columns = (batch.column(name).to_pylist() for name in names)
    for partition, offset, key, value, appended_at in zip(*columns, strict=True):
        yield Message(USER_BEHAVIORS.name, partition, offset, key, value, appended_at)
