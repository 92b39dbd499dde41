"""Values that the model left out beside what it saw."""

from __future__ import annotations

import pytest
from marks import mark
from msgspec.structs import replace

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
        ("dresses in green or in blue", "green", ["dresses", "green", "blue"]),
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


@pytest.mark.parametrize(
    ("text", "seen", "read"),
    [
        ("up to 40 dollars for a dress", "up to 40 dollars", ["up to 40 dollars", "dress"]),
        ("a dress in black", "black", ["dress", "black"]),
        ("boots made of leather", "leather", ["boots", "leather"]),
        ("my dress is up to 40 dollars", "up to 40 dollars", ["up to 40 dollars"]),
        ("my dress went in black water", "black water", ["black water"]),
    ],
)
def test_what_is_paid_for_and_what_is_made_of_something_is_meant(
    shop: ValueLinker, text: str, seen: str, read: list[str]
) -> None:
    said = mark(text, seen, "B" if "40" in seen else "V")
    assert [m.text for m in with_left_out([said], text, shop.known(text), shop)] == read


def test_what_something_shall_not_be_made_of_asks_for_nothing(shop: ValueLinker) -> None:
    text = "no dress in black"
    said = replace(mark(text, "black", "V"), polarity="negative")
    assert with_left_out([said], text, shop.known(text), shop) == (said,)
