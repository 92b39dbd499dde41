"""The sink (`python -m streaming.feast_sink`): intents and features from the topics to Feast's online store.

Two consumers, one writer: intents have a consumer of their own, so that a person's command never queues
behind a thousand clicks; a lock makes the process the store's only writer. What a poll returns is a batch,
of which the newest version per key is written in one call; offsets are committed after the write.

`--from-beginning` reads the compacted topics from their start, which rebuilds an empty store.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog

from agents.types import Intent
from streaming.consumer import consumer_of
from streaming.encoding import RememberingEncoder
from streaming.errors import StreamingError
from streaming.events import BehaviorFeatures, ItemPopularity
from streaming.log import log_to_stderr, ready_line
from streaming.online_rows import Row, behavior_row, intent_row, popularity_row
from streaming.online_view import OnlineView, ensure_tables, prepare_sqlite
from streaming.settings import load_factory, streaming_settings
from streaming.topics import ACTIVE_INTENTS, BEHAVIOR_FEATURES, ITEM_POPULARITY, Topic, ensure_topics

NAME = "sink"
GROUP = "heed-feast-sink"
POLL_MILLISECONDS = 500
# Rows written under one hold of the lock: an intent waits at most for so many rows of features.
SLICE = 50
log = structlog.get_logger()


@dataclass(frozen=True)
class Channel:
    """From one topic to one view: how a message becomes a row."""

    topic: Topic
    view: OnlineView
    row: Callable[[bytes], Row]


class _Versioned(msgspec.Struct):
    version: int


_VERSION = msgspec.json.Decoder(_Versioned)


def newest_of_each_key(records: Sequence[Any]) -> list[bytes]:
    """Return the value with the highest version of each key; among equals the last.

    A value that is no JSON with a version is logged with its place and left out; a tombstone is left out.
    """
    newest: dict[bytes, tuple[int, bytes]] = {}
    for record in records:
        if record.value is None:
            continue
        try:
            version = _VERSION.decode(record.value).version
        except (msgspec.DecodeError, UnicodeDecodeError):
            log.error("unreadable", topic=record.topic, partition=record.partition, offset=record.offset)
            continue
        if record.key not in newest or version >= newest[record.key][0]:
            newest[record.key] = (version, record.value)
    return [value for _, value in newest.values()]


def write_batch(channel: Channel, records: Sequence[Any], lock: threading.Lock) -> int:
    """Write what is newest among the records of one topic; return how many rows were written."""
    rows = [channel.row(value) for value in newest_of_each_key(records)]
    written = 0
    for start in range(0, len(rows), SLICE):
        with lock:
            written += channel.view.write(rows[start : start + SLICE])
    return written


def consume(
    channels: Sequence[Channel],
    lock: threading.Lock,
    stopping: threading.Event,
    consuming: threading.Event,
    *,
    from_beginning: bool,
) -> None:
    """Write what comes on the topics of `channels` until told to stop."""
    consumer = consumer_of(
        [channel.topic for channel in channels],
        GROUP,
        most_records=streaming_settings().sink_batch_records,
        from_beginning=from_beginning,
    )
    by_topic = {channel.topic.name: channel for channel in channels}
    consuming.set()
    try:
        while not stopping.is_set():
            polled = consumer.poll(timeout_ms=POLL_MILLISECONDS)
            if not polled:
                continue
            batches: dict[str, list[Any]] = {}
            for partition, records in polled.items():
                batches.setdefault(partition.topic, []).extend(records)
            for topic, records in batches.items():
                write_batch(by_topic[topic], records, lock)
            consumer.commit_async()
    finally:
        consumer.close()


def open_channels() -> tuple[Channel, ...]:
    """Open the store and return the channel of each topic, the intents' first."""
    from feature_repo.store import open_store

    store = open_store()
    views = {
        name: OnlineView(store, name, key)
        for name, key in (
            ("user_intent", "user_id"),
            ("user_behavior", "user_id"),
            ("item_popularity", "item_id"),
        )
    }
    ensure_tables(store)
    prepare_sqlite(store)
    encode = RememberingEncoder(load_factory("HEED_ENCODER", streaming_settings().encoder)())
    intents = msgspec.json.Decoder(Intent)
    behaviors = msgspec.json.Decoder(BehaviorFeatures)
    popularities = msgspec.json.Decoder(ItemPopularity)
    return (
        Channel(
            ACTIVE_INTENTS, views["user_intent"], lambda value: intent_row(intents.decode(value), encode)
        ),
        Channel(
            BEHAVIOR_FEATURES, views["user_behavior"], lambda value: behavior_row(behaviors.decode(value))
        ),
        Channel(
            ITEM_POPULARITY,
            views["item_popularity"],
            lambda value: popularity_row(popularities.decode(value)),
        ),
    )


def run(*, from_beginning: bool) -> int:
    """Write until SIGTERM or SIGINT."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    ensure_topics()
    intents, *features = open_channels()
    lock = threading.Lock()
    groups = ([intents], features)
    consuming = [threading.Event() for _ in groups]
    with ThreadPoolExecutor(len(groups)) as pool:
        consumers = [
            pool.submit(consume, channels, lock, stopping, started, from_beginning=from_beginning)
            for channels, started in zip(groups, consuming, strict=True)
        ]
        try:
            for consumer, started in zip(consumers, consuming, strict=True):
                while not (started.wait(0.05) or consumer.done()):
                    continue
            if all(started.is_set() for started in consuming):
                sys.stdout.write(ready_line(NAME, from_beginning=from_beginning) + "\n")
                sys.stdout.flush()
            wait(consumers, return_when=FIRST_EXCEPTION)
        finally:
            stopping.set()
    for consumer in consumers:
        consumer.result()
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the sink; print one sentence and return 1 where it cannot run."""
    parser = argparse.ArgumentParser(
        prog="python -m streaming.feast_sink", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--from-beginning", action="store_true", help="read the topics from their start, to rebuild the store"
    )
    options = parser.parse_args(arguments)
    log_to_stderr()
    try:
        return run(from_beginning=options.from_beginning)
    except StreamingError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
