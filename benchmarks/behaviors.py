"""Behaviour events a second (`python -m benchmarks.behaviors`, against a running stack).

As many events as fit are published; all are applied when the newest features of every person on
`behavior-features` (sent once a second and person) have counted theirs. Compared with the same number of
messages of the same size through a Flink job that does nothing.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from benchmarks.echo import echo_rate, following, send_all, wait_until
from benchmarks.passthrough import INTO, OUT, running_passthrough
from benchmarks.result import Figure, Result, print_result
from catalog.store import load_catalog
from streaming.events import BehaviorKind, UserBehavior
from streaming.topics import BEHAVIOR_FEATURES, USER_BEHAVIORS

# More than half a minute's work: what the items got meanwhile (`HEED_POPULARITY_SECONDS`) is done as well.
EVENTS = 240_000
# Enough for the JVM to have compiled what runs often, and for every item to have been met once: its history
# is read then, which a job that runs for days does not do.
WARM_UP = 40_000
PEOPLE = 500
GOAL = 5_000.0
KINDS: tuple[BehaviorKind, ...] = ("impression", "impression", "click", "watch", "rate", "skip", "hide")


class _Features(msgspec.Struct):
    user_id: str
    version: int


def measure() -> Result:
    """Return the events applied a second, beside those that a job that does nothing passes on."""
    item_ids = load_catalog().item_ids
    size = len(next(_events("size", item_ids, 1))[1])
    # New people each time: a person whom the stack knows would have counted more than what is sent here.
    run = str(time.time_ns())
    _run(f"{run}-warm", item_ids, WARM_UP)
    applied, offered = _run(run, item_ids, EVENTS)
    with running_passthrough():
        echo_rate(INTO.name, OUT.name, WARM_UP, size)
        passed = echo_rate(INTO.name, OUT.name, EVENTS, size)
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
    events = list(_events(run, item_ids, count))
    expected = Counter(person for person, _ in events)
    versions: dict[str, tuple[int, float]] = {}
    decoder = msgspec.json.Decoder(_Features)

    def take(value: bytes, now: float) -> None:
        features = decoder.decode(value)
        versions[features.user_id] = (features.version, now)

    def applied() -> int:
        # A copy: the other thread goes on adding people.
        return sum(version for version, _ in list(versions.values()))

    with following(BEHAVIOR_FEATURES.name, take):
        started = time.perf_counter()
        send_all(USER_BEHAVIORS.name, [(person.encode(), value) for person, value in events])
        published = time.perf_counter() - started
        if not wait_until(lambda: applied() >= count, applied):
            raise RuntimeError(f"only {applied():,} of {count:,} events were applied")
    if {person: version for person, (version, _) in versions.items()} != expected:
        raise RuntimeError("somebody's features did not count their events once each")
    return count / (max(at for _, at in versions.values()) - started), count / published


def _events(run: str, item_ids: list[str], count: int) -> Iterator[tuple[str, bytes]]:
    """Yield people and their events as JSON: made beforehand, so that the making is not what is measured."""
    choose = random.Random(7)
    now = datetime.now(UTC)
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        # Not in turn: real people's events come in bursts.
        person = f"benchmark-{run}-{choose.randrange(PEOPLE)}"
        event = UserBehavior(
            user_id=person,
            item_id=choose.choice(item_ids),
            kind=kind,
            event_id=f"{run}-{number}",
            session_id=run,
            value=4.0 if kind == "rate" else None,
            occurred_at=now,
        )
        yield person, msgspec.json.encode(event)


if __name__ == "__main__":
    print_result(measure)
