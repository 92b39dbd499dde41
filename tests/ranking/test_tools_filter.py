"""Filter: what must hold, holds."""

from __future__ import annotations

import pytest
from small_films import IDS, context, reject, want

from ranking.candidates import Candidates, all_items
from ranking.tools import Filter


def kept(*preferences) -> str:
    result = Filter().run(all_items(len(IDS)), preferences, context())
    return "".join(IDS[item] for item in result.candidates.items)


@pytest.mark.parametrize(
    ("preference", "ids"),
    [
        (want("genre", "Comedy"), "fasbcnu"),
        (reject("genre", "Comedy"), "htxmipz"),
        (want("runtime", 95.0, "lt"), "abpz"),
        (want("runtime", 95.0, "le"), "abcpz"),
        (want("year", [1995.0, 1996.0], "between"), "hfbm"),
        (reject("year", [1980.0, 1989.0], "between"), "hfbxcmnipuz"),
        (want("certificate", "PG", "le"), "asbnip"),
        (want("released", "2004", "ge"), "cip"),
        (want("released", "1995"), "hbm"),
        (reject("item", "h", "like"), "tfasbxcmnipuz"),
        (want("title", "heat"), "h"),
        (want("genre", ["Horror", "Romance"]), "xcmn"),
    ],
    ids=lambda one: one if isinstance(one, str) else f"{one.polarity}-{one.field}-{one.op}-{one.value}",
)
def test_only_what_satisfies_the_condition_stays(preference, ids):
    assert kept(preference) == ids


def test_different_conditions_must_all_hold():
    assert (
        kept(want("genre", "Comedy", group=0), want("genre", "Crime", group=1), want("runtime", 120.0, "lt"))
        == "f"
    )


def test_alternatives_of_one_group_are_an_or():
    assert kept(want("genre", "Horror"), want("genre", "Romance")) == "xcmn"


def test_the_same_group_number_of_two_commands_is_no_or():
    assert kept(want("genre", "Comedy", command_id="a"), want("genre", "Horror", command_id="b")) == "c"


def test_two_rejected_values_are_both_left_out_although_they_share_a_group():
    assert kept(reject("genre", "Comedy"), reject("genre", "Drama")) == "hxpz"


def test_it_says_how_many_each_condition_left_out_and_how_many_of_them_are_unknown():
    wishes = (want("runtime", 95.0, "lt", id="r"), reject("genre", "Horror", id="h"))
    result = Filter().run(all_items(len(IDS)), wishes, context())
    assert [(one.preference_ids, one.removed, one.unknown) for one in result.removed] == [
        (("r",), 10, 1),
        (("h",), 2, 0),
    ]
    assert result.note == "Left out: 1 film whose runtime is not known."


def test_it_keeps_the_scores_and_the_order_of_those_that_stay():
    some = Candidates(all_items(len(IDS)).items[::-1])
    some = some.with_score("place", some.items.astype("float32"))
    result = Filter().run(some, [want("genre", "Horror")], context()).candidates
    assert result.items.tolist() == result.score("place").tolist() == [7, 6]
