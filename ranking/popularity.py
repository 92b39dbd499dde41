"""How much each item is in demand, over the whole catalogue, in arrays that are swapped as one."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from catalog.items import Catalog
from ranking.interactions import Floats, Ints

if TYPE_CHECKING:
    from feast import FeatureStore

POPULARITY_HALF_LIFE_DAYS = 30.0
# The weight of what was always liked, in decayed events. The embedded films had some 200 to 1,100 a month.
PRIOR = 100.0
# Feast costs some 30 us an item, so a refresh reads what is in demand, and of the others a part in turn.
HOTTEST, PART = 200, 800

_COUNTED = ("event_count", "positive_count", "rating_mean", "popularity_30d")

_MICROSECONDS_PER_DAY = 86_400_000_000


@dataclass(frozen=True, eq=False)
class Popularity:
    """The view `item_popularity` over some items: the whole catalogue, or the rows that `of` has picked.

    Attributes
    ----------
    event_count, positive_count, rating_mean : float32[n]
        As the contract "Passive features" has them.
    demand_share : float32[n]
        The item's part in the demand at one moment (`demand_shares`).
    """

    event_count: Floats
    positive_count: Floats
    rating_mean: Floats
    demand_share: Floats

    def __len__(self) -> int:
        return len(self.event_count)

    def of(self, items: Ints) -> Popularity:
        """Return the rows of `items` (int32[k]), in their order."""
        return Popularity(
            event_count=self.event_count[items],
            positive_count=self.positive_count[items],
            rating_mean=self.rating_mean[items],
            demand_share=self.demand_share[items],
        )


def no_popularity(items: int) -> Popularity:
    """Return the popularity of a catalogue of which nobody has used anything yet."""
    zeros = np.zeros(items, dtype=np.float32)
    return Popularity(zeros, zeros, zeros, zeros)


def demand_shares(popularity_30d: NDArray[np.float64], positive_count: NDArray[np.float64]) -> Floats:
    r"""Return each item's part in the demand: float32[n], summing to 1, or to 0 where nothing was ever liked.

    With :math:`d_i` the decayed and :math:`c_i` the plain count of approval and :math:`\kappa` the prior,

    .. math:: s_i = \frac{d_i + \kappa\, c_i / \sum_j c_j}{\sum_j d_j + \kappa}

    A part and not a count, because a month without any event says nothing about one item; drawn towards what
    was always liked, because after such a month the first click would otherwise be all the demand there is.

    Parameters
    ----------
    popularity_30d, positive_count : float64[n]
        Of the whole catalogue, the former brought to the moment in question.
    """
    lasting = positive_count / max(float(positive_count.sum()), 1.0)
    shares: Floats = ((popularity_30d + PRIOR * lasting) / (popularity_30d.sum() + PRIOR)).astype(np.float32)
    return shares


class PopularityTable:
    """The newest row of `item_popularity` of every item, read in bulk and refreshed a part at a time.

    Parameters
    ----------
    catalog : Catalog
    store : FeatureStore, optional
        Where `refresh` reads; not to be shared with another thread. Without one, what `load` found stays.

    Examples
    --------
    `table.load(path)` once at the start, and then `feed.refresh(table.refresh())` every half minute.
    """

    def __init__(self, catalog: Catalog, store: FeatureStore | None = None) -> None:
        count = len(catalog)
        self._catalog = catalog
        self._store = store
        self._counts = np.zeros((count, len(_COUNTED)), dtype=np.float64)
        self._updated_at = np.zeros(count, dtype=np.int64)
        self._next = 0

    def load(self, path: Path) -> Popularity:
        """Read the offline table, where there is one: the state after everything that was backfilled."""
        if path.is_file():
            table = pq.read_table(path, columns=["item_id", "event_timestamp", "version", *_COUNTED])
            items = self._catalog.indices_of(table["item_id"])
            rows = np.lexsort((table["version"].to_numpy(), items))
            # The last of each item in the order of versions; -1 are items that the catalogue does not hold.
            newest = rows[np.append(items[rows][1:] != items[rows][:-1], True)]
            newest = newest[items[newest] >= 0]
            times = table["event_timestamp"].cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy()
            for column, name in enumerate(_COUNTED):
                self._counts[items[newest], column] = table[name].to_numpy()[newest]
            self._updated_at[items[newest]] = times[newest]
        return self.current()

    def refresh(self) -> Popularity:
        """Read the items most in demand and the next part of the others from the online store."""
        if self._store is not None and len(self._catalog):
            hottest = np.argsort(-self.current().demand_share, kind="stable")[:HOTTEST]
            turn = np.arange(self._next, self._next + PART) % len(self._catalog)
            self._next = (self._next + PART) % len(self._catalog)
            self._read(np.union1d(hottest, turn))
        return self.current()

    def current(self) -> Popularity:
        """Return the arrays as of now; a later refresh does not change them."""
        event_count, positive_count, rating_mean, stored = self._counts.T
        age = np.maximum(time.time() * 1e6 - self._updated_at, 0)
        popularity_30d = stored * np.exp2(-age / _MICROSECONDS_PER_DAY / POPULARITY_HALF_LIFE_DAYS)
        return Popularity(
            event_count=event_count.astype(np.float32),
            positive_count=positive_count.astype(np.float32),
            rating_mean=rating_mean.astype(np.float32),
            demand_share=demand_shares(popularity_30d, positive_count),
        )

    def _read(self, items: NDArray[np.int64]) -> None:
        if self._store is None:
            return
        answer = self._store.get_online_features(
            features=[f"item_popularity:{name}" for name in _COUNTED],
            entity_rows=[{"item_id": self._catalog.item_ids[item]} for item in items],
        ).to_dict(include_event_timestamps=True)
        known = np.array([count is not None for count in answer["event_count"]], dtype=np.bool_)
        rows = items[known]
        for column, name in enumerate(_COUNTED):
            self._counts[rows, column] = [value for value in answer[name] if value is not None]
        seconds = np.array(answer["event_count__ts"], dtype=np.int64)
        self._updated_at[rows] = seconds[known] * 1_000_000
