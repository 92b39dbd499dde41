"""A consumer of whole topics, for parts of which one process runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from streaming.errors import BrokerUnreachableError
from streaming.settings import streaming_settings
from streaming.topics import Topic


def consumer_of(
    topics: Sequence[Topic], group: str, *, most_records: int, from_beginning: bool = False
) -> Any:
    """Return a consumer of all partitions of the topics; a group's rebalancing would take seconds.

    It goes on where the group committed, else from the beginning; committing is the caller's.

    Raises
    ------
    BrokerUnreachableError
        If no broker answers.
    """
    from kafka import KafkaConsumer, TopicPartition
    from kafka.errors import KafkaError

    settings = streaming_settings()
    try:
        consumer = KafkaConsumer(
            bootstrap_servers=settings.bootstrap_servers.split(","),
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_poll_records=most_records,
        )
    except KafkaError as error:
        raise BrokerUnreachableError(settings.bootstrap_servers) from error
    consumer.assign(
        [
            TopicPartition(topic.name, partition)
            for topic in topics
            for partition in sorted(consumer.partitions_for_topic(topic.name))
        ]
    )
    if from_beginning:
        consumer.seek_to_beginning()
    return consumer
