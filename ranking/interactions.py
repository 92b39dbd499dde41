"""The interaction log as arrays: who did what with which item, when, and what it says of taste."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from catalog.items import Catalog
from catalog.signal import signal

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Interactions:
    """Interactions in the order of time; events on items that the catalogue does not hold are left out.

    Attributes
    ----------
    users : int32[e]
        Position in `user_ids`.
    items : int32[e]
        Index in the catalogue.
    signals : float32[e]
        What the event says of taste, in [-1, 1] (`catalog.signal`).
    times : int64[e]
        Microseconds since 1970, ascending; events of one instant keep the order of the log.
    user_ids : tuple of str
        Every user that occurs, sorted.
    """

    users: Ints
    items: Ints
    signals: Floats
    times: Longs
    user_ids: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.items)

    def where(self, mask: Bools) -> Interactions:
        """Return the events where `mask` (bool[e]) holds; users keep their numbers."""
        return Interactions(
            users=self.users[mask],
            items=self.items[mask],
            signals=self.signals[mask],
            times=self.times[mask],
            user_ids=self.user_ids,
        )

    def before(self, time: int) -> Interactions:
        """Return the events strictly before `time` (microseconds since 1970)."""
        return self.where(self.times < time)

    def time_at(self, share: float) -> int:
        """Return the time before which a `share` of all events lies."""
        return int(self.times[min(len(self) - 1, int(share * len(self)))])


def interactions_of(table: pa.Table, catalog: Catalog) -> Interactions:
    """Read a table of `catalog.store.load_interactions` into arrays."""
    items = pc.fill_null(pc.index_in(table["item_id"], value_set=pa.array(catalog.item_ids, pa.string())), -1)
    known = np.asarray(items, dtype=np.int32)
    user_ids = pc.unique(table["user_id"]).sort()
    users = np.asarray(pc.index_in(table["user_id"], value_set=user_ids), dtype=np.int32)
    times = table["occurred_at"].cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy()
    order = np.argsort(times, kind="stable")
    order = order[known[order] >= 0]
    return Interactions(
        users=users[order],
        items=known[order],
        signals=_signals(table)[order],
        times=times[order],
        user_ids=tuple(user_ids.to_pylist()),
    )


def _signals(table: pa.Table) -> Floats:
    """Return `catalog.signal` per row; it is called once for each distinct (kind, value)."""
    kinds = table["kind"].combine_chunks().dictionary_encode()
    values = table["value"].to_numpy()
    codes = np.asarray(kinds.indices, dtype=np.int64)
    signals = np.zeros(len(table), dtype=np.float32)
    for code, kind in enumerate(kinds.dictionary.to_pylist()):
        rows = np.flatnonzero(codes == code)
        distinct, inverse = np.unique(values[rows], return_inverse=True, equal_nan=True)
        per_value = [signal(kind, None if np.isnan(value) else float(value)) for value in distinct]
        signals[rows] = np.asarray(per_value, dtype=np.float32)[inverse]
    return signals
