"""The lake against a real broker: exactly once by offsets, whatever was stopped, damaged or deleted."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError

from batch.database import connect
from batch.errors import LakeError
from batch.lake import Gap, Span, SyncReport, lake_files, messages, read, sync
from batch.lake import sync as lake_sync
from infra.java import java_problem
from infra.settings_file import home_folder

pytestmark = pytest.mark.stack

BROKER = "import os; from infra import broker; broker.prepare(); a = broker.command(); os.execvp(a[0], a)"


def _free_ports(count: int) -> list[str]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [str(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@pytest.fixture(scope="module")
def bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    problem = java_problem()
    jars = home_folder() / "jars" / "kafka"
    if problem or not jars.is_dir():
        pytest.skip(problem or f"the broker's jars are not in {jars}; `make up` fetches them")
    home = tmp_path_factory.mktemp("broker")
    (home / "jars").mkdir()
    (home / "jars" / "kafka").symlink_to(jars)
    broker, controller = _free_ports(2)
    variables = {"HEED_HOME": str(home), "HEED_BROKER_PORT": broker, "HEED_CONTROLLER_PORT": controller}
    process = subprocess.Popen(
        [sys.executable, "-c", BROKER],
        env={**os.environ, **variables},
        stdout=(home / "broker.log").open("wb"),
        stderr=subprocess.STDOUT,
    )
    address = f"127.0.0.1:{broker}"
    try:
        _wait_until_it_answers(address, process)
        yield address
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)


def _wait_until_it_answers(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            admin = KafkaAdminClient(bootstrap_servers=address, bootstrap_timeout_ms=2_000)
        except (KafkaError, OSError):
            time.sleep(0.2)
            continue
        admin.close()
        return
    pytest.fail("the broker did not come up")


def _wait_until_it_ends_at(end: int, bootstrap: str, place: TopicPartition) -> None:
    """Wait for the marker of a transaction: the broker says "committed" before it has written it."""
    until = time.monotonic() + 30
    with closing(KafkaConsumer(bootstrap_servers=bootstrap)) as consumer:
        while consumer.end_offsets([place])[place] != end:
            assert time.monotonic() < until, f"{place} does not end at {end}"
            time.sleep(0.05)


@pytest.fixture
def topic(bootstrap: str, request: pytest.FixtureRequest) -> str:
    """Return a new topic of two partitions."""
    name = f"t-{abs(hash(request.node.name))}"
    with closing(KafkaAdminClient(bootstrap_servers=bootstrap)) as admin:
        admin.create_topics({name: {"num_partitions": 2, "replication_factor": 1}}, wait_for_metadata=True)
    return name


def publish(bootstrap: str, topic: str, values: range, *, day: int = 1) -> None:
    """Send each number as text to partition number modulo 2, stamped on that day of January 2024."""
    stamp = 1_704_067_200_000 + (day - 1) * 86_400_000
    with closing(KafkaProducer(bootstrap_servers=bootstrap)) as producer:
        for value in values:
            producer.send(topic, str(value).encode(), partition=value % 2, timestamp_ms=stamp + value)
        producer.flush()


def held(home: Path, topic: str) -> list[int]:
    """Return every number in the lake, as often as it is there."""
    table = pa.Table.from_batches(list(messages(topic, home)))
    return sorted(int(value) for value in table.column("value").to_pylist()) if table.num_rows else []


def run(bootstrap: str, home: Path, topic: str) -> SyncReport:
    return sync(bootstrap, home, [topic])


def test_every_message_is_copied_once_and_a_second_sync_copies_nothing(
    bootstrap: str, tmp_path: Path, topic: str
) -> None:
    publish(bootstrap, topic, range(100))
    assert run(bootstrap, tmp_path, topic).messages == 100
    assert run(bootstrap, tmp_path, topic).messages == 0
    publish(bootstrap, topic, range(100, 130))
    assert run(bootstrap, tmp_path, topic).messages == 30
    assert held(tmp_path, topic) == list(range(130))


def test_files_lie_under_their_day_and_their_names_cover_the_offsets(
    bootstrap: str, tmp_path: Path, topic: str
) -> None:
    publish(bootstrap, topic, range(10), day=1)
    publish(bootstrap, topic, range(10, 20), day=2)
    run(bootstrap, tmp_path, topic)
    files = lake_files(tmp_path, topic)
    assert [file.span for file in files] == [Span(0, 0, 4), Span(0, 5, 9), Span(1, 0, 4), Span(1, 5, 9)]
    assert [file.path.parent.name for file in files] == ["date=2024-01-01", "date=2024-01-02"] * 2


def test_a_sync_that_was_stopped_halfway_goes_on_where_its_files_end(
    bootstrap: str, tmp_path: Path, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(bootstrap, topic, range(40), day=1)
    publish(bootstrap, topic, range(40, 80), day=2)
    written = []

    def fail_at_the_third(path: Path, *rest: object) -> None:
        if len(written) == 2:
            raise KeyboardInterrupt
        written.append(path)
        original(path, *rest)  # type: ignore[arg-type]

    module = sys.modules[lake_sync.__module__]
    original = module.write  # type: ignore[attr-defined]
    with monkeypatch.context() as patched:
        patched.setattr(module, "write", fail_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            run(bootstrap, tmp_path, topic)
    assert held(tmp_path, topic) == list(range(0, 80, 2))
    run(bootstrap, tmp_path, topic)
    assert held(tmp_path, topic) == list(range(80))


def test_a_half_written_file_is_set_aside_and_its_offsets_are_read_again(
    bootstrap: str, tmp_path: Path, topic: str
) -> None:
    publish(bootstrap, topic, range(50))
    run(bootstrap, tmp_path, topic)
    publish(bootstrap, topic, range(50, 60))
    run(bootstrap, tmp_path, topic)
    first = lake_files(tmp_path, topic)[0].path
    first.write_bytes(first.read_bytes()[: first.stat().st_size // 2])

    report = run(bootstrap, tmp_path, topic)
    assert report.messages == 25
    assert [path.name for path in report.topics[0].damaged] == [f"{first.name}.damaged"]
    assert report.gaps == ()
    assert held(tmp_path, topic) == list(range(60))


def test_a_deleted_file_is_read_again(bootstrap: str, tmp_path: Path, topic: str) -> None:
    publish(bootstrap, topic, range(20))
    run(bootstrap, tmp_path, topic)
    lake_files(tmp_path, topic)[1].path.unlink()
    assert run(bootstrap, tmp_path, topic).messages == 10
    assert held(tmp_path, topic) == list(range(20))


def test_what_kafka_dropped_before_it_was_copied_is_reported(
    bootstrap: str, tmp_path: Path, topic: str
) -> None:
    publish(bootstrap, topic, range(20))
    run(bootstrap, tmp_path, topic)
    publish(bootstrap, topic, range(20, 60))
    with closing(KafkaAdminClient(bootstrap_servers=bootstrap)) as admin:
        admin.delete_records({TopicPartition(topic, 0): 15})
    report = run(bootstrap, tmp_path, topic)
    assert report.gaps == (Gap(topic, Span(0, 10, 14)),)
    assert held(tmp_path, topic) == sorted({*range(60)} - {20, 22, 24, 26, 28})


def test_offsets_without_a_message_are_covered_and_not_read_again(
    bootstrap: str, tmp_path: Path, topic: str
) -> None:
    """A transaction ends in a marker: an offset that holds no message."""
    with closing(KafkaProducer(bootstrap_servers=bootstrap, transactional_id=f"{topic}-tx")) as producer:
        producer.init_transactions()
        producer.begin_transaction()
        producer.send(topic, b"1", partition=0, timestamp_ms=1_704_067_200_000)
        producer.commit_transaction()
    _wait_until_it_ends_at(2, bootstrap, TopicPartition(topic, 0))
    assert run(bootstrap, tmp_path, topic).messages == 1
    again = run(bootstrap, tmp_path, topic)
    assert (again.messages, again.topics[0].files) == (0, 0)
    publish(bootstrap, topic, range(2, 3))
    run(bootstrap, tmp_path, topic)
    assert held(tmp_path, topic) == [1, 2]


def test_a_topic_that_was_made_anew_is_refused_and_named(bootstrap: str, tmp_path: Path, topic: str) -> None:
    publish(bootstrap, topic, range(20))
    run(bootstrap, tmp_path, topic)
    with closing(KafkaAdminClient(bootstrap_servers=bootstrap)) as admin:
        admin.delete_topics([topic])
        time.sleep(1)
        admin.create_topics({topic: {"num_partitions": 2, "replication_factor": 1}}, wait_for_metadata=True)
    publish(bootstrap, topic, range(4))
    with pytest.raises(LakeError, match="was made anew"):
        run(bootstrap, tmp_path, topic)


def test_two_syncs_at_once_are_refused(bootstrap: str, tmp_path: Path, topic: str) -> None:
    import fcntl

    (tmp_path / "lake").mkdir()
    handle = os.open(tmp_path / "lake", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        with pytest.raises(LakeError, match="Another sync"):
            run(bootstrap, tmp_path, topic)
    finally:
        os.close(handle)


def test_messages_that_are_no_events_are_kept_and_do_not_stop_a_view(bootstrap: str, tmp_path: Path) -> None:
    name = "user-commands"
    with closing(KafkaAdminClient(bootstrap_servers=bootstrap)) as admin:
        admin.create_topics({name: {"num_partitions": 1, "replication_factor": 1}}, wait_for_metadata=True)
    with closing(KafkaProducer(bootstrap_servers=bootstrap)) as producer:
        for value in (b"\xff\xfe", b"no json", b'{"user_id": 7, "text": "no horror"}', None):
            producer.send(name, value, key=b"7")
        producer.flush()
    sync(bootstrap, tmp_path)
    with closing(connect()) as database:
        rows = read(database, name, tmp_path).project("kafka_offset, user_id, text").fetchall()
        kept = database.sql("SELECT value FROM user_commands_log ORDER BY kafka_offset").fetchall()
    assert rows == [(0, None, None), (1, None, None), (2, "7", "no horror"), (3, None, None)]
    assert [value for (value,) in kept] == [
        b"\xff\xfe",
        b"no json",
        b'{"user_id": 7, "text": "no horror"}',
        None,
    ]
