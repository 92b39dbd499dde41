"""Amounts, operators and places in words."""

from __future__ import annotations

import pytest

from agents.linking.operators import spoken_operator
from agents.linking.positions import positions
from agents.linking.quantities import quantities

YEAR = 2026


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("two hours", 120),
        ("1h30", 90),
        ("an hour and a half", 90),
        ("two and a half hours", 150),
        ("2.5 hours", 150),
        ("90 mins", 90),
        ("one hour thirty", 90),
        ("2h15", 135),
        ("half an hour", 30),
        ("a hundred and ten minutes", 110),
        ("a couple of hours", 120),
        ("three quarters of an hour", 45),
        ("an hour and three quarters", 105),
        ("one and three quarter hours", 105),
        ("two and a quarter hours", 135),
        ("an hour and a quarter", 75),
        ("ninety-odd minutes", 90),
    ],
)
def test_duration_in_minutes(words: str, minutes: float) -> None:
    (found,) = quantities(words, YEAR)
    assert (found.low, found.high, found.unit) == (minutes, minutes, "minutes")


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("the 90s", 1990, 1999),
        ("early nineties", 1990, 1993),
        ("the mid-80s", 1984, 1986),
        ("late '70s", 1976, 1979),
        ("the noughties", 2000, 2009),
        ("the two thousands", 2000, 2009),
        ("the tens", 2010, 2019),
        ("1980s", 1980, 1989),
        ("nineteen ninety five", 1995, 1995),
        ("twenty fifteen", 2015, 2015),
        ("two thousand and ten", 2010, 2010),
        ("the last ten years", 2016, 2016),
        ("this century", 2000, 2000),
        ("the turn of the millennium", 1999, 2001),
        ("'99", 1999, 1999),
        ("summer of '05", 2005, 2005),
        ("15 years old or newer", 2011, 2011),
        ("not older than ten years", 2016, 2016),
    ],
)
def test_years_and_decades(words: str, low: float, high: float) -> None:
    (found,) = quantities(words, YEAR)
    assert (found.low, found.high, found.unit) == (low, high, "year")


@pytest.mark.parametrize(
    ("words", "value", "unit"),
    [
        ("$50", 50, "money"),
        ("fifty bucks", 50, "money"),
        ("under a tenner", 10, "money"),
        ("two grand", 2000, "money"),
        ("half a grand", 500, "money"),
        ("a dozen euros", 12, "money"),
        ("5k votes", 5000, "plain"),
        ("4 stars", 4, "points"),
        ("7/10", 7, "points"),
        ("seven point five", 7.5, "plain"),
    ],
)
def test_prices_and_points(words: str, value: float, unit: str) -> None:
    (found,) = quantities(words, YEAR)
    assert (found.low, found.unit) == (value, unit)


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        ("between ninety and one hundred ten minutes", [90, 110]),
        ("between one hundred and one hundred twenty", [100, 120]),
        ("between one hundred and ten and one hundred and fifty", [110, 150]),
        ("between 2000 and 2010", [2000, 2010]),
        ("one hundred and ten", [110]),
    ],
)
def test_an_and_between_two_ends_is_no_part_of_a_number(words: str, ends: list[float]) -> None:
    assert [found.low for found in quantities(words, YEAR)] == ends


def test_two_numbers_stay_two() -> None:
    assert [q.low for q in quantities("between 1990 and 2000", YEAR)] == [1990, 2000]


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("the second one", (1,)),
        ("number 3", (2,)),
        ("#1", (0,)),
        ("the last one", (9,)),
        ("the first two", (0, 1)),
        ("the last three", (7, 8, 9)),
        ("the second to last", (8,)),
        ("the 4th", (3,)),
        ("the one at the top", (0,)),
        ("the bottom one", (9,)),
        ("that one", ()),
        ("the secnd one", (1,)),
        ("frist one", (0,)),
        ("the thrd", (2,)),
        ("the most recent one", ()),
        ("4 and 8", (3, 7)),
        ("1 n 4", (0, 3)),
        ("numbers two and three", (1, 2)),
        ("#1 & #4", (0, 3)),
        ("2 to 4", (1, 2, 3)),
        ("the last but one", (8,)),
        ("the 2nd from the right", (8,)),
        ("card three", (2,)),
        ("9", (8,)),
        ("one", ()),
        ("one, four and eight", (0, 3, 7)),
        ("one and two", (0, 1)),
        ("one of these", ()),
        ("the fourth one and eight", (3, 7)),
    ],
)
def test_position_in_a_feed_of_ten(words: str, places: tuple[int, ...]) -> None:
    assert positions(words, 10) == places


@pytest.mark.parametrize(
    ("words", "op"),
    [
        ("at the very least 2000", "ge"),
        ("80 minutes or greater", "ge"),
        ("r or harsher", "ge"),
        ("a pg certificate or milder", "le"),
        ("upwards of 40 dollars", "ge"),
        ("starting from 2010", "ge"),
        ("no smaller than m", "ge"),
        ("at the most two hours", "le"),
        ("not exceeding 90 minutes", "le"),
        ("doesn't exceed 90 minutes", "le"),
        ("capped at 20 euros", "le"),
        ("no bigger than xl", "le"),
        ("inferior to 30 minutes", "lt"),
        ("lighter than 2 kilos", "lt"),
        ("superior to 4.5", "gt"),
        ("in excess of 100 pages", "gt"),
        ("exceeding two hours", "gt"),
        ("larger than a medium", "gt"),
        ("an hour", ""),
    ],
)
def test_words_say_their_operator(words: str, op: str) -> None:
    assert spoken_operator(words) == op
