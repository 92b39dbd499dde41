"""The backfill and the stream compute the same numbers, whatever comes in whatever order."""

from __future__ import annotations

from collections import defaultdict
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plants import interactions, moment, plants, put_in_lake

from batch.backfill import backfill_tables
from batch.behaviors import lake_behaviors
from batch.database import connect
from batch.history import item_lists
from catalog.columns import TextColumn
from catalog.items import Catalog
from catalog.signal import KINDS, signal
from streaming.decode import Message, Rejected, decode_behavior
from streaming.events import BehaviorFeatures, ItemPopularity
from streaming.features import (
    BehaviorState,
    ItemFacts,
    Observation,
    PopularityState,
    behavior_features,
    is_demand,
    item_popularity,
    observe_behavior,
    observe_popularity,
)
from streaming.history import History

CATALOG = plants()
DAY = 86_400.0
# When the stream begins; history may be years older, an event of the stream at most one.
BEGIN = 3_000 * DAY
LISTS = ("recent_item_ids", "seen_item_ids")

stars = st.sampled_from([0.5, 2.0, 3.0, 3.5, 5.0])
users = st.sampled_from(["u", "v"])

# Few distinct times, so that many events share one.
past = st.builds(
    lambda user, item, kind, value, day: (user, item, kind, value if kind == "rate" else None, day * DAY),
    users,
    st.sampled_from(["a", "b", "c", "d", "e", "gone"]),
    st.sampled_from(KINDS),
    stars,
    st.sampled_from([0, 1, 1.5, 700, 2_999]),
)


def _wire(deed: tuple[str, str, str, float], days_late: float | None, event_id: str | None) -> Any:
    user, item, kind, value = deed
    event: dict[str, Any] = {"user_id": user, "item_id": item, "kind": kind}
    if kind == "rate":
        event["value"] = value
    if event_id is not None:
        event["event_id"] = event_id
    return event, days_late


deeds = st.tuples(users, st.sampled_from(["a", "b", "c", "d", "e", "unknown"]), st.sampled_from(KINDS), stars)
arriving = st.one_of(
    # No time of its own, on time, some days late, nearly too late; few ids, so that many are repeats.
    st.builds(
        _wire, deeds, st.sampled_from([None, 0, 0, 1, 1, 40, 365]), st.sampled_from([None, None, *"1234"])
    ),
    st.just((b"no event", None)),
)


def _messages(events: list[Any]) -> list[tuple[object, float]]:
    """Give each event its time of arrival, two in every second, and its own time."""
    timed: list[tuple[object, float]] = []
    for number, (event, days_late) in enumerate(events):
        arrived = BEGIN + number // 2
        if days_late is None or isinstance(event, bytes):
            timed.append((event, arrived))
        else:
            timed.append(({**event, "occurred_at": moment(arrived - days_late * DAY).isoformat()}, arrived))
    return timed


class Stream:
    """The features as the job computes them, after every event."""

    def __init__(self, catalog: Catalog) -> None:
        self.people: dict[str, list[BehaviorFeatures]] = defaultdict(list)
        self.items: dict[str, list[ItemPopularity]] = defaultdict(list)
        self._facts = ItemFacts(catalog)
        self._behaviors: dict[str, BehaviorState] = defaultdict(lambda: BehaviorState.empty(self._facts))
        self._popularity: dict[str, PopularityState] = defaultdict(PopularityState)

    def replay(self, history: pa.Table) -> None:
        for user in sorted(set(history["user_id"].to_pylist())):
            for seen in History(history, "user_id", self._facts).of(user):
                self._observe_person(user, seen)
        for item in sorted(set(history["item_id"].to_pylist())):
            for seen in History(history, "item_id", self._facts).of(item):
                self._observe_item(item, seen)

    def take(self, message: Message) -> None:
        event = decode_behavior(message, self._facts.knows)
        if isinstance(event, Rejected) or event.occurred_at is None:
            return
        if self._behaviors[event.user_id].repeats.is_repeat(event.event_id):
            return
        at = round(event.occurred_at.timestamp() * 1_000_000)
        deed = Observation(
            event.item_id,
            event.kind,
            event.value,
            signal(event.kind, event.value),
            at,
            *self._facts.of(event.item_id),
        )
        self._observe_person(event.user_id, deed)
        self._observe_item(event.item_id, deed)

    def _observe_person(self, user: str, seen: Observation) -> None:
        observe_behavior(self._behaviors[user], seen)
        self.people[user].append(behavior_features(user, self._behaviors[user]))

    def _observe_item(self, item: str, seen: Observation) -> None:
        if not is_demand(seen.kind):
            return
        observe_popularity(self._popularity[item], seen)
        self.items[item].append(item_popularity(item, self._popularity[item]))


def _streamed(catalog: Catalog, history: pa.Table, events: list[tuple[object, float]]) -> Stream:
    stream = Stream(catalog)
    stream.replay(history)
    for offset, (event, arrived) in enumerate(events):
        value = event if isinstance(event, bytes) else msgspec.json.encode(event)
        stream.take(Message("user-behaviors", 0, offset, b"key", value, moment(arrived)))
    return stream


def _assert_equal(
    catalog: Catalog, history: pa.Table, events: list[tuple[object, float]], lists_every: int = 1
) -> None:
    """Run both on the same events and compare every feature after every event (lists at every n-th)."""
    stream = _streamed(catalog, history, events)
    with TemporaryDirectory() as folder, closing(connect()) as database:
        home = Path(folder)
        put_in_lake(home, "user-behaviors", events)
        behaviors = lake_behaviors(catalog, home)
        backfill_tables(database, catalog, history, behaviors, home)
        people = pq.read_table(home / "features" / "user_behavior.parquet").to_pylist()
        items = pq.read_table(home / "features" / "item_popularity.parquet").to_pylist()
        moments, lists = _lists_as_of_events(database, lists_every)
    assert len(people) == sum(map(len, stream.people.values()))
    for row in people:
        of_person = stream.people[row["user_id"]]
        newest = row["version"] == len(of_person)
        _compare(row, of_person[row["version"] - 1], () if newest else LISTS)
    assert len(items) == sum(map(len, stream.items.values()))
    for row in items:
        _compare(row, stream.items[row["item_id"]][row["version"] - 1], ())
    for place, row in zip(moments, lists, strict=True):
        _compare(row, stream.people[place["user_id"]][place["user_seq"] - 1], ())
    times = [(row["user_id"], row["event_timestamp"]) for row in people]
    assert times == sorted(set(times))


def _compare(row: dict[str, Any], expected: Any, absent: tuple[str, ...]) -> None:
    for name in set(row) - {"event_timestamp", "moment", "user_id", "item_id"}:
        wanted = getattr(expected, name)
        if name in absent:
            assert row[name] is None
        elif name in LISTS:
            assert row[name] == list(wanted)
        else:
            # A late event's weight may differ by a rounding.
            found = tuple(row[name]) if isinstance(wanted, tuple) else row[name]
            assert found == pytest.approx(wanted, rel=1e-9, abs=1e-9), name


def _lists_as_of_events(database: Any, every: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    moments = database.sql(
        "SELECT event_order AS moment, user_id, event_us + 1 AS asked_us, user_seq FROM events "
        "WHERE event_order % $every = 0 ORDER BY ALL",
        params={"every": every},
    ).to_arrow_table()
    return moments.to_pylist(), item_lists(database, moments.drop_columns(["user_seq"])).to_pylist()


@settings(max_examples=15, deadline=None)
@given(st.lists(past, max_size=12), st.lists(arriving, max_size=20))
def test_backfill_and_stream_agree_after_every_event(before: list[Any], events: list[Any]) -> None:
    # One row per person, item, kind and moment: what the checks let through.
    history = interactions({(*row[:3], row[4]): row for row in before}.values())
    _assert_equal(CATALOG, history, _messages(events))


def test_backfill_and_stream_agree_where_lists_and_memories_are_full() -> None:
    """1,300 things seen, likes beyond 50, and repeats that come after the stream has forgotten their ids."""
    random = np.random.default_rng(5)
    ids = [f"p{number}" for number in range(1_500)]
    catalog = Catalog(CATALOG.domain, ids, {"title": TextColumn.of(ids)})
    kinds = np.array(KINDS)
    history = interactions(
        ("u", ids[number], "rate", float(random.integers(1, 6)), float(day) * DAY)
        for number, day in enumerate(random.integers(0, 2_000, 1_100))
    )
    events = [
        _wire(
            ("u", ids[random.integers(0, 1_500)], str(random.choice(kinds)), 4.0),
            float(random.choice([0, 1, 200])),
            str(random.integers(0, 400)),
        )
        for _ in range(900)
    ]
    _assert_equal(catalog, history, _messages(events), lists_every=20)
