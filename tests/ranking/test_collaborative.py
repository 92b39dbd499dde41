"""EASE: the closed form, who counts, and models that are refused with a sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from catalog.columns import TextColumn
from catalog.domain import Domain, Field
from catalog.items import Catalog
from catalog.signal import KINDS
from ranking import collaborative
from ranking.collaborative import WARM_EVENTS, choose_regularisation, fit, load, recency_weights, save
from ranking.errors import ModelFileError, TooLittleDataError
from ranking.interactions import Interactions
from ranking.manifest import MANIFEST

RATE, IMPRESSION = KINDS.index("rate"), KINDS.index("impression")


def books(count: int) -> Catalog:
    domain = Domain(
        name="books",
        item="book",
        items="books",
        affinity_field="kind",
        fields=(Field(name="title", type="text"), Field(name="kind", type="category")),
    )
    ids = [f"b{item}" for item in range(count)]
    return Catalog(domain, ids, {"title": TextColumn.of(ids)})


def log_of(rows: list[tuple[int, int, float]], kind: int = RATE) -> Interactions:
    """Rows (user, item, signal), one second apart."""
    users, items, signals = (np.array(column) for column in zip(*rows, strict=True))
    return Interactions(
        users=users.astype(np.int32),
        items=items.astype(np.int32),
        kinds=np.full(len(rows), kind, dtype=np.int8),
        signals=signals.astype(np.float32),
        stars=(signals * 2 + 3).astype(np.float32),
        times=np.arange(len(rows), dtype=np.int64) * 1_000_000,
        user_ids=tuple(f"u{user}" for user in range(int(users.max()) + 1)),
    )


def two_camps(users: int = 40, seed: int = 0) -> Interactions:
    """Even users like items 0-9 and dislike 10-19, odd ones the other way round; each rates eight of each."""
    rng = np.random.default_rng(seed)
    rows = []
    for user in range(users):
        for camp in (0, 1):
            sign = 1.0 if user % 2 == camp else -1.0
            rows += [(user, 10 * camp + int(item), sign) for item in rng.choice(10, 8, replace=False)]
    rng.shuffle(rows)
    return log_of([(int(user), int(item), sign) for user, item, sign in rows])


def test_the_weights_are_the_closed_form_of_the_paper() -> None:
    log = two_camps()
    likes = np.zeros((40, 20))
    liked = log.signals > 0
    likes[log.users[liked], log.items[liked]] = 1
    inverse = np.linalg.inv(likes.T @ likes + 7.0 * np.eye(20))
    expected = np.eye(20) - inverse / np.diag(inverse)
    assert_allclose(fit(log, books(20), regularisation=7.0).weights, expected, atol=1e-5)


def test_a_history_brings_up_what_its_camp_likes() -> None:
    model = fit(two_camps(), books(20), regularisation=5.0)
    scores = model.scores(np.array([0, 1, 2], np.int32), np.ones(3, np.float32))
    assert scores[3:10].min() > scores[10:20].max()


def test_an_item_that_few_have_used_scores_zero() -> None:
    log = two_camps()
    more = log_of([(0, 20, 1.0)] * (WARM_EVENTS - 1))
    both = _joined(log, more)
    model = fit(both, books(21))
    assert model.scores(np.arange(20, dtype=np.int32), np.ones(20, np.float32))[20] == 0


def test_being_shown_makes_nothing_warm() -> None:
    shown = log_of([(0, 20, 0.0)] * 50, kind=IMPRESSION)
    assert fit(_joined(two_camps(), shown), books(21)).position[20] == -1


def test_an_empty_or_unknown_history_scores_zero_everywhere() -> None:
    model = fit(two_camps(), books(21))
    assert not model.scores(np.empty(0, np.int32), np.empty(0, np.float32)).any()
    assert not model.scores(np.array([20], np.int32), np.ones(1, np.float32)).any()


def test_events_from_until_on_change_nothing() -> None:
    log = two_camps()
    until = log.time_at(0.7)
    assert_allclose(fit(log, books(20), until).weights, fit(log.before(until), books(20)).weights)


def test_lambda_is_chosen_without_looking_past_until(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    real = collaborative.fit

    def watching(log: Interactions, *args: object, **more: object) -> object:
        seen.append(int(log.times.max()))
        return real(log, *args, **more)

    monkeypatch.setattr(collaborative, "fit", watching)
    log = two_camps(users=200)
    until = log.time_at(0.8)
    assert choose_regularisation(log, books(20), until, (1.0, 100.0)) in (1.0, 100.0)
    assert seen and max(seen) < until


def test_the_reason_is_the_liked_item_that_pulls_most() -> None:
    model = fit(two_camps(), books(20), regularisation=5.0)
    history = np.array([15, 3, 16], np.int32)
    assert model.because(4, history, np.ones(3, np.float32)).tolist() == [3]


def test_what_speaks_against_an_item_is_no_reason_for_it() -> None:
    model = fit(two_camps(), books(20), regularisation=5.0)
    against = model.weights[:, 4].argmin()
    assert not len(model.because(4, np.array([against], np.int32), np.ones(1, np.float32)))


def test_neighbours_of_a_cold_item_are_none() -> None:
    items, weights = fit(two_camps(), books(21)).neighbours(20)
    assert len(items) == len(weights) == 0


def test_neighbours_come_from_the_same_camp_strongest_first() -> None:
    items, weights = fit(two_camps(), books(20), regularisation=5.0).neighbours(0, limit=5)
    assert (items < 10).all() and (np.diff(weights) <= 0).all()


def test_the_newest_like_counts_most() -> None:
    weights = recency_weights(4)
    assert weights[-1] == 1 and (np.diff(weights) > 0).all()


def test_too_few_events_are_refused_with_the_command_that_helps() -> None:
    with pytest.raises(TooLittleDataError, match="heed data load"):
        fit(log_of([(0, 0, 1.0), (1, 1, 1.0)]), books(2))


def test_a_saved_model_is_read_back_equal(tmp_path: Path) -> None:
    model = fit(two_camps(), books(20))
    save(model, tmp_path)
    again = load(tmp_path, books(20))
    assert_allclose(again.weights, model.weights)
    assert again.regularisation == model.regularisation


def test_saving_again_leaves_one_model(tmp_path: Path) -> None:
    save(fit(two_camps(), books(20)), tmp_path)
    save(fit(two_camps(seed=1), books(20)), tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    save(fit(two_camps(), books(20)), tmp_path)
    path = next(tmp_path.glob("weights-*"))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelFileError, match=rf"{path.name} is not the file .*heed train ranker"):
        load(tmp_path, books(20))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    save(fit(two_camps(), books(20)), tmp_path)
    next(tmp_path.glob("weights-*")).unlink()
    with pytest.raises(ModelFileError, match="is missing"):
        load(tmp_path, books(20))


def test_a_model_of_another_catalogue_is_refused(tmp_path: Path) -> None:
    save(fit(two_camps(), books(20)), tmp_path)
    with pytest.raises(ModelFileError, match="another catalogue"):
        load(tmp_path, books(21))


@pytest.mark.parametrize("text", ["", "{", '{"kind": 3}', "[]"])
def test_a_damaged_manifest_is_refused(tmp_path: Path, text: str) -> None:
    save(fit(two_camps(), books(20)), tmp_path)
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(ModelFileError, match="damaged"):
        load(tmp_path, books(20))


def test_no_model_at_all_says_how_to_train_one(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"no trained model.*heed train ranker"):
        load(tmp_path / "nowhere", books(20))


def _joined(one: Interactions, other: Interactions) -> Interactions:
    return Interactions(
        users=np.concatenate([one.users, other.users]),
        items=np.concatenate([one.items, other.items]),
        kinds=np.concatenate([one.kinds, other.kinds]),
        signals=np.concatenate([one.signals, other.signals]),
        stars=np.concatenate([one.stars, other.stars]),
        times=np.concatenate([one.times, other.times + one.times[-1] + 1]),
        user_ids=one.user_ids,
    )
