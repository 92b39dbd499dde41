"""Decays are applied where the features are read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from small_films import films

from ranking.behavior import COLD, BehaviorFeatures, as_of, item_indices, microseconds

DAY = 86_400_000_000


def test_activity_halves_in_30_days_and_affinity_in_180() -> None:
    person = BehaviorFeatures(activity_30d=8.0, category_affinity=(4.0, -2.0), last_event_at=0)
    assert as_of(person, 30 * DAY).activity_30d == pytest.approx(4.0)
    assert as_of(person, 180 * DAY).category_affinity == pytest.approx((2.0, -1.0))


def test_a_clock_that_runs_behind_makes_nobody_more_active() -> None:
    person = BehaviorFeatures(activity_30d=8.0, last_event_at=10 * DAY)
    assert as_of(person, 0).activity_30d == 8.0


def test_counts_do_not_decay() -> None:
    person = BehaviorFeatures(event_count=7, rating_mean=4.5, number_mean=(1990.0,))
    later = as_of(person, 1000 * DAY)
    assert (later.event_count, later.rating_mean, later.number_mean) == (7, 4.5, (1990.0,))


def test_nobody_stays_nobody() -> None:
    assert as_of(COLD, 1000 * DAY) == COLD


def test_microseconds_are_exact_and_know_zones() -> None:
    moment = datetime(2026, 3, 1, 12, 0, 0, 123457, tzinfo=UTC)
    assert microseconds(moment) % 1_000_000 == 123457
    assert microseconds(moment.astimezone(timezone(timedelta(hours=9)))) == microseconds(moment)
    assert microseconds(moment.replace(tzinfo=None)) == microseconds(moment)


def test_items_that_left_the_catalogue_are_left_out_of_the_history() -> None:
    catalog = films()
    assert item_indices(("gone", "h", "t"), catalog).tolist() == [0, 1]
