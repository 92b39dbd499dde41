"""Popularity: shares of the demand, and the offline table read in bulk."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_films import IDS, films

from ranking.popularity import PRIOR, PopularityTable, demand_shares, no_popularity

counts = st.lists(st.floats(0, 1e6), min_size=3, max_size=3)


@given(counts, counts)
def test_shares_sum_to_one_wherever_anything_was_liked(decayed: list[float], plain: list[float]) -> None:
    shares = demand_shares(np.array(decayed), np.array(plain) + 1)
    assert shares.sum() == pytest.approx(1.0, abs=1e-5)


def test_without_any_approval_nothing_is_in_demand() -> None:
    assert not demand_shares(np.zeros(3), np.zeros(3)).any()


def test_after_a_long_silence_one_click_is_not_all_the_demand_there_is() -> None:
    shares = demand_shares(np.array([1.0, 0.0]), np.array([1.0, 999.0]))
    assert shares[1] > 0.9


def test_in_a_busy_month_what_is_liked_now_outweighs_what_was_liked_long_ago() -> None:
    shares = demand_shares(np.array([50 * PRIOR, 0.0]), np.array([10.0, 1000.0]))
    assert shares[0] > shares[1]


def table(rows: list[tuple[str, int, int, float]]) -> pa.Table:
    """Rows (item, version, events, days before now)."""
    now = time.time()
    return pa.table(
        {
            "item_id": [row[0] for row in rows],
            "event_timestamp": pa.array(
                [int((now - row[3] * 86_400) * 1e6) for row in rows], pa.timestamp("us", "UTC")
            ),
            "event_count": [row[2] for row in rows],
            "positive_count": [row[2] for row in rows],
            "rating_mean": [4.0] * len(rows),
            "popularity_30d": [float(row[2]) for row in rows],
            "version": [row[1] for row in rows],
        }
    )


def test_the_newest_version_of_each_item_counts_in_whatever_order(tmp_path: Path) -> None:
    pq.write_table(
        table([("t", 2, 20, 0), ("h", 1, 1, 0), ("t", 1, 10, 0), ("gone", 9, 99, 0)]), tmp_path / "p"
    )
    popularity = PopularityTable(films()).load(tmp_path / "p")
    assert popularity.event_count[[IDS.index("h"), IDS.index("t")]].tolist() == [1, 20]
    assert popularity.event_count.sum() == 21


def test_demand_of_long_ago_has_faded(tmp_path: Path) -> None:
    pq.write_table(table([("h", 1, 500, 300), ("t", 1, 500, 0)]), tmp_path / "p")
    shares = PopularityTable(films()).load(tmp_path / "p").demand_share
    assert shares[IDS.index("t")] > 2 * shares[IDS.index("h")]


def test_without_a_table_nothing_is_popular(tmp_path: Path) -> None:
    popularity = PopularityTable(films()).load(tmp_path / "absent")
    assert not popularity.event_count.any() and not popularity.demand_share.any()


def test_rows_are_picked_in_the_order_of_the_items(tmp_path: Path) -> None:
    pq.write_table(table([("h", 1, 5, 0), ("t", 1, 7, 0)]), tmp_path / "p")
    picked = PopularityTable(films()).load(tmp_path / "p").of(np.array([1, 0], np.int32))
    assert picked.event_count.tolist() == [7, 5]


def test_what_was_given_out_does_not_change_with_the_next_refresh(tmp_path: Path) -> None:
    own = PopularityTable(films())
    before = own.current()
    pq.write_table(table([("h", 1, 5, 0)]), tmp_path / "p")
    own.load(tmp_path / "p")
    assert not before.event_count.any()


def test_no_popularity_has_a_row_for_every_item() -> None:
    assert len(no_popularity(4)) == 4
