"""How much each item is in demand, over the whole catalogue, in arrays that are swapped as one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ranking.interactions import Floats, Ints

POPULARITY_HALF_LIFE_DAYS = 30.0

_MICROSECONDS_PER_DAY = 86_400_000_000


@dataclass(frozen=True, eq=False)
class Popularity:
    """The view `item_popularity` over some items: the whole catalogue, or the rows that `of` has picked.

    Attributes
    ----------
    event_count, positive_count, rating_mean : float32[n]
        As the contract "Passive features" has them.
    demand_share : float32[n]
        The item's part in all decayed positive events (`popularity_30d`, brought to one moment), in [0, 1].
        A share and not a count, because a fortnight without a single event says nothing about any one item.
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


def demand_shares(popularity_30d: NDArray[np.float64], updated_at: NDArray[np.int64]) -> Floats:
    """Return each item's part in the demand: float32[n], summing to 1 (all 0 where there is none).

    Parameters
    ----------
    popularity_30d : float64[n]
        Decayed counts as of each item's own last event.
    updated_at : int64[n]
        That event's time, microseconds since 1970; anything where the count is 0.
    """
    used = popularity_30d > 0
    shares = np.zeros(len(popularity_30d), dtype=np.float32)
    if used.any():
        # Brought to the newest event and not to the clock: far from both, every count is zero in float64.
        age_days = (updated_at[used].max() - updated_at[used]) / _MICROSECONDS_PER_DAY
        now = popularity_30d[used] * np.exp2(-age_days / POPULARITY_HALF_LIFE_DAYS)
        shares[used] = now / now.sum()
    return shares
