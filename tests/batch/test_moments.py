"""Moments: only what lies strictly before one is known at it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from camps import past_of
from numpy.testing import assert_allclose

from batch.backfill import prepare
from batch.behaviors import BEHAVIORS
from batch.database import connect
from batch.errors import TableFileError
from batch.history import item_lists
from batch.moments import FOLLOWING, Demand, Moment, Past, behaviors_at, sample_moments
from batch.tables import MOMENT, table_path
from catalog.store import load_interactions
from ranking.behavior import COLD
from ranking.popularity import demand_shares

POPULARITY_THEN = """
SELECT item_popularity.* FROM asked ASOF JOIN item_popularity
ON asked.item_id = item_popularity.item_id AND asked.asked_at > item_popularity.event_timestamp
"""


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Past:
    return past_of(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def moments(past: Past) -> list[Moment]:
    return sample_moments(past.log, past.log.time_at(0.3), past.log.time_at(0.9), per_user=5, limit=100)


def test_every_moment_is_a_like_in_the_window(past: Past, moments: list[Moment]) -> None:
    likes = set(
        zip(
            past.log.users[past.log.signals > 0].tolist(),
            past.log.items[past.log.signals > 0].tolist(),
            past.log.times[past.log.signals > 0].tolist(),
            strict=True,
        )
    )
    assert len(moments) > 50
    assert all((moment.user, moment.target, moment.time) in likes for moment in moments)
    assert all(past.log.time_at(0.3) <= moment.time < past.log.time_at(0.9) for moment in moments)


def test_nobody_gives_more_moments_than_their_share(moments: list[Moment]) -> None:
    assert np.bincount([moment.user for moment in moments]).max() <= 5


def test_a_limit_draws_from_everybody_in_the_order_of_time(past: Past) -> None:
    few = sample_moments(past.log, 0, past.log.times[-1], per_user=5, limit=30)
    assert len(few) == 30
    assert [moment.time for moment in few] == sorted(moment.time for moment in few)


def test_what_follows_is_new_to_the_person_and_holds_the_target(moments: list[Moment]) -> None:
    for moment in moments:
        assert moment.target in moment.following
        assert len(moment.following) <= FOLLOWING
        assert not np.isin(moment.following, moment.seen).any()


def test_the_lists_are_those_of_the_backfill(past: Past, moments: list[Moment]) -> None:
    database = connect()
    folder = past.home / "data" / "records"
    prepare(database, past.catalog, load_interactions(folder), BEHAVIORS.empty_table())
    asked = pa.table(
        {
            "moment": pa.array(range(len(moments)), pa.int64()),
            "user_id": [past.log.user_ids[moment.user] for moment in moments],
            "asked_us": pa.array([moment.time for moment in moments], pa.int64()),
        }
    )
    ids = past.catalog.item_ids
    for moment, lists in zip(moments, item_lists(database, asked).to_pylist(), strict=True):
        # Within one instant the order is the backfill's own, so newest likes are compared as sets.
        assert {ids[item] for item in moment.liked} == set(lists["recent_item_ids"])
        assert {ids[item] for item in moment.seen} == set(lists["seen_item_ids"])


def test_the_behaviour_counts_what_lies_strictly_before(past: Past, moments: list[Moment]) -> None:
    for moment, behavior in zip(moments, behaviors_at(past, moments), strict=True):
        before = (past.log.users == moment.user) & (past.log.times < moment.time)
        assert behavior.event_count == before.sum()
        assert behavior.positive_count == (before & (past.log.signals > 0)).sum()
        assert behavior.last_event_at < moment.time


def test_before_the_first_event_nothing_is_known(past: Past) -> None:
    first = sample_moments(past.log, 0, past.log.times[-1], per_user=1, limit=10**6)[0]
    early = Moment(first.user, 1, first.target, first.following, first.liked[:0], first.seen[:0], first.later)
    assert behaviors_at(past, [early]) == [COLD]


def test_the_sweep_over_the_events_is_the_asof_join_on_the_feature_table(
    past: Past, moments: list[Moment]
) -> None:
    database = connect()
    path = table_path(past.home, "item_popularity")
    database.read_parquet(str(path)).create_view("item_popularity")
    ids = past.catalog.item_ids
    demand = Demand(past.log, len(ids))
    for moment in moments[::7]:
        asked = pa.array([moment.time] * len(ids), pa.int64()).cast(MOMENT)
        database.register("asked", pa.table({"item_id": ids, "asked_at": asked}))
        known = database.sql(POPULARITY_THEN).to_arrow_table()
        items = past.catalog.indices_of(known["item_id"])
        events, positives, decayed, stars = np.zeros((4, len(ids)))
        age = (moment.time - known["event_timestamp"].cast(pa.int64()).to_numpy()) / 86_400e6
        events[items] = known["event_count"].to_numpy()
        positives[items] = known["positive_count"].to_numpy()
        stars[items] = known["rating_mean"].to_numpy()
        decayed[items] = known["popularity_30d"].to_numpy() * 0.5 ** (age / 30)
        then = demand.before(moment.time)
        assert_allclose(then.event_count, events)
        assert_allclose(then.positive_count, positives)
        assert_allclose(then.rating_mean, stars, rtol=1e-6)
        assert_allclose(then.demand_share, demand_shares(decayed, positives), rtol=1e-5, atol=1e-8)


def test_missing_feature_tables_say_what_to_run(past: Past, moments: list[Moment], tmp_path: Path) -> None:
    with pytest.raises(TableFileError, match="heed backfill"):
        behaviors_at(Past(tmp_path, past.catalog, past.log), moments)
