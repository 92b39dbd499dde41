"""Where features come from: Parquet under HEED_HOME/features, by `heed backfill`; intents are pushed."""

from feast import FileSource, PushSource

from catalog.settings import home_settings

FEATURES = home_settings().home.resolve() / "features"

user_behavior_source = FileSource(
    name="user_behavior_source",
    path=str(FEATURES / "user_behavior.parquet"),
    timestamp_field="event_timestamp",
    description="The passive features of each person, one row after each event.",
)

user_intent_source = FileSource(
    name="user_intent_source",
    path=str(FEATURES / "user_intent.parquet"),
    timestamp_field="event_timestamp",
    description="The active intent of each person, one row after each command.",
)

user_intent_push = PushSource(
    name="user_intent_push",
    batch_source=user_intent_source,
    description="Intents as they change; the sink writes them from the topic active-intents.",
)

item_popularity_source = FileSource(
    name="item_popularity_source",
    path=str(FEATURES / "item_popularity.parquet"),
    timestamp_field="event_timestamp",
    description="The demand for each item, one row after each event on it.",
)

item_profile_source = FileSource(
    name="item_profile_source",
    path=str(FEATURES / "item_profile.parquet"),
    timestamp_field="event_timestamp",
    description="What a page shows of each item.",
)
