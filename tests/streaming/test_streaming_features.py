"""The rolling features: laws that hold for any stream, and the same numbers after a trip through bytes."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.columns import CategoryColumn, NumberColumn
from catalog.domain import load_domain
from catalog.items import Catalog
from catalog.signal import signal
from streaming.features import (
    BehaviorState,
    Demand,
    ItemFacts,
    Observation,
    PopularityState,
    behavior_features,
    demand_of,
    item_popularity,
    observe_behavior,
    observe_popularity,
    take_demand,
)
from streaming.features.activity import HALF_LIFE as ACTIVITY_HALF_LIFE
from streaming.features.category_affinity import HALF_LIFE as AFFINITY_HALF_LIFE
from streaming.features.latest_items import LatestItems
from streaming.features.repeats import DIGEST_BYTES, Repeats
from streaming.features.repeats import LENGTH as REPEATS_LENGTH
from streaming.history import History

DAY = 86_400_000_000


@pytest.fixture(scope="module")
def facts() -> ItemFacts:
    """Three films: a horror film of 1980, a war drama of unknown year, one of which nothing is known."""
    domain = load_domain("movies")
    genres = list(domain.field("genre").values)
    columns: dict[str, Any] = {
        "title": _titles(["The Shining", "Paths of Glory", "Untitled"]),
        "genre": CategoryColumn.of([["Horror"], ["Drama", "War"], []], genres),
        "year": NumberColumn(np.array([1980.0, np.nan, np.nan])),
    }
    return ItemFacts(Catalog(domain, ["1", "2", "3"], columns))


def _titles(titles: list[str]) -> Any:
    from catalog.columns import TextColumn

    return TextColumn.of(titles)


deeds = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "3"]),
        st.sampled_from(["click", "watch", "rate", "skip", "hide", "purchase", "impression"]),
        st.integers(0, 10).map(lambda stars: stars / 2),
        st.integers(0, 2_000 * DAY),
    ),
    max_size=40,
)


def observed(facts: ItemFacts, events: list[tuple[str, str, float, int]]) -> list[Observation]:
    return [
        Observation(item, kind, stars, signal(kind, stars), at, *facts.of(item))
        for item, kind, stars, at in events
    ]


def features_of(facts: ItemFacts, seen: list[Observation]) -> dict[str, Any]:
    state = BehaviorState.empty(facts)
    for one in seen:
        observe_behavior(state, one)
    return msgspec.structs.asdict(behavior_features("7", state))


def test_an_item_has_the_positions_of_the_domains_order(facts: ItemFacts) -> None:
    declared = list(load_domain("movies").field("genre").values)
    categories, numbers = facts.of("2")
    assert sorted(declared[c] for c in categories) == ["Drama", "War"]
    assert numbers[0] is None
    assert facts.of("3") == ((), (None,) * facts.number_count)


@given(events=deeds)
@settings(max_examples=50)
def test_features_are_the_sums_that_the_contract_states(
    facts: ItemFacts, events: list[tuple[str, str, float, int]]
) -> None:
    seen = observed(facts, events)
    features = features_of(facts, seen)
    last = max((one.at for one in seen), default=0)
    assert features["version"] == len(seen)
    assert features["event_count"] == sum(one.kind != "impression" for one in seen)
    assert features["positive_count"] == sum(one.signal > 0 for one in seen)
    activity = sum(2.0 ** (-(last - one.at) / ACTIVITY_HALF_LIFE) for one in seen)
    assert features["activity_30d"] == pytest.approx(activity, rel=1e-9, abs=1e-12)
    for category, affinity in enumerate(features["category_affinity"]):
        wanted = math.fsum(
            one.signal * 2.0 ** (-(last - one.at) / AFFINITY_HALF_LIFE)
            for one in seen
            if category in one.categories
        )
        assert affinity == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@given(events=deeds, seed=st.randoms())
@settings(max_examples=50)
def test_sums_do_not_depend_on_the_order_of_arrival(facts: ItemFacts, events: list[Any], seed: Any) -> None:
    seen = observed(facts, events)
    shuffled = list(seen)
    seed.shuffle(shuffled)
    one, other = features_of(facts, seen), features_of(facts, shuffled)
    for name in set(one) - {"user_id", "recent_item_ids", "seen_item_ids"}:
        assert other[name] == pytest.approx(one[name], rel=1e-9, abs=1e-9), name


@given(events=deeds, cut=st.integers(0, 40))
@settings(max_examples=50)
def test_a_state_that_went_through_bytes_goes_on_the_same(
    facts: ItemFacts, events: list[Any], cut: int
) -> None:
    seen = observed(facts, events)
    state = BehaviorState.empty(facts)
    for position, one in enumerate(seen):
        if position == cut:
            state = msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=BehaviorState)
        observe_behavior(state, one)
    assert msgspec.structs.asdict(behavior_features("7", state)) == features_of(facts, seen)


def test_lists_keep_the_order_of_arrival_through_bytes() -> None:
    items = LatestItems()
    for item in ["b", "a", "c", "b"]:
        items.update(item, length=10)
    back = msgspec.msgpack.decode(msgspec.msgpack.encode(items), type=LatestItems)
    assert back.get() == ("a", "c", "b")


@given(st.lists(st.sampled_from("abcdefgh"), max_size=60), st.integers(1, 5))
def test_latest_items_hold_each_once_and_the_newest_last(arrived: list[str], length: int) -> None:
    items = LatestItems()
    for item in arrived:
        items.update(item, length)
    wanted = list(dict.fromkeys(reversed(arrived)))[:length][::-1]
    assert list(items.get()) == wanted


def test_repeats_forget_the_oldest_and_stay_bounded() -> None:
    repeats = Repeats()
    for number in range(REPEATS_LENGTH + 1):
        assert not repeats.is_repeat(str(number))
    assert len(repeats.digests) == REPEATS_LENGTH * DIGEST_BYTES
    assert repeats.is_repeat(str(REPEATS_LENGTH))
    assert not repeats.is_repeat("0")


def test_popularity_decays_and_ignores_what_speaks_against() -> None:
    state = PopularityState()
    for day, kind, value in [
        (0, "rate", 5.0),
        (30, "rate", 1.0),
        (60, "watch", None),
        (0, "impression", None),
    ]:
        observe_popularity(state, Observation("1", kind, value, signal(kind, value), day * DAY))
    popularity = item_popularity("1", state)
    assert (popularity.version, popularity.event_count, popularity.positive_count) == (3, 3, 2)
    assert popularity.rating_mean == 3.0
    assert popularity.popularity_30d == pytest.approx(1 + 2.0**-2)


def _added(demands: list[Demand]) -> Demand:
    """Add up as the SQL of `streaming.flink.sums` does: each column a sum, the last one a maximum."""
    *columns, moments = zip(*map(msgspec.structs.astuple, demands), strict=True)
    return Demand(*(sum(column) for column in columns), max(moments))


@given(
    spans=st.lists(
        st.lists(
            st.tuples(
                st.sampled_from(
                    [("watch", None), ("rate", 5.0), ("rate", 1.0), ("skip", None), ("hide", None)]
                ),
                st.integers(min_value=9_131 * DAY, max_value=30_000 * DAY),
            ),
            min_size=1,
            max_size=6,
        ),
        max_size=5,
    )
)
def test_demand_added_up_over_any_spans_is_the_demand_of_one_event_after_the_other(
    spans: list[list[tuple[tuple[str, float | None], int]]],
) -> None:
    one_by_one, added_up = PopularityState(), PopularityState()
    for span in spans:
        deeds = [Observation("1", kind, value, signal(kind, value), at) for (kind, value), at in span]
        for deed in deeds:
            observe_popularity(one_by_one, deed)
        take_demand(added_up, _added([demand_of(deed) for deed in deeds]))
    assert added_up.counts == one_by_one.counts
    assert (added_up.rating.count, added_up.rating.total) == (
        one_by_one.rating.count,
        one_by_one.rating.total,
    )
    wanted = item_popularity("1", one_by_one).popularity_30d
    assert item_popularity("1", added_up).popularity_30d == pytest.approx(wanted, rel=1e-9, abs=1e-300)


def test_history_is_replayed_by_person_and_by_item_oldest_first(facts: ItemFacts) -> None:
    table = pa.table(
        {
            "user_id": ["7", "8", "7", "7"],
            "item_id": ["2", "1", "1", "3"],
            "kind": ["rate"] * 4,
            "value": [4.0, 3.0, 5.0, 2.0],
            "occurred_at": pa.array([30, 10, 20, 20], pa.timestamp("us", "UTC")),
        }
    )
    person = History(table, "user_id", facts)
    assert [(one.item_id, one.at) for one in person.of("7")] == [("1", 20), ("3", 20), ("2", 30)]
    assert [one.item_id for one in History(table, "item_id", facts).of("1")] == ["1", "1"]
    assert list(person.of("nobody")) == []
