"""Parts as processes: recognised by marks, never by a bare process id; ended with everything they started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from itertools import islice
from pathlib import Path

import msgspec
import psutil
import pytest

from infra import process

SLEEPER = [sys.executable, "-c", 'import time; print(\'{"event": "ready"}\', flush=True); time.sleep(60)']
# A parent with a child in the same group, as a job with its Java virtual machine.
FAMILY = [
    sys.executable,
    "-c",
    "import subprocess, sys; print('up', flush=True);"
    "subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])",
]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('deaf', flush=True); time.sleep(60)",
]


@pytest.fixture
def home(tmp_path):
    yield tmp_path
    process.stop(tmp_path, "part", patience=0)


def launch(home: Path, command: list[str]) -> process.RunRecord:
    return process.launch("part", command, home=home, address="", environment={})


def wait_until(condition, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def log_of(home: Path) -> str:
    return process.log_file(home, "part").read_text()


def test_a_started_part_is_recorded_with_its_process_and_logs_to_its_file(home):
    record = launch(home, SLEEPER)
    assert process.read_record(home, "part") == record
    assert process.leader_alive(record)
    wait_until(lambda: process.printed_ready(home, "part"))
    assert '"ready"' in log_of(home)


def test_a_part_runs_in_a_session_of_its_own_so_that_ctrl_c_in_a_terminal_does_not_end_it(home):
    record = launch(home, SLEEPER)
    assert os.getsid(record.pid) == record.pid != os.getsid(0)


def test_ready_of_the_run_before_does_not_count(home):
    launch(home, SLEEPER)
    wait_until(lambda: process.printed_ready(home, "part"))
    process.stop(home, "part", patience=5)
    launch(home, FAMILY)
    wait_until(lambda: "up" in log_of(home))
    assert not process.printed_ready(home, "part")
    assert '"ready"' in process.log_file(home, "part").with_suffix(".log.1").read_text()


def test_a_line_that_only_mentions_ready_is_not_the_ready_event(home):
    log = process.log_file(home, "part")
    log.parent.mkdir()
    log.write_text('the word "ready"\n{"event": "nearly", "to": "ready"}\n["ready"]\n')
    assert not process.printed_ready(home, "part")
    log.write_text(log.read_text() + '{"job": "x", "event": "ready"}\n')
    assert process.printed_ready(home, "part")


def test_stop_ends_the_children_too(home):
    launch(home, FAMILY)
    wait_until(lambda: len(process.members(home, "part")) == 2)
    assert process.stop(home, "part", patience=5) == 2
    assert process.members(home, "part") == []
    assert not process.has_record(home, "part")


def test_children_of_a_crashed_part_are_found_and_ended(home):
    record = launch(home, FAMILY)
    wait_until(lambda: len(process.members(home, "part")) == 2)
    os.kill(record.pid, signal.SIGKILL)
    wait_until(lambda: not process.leader_alive(record))
    assert len(process.members(home, "part")) == 1
    process.stop(home, "part", patience=5)
    assert process.members(home, "part") == []


def test_a_part_that_ignores_the_request_to_end_is_killed(home):
    launch(home, STUBBORN)
    wait_until(lambda: "deaf" in log_of(home))
    assert process.stop(home, "part", patience=0.2) == 1
    assert process.members(home, "part") == []


def test_a_reused_process_id_is_neither_taken_for_the_part_nor_killed(home):
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        born = psutil.Process(stranger.pid).create_time()
        record = process.RunRecord(
            part="part", pid=stranger.pid, started_at=born - 3600, address="", command=()
        )
        path = home / "run" / "part.json"
        path.parent.mkdir()
        path.write_bytes(msgspec.json.encode(record))
        assert not process.leader_alive(record)
        assert process.stop(home, "part", patience=0) == 0
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("content", [b"", b"{", b"4711", b'{"pid": "no number"}', b"\xff\xfe"])
def test_a_corrupt_record_loses_nothing_the_part_is_still_found_and_ended(home, content):
    launch(home, SLEEPER)
    wait_until(lambda: process.members(home, "part"))  # for an instant after its start it has no environment
    (home / "run" / "part.json").write_bytes(content)
    assert process.read_record(home, "part") is None
    assert process.has_record(home, "part")
    assert process.stop(home, "part", patience=5) == 1
    assert not process.has_record(home, "part")


def test_parts_of_another_state_folder_are_not_ours(home, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    launch(home, SLEEPER)
    assert process.stop(other, "part", patience=0) == 0
    assert len(process.members(home, "part")) == 1


def test_following_a_log_goes_on_through_a_restart(home):
    launch(home, SLEEPER)
    wait_until(lambda: process.printed_ready(home, "part"))
    heard: list[str] = []
    listener = threading.Thread(
        target=lambda: heard.extend(islice(process.new_lines(home, "part"), 1)), daemon=True
    )
    listener.start()
    time.sleep(0.3)
    process.stop(home, "part", patience=5)
    launch(home, FAMILY)
    listener.join(timeout=10)
    assert heard == ["up"]


def test_last_lines_are_the_last_even_of_a_long_log_with_broken_characters(home):
    log = process.log_file(home, "part")
    log.parent.mkdir()
    log.write_bytes(b"x" * 100_000 + b"\nfirst \xff\nsecond\n")
    assert process.last_lines(home, "part", 1) == "second"
    assert process.last_lines(home, "part", 2).startswith("first ")
    log.write_bytes(b"")
    assert process.last_lines(home, "part") == "(the log is empty)"
    log.unlink()
    assert process.last_lines(home, "part") == "(no log)"
