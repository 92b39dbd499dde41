"""The feature views. What each feature means is in docs/contracts.md, "Passive features"."""

from datetime import timedelta

from entities import item, user
from feast import FeatureView, Field
from feast.types import Array, Float32, Float64, Int64, String
from sources import (
    item_popularity_source,
    item_profile_source,
    user_behavior_source,
    user_intent_push,
)

# A taste does not expire. Feast takes zero for "no limit" as well, but then materialises one year only.
FOREVER = timedelta(days=36_500)

user_behavior = FeatureView(
    name="user_behavior",
    entities=[user],
    ttl=FOREVER,
    schema=[
        Field(name="event_count", dtype=Int64, description="events other than impressions"),
        Field(name="positive_count", dtype=Int64, description="events with signal > 0"),
        Field(name="rating_count", dtype=Int64, description="ratings given"),
        Field(name="rating_mean", dtype=Float64, description="their mean stars, 0 where none"),
        Field(name="activity_30d", dtype=Float64, description="decayed event count, half-life 30 days"),
        Field(
            name="category_affinity",
            dtype=Array(Float64),
            description="decayed signals per value of the affinity field, half-life 180 days",
        ),
        Field(name="number_mean", dtype=Array(Float64), description="mean of each number field, liked items"),
        Field(name="number_count", dtype=Array(Int64), description="liked items that knew the number"),
        Field(name="recent_item_ids", dtype=Array(String), description="last 50 liked items, newest last"),
        Field(name="seen_item_ids", dtype=Array(String), description="last 1,000 known items, newest last"),
        Field(name="last_event_at", dtype=Int64, description="microseconds since 1970"),
        Field(name="version", dtype=Int64, description="events applied"),
    ],
    source=user_behavior_source,
    description="Passive taste: what a person does.",
)

user_intent = FeatureView(
    name="user_intent",
    entities=[user],
    ttl=FOREVER,
    schema=[
        Field(name="intent", dtype=String, description="the canonical JSON (docs/intent-contract.md)"),
        Field(name="version", dtype=Int64, description="commands applied"),
        Field(name="last_command_id", dtype=String, description="the newest command applied"),
        Field(name="recent_command_ids", dtype=Array(String), description="the newest commands, newest last"),
        Field(name="positive_hard", dtype=Int64, description="wants that must hold"),
        Field(name="positive_soft", dtype=Int64, description="wants that tip the balance"),
        Field(name="negative_hard", dtype=Int64, description="what must not be shown"),
        Field(name="negative_soft", dtype=Int64, description="what is shown less"),
        Field(name="positive_embedding", dtype=Array(Float32), description="mean of the wants, 64 wide"),
        Field(name="negative_embedding", dtype=Array(Float32), description="mean of the rejections, 64 wide"),
    ],
    source=user_intent_push,
    description="Active taste: what a person says.",
)

item_popularity = FeatureView(
    name="item_popularity",
    entities=[item],
    ttl=FOREVER,
    schema=[
        Field(name="event_count", dtype=Int64, description="events other than impressions"),
        Field(name="positive_count", dtype=Int64, description="events with signal > 0"),
        Field(name="rating_mean", dtype=Float64, description="mean stars, 0 where none"),
        Field(name="popularity_30d", dtype=Float64, description="decayed positive events, half-life 30 days"),
        Field(name="version", dtype=Int64, description="events applied"),
    ],
    source=item_popularity_source,
    description="How much an item is in demand.",
)

# No schema here: it is the domain's display fields, which Feast reads from the file.
item_profile = FeatureView(
    name="item_profile",
    entities=[item],
    ttl=FOREVER,
    source=item_profile_source,
    description="What a page shows of an item.",
)
