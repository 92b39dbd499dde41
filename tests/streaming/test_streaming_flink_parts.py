"""The parts of the jobs that need no JVM."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from streaming.errors import FactoryError
from streaming.flink import cached_state
from streaming.flink.cached_state import CachedState
from streaming.flink.checkpoints import complete_checkpoints, remove_leftovers
from streaming.flink.topology import python_mode
from streaming.settings import load_factory
from streaming.throttle import Throttle


class Count(msgspec.Struct):
    value: int = 0


class OneKeyState:
    """Flink's ValueState for the key that it is at."""

    def __init__(self) -> None:
        self.key = ""
        self.values: dict[str, bytes] = {}
        self.reads = 0

    def value(self) -> bytes | None:
        self.reads += 1
        return self.values.get(self.key)

    def update(self, value: bytes) -> None:
        self.values[self.key] = value


def test_state_is_read_once_and_written_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cached_state, "CAPACITY", 2)
    stored = OneKeyState()
    states = CachedState(stored, Count, lambda _: Count())
    for key in ["a", "a", "b", "a", "c", "b"]:
        stored.key = key
        count = states.get(key)
        count.value += 1
        states.put(count)
    assert stored.reads == 4  # a, b, c, and b again after c had pushed it out
    assert {key: msgspec.msgpack.decode(value)["value"] for key, value in stored.values.items()} == {
        "a": 3,
        "b": 2,
        "c": 1,
    }


def checkpoint(folder: Path, run: str, number: int, metadata: bytes | None) -> Path:
    made = folder / run / f"chk-{number}"
    made.mkdir(parents=True)
    if metadata is not None:
        (made / "_metadata").write_bytes(metadata)
    return made


def test_the_newest_complete_checkpoint_comes_first(tmp_path: Path) -> None:
    old = checkpoint(tmp_path, "run-a", 9, b"x")
    newest = checkpoint(tmp_path, "run-b", 12, b"x")
    checkpoint(tmp_path, "run-b", 13, None)
    checkpoint(tmp_path, "run-b", 14, b"")
    assert complete_checkpoints(tmp_path) == [newest, old]


def test_only_runs_without_a_complete_checkpoint_are_removed(tmp_path: Path) -> None:
    kept = checkpoint(tmp_path, "run-a", 9, b"x")
    checkpoint(tmp_path, "run-b", 1, None)
    remove_leftovers(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["run-a"]
    assert kept.exists()


def test_thread_mode_is_taken_where_pemja_is() -> None:
    assert python_mode("auto") == "thread"
    assert python_mode("process") == "process"


def test_process_mode_is_taken_where_pemja_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert python_mode("auto") == "process"


@pytest.mark.parametrize(
    "path", ["", "no_such_module:f", "streaming.topics:no_such", "streaming.topics:TOPICS"]
)
def test_a_factory_that_cannot_be_imported_is_named(path: str) -> None:
    with pytest.raises(FactoryError, match=f"HEED_PARSER is '{path}'"):
        load_factory("HEED_PARSER", path)


def test_a_busy_key_is_sent_once_an_interval_and_its_last_value_is_not_lost() -> None:
    throttle = Throttle(interval=1.0)
    sent: list[float] = []
    timer: float | None = None
    for step in range(300):
        now = 100.0 + step / 100
        if timer is not None and now >= timer:
            throttle.fired("7", now)
            sent.append(now)
            timer = None
        due = throttle.offer("7", now)
        if due == now:
            sent.append(now)
        elif due is not None:
            timer = due
    assert timer is not None or sent[-1] == pytest.approx(now)
    assert sent[0] == 100.0
    assert len(sent) == 3


def test_a_throttle_forgets_rather_than_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Throttle, "MAX_KEYS", 10)
    throttle = Throttle(interval=1.0)
    offered: list[Any] = [throttle.offer(str(key), 5.0) for key in range(25)]
    assert offered == [5.0] * 25
    assert len(throttle._sent) <= 10
