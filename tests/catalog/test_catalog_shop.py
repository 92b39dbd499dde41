"""The synthetic shop: the same every time, at any size, with shoppers who follow their tastes."""

from __future__ import annotations

import time

import numpy as np
import pytest

from catalog.predicate import satisfies
from catalog.shop import Shop, generate_shop
from catalog.tables import INTERACTIONS, to_table


@pytest.fixture(scope="module")
def shop() -> Shop:
    return generate_shop(items=5000, shoppers=100, events=40)


def test_same_seed_same_shop_and_another_seed_another(shop: Shop) -> None:
    again = generate_shop(items=5000, shoppers=100, events=40)
    assert to_table(again.catalog).equals(to_table(shop.catalog))
    assert again.interactions.equals(shop.interactions)
    assert not to_table(generate_shop(items=5000, seed=8).catalog).equals(to_table(shop.catalog))


def test_every_declared_field_has_data_and_says_that_it_is_synthetic(shop: Shop) -> None:
    assert shop.catalog.domain.synthetic
    assert set(shop.catalog.columns) == {field.name for field in shop.catalog.domain.fields}


def test_title_says_what_the_columns_say(shop: Shop) -> None:
    for i in range(0, 5000, 500):
        shown = shop.catalog.display(i)
        title = shop.catalog.titles[i]
        assert title.startswith(str(shown["brand"]))
        assert title.endswith(f"{str(shown['category']).lower()} in {str(shown['colour']).lower()}")


def test_interactions_are_of_known_items_in_order_of_time(shop: Shop) -> None:
    assert shop.interactions.schema == INTERACTIONS
    assert shop.interactions.num_rows == 4000
    assert (shop.catalog.indices_of(shop.interactions.column("item_id")) >= 0).all()
    times = shop.interactions.column("occurred_at").to_pylist()
    assert times == sorted(times)


def test_shoppers_buy_what_they_like(shop: Shop) -> None:
    categories = shop.catalog.category("category").indices
    number_of = {user: number for number, user in enumerate(shop.tastes.user_ids)}
    liked: dict[str, list[bool]] = {"purchase": [], "hide": [], "skip": []}
    for event in shop.interactions.to_pylist():
        if event["kind"] in liked:
            category = categories[shop.catalog.index_of(event["item_id"])]
            liked[event["kind"]].append(category in shop.tastes.categories[number_of[event["user_id"]]])
    assert np.mean(liked["purchase"]) > 2 * np.mean(liked["skip"] + liked["hide"])


def test_hundred_thousand_items_take_seconds() -> None:
    began = time.perf_counter()
    large = generate_shop(items=100_000, shoppers=10).catalog
    assert time.perf_counter() - began < 5
    assert 0 < satisfies(large, "price", "lt", 50).sum() < len(large)
