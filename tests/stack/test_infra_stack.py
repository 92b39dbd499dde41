"""The supervision with a real broker: ready means ready, crashes are seen and healed, strangers are named."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from kafka import KafkaConsumer, KafkaProducer

from infra.java import java_problem
from infra.settings_file import home_folder

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]


def free_ports(count: int) -> list[str]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [str(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


class Stack:
    """A state folder of its own with free ports; `heed` runs the command there."""

    def __init__(self, home: Path) -> None:
        broker, controller, api = free_ports(3)
        self.home = home
        self.bootstrap = f"127.0.0.1:{broker}"
        self.variables = {
            "HEED_HOME": str(home),
            "HEED_BROKER_PORT": broker,
            "HEED_CONTROLLER_PORT": controller,
            "HEED_API_PORT": api,
            # Long enough for a machine that is busy with other things.
            "HEED_START_TIMEOUT": "240",
        }

    def heed(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if k != "HEED_BOOTSTRAP_SERVERS"}
        return subprocess.run(
            [sys.executable, "-m", "infra.cli", *words],
            capture_output=True,
            text=True,
            check=False,
            env={**environment, **self.variables, **variables},
        )

    def part(self, name: str) -> dict[str, object]:
        parts = json.loads(self.heed("status", "--json").stdout)["parts"]
        return next(part for part in parts if part["name"] == name)


@pytest.fixture(scope="module")
def stack(tmp_path_factory) -> Iterator[Stack]:
    jars = home_folder() / "jars"
    if not any(jars.glob("kafka/kafka_*.jar")):
        pytest.skip(f"no broker jars in {jars}; `make setup` fetches them")
    if (problem := java_problem()) is not None:
        pytest.skip(problem)
    home = tmp_path_factory.mktemp("stack")
    (home / "jars").symlink_to(jars)
    stack = Stack(home)
    started = stack.heed("up", "broker")
    assert started.returncode == 0, started.stderr
    yield stack
    assert stack.heed("down").returncode == 0
    assert list((home / "run").iterdir()) == []
    left = [p for p in psutil.process_iter() if _belongs_to(p, home)]
    assert left == []


def _belongs_to(process: psutil.Process, home: Path) -> bool:
    try:
        return process.environ().get("HEED_STACK") == str(home)
    except psutil.Error:
        return False


def wait_for_state(stack: Stack, name: str, state: str) -> None:
    deadline = time.monotonic() + 60
    while stack.part(name)["state"] != state:
        assert time.monotonic() < deadline, stack.part(name)
        time.sleep(0.1)


def test_a_broker_that_is_said_to_be_ready_takes_and_gives_messages(stack):
    assert stack.heed("lake", "sync").returncode == 0  # creates nothing: topics come with the jobs
    code = "import sys; from streaming.topics import ensure_topics; ensure_topics(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, stack.bootstrap], check=True)
    producer = KafkaProducer(bootstrap_servers=stack.bootstrap)
    producer.send("user-commands", b"hello").get(timeout=10)
    producer.close()
    consumer = KafkaConsumer(
        "user-commands",
        bootstrap_servers=stack.bootstrap,
        auto_offset_reset="earliest",
        consumer_timeout_ms=60_000,
    )
    assert next(iter(consumer)).value == b"hello"
    consumer.close()


def test_a_topic_that_nobody_declared_is_not_created_by_a_typo(stack):
    producer = KafkaProducer(
        bootstrap_servers=stack.bootstrap, max_block_ms=1500, allow_auto_create_topics=True
    )
    with pytest.raises(Exception, match=r"(?i)topic|metadata|timeout"):
        producer.send("user-comands", b"hello").get(timeout=3)
    producer.close(timeout=1)


def test_up_again_changes_nothing(stack):
    before = stack.part("broker")
    again = stack.heed("up", "broker")
    assert again.returncode == 0
    assert "runs already" in again.stderr
    assert stack.part("broker")["pid"] == before["pid"]


def test_two_ups_at_once_start_one_broker(stack):
    assert stack.heed("down", "broker").returncode == 0
    command = [sys.executable, "-m", "infra.cli", "up", "broker"]
    both = [
        subprocess.Popen(command, env={**os.environ, **stack.variables}, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    said = [one.communicate(timeout=300)[1].decode() for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    assert sum("runs already" in words for words in said) == 1


def test_a_crash_is_seen_and_healed_and_the_messages_survive(stack):
    victim = stack.part("broker")["pid"]
    os.kill(victim, signal.SIGKILL)
    wait_for_state(stack, "broker", "crashed")
    healed = stack.heed("up", "broker")
    assert healed.returncode == 0, healed.stderr
    now = stack.part("broker")
    assert now["state"] == "running"
    assert now["pid"] != victim
    consumer = KafkaConsumer(
        "user-commands",
        bootstrap_servers=stack.bootstrap,
        auto_offset_reset="earliest",
        consumer_timeout_ms=60_000,
    )
    assert next(iter(consumer)).value == b"hello"
    consumer.close()


def test_a_frozen_broker_is_seen_and_healed(stack):
    frozen = stack.part("broker")["pid"]
    os.kill(frozen, signal.SIGSTOP)
    try:
        # It still accepts connections (the kernel does), so only a question shows that nobody is at home.
        now = json.loads(stack.heed("status", "--json").stdout)
        assert now["parts"][0]["state"] == "unresponsive"
        healed = stack.heed("up", "broker", HEED_STOP_TIMEOUT="1", HEED_START_TIMEOUT="240")
        assert healed.returncode == 0, healed.stderr
        assert stack.part("broker")["pid"] != frozen
    finally:
        if psutil.pid_exists(frozen):
            os.kill(frozen, signal.SIGCONT)


def test_a_corrupt_record_is_healed(stack):
    (stack.home / "run" / "broker.json").write_text("{")
    assert stack.part("broker")["state"] == "crashed"
    assert stack.heed("up", "broker").returncode == 0
    assert stack.part("broker")["state"] == "running"


def test_a_port_taken_by_a_stranger_is_named_with_the_stranger_and_the_setting(stack, tmp_path):
    (tmp_path / "jars").symlink_to(stack.home / "jars")
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        port = str(stranger.getsockname()[1])
        other = Stack(tmp_path)
        answer = other.heed("up", "broker", HEED_BROKER_PORT=port)
    assert answer.returncode == 1
    sentence = answer.stderr.splitlines()[-1]
    assert f"Port {port}" in sentence
    assert f"process {os.getpid()}" in sentence
    assert "HEED_BROKER_PORT" in sentence
    assert not (tmp_path / "run" / "stack.lock").exists()


def test_a_part_that_dies_while_starting_is_reported_with_its_last_words(stack, tmp_path):
    (tmp_path / "jars").symlink_to(stack.home / "jars")
    other = Stack(tmp_path)
    # Formatted by nobody: Kafka refuses a folder with a record of another cluster's node.
    log = tmp_path / "kafka" / "log"
    log.mkdir(parents=True)
    (log / "meta.properties").write_text("version=1\nnode.id=7\ncluster.id=abcdefghijklmnopqrstuv\n")
    answer = other.heed("up", "broker")
    assert answer.returncode == 1
    assert "The part broker ended while it was starting. The last lines of" in answer.stderr
    assert "node" in answer.stderr.partition("The last lines of")[2]
    assert other.part("broker")["state"] == "crashed"
    assert other.heed("down").returncode == 0


def test_an_interrupted_up_leaves_no_lock_and_down_leaves_no_process(stack, tmp_path):
    (tmp_path / "jars").symlink_to(stack.home / "jars")
    other = Stack(tmp_path)
    # A shell that runs these tests in the background has its children ignore the interrupt.
    heeds_it = ["env", "--default-signal=INT"]
    command = [*heeds_it, sys.executable, "-m", "infra.cli", "up", "broker"]
    starting = subprocess.Popen(command, env={**os.environ, **other.variables}, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (tmp_path / "run" / "broker.json").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    starting.send_signal(signal.SIGINT)
    assert starting.wait(timeout=60) != 0
    assert not (tmp_path / "run" / "stack.lock").exists()
    assert other.heed("down").returncode == 0
    assert [p for p in psutil.process_iter() if _belongs_to(p, tmp_path)] == []


def test_jars_that_are_missing_are_said(tmp_path):
    answer = Stack(tmp_path).heed("up", "broker")
    assert answer.returncode == 1
    assert "run `make up`" in answer.stderr
    assert shutil.which("java") is None or "Traceback" not in answer.stderr
