"""How much an item is in demand: what `item-popularity` and the Feast view of that name hold."""

from __future__ import annotations

import msgspec

from streaming.events import ItemPopularity
from streaming.features.counts import Counts
from streaming.features.decayed import DecayedSum, fade
from streaming.features.observation import MICROSECONDS_PER_DAY, Observation
from streaming.features.rating import Rating

HALF_LIFE = 30 * MICROSECONDS_PER_DAY
# 2020. A weight as of here is a double for 80 years before and after.
ORIGIN = 18_262 * MICROSECONDS_PER_DAY


class PopularityState(msgspec.Struct, array_like=True):
    """The state of every feature of one item.

    Examples
    --------
    >>> state = PopularityState()
    >>> for day, kind, signal in [(0, "watch", 0.6), (30, "watch", 0.6), (60, "skip", -0.3)]:
    ...     observe_popularity(state, Observation("6", kind, None, signal, day * MICROSECONDS_PER_DAY))
    >>> popularity = item_popularity("6", state)
    >>> popularity.event_count, popularity.positive_count, popularity.popularity_30d
    (3, 2, 0.75)
    """

    counts: Counts = msgspec.field(default_factory=Counts)
    rating: Rating = msgspec.field(default_factory=Rating)
    positives: DecayedSum = msgspec.field(default_factory=DecayedSum)


class Demand(msgspec.Struct, frozen=True):
    """What events on one item come to, so that it can be added up before the item's state is touched.

    Each is a sum but for the last, which is the newest. `positives` has the weights of the events that speak
    for the item as of `ORIGIN`: told from one moment, they can be added in any order (forward decay).
    """

    event_count: int
    positive_count: int
    rating_count: int
    rating_total: float
    positives: float
    last_event_at: int


def demand_of(seen: Observation) -> Demand:
    """Return what one event comes to."""
    speaks_for = seen.signal > 0
    rated = seen.kind == "rate" and seen.value is not None
    return Demand(
        event_count=1,
        positive_count=int(speaks_for),
        rating_count=int(rated),
        rating_total=float(seen.value or 0.0) if rated else 0.0,
        positives=fade(ORIGIN - seen.at, HALF_LIFE) if speaks_for else 0.0,
        last_event_at=seen.at,
    )


def take_demand(state: PopularityState, demand: Demand) -> None:
    """Take events on the item in at once: the same as `observe_popularity` of one after the other."""
    state.counts.version += demand.event_count
    state.counts.event_count += demand.event_count
    state.counts.positive_count += demand.positive_count
    state.counts.last_event_at = max(state.counts.last_event_at, demand.last_event_at)
    state.rating.count += demand.rating_count
    state.rating.total += demand.rating_total
    if demand.positive_count:
        as_of_last = demand.positives * fade(demand.last_event_at - ORIGIN, HALF_LIFE)
        state.positives.update(as_of_last, demand.last_event_at, HALF_LIFE)


def is_demand(kind: str) -> bool:
    """Say whether a deed counts for the item; to be shown, which nobody asked for, does not.

    Impressions are the most frequent of all events, and would change nothing here but the version.
    """
    return kind != "impression"


def observe_popularity(state: PopularityState, seen: Observation) -> None:
    """Take one event on the item in."""
    if not is_demand(seen.kind):
        return
    state.counts.update(seen)
    state.rating.update(seen)
    if seen.signal > 0:
        state.positives.update(1.0, seen.at, HALF_LIFE)


def item_popularity(item_id: str, state: PopularityState) -> ItemPopularity:
    """Return the item's demand as of the newest event on it."""
    counts = state.counts
    return ItemPopularity(
        item_id=item_id,
        event_count=counts.event_count,
        positive_count=counts.positive_count,
        rating_mean=state.rating.get(),
        popularity_30d=state.positives.get(counts.last_event_at, HALF_LIFE),
        last_event_at=counts.last_event_at,
        version=counts.version,
    )
