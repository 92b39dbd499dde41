"""The topics: names, what is kept of them, and their creation.

`user-commands`, `user-behaviors` and `teacher-answers` are kept for ever, because they are the truth that
everything else can be computed from again; the compacted topics keep the newest value of each key, which is
all that a store needs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from streaming.errors import BrokerUnreachableError
from streaming.settings import streaming_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

KEEP_FOR_EVER: Mapping[str, str] = {"cleanup.policy": "delete", "retention.ms": "-1"}
# The broker's clock, not the producer's, says when an event came: an event of the future is told by it.
FROM_STRANGERS: Mapping[str, str] = {**KEEP_FOR_EVER, "message.timestamp.type": "LogAppendTime"}
# Without a small segment and a low dirty ratio a quiet topic is never compacted, and a rebuild reads it all.
NEWEST_OF_EACH_KEY: Mapping[str, str] = {
    "cleanup.policy": "compact",
    "segment.ms": "3600000",
    "min.cleanable.dirty.ratio": "0.2",
}
THIRTY_DAYS: Mapping[str, str] = {"cleanup.policy": "delete", "retention.ms": str(30 * 24 * 3600 * 1000)}


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: its name, its key, its configuration; `partitions` None takes the setting."""

    name: str
    key: str
    config: Mapping[str, str] = field(hash=False)
    partitions: int | None = None


USER_COMMANDS = Topic("user-commands", "user_id", FROM_STRANGERS)
USER_BEHAVIORS = Topic("user-behaviors", "user_id", FROM_STRANGERS)
ACTIVE_INTENTS = Topic("active-intents", "user_id", NEWEST_OF_EACH_KEY)
BEHAVIOR_FEATURES = Topic("behavior-features", "user_id", NEWEST_OF_EACH_KEY)
ITEM_POPULARITY = Topic("item-popularity", "item_id", NEWEST_OF_EACH_KEY)
FEED_IMPRESSIONS = Topic("feed-impressions", "user_id", KEEP_FOR_EVER)
TEACHER_REQUESTS = Topic("teacher-requests", "user_id", THIRTY_DAYS)
# Kept like the commands that they explain: the memory is computed from both.
TEACHER_ANSWERS = Topic("teacher-answers", "user_id", FROM_STRANGERS)
DEAD_LETTERS = Topic("dead-letters", "key of the rejected message", THIRTY_DAYS, partitions=1)

TOPICS: tuple[Topic, ...] = (
    USER_COMMANDS,
    USER_BEHAVIORS,
    ACTIVE_INTENTS,
    BEHAVIOR_FEATURES,
    ITEM_POPULARITY,
    FEED_IMPRESSIONS,
    TEACHER_REQUESTS,
    TEACHER_ANSWERS,
    DEAD_LETTERS,
)


def ensure_topics(bootstrap_servers: str | None = None) -> tuple[str, ...]:
    """Create the topics that do not exist yet and return their names; what exists is left as it is.

    Raises
    ------
    BrokerUnreachableError
        If no broker answers.
    """
    from kafka.admin import KafkaAdminClient
    from kafka.errors import (
        BrokerNotAvailableError,
        KafkaConnectionError,
        KafkaTimeoutError,
        TopicAlreadyExistsError,
    )

    settings = streaming_settings()
    bootstrap = bootstrap_servers or settings.bootstrap_servers
    try:
        admin = KafkaAdminClient(bootstrap_servers=bootstrap, bootstrap_timeout_ms=10_000)
    except (BrokerNotAvailableError, KafkaConnectionError, KafkaTimeoutError) as error:
        raise BrokerUnreachableError(bootstrap) from error
    try:
        existing = set(admin.list_topics())
        missing = {
            topic.name: {
                "num_partitions": topic.partitions or settings.topic_partitions,
                "replication_factor": settings.topic_replication,
                "configs": dict(topic.config),
            }
            for topic in TOPICS
            if topic.name not in existing
        }
        for name, options in missing.items():
            try:
                admin.create_topics({name: options}, wait_for_metadata=True)
            except TopicAlreadyExistsError:
                # Two parts that start together both find it missing; one of them creates it.
                continue
        return tuple(missing)
    finally:
        admin.close()
