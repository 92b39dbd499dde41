"""The rolling features: one small object per file with `update` and `get`, and what composes them.

`update` takes one `Observation`, `get` returns the value as of a moment. The state of each is a msgspec
struct, so that a composition goes to bytes and back in one call. `batch/sql/` computes the same from the
lake, in the same order: that of arrival.
"""

from streaming.features.behavior import BehaviorState, behavior_features, observe_behavior
from streaming.features.observation import ItemFacts, Observation
from streaming.features.popularity import PopularityState, is_demand, item_popularity, observe_popularity

__all__ = [
    "BehaviorState",
    "ItemFacts",
    "Observation",
    "PopularityState",
    "behavior_features",
    "is_demand",
    "item_popularity",
    "observe_behavior",
    "observe_popularity",
]
