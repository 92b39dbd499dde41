"""Values that the model left out beside what it saw."""

from __future__ import annotations

from dataclasses import replace

import pytest
from marks import mark

from agents.encoder import load_encoder
from agents.linking.left_out import with_left_out
from agents.linking.values import ValueLinker
from catalog.shop import generate_shop


@pytest.fixture(scope="module")
def shop() -> ValueLinker:
    return ValueLinker(generate_shop(items=300, shoppers=1, events=1).catalog, load_encoder())


@pytest.mark.parametrize(
    ("text", "seen", "read"),
    [
        ("dresses in green or in blue", "green", ["green", "blue"]),
        ("one scarf or one hat", "scarf", ["scarf", "hat"]),
        ("navy, grey and black", "navy", ["navy", "grey", "black"]),
        ("boots in size S, please", "boots", ["boots", "S"]),
        ("boots, the size must be L", "boots", ["boots", "L"]),
        # Of another field, or with other words between, it may be said of something else.
        ("green, or wool", "green", ["green"]),
        ("green is what my blue sister wears", "green", ["green"]),
        ("boots in the size of my dress", "boots", ["boots"]),
    ],
)
def test_what_stands_in_a_list_or_behind_its_field_is_meant(
    shop: ValueLinker, text: str, seen: str, read: list[str]
) -> None:
    out = with_left_out([mark(text, seen, "V")], text, shop.known(text), shop)
    assert [m.text for m in out] == read
    assert all(text[m.start : m.end] == m.text for m in out)


def test_it_is_meant_as_what_it_is_listed_with(shop: ValueLinker) -> None:
    text = "no green or blue"
    no = replace(mark(text, "green", "V", probability=0.4), polarity="negative", strength="hard")
    _, other = with_left_out([no], text, shop.known(text), shop)
    assert (other.polarity, other.strength, other.joined) == ("negative", "hard", True)
    assert other.probability > no.probability


def test_what_the_model_saw_stays_as_it_is(shop: ValueLinker) -> None:
    text = "green or blue"
    marks = (mark(text, "green", "V"), mark(text, "blue", "A"))
    assert with_left_out(marks, text, shop.known(text), shop) == marks
