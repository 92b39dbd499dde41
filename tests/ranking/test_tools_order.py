"""Attenuator and Aggregator: what is unwanted comes lower, and everything becomes one order."""

from __future__ import annotations

import numpy as np
import pytest
from small_films import IDS, context, dislike, like, reject

from ranking.candidates import Candidates, all_items
from ranking.tools import TOOLS, Aggregator, Attenuator, Matcher
from ranking.tools.aggregator import RANKER, SCORE


def attenuation(*preferences) -> dict[str, float]:
    result = Attenuator().run(all_items(len(IDS)), preferences, context()).candidates
    return dict(zip(IDS, result.score("attenuation").tolist(), strict=True))


def order(candidates: Candidates) -> str:
    return "".join(IDS[item] for item in Aggregator().run(candidates, (), context()).candidates.items)


def ranked() -> Candidates:
    """Candidates that the ranking model likes in the order of the catalogue."""
    every = all_items(len(IDS))
    return every.with_score(RANKER, -every.items.astype(np.float32))


def test_what_has_it_is_lowered_and_the_rest_is_left_alone():
    found = attenuation(dislike("genre", "Horror"))
    assert found["x"] == found["c"] == pytest.approx(0.8)
    assert found["h"] == 0


def test_every_further_distaste_makes_it_worse_and_none_goes_beyond_one():
    found = attenuation(dislike("genre", "Horror"), dislike("genre", "Comedy"))
    assert 1 > found["c"] > found["x"]


def test_a_demand_counts_more_than_a_distaste():
    assert (
        attenuation(reject("about", "demon", "like"))["x"]
        > attenuation(dislike("about", "demon", "like"))["x"]
    )


def test_not_that_one_is_first_of_all_about_that_one():
    found = attenuation(dislike("item", "h", "like"))
    assert max(found, key=found.get) == "h"
    assert found["h"] > found["t"] > found["a"]


def test_without_wishes_the_ranking_model_alone_decides():
    assert order(ranked()) == "".join(IDS)


def test_a_wish_lifts_what_fulfils_it_above_what_does_not():
    wished = Matcher().run(ranked(), (like("genre", "Horror"),), context()).candidates
    assert set(order(wished)[:2]) == {"x", "c"}


def test_a_distaste_sinks_the_best_of_what_has_it_below_the_average():
    spoiled = Attenuator().run(ranked(), (dislike("genre", "Crime"),), context()).candidates
    assert order(spoiled).index("h") > len(IDS) / 2


def test_ties_go_to_what_more_people_want_whatever_order_they_came_in():
    every = all_items(len(IDS))
    backwards = Candidates(every.items[::-1])
    assert order(every) == order(backwards) == "".join(IDS)


def test_scores_fall_along_the_order():
    result = Aggregator().run(ranked(), (), context()).candidates
    assert (np.diff(result.score(SCORE)) <= 0).all()


@pytest.mark.parametrize("name", ["filter", "matcher", "attenuator", "aggregator"])
def test_every_tool_takes_no_candidates_and_no_preferences(name):
    assert TOOLS[name].name == name
    assert len(TOOLS[name].run(Candidates(np.empty(0, np.int32)), (), context()).candidates) == 0
