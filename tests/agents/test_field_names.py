"""The field that somebody speaks of, by its name and by what people call it."""

from __future__ import annotations

import pytest

from agents.encoder import load_encoder
from agents.linking.field_names import field_named
from agents.linking.values import ValueLinker
from catalog.shop import generate_shop


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ("the time limit", "runtime"),
        ("how long it is", "runtime"),
        ("the decade", "year"),
        ("who's in it", "cast"),
        ("Who stars in them", "cast"),
        ("who made it", "director"),
        ("who it's directed by", "director"),
        ("what we said", ""),
    ],
)
def test_words_name_a_field(values: ValueLinker, words: str, field: str) -> None:
    assert field_named(words, values) == field


def test_where_nobody_made_anything_nobody_is_spoken_of() -> None:
    shop = ValueLinker(generate_shop(items=20, shoppers=1, events=1).catalog, load_encoder())
    assert field_named("who made it", shop) == ""
