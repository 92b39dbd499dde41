"""All passive features of one person: what `behavior-features` and the Feast view `user_behavior` hold."""

from __future__ import annotations

import msgspec

from streaming.events import BehaviorFeatures
from streaming.features.activity import Activity
from streaming.features.category_affinity import CategoryAffinity
from streaming.features.counts import Counts
from streaming.features.number_mean import NumberMean
from streaming.features.observation import ItemFacts, Observation
from streaming.features.rating import Rating
from streaming.features.recent_items import RecentItems
from streaming.features.repeats import Repeats
from streaming.features.seen_items import SeenItems


class BehaviorState(msgspec.Struct, array_like=True):
    """The state of every feature of one person; goes to bytes with `msgspec.msgpack`."""

    category_affinity: CategoryAffinity
    number_mean: NumberMean
    counts: Counts = msgspec.field(default_factory=Counts)
    rating: Rating = msgspec.field(default_factory=Rating)
    activity: Activity = msgspec.field(default_factory=Activity)
    recent_items: RecentItems = msgspec.field(default_factory=RecentItems)
    seen_items: SeenItems = msgspec.field(default_factory=SeenItems)
    repeats: Repeats = msgspec.field(default_factory=Repeats)

    @classmethod
    def empty(cls, facts: ItemFacts) -> BehaviorState:
        """Return the state of somebody who has done nothing."""
        return cls(CategoryAffinity.of(facts.category_count), NumberMean.of(facts.number_count))


def observe_behavior(state: BehaviorState, seen: Observation) -> None:
    """Take one event into every feature."""
    state.counts.update(seen)
    state.rating.update(seen)
    state.activity.update(seen)
    state.category_affinity.update(seen)
    state.number_mean.update(seen)
    state.recent_items.update(seen)
    state.seen_items.update(seen)


def behavior_features(user_id: str, state: BehaviorState) -> BehaviorFeatures:
    """Return the features as of the newest event."""
    counts = state.counts
    return BehaviorFeatures(
        user_id=user_id,
        event_count=counts.event_count,
        positive_count=counts.positive_count,
        rating_count=state.rating.count,
        rating_mean=state.rating.get(),
        activity_30d=state.activity.get(counts.last_event_at),
        category_affinity=state.category_affinity.get(counts.last_event_at),
        number_mean=state.number_mean.get(),
        number_count=tuple(state.number_mean.counts),
        recent_item_ids=state.recent_items.get(),
        seen_item_ids=state.seen_items.get(),
        last_event_at=counts.last_event_at,
        version=counts.version,
    )
