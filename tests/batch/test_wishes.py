"""Simulated wishes: the target fulfils every one, and none gives the future away."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from camps import DOMAIN, Hashed, past_of

from agents.planner import plan
from agents.types import Preference
from batch.moments import Moment, sample_moments
from batch.wishes import Wisher
from ranking.behavior import BehaviorFeatures
from ranking.candidates import all_items
from ranking.context import CatalogState, FeedContext, catalog_state
from ranking.features.intent import ATTENUATION, MATCH
from ranking.popularity import no_popularity
from ranking.semantic import SemanticIndex
from ranking.taste import Taste
from ranking.tools import TOOLS

Said = list[tuple[Moment, tuple[Preference, ...]]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[CatalogState, Said]:
    past = past_of(tmp_path_factory.mktemp("home"))
    texts = [past.catalog.item_text(item) for item in range(len(past.catalog))]
    semantic = SemanticIndex(Hashed(), Hashed().encode(texts))
    state = catalog_state(past.catalog, semantic, no_popularity(len(past.catalog)))
    moments = sample_moments(past.log, past.log.time_at(0.3), past.log.times[-1], per_user=20, limit=400)
    wisher = Wisher(past.catalog, state.features, np.random.default_rng(0))
    return state, [(moment, wisher.wishes(moment)) for moment in moments]


def context(state: CatalogState, said: tuple[Preference, ...]) -> FeedContext:
    nothing = np.zeros(len(state.catalog), dtype=np.float32)
    taste = Taste(np.empty(0, np.int32), nothing, nothing)
    return FeedContext(state, BehaviorFeatures(), taste, said, now=0)


def test_rules_are_obeyed_by_the_target(world: tuple[CatalogState, Said]) -> None:
    state, said = world
    ruled = 0
    for moment, wishes in said:
        rules = plan(wishes, DOMAIN, state.catalog).of("filter")
        if rules:
            ruled += 1
            kept = TOOLS["filter"].run(all_items(len(state.catalog)), rules, context(state, wishes))
            assert moment.target in kept.candidates.items
    assert ruled > 50


def test_unwanted_categories_are_not_the_targets(world: tuple[CatalogState, Said]) -> None:
    state, said = world
    for moment, wishes in said:
        unwanted = tuple(wish for wish in wishes if wish.polarity == "negative")
        scored = TOOLS["attenuator"].run(all_items(len(state.catalog)), unwanted, context(state, wishes))
        assert scored.candidates.score(ATTENUATION)[moment.target] == 0


def test_the_target_matches_better_than_most(world: tuple[CatalogState, Said]) -> None:
    state, said = world
    ranks = []
    for moment, wishes in said:
        wanted = plan(wishes, DOMAIN, state.catalog).of("matcher")
        if wanted:
            scored = TOOLS["matcher"].run(all_items(len(state.catalog)), wanted, context(state, wishes))
            match = scored.candidates.score(MATCH)
            ranks.append(float((match > match[moment.target]).mean()))
    assert len(ranks) > 50 and np.mean(ranks) < 0.35


def test_every_kind_of_wish_is_made(world: tuple[CatalogState, Said]) -> None:
    kinds = {(wish.field, wish.op, wish.polarity) for _, wishes in world[1] for wish in wishes}
    assert {
        ("genre", "eq", "positive"),
        ("genre", "eq", "negative"),
        ("year", "low", "positive"),
        ("year", "high", "positive"),
        ("year", "le", "positive"),
        ("year", "ge", "positive"),
        ("item", "like", "positive"),
    } == kinds


def test_nobody_wishes_for_what_sums_up_the_future(world: tuple[CatalogState, Said]) -> None:
    assert "sales" not in {wish.field for _, wishes in world[1] for wish in wishes}


def test_an_example_is_something_they_liked_before(world: tuple[CatalogState, Said]) -> None:
    state, said = world
    for moment, wishes in said:
        for wish in wishes:
            if wish.field == "item":
                example = state.catalog.index_of(str(wish.value))
                assert example in moment.liked and example != moment.target


def test_wishes_are_meant_together_and_not_as_alternatives(world: tuple[CatalogState, Said]) -> None:
    for _, wishes in world[1]:
        assert len({wish.group for wish in wishes}) == len(wishes)


def test_the_same_seed_says_the_same(tmp_path: Path) -> None:
    past = past_of(tmp_path)
    texts = [past.catalog.item_text(item) for item in range(len(past.catalog))]
    state = catalog_state(
        past.catalog, SemanticIndex(Hashed(), Hashed().encode(texts)), no_popularity(len(past.catalog))
    )
    moments = sample_moments(past.log, 0, past.log.times[-1], per_user=3, limit=20)
    one, other = (
        [Wisher(past.catalog, state.features, np.random.default_rng(3)).wishes(moment) for moment in moments]
        for _ in range(2)
    )
    assert one == other
