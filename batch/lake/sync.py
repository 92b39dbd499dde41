"""Copying every topic into the lake, exactly once by offsets.

A sync reads what the files do not cover yet: what is new, and what a missing or damaged file held. It can be
stopped at any moment and run again: files appear whole and in the order of their offsets.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, perf_counter
from typing import Any

import pyarrow as pa
import structlog

from batch.errors import LakeError
from batch.lake.files import (
    MESSAGES,
    LakeFile,
    Span,
    cluster_of,
    file_path,
    lake_files,
    set_aside_damaged,
    topic_folder,
    write,
)
from catalog.settings import home_settings

log = structlog.get_logger(__name__)

# Messages of one partition that are held in memory before they are written.
FILE_ROWS = 200_000
# A broker that says an offset exists and sends nothing for so long has a problem of its own.
STALL_SECONDS = 30.0


@dataclass(frozen=True)
class Gap:
    """Offsets that Kafka no longer had when they were to be copied, so that the lake lacks them."""

    topic: str
    span: Span


@dataclass(frozen=True)
class TopicReport:
    """What one sync did for one topic: messages and files written, damaged files that were set aside."""

    topic: str
    messages: int
    files: int
    damaged: tuple[Path, ...] = ()


@dataclass(frozen=True)
class SyncReport:
    """What one sync did."""

    topics: tuple[TopicReport, ...]
    gaps: tuple[Gap, ...]
    seconds: float

    @property
    def messages(self) -> int:
        """How many messages were new."""
        return sum(topic.messages for topic in self.topics)


@dataclass(frozen=True)
class _Target:
    """Where the messages of a topic go, and the cluster that they come from."""

    topic: str
    cluster: str
    folder: Path


@dataclass(frozen=True)
class _Missing:
    """Offsets that no file covers: those that Kafka still has, and those that are gone."""

    available: tuple[Span, ...]
    gone: tuple[Span, ...]


def sync(
    bootstrap_servers: str | None = None, home: Path | None = None, topics: Sequence[str] | None = None
) -> SyncReport:
    """Copy what is new on every topic into `home/lake`.

    Parameters
    ----------
    bootstrap_servers
        host:port; the setting where None.
    home
        `HEED_HOME` where None.
    topics
        Names; all of Heed's topics where None. One that Kafka does not have is left out.

    Raises
    ------
    BrokerUnreachableError
        If no broker answers.
    LakeError
        If another sync is running, or the lake was filled from another Kafka.
    """
    from streaming.settings import streaming_settings
    from streaming.topics import TOPICS

    started = perf_counter()
    folder = home or home_settings().home
    bootstrap = bootstrap_servers or streaming_settings().bootstrap_servers
    wanted = tuple(topics) if topics is not None else tuple(topic.name for topic in TOPICS)
    reports, gaps = [], []
    with _only_one(folder / "lake"), _consumer(bootstrap) as (consumer, cluster):
        existing = set(consumer.topics())
        for topic in wanted:
            if topic in existing:
                report, lost = _sync_topic(consumer, cluster, folder, topic)
                reports.append(report)
                gaps.extend(lost)
    return SyncReport(tuple(reports), tuple(gaps), perf_counter() - started)


def _sync_topic(consumer: Any, cluster: str, home: Path, topic: str) -> tuple[TopicReport, list[Gap]]:
    from kafka import TopicPartition

    damaged = set_aside_damaged(home, topic)
    for file in damaged:
        log.warning("lake_file_damaged", file=str(file.path), first=file.span.first, last=file.span.last)
    files = lake_files(home, topic)
    target = _Target(topic, cluster, topic_folder(home, topic))
    _refuse_other_cluster(files, target)
    partitions = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic))]
    begins = consumer.beginning_offsets(partitions)
    ends = consumer.end_offsets(partitions)
    messages = written = 0
    gaps: list[Gap] = []
    for place in partitions:
        held = [file.span for file in files if file.span.partition == place.partition]
        if held and held[-1].last >= ends[place]:
            raise LakeError(
                f"The lake holds {topic} partition {place.partition} up to offset {held[-1].last}, but "
                f"Kafka's ends at {ends[place] - 1}: the topic was made anew; move {target.folder} away and "
                "sync again."
            )
        lacking = [file.span for file in damaged if file.span.partition == place.partition]
        missing = _uncovered(held, lacking, Span(place.partition, begins[place], ends[place] - 1))
        gaps.extend(Gap(topic, span) for span in missing.gone)
        for span in missing.available:
            rows, count = _copy(consumer, target, span)
            messages += rows
            written += count
    for gap in gaps:
        log.warning("lake_gap", topic=topic, **asdict(gap.span))
    return TopicReport(topic, messages, written, tuple(file.path for file in damaged)), gaps


def _uncovered(held: Sequence[Span], damaged: Sequence[Span], in_kafka: Span) -> _Missing:
    """Return which offsets of a partition no file covers; `held` is in order, `in_kafka` may be empty."""
    # Before the oldest offset ever known nothing is missed: Kafka had dropped it before the lake began.
    oldest = min([in_kafka.first, *(span.first for span in (*held, *damaged))])
    edges = [oldest, *(edge for span in held for edge in (span.first, span.last + 1)), in_kafka.last + 1]
    available, gone = [], []
    for first, after in zip(edges[::2], edges[1::2], strict=True):
        if first < min(after, in_kafka.first):
            gone.append(Span(in_kafka.partition, first, min(after, in_kafka.first) - 1))
        if max(first, in_kafka.first) < after:
            available.append(Span(in_kafka.partition, max(first, in_kafka.first), after - 1))
    return _Missing(tuple(available), tuple(gone))


def _copy(consumer: Any, target: _Target, span: Span) -> tuple[int, int]:
    """Copy one span into files; returns how many messages and how many files."""
    rows = count = 0
    position = span.first
    for batch in _batches(consumer, target.topic, span):
        for day, run in _runs_of_a_day(batch):
            covered = Span(span.partition, position, run[-1].offset)
            write(file_path(target.folder, day, covered), target.topic, target.cluster, _table(run))
            rows, count, position = rows + len(run), count + 1, covered.last + 1
    if position <= span.last:
        # The span ends in offsets without a message: an empty file says that they have been read.
        path = file_path(target.folder, datetime.now(UTC).date(), Span(span.partition, position, span.last))
        write(path, target.topic, target.cluster, MESSAGES.empty_table())
        count += 1
    return rows, count


def _batches(consumer: Any, topic: str, span: Span) -> Iterator[list[Any]]:
    """Yield the messages of a span in lists of at most about `FILE_ROWS`."""
    from kafka import TopicPartition

    place = TopicPartition(topic, span.partition)
    consumer.assign([place])
    consumer.seek(place, span.first)
    batch: list[Any] = []
    heard = monotonic()
    position = span.first
    while position <= span.last:
        polled = consumer.poll(timeout_ms=500).get(place, [])
        batch.extend(message for message in polled if message.offset <= span.last)
        moved = consumer.position(place)
        if moved > position:
            position, heard = moved, monotonic()
        elif monotonic() - heard > STALL_SECONDS:
            raise LakeError(
                f"Kafka has sent nothing of {topic} partition {span.partition} from offset {position} on for "
                f"{STALL_SECONDS:g} s; see the broker's log (`heed logs broker`) and sync again."
            )
        if len(batch) >= FILE_ROWS:
            yield batch
            batch = []
    if batch:
        yield batch


def _runs_of_a_day(batch: Sequence[Any]) -> Iterator[tuple[Any, list[Any]]]:
    """Cut messages into runs of one day (UTC) each, so that a file covers offsets without a break."""
    run: list[Any] = []
    day = None
    for message in batch:
        of_message = datetime.fromtimestamp(message.timestamp / 1000, UTC).date()
        if run and of_message != day:
            yield day, run
            run = []
        day = of_message
        run.append(message)
    if run:
        yield day, run


def _table(run: Sequence[Any]) -> pa.Table:
    moment = MESSAGES.field("appended_at").type
    columns = [
        pa.array([message.partition for message in run], pa.int32()),
        pa.array([message.offset for message in run], pa.int64()),
        pa.array([message.timestamp * 1000 for message in run], pa.int64()).cast(moment),
        pa.array([message.key for message in run], pa.binary()),
        pa.array([message.value for message in run], pa.binary()),
    ]
    return pa.Table.from_arrays(columns, schema=MESSAGES)


def _refuse_other_cluster(files: Sequence[LakeFile], target: _Target) -> None:
    if files and cluster_of(files[-1]) != target.cluster:
        raise LakeError(
            f"The lake's {target.topic} was read from Kafka cluster {cluster_of(files[-1])} and this one is "
            f"{target.cluster}, where offsets mean other messages; move {target.folder} away and sync again."
        )


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Hold the lake for one sync. The lock is on the folder itself and ends with the process."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise LakeError(f"Another sync is writing to {folder}; wait until it is done.") from error
    try:
        yield
    finally:
        os.close(handle)


@contextmanager
def _consumer(bootstrap: str) -> Iterator[tuple[Any, str]]:
    """Yield a consumer that belongs to no group, and the cluster's id."""
    from kafka import KafkaConsumer
    from kafka.admin import KafkaAdminClient
    from kafka.errors import KafkaError

    from streaming.errors import BrokerUnreachableError

    try:
        admin = KafkaAdminClient(bootstrap_servers=bootstrap.split(","), bootstrap_timeout_ms=10_000)
    except KafkaError as error:
        raise BrokerUnreachableError(bootstrap) from error
    try:
        cluster = str(admin.describe_cluster()["cluster_id"])
    finally:
        admin.close()
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap.split(","),
        group_id=None,
        enable_auto_commit=False,
        # Offsets are asked for one by one: one that Kafka does not have must be an error, not a jump.
        auto_offset_reset="none",
        max_partition_fetch_bytes=8 * 1024 * 1024,
        fetch_max_bytes=32 * 1024 * 1024,
        max_poll_records=20_000,
    )
    try:
        yield consumer, cluster
    finally:
        consumer.close()
