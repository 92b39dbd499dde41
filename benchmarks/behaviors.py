"""Behaviour events a second (`python -m benchmarks.behaviors`, against a running stack).

As many events as fit are published; all are applied when the newest features of every person on
`behavior-features` (sent once a second and person) have counted theirs. Compared with the same number of
messages of the same size through a Flink job that does nothing.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from typing import Any

import msgspec

from benchmarks.echo import echo_rate, following, wait_until
from benchmarks.passthrough import INTO, OUT, running_passthrough
from benchmarks.result import Figure, Result, print_result
from catalog.store import load_catalog
from streaming.events import UserBehavior
from streaming.producer import Publisher
from streaming.topics import BEHAVIOR_FEATURES

EVENTS = 60_000
WARM_UP = 5_000
PEOPLE = 500
GOAL = 5_000.0
KINDS = ("impression", "impression", "click", "watch", "rate", "skip", "hide")


class _Features(msgspec.Struct):
    user_id: str
    version: int


def measure() -> Result:
    """Return the events applied a second, beside those that a job that does nothing passes on."""
    item_ids = load_catalog().item_ids
    _run("warm", item_ids, WARM_UP)
    applied, offered = _run(str(time.time_ns()), item_ids, EVENTS)
    with running_passthrough():
        echo_rate(INTO.name, OUT.name, WARM_UP, _size())
        passed = echo_rate(INTO.name, OUT.name, EVENTS, _size())
    return Result(
        benchmark="behaviors",
        what=f"{EVENTS:,} behaviours of {PEOPLE} people on {len(item_ids):,} items",
        figures=(
            Figure(
                name="behaviour events applied",
                value=applied,
                unit="1/s",
                compared_with="pass-through Flink job",
                reference=passed,
                goal=GOAL,
                better="higher",
            ),
            Figure(name="behaviour events published meanwhile", value=offered, unit="1/s", better="higher"),
        ),
    )


def _run(run: str, item_ids: list[str], count: int) -> tuple[float, float]:
    """Publish events of new people; return how many a second were applied, and were published."""
    choose = random.Random(7)
    expected: Counter[str] = Counter()
    versions: dict[str, tuple[int, float]] = {}
    decoder = msgspec.json.Decoder(_Features)

    def take(value: bytes, now: float) -> None:
        features = decoder.decode(value)
        versions[features.user_id] = (features.version, now)

    def applied() -> int:
        return sum(version for version, _ in versions.values())

    with following(BEHAVIOR_FEATURES.name, take), Publisher(delay_ms=5) as publisher:
        started = time.perf_counter()
        for number in range(count):
            # Not in turn: real people's events come in bursts.
            person = f"benchmark-{run}-{choose.randrange(PEOPLE)}"
            publisher.behavior(_event(person, choose.choice(item_ids), KINDS[number % len(KINDS)]))
            expected[person] += 1
        publisher.flush()
        published = time.perf_counter() - started
        if not wait_until(lambda: applied() >= count, applied):
            raise RuntimeError(f"only {applied():,} of {count:,} events were applied")
    if {person: version for person, (version, _) in versions.items()} != expected:
        raise RuntimeError("somebody's features did not count their events once each")
    return count / (max(at for _, at in versions.values()) - started), count / published


def _event(person: str, item_id: str, kind: Any) -> UserBehavior:
    return UserBehavior(user_id=person, item_id=item_id, kind=kind, value=4.0 if kind == "rate" else None)


def _size() -> int:
    """The bytes of a typical behaviour."""
    return len(msgspec.json.encode(UserBehavior(user_id="benchmark-1", item_id="318", kind="watch"))) + 90


if __name__ == "__main__":
    print_result(measure)
