"""The rolling features: one small object per file with `update` and `get`, and what composes them.

`update` takes one `Observation`, `get` returns the value as of a moment. The state of each is a msgspec
struct, so that a composition goes to bytes and back in one call. `batch/sql/` computes the same from the
lake, in the same order: that of arrival.
"""

from streaming.features.behavior import BehaviorState, behavior_features, observe_behavior
from streaming.features.observation import ItemFacts, Observation
from streaming.features.popularity import (
    Demand,
    PopularityState,
    demand_of,
    is_demand,
    item_popularity,
    observe_popularity,
    take_demand,
)

__all__ = [
    "BehaviorState",
    "Demand",
    "ItemFacts",
    "Observation",
    "PopularityState",
    "behavior_features",
    "demand_of",
    "is_demand",
    "item_popularity",
    "observe_behavior",
    "observe_popularity",
    "take_demand",
]
