"""The interaction log as arrays: who did what with which item, when, and what it says of taste."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from catalog.items import Catalog
from catalog.signal import KINDS, signal

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
    kinds : int8[e]
        Position of the event's kind in `catalog.signal.KINDS`.
    signals : float32[e]
        What the event says of taste, in [-1, 1] (`catalog.signal`).
    stars : float32[e]
        The value of a `rate`, NaN for every other event.
    times : int64[e]
        Microseconds since 1970, ascending; events of one instant keep the order of the log.
    user_ids : tuple of str
        Every user that occurs, sorted.
    """

    users: Ints
    items: Ints
    kinds: NDArray[np.int8]
    signals: Floats
    stars: Floats
    times: Longs
    user_ids: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.items)

    def where(self, mask: Bools) -> Interactions:
        """Return the events where `mask` (bool[e]) holds; users keep their numbers."""
        return Interactions(
            users=self.users[mask],
            items=self.items[mask],
            kinds=self.kinds[mask],
            signals=self.signals[mask],
            stars=self.stars[mask],
            times=self.times[mask],
            user_ids=self.user_ids,
        )

    def of_kinds(self, *kinds: str) -> Bools:
        """Return bool[e]: which events are of one of these kinds."""
        return np.isin(self.kinds, [KINDS.index(kind) for kind in kinds])

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
    kinds, signals = _kinds_and_signals(table)
    order = np.argsort(times, kind="stable")
    order = order[known[order] >= 0]
    return Interactions(
        users=users[order],
        items=known[order],
        kinds=kinds[order],
        signals=signals[order],
        stars=np.where(kinds == KINDS.index("rate"), table["value"].to_numpy(), np.nan)[order].astype(
            np.float32
        ),
        times=times[order],
        user_ids=tuple(user_ids.to_pylist()),
    )


def _kinds_and_signals(table: pa.Table) -> tuple[NDArray[np.int8], Floats]:
    """Return the kind and the signal of each row; `signal` is called once per distinct (kind, value)."""
    named = table["kind"].combine_chunks().dictionary_encode()
    codes = np.asarray(named.indices, dtype=np.int64)
    values = table["value"].to_numpy()
    kinds = np.zeros(len(table), dtype=np.int8)
    signals = np.zeros(len(table), dtype=np.float32)
    for code, kind in enumerate(named.dictionary.to_pylist()):
        rows = np.flatnonzero(codes == code)
        distinct, inverse = np.unique(values[rows], return_inverse=True, equal_nan=True)
        per_value = [signal(kind, None if np.isnan(value) else float(value)) for value in distinct]
        signals[rows] = np.asarray(per_value, dtype=np.float32)[inverse]
        kinds[rows] = KINDS.index(kind)
    return kinds, signals
