"""Training and judging end to end, on listeners whose taste can be learned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from camps import Hashed, home_of, listening, past_of, records
from numpy.testing import assert_array_equal

from batch import train_ranker as training
from batch.evaluate_ranker import Evaluation, as_json, as_text, evaluate_ranker
from batch.moments import sample_moments
from batch.occasions import occasions
from batch.train_ranker import Report, open_past, split_times, state_at, train_ranker
from batch.training_set import PASSED_OVER, training_set, wishes_for
from batch.wishes import Wisher
from catalog.settings import home_settings
from ranking import collaborative, model
from ranking.errors import ModelFileError, TooLittleDataError
from ranking.features import feature_names
from ranking.model import RankingDataset


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return home_of(tmp_path_factory.mktemp("home"))


@pytest.fixture(autouse=True)
def records_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home_settings(), "domain", "records")


@pytest.fixture(scope="module")
def trained(home: Path) -> tuple[Report, list[tuple[str, int, int]]]:
    told: list[tuple[str, int, int]] = []
    settings = home_settings()
    served, settings.domain = settings.domain, "records"
    try:
        report = train_ranker(home, encoder=Hashed(), progress=lambda *step: told.append(step))
    finally:
        settings.domain = served
    return report, told


@pytest.fixture(scope="module")
def judged(home: Path, trained: tuple[Report, object]) -> Evaluation:
    settings = home_settings()
    served, settings.domain = settings.domain, "records"
    try:
        return evaluate_ranker(home, encoder=Hashed())
    finally:
        settings.domain = served


def test_both_models_are_there_and_fit_the_catalogue(home: Path, trained: tuple[Report, object]) -> None:
    ranker = model.load(home / "models" / "ranker", feature_names(records().domain))
    assert ranker.version == trained[0].version
    weights = collaborative.load(home / "models" / "collaborative", records())
    assert len(weights.warm) == trained[0].warm_items


def test_every_step_is_told_to_its_end(trained: tuple[Report, list[tuple[str, int, int]]]) -> None:
    last = {step: (done, total) for step, done, total in trained[1]}
    assert set(last) == {"items", "collaborative", "training set", "ranking model"}
    assert all(done == total for done, total in last.values())


def test_the_ranking_model_has_seen_nothing_of_what_it_is_judged_on(home: Path, judged: Evaluation) -> None:
    past, _ = open_past(home, Hashed())
    ranker = model.load(home / "models" / "ranker", feature_names(past.catalog.domain))
    assert ranker.facts["trained_until"] == split_times(past.log)[1]
    assert judged.since >= int(str(ranker.facts["trained_until"]))


def test_what_comes_after_the_window_changes_no_row(tmp_path: Path) -> None:
    deeds = listening()
    whole = past_of(tmp_path / "whole", deeds)
    first, second = split_times(whole.log)
    until = np.searchsorted(np.asarray(deeds["occurred_at"].cast("int64")), second)
    cut = past_of(tmp_path / "cut", deeds.slice(0, int(until)))
    one, other = (dataset(past, first, second) for past in (whole, cut))
    assert len(one.labels) > 100
    assert_array_equal(one.labels, other.labels)
    assert_array_equal(one.features, other.features)


def dataset(past: training.Past, first: int, second: int) -> RankingDataset:
    _, semantic = open_past(past.home, Hashed())
    state = state_at(past, semantic, first, 100.0)
    moments = sample_moments(past.log, first, second, per_user=10, limit=100)
    wishes = wishes_for(moments, Wisher(past.catalog, state.features, np.random.default_rng(0)), 0.5)
    return training_set(past, state, moments, wishes, lambda done, total: None)


def test_groups_hold_what_was_liked_first_and_what_was_passed_over_after(home: Path) -> None:
    past, _ = open_past(home, Hashed())
    data = dataset(past, *split_times(past.log))
    ends = np.cumsum(data.groups)
    for group in np.split(data.labels, ends[:-1]):
        assert 0 < group.sum() < len(group) <= PASSED_OVER + 10
        assert (np.diff(group) <= 0).all()


def test_nothing_seen_before_is_a_candidate_and_every_rule_is_kept(home: Path) -> None:
    past, semantic = open_past(home, Hashed())
    first, second = split_times(past.log)
    state = state_at(past, semantic, first, 100.0)
    moments = sample_moments(past.log, first, second, per_user=5, limit=40)
    wishes = wishes_for(moments, Wisher(past.catalog, state.features, np.random.default_rng(0)), 1.0)
    for occasion in occasions(past, state, moments, wishes):
        items = occasion.run.candidates.items
        assert not np.isin(items, occasion.moment.seen).any()
        for rule in occasion.run.plan.of("filter"):
            if rule.field == "genre":
                has = past.catalog.category("genre").contains(str(rule.value))[items]
                assert has.all() if rule.polarity == "positive" else not has.any()


def test_a_failed_training_leaves_the_models_as_they_were(home: Path, trained: tuple[Report, object]) -> None:
    before = {path: path.read_bytes() for path in (home / "models").rglob("manifest.json")}
    (home / "features" / "user_behavior.parquet").rename(home / "aside")
    try:
        with pytest.raises(Exception, match="heed backfill"):
            train_ranker(home, encoder=Hashed())
    finally:
        (home / "aside").rename(home / "features" / "user_behavior.parquet")
    assert {path: path.read_bytes() for path in before} == before


def test_the_model_knows_the_camps_better_than_popularity_does(judged: Evaluation) -> None:
    quality = {row.name: row for row in judged.silent}
    assert quality["ranking model"].ndcg > quality["popularity"].ndcg


def test_words_that_are_heard_help(judged: Evaluation) -> None:
    quality = {row.name: row for row in judged.spoken}
    assert quality["ranking model, words heard"].ndcg > quality["ranking model, words ignored"].ndcg


def test_the_intervals_hold_the_gains_and_ease_gains_nothing_over_itself(judged: Evaluation) -> None:
    for table in (judged.silent, judged.spoken):
        assert all(row.gain_low <= row.gain <= row.gain_high for row in table)
        assert (table[0].gain, table[0].gain_low, table[0].gain_high) == (0, 0, 0)


def test_the_text_names_every_row_and_the_json_is_read_back(judged: Evaluation) -> None:
    import msgspec

    text = as_text(judged)
    assert all(row.name in text for row in (*judged.silent, *judged.spoken))
    assert msgspec.json.decode(as_json(judged), type=Evaluation) == judged


@pytest.mark.parametrize("events", [0, 5, 200])
def test_too_little_to_learn_from_is_said_in_a_sentence(tmp_path: Path, events: int) -> None:
    with pytest.raises(TooLittleDataError, match="heed data load"):
        train_ranker(home_of(tmp_path, listening().slice(0, events)), encoder=Hashed())


def test_judging_without_a_model_says_how_to_train_one(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="heed train ranker"):
        evaluate_ranker(home_of(tmp_path), encoder=Hashed())
