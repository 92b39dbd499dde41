"""The columnar catalogue: ids, columns, and what a page and the matcher get to see."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.columns import CategoryColumn, NumberColumn, TextColumn
from catalog.domain import Domain
from catalog.errors import CatalogError, MissingColumnError, UnknownFieldError
from catalog.items import Catalog


def test_items_are_found_by_id(hats: Catalog) -> None:
    assert len(hats) == 4
    assert hats.index_of("c") == 2
    assert hats.index_of("nobody") is None
    assert hats.indices_of(["d", "nobody", "a"]).tolist() == [3, -1, 0]


def test_display_shows_every_display_field_and_none_where_unknown(hats: Catalog) -> None:
    assert hats.display(1) == {
        "title": "Bobble Beanie",
        "kind": ["Beanie", "Cap"],
        "maker": "Ann Lee",
        "colour": "Red",
        "price": 20.5,
        "size": "M",
        "made": "2010-06-01",
        "sales": 50,
    }
    assert hats.display(3) == {
        **{"title": "d", "kind": [], "maker": None, "colour": None, "price": None, "size": None},
        **{"made": None, "sales": 0},
    }


def test_item_text_holds_title_categories_and_people(hats: Catalog) -> None:
    assert hats.item_text(2) == "Opera Hat. Top Hat. Bo van Dam. Black"
    assert hats.item_text(3) == "d"


def test_declared_field_without_data_is_told_apart_from_an_undeclared_one(hats: Catalog) -> None:
    assert not hats.has("story")
    with pytest.raises(MissingColumnError, match=r"no data for 'story'.*catalog.has\('story'\)"):
        hats.column("story")
    with pytest.raises(UnknownFieldError, match="declares no field 'brim'"):
        hats.column("brim")


def test_repeated_id_is_refused(hats_domain: Domain) -> None:
    with pytest.raises(CatalogError, match="1 item ids of 'hats' stand twice"):
        Catalog(hats_domain, ["a", "a"], {"title": TextColumn.of(["x", "y"])})


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ({"price": TextColumn.of(["x"])}, "'price' is not of the declared type number"),
        ({"price": NumberColumn(np.zeros(2))}, "'price' has 2 rows for 1 items"),
        (
            {"kind": CategoryColumn.of([["Fedora"]])},
            "'kind' must have the declared values Cap, Beanie, Top Hat",
        ),
    ],
)
def test_column_that_does_not_fit_its_declaration_is_refused(
    hats_domain: Domain, column: dict[str, NumberColumn], message: str
) -> None:
    with pytest.raises(CatalogError, match=message):
        Catalog(hats_domain, ["a"], {"title": TextColumn.of(["x"]), **column})


def test_matrix_and_contains_agree(hats: Catalog) -> None:
    kinds = hats.category("kind")
    for code, value in enumerate(kinds.values):
        assert kinds.matrix[:, code].tolist() == kinds.contains(value).tolist()
    assert kinds.contains("top hat").tolist() == [False, False, True, False]
    assert not kinds.contains("Fedora").any()


def test_dense_matrix_of_a_large_vocabulary_is_refused() -> None:
    column = CategoryColumn.of([[str(number)] for number in range(100)])
    with pytest.raises(ValueError, match="use `contains`"):
        _ = column.matrix


@given(st.lists(st.lists(st.sampled_from("abcde"), max_size=4), max_size=30))
def test_category_column_gives_back_its_rows(rows: list[list[str]]) -> None:
    column = CategoryColumn.of(rows)
    assert [column.of_item(i) for i in range(len(column))] == [tuple(dict.fromkeys(row)) for row in rows]
    assert column.known.tolist() == [bool(row) for row in rows]
    for code, value in enumerate(column.values):
        assert column.items_of(code).tolist() == [i for i, row in enumerate(rows) if value in row]
        assert column.counts[code] == sum(value in row for row in rows)


def test_some_rows_of_a_category_column_keep_their_values() -> None:
    column = CategoryColumn.of([["a", "b"], [], ["c"], ["b"]])
    taken = column.take(np.array([2, 0, 1, 0]))
    assert [taken.of_item(i) for i in range(4)] == [column.of_item(i) for i in (2, 0, 1, 0)]
