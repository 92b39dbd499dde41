"""The ranking model: it learns, it is refused where it does not fit, and data that break it are named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from ranking.errors import ModelFileError, TooLittleDataError
from ranking.manifest import MANIFEST
from ranking.model import TREES, RankingDataset, load, train

NAMES = ("taste", "noise", "year")


def dataset(queries: int = 60, names: tuple[str, ...] = NAMES) -> RankingDataset:
    """20 rows a query; the three with most taste are liked."""
    rng = np.random.default_rng(0)
    features = rng.random((queries * 20, len(names)), dtype=np.float32)
    places = (-features[:, 0].reshape(queries, 20)).argsort(axis=1).argsort(axis=1)
    return RankingDataset(
        features, (places < 3).astype(np.int32).ravel(), np.full(queries, 20, np.int32), names
    )


def test_what_decides_the_likes_decides_the_order(tmp_path: Path) -> None:
    ranker = train(dataset(), tmp_path)
    rows = np.array([[0.95, 0.1, 0.5], [0.5, 0.9, 0.5], [0.05, 0.5, 0.5]], np.float32)
    assert ranker.score(rows).argmax() == 0


def test_training_twice_makes_the_same_model(tmp_path: Path) -> None:
    one, other = train(dataset(), tmp_path / "one"), train(dataset(), tmp_path / "other")
    assert one.version == other.version


def test_a_loaded_model_scores_as_the_trained_one(tmp_path: Path) -> None:
    data = dataset()
    trained = train(data, tmp_path, facts={"trained_until": 5})
    again = load(tmp_path, NAMES)
    assert_array_equal(again.score(data.features), trained.score(data.features))
    assert again.facts["trained_until"] == 5


def test_contributions_add_up_to_the_score(tmp_path: Path) -> None:
    ranker = train(dataset(), tmp_path)
    rows = dataset().features[:5]
    np.testing.assert_allclose(ranker.contributions(rows).sum(axis=1), ranker.score(rows), atol=1e-9)


def test_nothing_to_score_is_no_error(tmp_path: Path) -> None:
    ranker = train(dataset(), tmp_path)
    assert ranker.score(np.empty((0, 3), np.float32)).shape == (0,)


def test_progress_is_told_after_every_tree(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    train(dataset(), tmp_path, progress=lambda done, total: told.append((done, total)))
    assert told == [(tree, TREES) for tree in range(1, TREES + 1)]


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (("taste", "noise"), "it was trained with year"),
        (("taste", "noise", "year", "mood"), "it was trained without mood"),
        (("noise", "taste", "year"), "in another order"),
    ],
)
def test_other_features_are_refused_by_name(tmp_path: Path, names: tuple[str, ...], sentence: str) -> None:
    train(dataset(), tmp_path)
    with pytest.raises(ModelFileError, match=sentence):
        load(tmp_path, names)


def test_a_changed_model_file_is_refused(tmp_path: Path) -> None:
    train(dataset(), tmp_path)
    path = next(tmp_path.glob("trees-*"))
    path.write_text(path.read_text().replace("leaf_value", "leaf_valuE", 1))
    with pytest.raises(ModelFileError, match="its hash differs"):
        load(tmp_path, NAMES)


def test_a_model_of_another_kind_is_refused(tmp_path: Path) -> None:
    train(dataset(), tmp_path)
    manifest = tmp_path / MANIFEST
    manifest.write_text(manifest.read_text().replace('"ranker"', '"collaborative"'))
    with pytest.raises(ModelFileError, match="collaborative model where a ranker model belongs"):
        load(tmp_path, NAMES)


def test_too_few_queries_are_refused_and_leave_the_old_model(tmp_path: Path) -> None:
    version = train(dataset(), tmp_path).version
    with pytest.raises(TooLittleDataError):
        train(dataset(queries=3), tmp_path)
    assert load(tmp_path, NAMES).version == version


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"labels": np.full(40, 31, np.int32)}, "labels lie between 0 and 30"),
        ({"labels": np.zeros(39, np.int32)}, "39 labels"),
        ({"groups": np.array([20, 19], np.int32)}, "39 places in groups"),
        ({"groups": np.array([40, 0], np.int32)}, "a query must have 1 to 10000 rows"),
        ({"names": ("one",)}, "3 columns and 1 names"),
    ],
)
def test_data_that_break_the_training_are_named(change: dict[str, object], sentence: str) -> None:
    whole = dataset(queries=2)
    parts = {"features": whole.features, "labels": whole.labels, "groups": whole.groups, "names": NAMES}
    with pytest.raises(ValueError, match=sentence):
        RankingDataset(**{**parts, **change})


def test_a_query_that_is_too_long_is_refused_before_lightgbm_sees_it() -> None:
    rows = 10_001
    with pytest.raises(ValueError, match="not 10001"):
        RankingDataset(
            np.zeros((rows, 1), np.float32), np.zeros(rows, np.int32), np.array([rows], np.int32), ("one",)
        )
