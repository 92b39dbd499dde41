"""Preferences in a few words."""

from __future__ import annotations

import pytest

from agents.memory.words import describe
from agents.types import Preference


@pytest.mark.parametrize(
    ("field", "op", "value", "how", "words"),
    [
        ("genre", "eq", "Horror", "negative hard", "no Horror"),
        ("genre", "eq", "Drama", "negative soft", "less Drama"),
        ("genre", "eq", "Comedy", "positive soft", "preferably Comedy"),
        ("genre", "eq", ["Comedy", "Crime"], "positive hard", "genre Comedy or Crime"),
        ("year", "eq", 1994.0, "positive hard", "year 1994"),
        ("rating", "ge", 7.5, "positive hard", "rating at least 7.5"),
        ("year", "between", [1990.0, 1999.0], "negative hard", "no year 1990 to 1999"),
        ("runtime", "low", None, "positive soft", "preferably low runtime"),
        ("about", "like", "time travel", "positive hard", "time travel"),
        ("item", "like", "6", "negative soft", "less like 6"),
    ],
)
def test_a_preference_is_said_in_a_few_words(field, op, value, how, words):
    polarity, strength = how.split()
    assert (
        describe(Preference(field=field, op=op, value=value, polarity=polarity, strength=strength)) == words
    )


def test_an_item_is_called_as_the_person_called_it():
    heat = Preference(field="item", op="like", value="6", polarity="positive", strength="hard", text="Heat")
    assert describe(heat) == "like Heat"
