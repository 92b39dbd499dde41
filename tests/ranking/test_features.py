"""The feature matrix: what a column means, and that serving and training cannot differ."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from small_films import FILMS, IDS, LIKED_TOGETHER, films, state

from ranking.behavior import COLD, BehaviorFeatures, as_of
from ranking.features import FEATURE_NAMES, Query, feature_matrix, feature_names
from ranking.taste import taste_of

CATALOG = films()
STATE = state()
NAMES = feature_names(FILMS)
DAY = 86_400_000_000

# Likes crime (0.6) and comedy (0.2), rejects horror (-0.2); usually from 1990, running time never known.
PERSON = BehaviorFeatures(
    event_count=9,
    positive_count=6,
    rating_count=9,
    rating_mean=3.5,
    activity_30d=2.0,
    category_affinity=(0.0, 0.2, 0.6, 0.0, -0.2, 0.0, 0.0),
    number_mean=(1990.0, 0.0),
    number_count=(4, 0),
    recent_item_ids=("a", "h"),
    last_event_at=10 * DAY,
    version=9,
)


def query(behavior: BehaviorFeatures = PERSON, items: str = "".join(IDS), **more) -> Query:
    rows = np.array([IDS.index(one) for one in items], dtype=np.int32)
    return Query(
        items=rows,
        scores=more.pop("scores", {}),
        behavior=behavior,
        taste=taste_of(behavior, CATALOG, LIKED_TOGETHER),
        popularity=STATE.popularity.of(rows),
        catalog=STATE.features,
        **more,
    )


def column(name: str, asked: Query) -> np.ndarray:
    return feature_matrix(asked)[:, NAMES.index(name)]


def test_every_column_has_a_name_of_its_own() -> None:
    assert feature_matrix(query()).shape == (len(IDS), len(NAMES)) == (len(IDS), len(set(NAMES)))


def test_each_number_field_adds_its_value_and_its_difference() -> None:
    own = ("number_year", "number_runtime", "difference_year", "difference_runtime")
    assert (*FEATURE_NAMES, *own) == NAMES


def test_no_column_sums_up_the_future() -> None:
    from catalog.domain import load_domain

    names = feature_names(load_domain("movies"))
    assert not [name for name in names if name.endswith(("_popularity", "_rating"))]


def test_affinity_is_the_mean_over_the_items_categories() -> None:
    # Fargo is comedy and crime, The Exorcist horror; Lost Film has no category.
    assert_allclose(column("affinity_mean", query(items="fxz")), [0.4, -0.2, 0.0], atol=1e-6)


def test_best_and_worst_affinity_are_of_one_category_each() -> None:
    asked = query(items="c")
    assert column("affinity_best", asked)[0] == pytest.approx(0.2)
    assert column("affinity_worst", asked)[0] == pytest.approx(-0.2)


def test_a_difference_is_in_standard_deviations_from_the_usual() -> None:
    years = [row for row in CATALOG.number("year").values if not np.isnan(row)]
    assert column("difference_year", query(items="h"))[0] == pytest.approx(5 / np.std(years), rel=1e-5)


def test_what_is_unknown_is_nan_and_not_zero() -> None:
    assert np.isnan(column("number_year", query(items="u"))[0])
    assert np.isnan(column("difference_year", query(items="u"))[0])
    # The person's usual running time is not known.
    assert np.isnan(column("difference_runtime", query(items="h"))[0])


def test_the_collaborative_score_is_relative_to_the_best_of_the_whole_catalogue() -> None:
    alone = column("collaborative_relative", query(items="f"))[0]
    assert alone == column("collaborative_relative", query(items="tf"))[1] < 1


def test_the_tools_scores_become_columns_by_their_name() -> None:
    scores = {"match": np.array([0.25, 1.0], np.float32)}
    asked = query(items="ha", scores=scores, wishes=3)
    assert column("match", asked).tolist() == [0.25, 1.0]
    assert column("attenuation", asked).tolist() == [0.0, 0.0]
    assert column("wishes", asked).tolist() == [3.0, 3.0]


def test_somebody_unknown_has_finite_features_wherever_the_item_is_known() -> None:
    matrix = feature_matrix(query(COLD, items="h"))
    unknown = {name for name, value in zip(NAMES, matrix[0], strict=True) if not np.isfinite(value)}
    assert unknown == {"difference_year", "difference_runtime"}


def test_no_candidates_make_an_empty_matrix() -> None:
    assert feature_matrix(query(items="")).shape == (0, len(NAMES))


@given(st.permutations(IDS), st.integers(1, len(IDS)))
def test_a_candidate_has_the_same_features_whoever_else_is_asked_about(order: list[str], count: int) -> None:
    # What a training set samples is what serving computes for all.
    every = feature_matrix(query())
    rows = [IDS.index(one) for one in order[:count]]
    assert_array_equal(feature_matrix(query(items="".join(order[:count]))), every[rows])


@given(st.integers(0, 4000))
def test_a_taste_that_only_aged_ranks_the_same(days: int) -> None:
    aged = as_of(PERSON, PERSON.last_event_at + days * DAY)
    for name in ("affinity_mean", "affinity_best", "affinity_worst", "user_focus"):
        assert_allclose(column(name, query(aged)), column(name, query()), atol=1e-5)


def test_an_affinity_list_of_another_length_is_no_error() -> None:
    # A domain that gained a value: rows of before are shorter until the next event.
    short = BehaviorFeatures(category_affinity=(1.0,), number_mean=(), number_count=())
    assert np.isfinite(column("affinity_mean", query(short))).all()
