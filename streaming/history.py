"""What happened before the stream began: the catalogue's interactions, by person or by item.

A job that meets a person (or an item) for the first time replays these through the same features. So the
stream goes on where the backfill ended, and both count the same events.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from catalog.signal import signal
from streaming.features.observation import ItemFacts, Observation

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa


class History:
    """Interactions in the order in which they happened, grouped by `key`.

    Parameters
    ----------
    interactions
        Columns `user_id, item_id, kind, value, occurred_at` (`catalog.store.load_interactions`).
    key
        What `of` looks up: "user_id" or "item_id".
    facts
        What the features need of each item.
    """

    def __init__(self, interactions: pa.Table, key: Literal["user_id", "item_id"], facts: ItemFacts) -> None:
        # The order of the backfill (batch/sql/events.sql), so that ties come out the same.
        order = [("occurred_at", "ascending"), ("user_id", "ascending"), ("item_id", "ascending")]
        ordered = interactions.sort_by([(key, "ascending"), *[one for one in order if one[0] != key]])
        keys = ordered.column(key).to_numpy(zero_copy_only=False)
        starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.empty(0, np.int64)
        ends = np.r_[starts[1:], len(keys)]
        self._slices = dict(
            zip(keys[starts].tolist(), zip(starts.tolist(), ends.tolist(), strict=True), strict=True)
        )
        self._rows = ordered.select(["item_id", "kind", "value", "occurred_at"])
        self._facts = facts

    def of(self, key: str) -> Iterator[Observation]:
        """Yield what happened to one person or item, oldest first; nothing for one that is unknown."""
        start, end = self._slices.get(key, (0, 0))
        rows = self._rows.slice(start, end - start)
        times = rows.column("occurred_at").cast("int64").to_pylist()
        columns = (rows.column(name).to_pylist() for name in ("item_id", "kind", "value"))
        for item_id, kind, value, at in zip(*columns, times, strict=True):
            yield Observation(item_id, kind, value, signal(kind, value), at, *self._facts.of(item_id))
