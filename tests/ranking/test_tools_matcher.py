"""Matcher and the degrees it works with."""

from __future__ import annotations

import numpy as np
import pytest
from small_films import IDS, context, dislike, like, want

from ranking.candidates import all_items
from ranking.features.intent import INTENT_TASTE
from ranking.tools import Matcher
from ranking.tools.degree import degree
from ranking.tools.matcher import intent_taste

EVERY = all_items(len(IDS)).items


def degrees(preference, **changes) -> dict[str, float]:
    return dict(zip(IDS, degree(preference, context(**changes), EVERY).tolist(), strict=True))


def best(scores) -> str:
    return IDS[int(np.argmax(list(scores.values()) if isinstance(scores, dict) else scores))]


def test_a_value_is_had_or_not():
    found = degrees(like("genre", "Comedy"))
    assert (found["a"], found["h"], found["z"]) == (1, 0, 0)


def test_a_soft_bound_fades_with_the_distance_and_an_unknown_value_counts_nothing():
    found = degrees(like("runtime", 100.0, "lt"))
    assert found["f"] == found["p"] == 1
    assert 1 > found["m"] > found["t"] > found["h"] > 0
    assert found["u"] == 0


def test_low_and_high_go_by_the_place_among_the_known():
    short, long = degrees(like("runtime", None, "low")), degrees(like("runtime", None, "high"))
    assert best(short) == "p" and best(long) == "h"
    assert short["u"] == long["u"] == 0
    assert all(short[one] + long[one] == pytest.approx(1) for one in "htfasb")


def test_levels_and_dates_have_distances_too():
    rated = degrees(like("certificate", "G", "le"))
    assert rated["b"] == 1 > rated["a"] > rated["h"] > 0
    recent = degrees(like("released", "2012", "ge"))
    assert recent["c"] == recent["i"] == 1 > recent["p"]


def test_words_find_what_the_text_speaks_of():
    found = degrees(like("about", "time travel", "like"))
    assert best(found) == "p"
    assert min(found.values()) == 0


def test_like_an_item_is_what_its_friends_like_and_what_is_of_its_kind():
    found = degrees(like("item", "h", "like"))
    ranked = sorted(found, key=found.get, reverse=True)
    assert ranked[:2] == ["t", "h"] or ranked[0] == "t"
    assert found["f"] > found["a"]
    assert found["h"] == 0.5


def test_like_an_item_goes_by_content_where_nobodys_friends_are_known():
    found = degrees(like("item", "h", "like"), collaborative=None)
    assert found["t"] > found["n"]


def test_an_item_that_was_pointed_at_is_itself_what_is_liked():
    assert degrees(like("item", "h", "like", text="the second one"))["h"] == 1
    assert degrees(like("item", "h", "like", text="Heat"))["h"] == 0.5


def test_it_says_when_no_text_speaks_of_a_wish():
    told = [
        Matcher().run(all_items(len(IDS)), (like("about", wish, "like"),), context()).note
        for wish in ("zeppelins", "time travel")
    ]
    assert told == ["No film speaks of “zeppelins”, so this goes by nearness in meaning.", ""]


def test_an_item_that_does_not_exist_is_like_nothing():
    assert set(degrees(like("item", "nowhere", "like")).values()) == {0}


def test_a_field_without_data_is_looked_for_in_the_text():
    assert best(degrees(like("director", "sheep pig", text="sheep pig"))) == "b"


@pytest.mark.parametrize(
    "preference",
    [
        like("runtime", "short", "lt"),
        like("runtime", None, "between"),
        like("certificate", "M", "le"),
        like("released", "soon", "ge"),
        like("genre", None),
        like("nowhere", 3.0, "lt"),
    ],
    ids=lambda one: f"{one.field}-{one.value}",
)
def test_a_value_that_means_nothing_to_the_field_does_no_harm(preference):
    found = np.array(list(degrees(preference).values()))
    assert np.isfinite(found).all() and (found >= 0).all() and (found <= 1).all()


def test_match_is_the_mean_of_the_wishes_and_alternatives_count_once():
    either = (like("genre", "Comedy"), like("genre", "Horror"))
    result = (
        Matcher().run(all_items(len(IDS)), (*either, like("genre", "Crime", group=1)), context()).candidates
    )
    match = dict(zip(IDS, result.score("match").tolist(), strict=True))
    assert (match["c"], match["f"], match["z"]) == (0.5, 1.0, 0.0)
    assert dict(zip(IDS, result.score("soft_satisfied"), strict=True))["f"] == 2


def test_a_wish_that_the_parser_doubted_weighs_less():
    wishes = (like("genre", "Comedy", confidence=0.9), like("genre", "Crime", group=1, confidence=0.3))
    match = Matcher().run(all_items(len(IDS)), wishes, context()).candidates.score("match")
    assert match[IDS.index("a")] == pytest.approx(0.75)


def test_the_taste_that_counts_is_the_part_that_the_wish_concerns():
    liked = "ah"
    alone = intent_taste(context(liked=liked))
    asked = intent_taste(context(want("genre", "Comedy"), liked=liked))
    assert IDS[int(alone.argmax())] == "t"
    assert IDS[int(asked.argmax())] == "s"


def test_what_is_unwanted_takes_its_part_of_the_taste_away():
    asked = intent_taste(context(dislike("genre", "Crime"), liked="ah"))
    assert IDS[int(asked.argmax())] == "s"
    assert asked[IDS.index("t")] == 0


def test_somebody_without_a_history_has_no_taste_yet():
    result = Matcher().run(all_items(len(IDS)), (like("genre", "Comedy"),), context()).candidates
    assert not result.score(INTENT_TASTE).any()
