"""Conditions: vectorised as naive Python would have them, and unknown satisfies nothing."""

from __future__ import annotations

import operator
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.columns import DateColumn, NumberColumn, OrderedColumn, TextColumn
from catalog.domain import Domain, parse_domain
from catalog.errors import PredicateError, UnknownFieldError
from catalog.items import Catalog
from catalog.predicate import checkable, period, satisfies, unknown

COMPARE = {"eq": operator.eq, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge}

THINGS = parse_domain(
    "{name: things, item: thing, items: things, fields: [{name: title, type: text}, {name: n, type: number}, "
    "{name: size, type: ordered, values: {S: [], M: [], L: []}}, {name: day, type: date}]}"
)


def things(**columns: Any) -> Catalog:
    n = len(next(iter(columns.values())))
    titles = TextColumn.of([str(i) for i in range(n)])
    return Catalog(THINGS, [str(i) for i in range(n)], {"title": titles, **columns})


@pytest.mark.parametrize(
    ("field", "op", "value", "holds"),
    [
        ("kind", "eq", "cap", "ab"),
        ("kind", "eq", ["Beanie", "top hat"], "bc"),
        ("maker", "eq", "ann lee", "ab"),
        ("maker", "eq", "Ann", ""),
        ("title", "eq", "flat cap", "a"),
        ("price", "lt", 20.5, "a"),
        ("price", "le", 20.5, "ab"),
        ("price", "gt", 20.5, "c"),
        ("price", "between", [10, 20.5], "ab"),
        ("size", "le", "m", "ab"),
        ("size", "gt", "S", "bc"),
        ("size", "between", ["M", "L"], "bc"),
        ("made", "eq", "2010-05-17", "a"),
        ("made", "gt", "2010-05", "bc"),
        ("made", "le", "2010", "ab"),
        ("made", "ge", 2011, "c"),
        ("made", "lt", date(2010, 6, 1), "a"),
        ("made", "ge", datetime(2010, 5, 17, 10, tzinfo=UTC), "abc"),
        ("made", "between", ["2010-05-17", "2010-06"], "ab"),
        ("story", "eq", "x", ""),
    ],
)
def test_condition_holds_for(hats: Catalog, field: str, op: str, value: Any, holds: str) -> None:
    assert "".join(np.array(hats.item_ids)[satisfies(hats, field, op, value)]) == holds


def test_unknown_items_are_counted_and_never_satisfy(hats: Catalog) -> None:
    for field in ("kind", "maker", "price", "size", "made"):
        assert unknown(hats, field).tolist() == [False, False, False, True]
    assert unknown(hats, "story").all()
    assert not satisfies(hats, "price", "ge", -1e9)[3]
    assert not satisfies(hats, "size", "le", "L")[3]


@given(
    st.lists(st.one_of(st.none(), st.integers(-5, 5).map(float)), min_size=1, max_size=40),
    st.sampled_from(sorted(COMPARE)),
    st.integers(-5, 5),
)
def test_numbers_compare_as_in_plain_python(numbers: list[float | None], op: str, bound: int) -> None:
    catalog = things(n=NumberColumn(np.array([np.nan if x is None else x for x in numbers])))
    naive = [x is not None and COMPARE[op](x, bound) for x in numbers]
    assert satisfies(catalog, "n", op, bound).tolist() == naive


@given(
    st.lists(st.integers(-1, 2), min_size=1, max_size=40),
    st.sampled_from(sorted(COMPARE)),
    st.sampled_from("SML"),
)
def test_levels_compare_by_their_order(codes: list[int], op: str, level: str) -> None:
    catalog = things(size=OrderedColumn(("S", "M", "L"), np.array(codes, dtype=np.int16)))
    naive = [code >= 0 and COMPARE[op](code, "SML".index(level)) for code in codes]
    assert satisfies(catalog, "size", op, level).tolist() == naive


@given(
    st.lists(st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2030, 1, 1))), min_size=1, max_size=30),
    st.sampled_from(sorted(COMPARE)),
    st.dates(date(1990, 1, 1), date(2030, 1, 1)),
)
def test_days_compare_as_days(days: list[date | None], op: str, bound: date) -> None:
    column = DateColumn(np.array([np.datetime64(day or "NaT", "us") for day in days], dtype="datetime64[us]"))
    naive = [day is not None and COMPARE[op](day, bound) for day in days]
    assert satisfies(things(day=column), "day", op, bound.isoformat()).tolist() == naive


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=30), st.floats(-9, 9), st.floats(-9, 9))
def test_between_is_both_bounds(numbers: list[float], one: float, other: float) -> None:
    catalog = things(n=NumberColumn(np.array(numbers)))
    low, high = sorted((one, other))
    both = satisfies(catalog, "n", "ge", low) & satisfies(catalog, "n", "le", high)
    assert satisfies(catalog, "n", "between", [low, high]).tolist() == both.tolist()


@pytest.mark.parametrize(
    ("field", "op", "value", "message"),
    [
        ("kind", "lt", "Cap", "'kind' is of type category and cannot be asked 'lt'; use eq"),
        ("price", "low", None, "cannot be asked 'low'"),
        ("price", "lt", "cheap", "'price' is a number in dollars"),
        ("price", "lt", True, "is a number"),
        ("price", "lt", float("nan"), "is a number"),
        ("price", "between", 5, "needs a pair"),
        ("price", "between", [9, 5], "put the lower end first"),
        ("size", "le", "XL", "no level 'XL'; its levels are S, M, L"),
        ("kind", "eq", 5, "holds words"),
        ("made", "ge", "yesterday", "is a date, which 'yesterday' is not"),
        ("made", "ge", "2010-13", "not a day in the calendar"),
    ],
)
def test_impossible_condition_is_refused(
    hats: Catalog, field: str, op: str, value: Any, message: str
) -> None:
    with pytest.raises(PredicateError, match=message):
        satisfies(hats, field, op, value)


def test_undeclared_field_is_refused(hats: Catalog) -> None:
    with pytest.raises(UnknownFieldError):
        satisfies(hats, "brim", "eq", "wide")
    with pytest.raises(UnknownFieldError):
        unknown(hats, "brim")


def test_only_yes_or_no_questions_are_checkable(hats_domain: Domain) -> None:
    assert checkable(hats_domain, "kind", "eq")
    assert checkable(hats_domain, "size", "between")
    for field, op in (("kind", "lt"), ("price", "low"), ("about", "like"), ("item", "like"), ("brim", "eq")):
        assert not checkable(hats_domain, field, op)


def test_period_spans_what_it_names() -> None:
    start, end = period("2012-02")
    assert (str(start)[:10], str(end)[:10]) == ("2012-02-01", "2012-03-01")
    start, end = period("2012-02-29T12:00:00+02:00")
    assert str(start) == "2012-02-29T10:00:00.000000"


def test_million_items_are_asked_in_milliseconds() -> None:
    import time

    catalog = things(n=NumberColumn(np.random.default_rng(1).random(1_000_000)))
    satisfies(catalog, "n", "lt", 0.5)
    began = time.perf_counter()
    for _ in range(5):
        satisfies(catalog, "n", "between", [0.2, 0.5])
    # It takes under 2 ms; 40 leaves room for a busy machine and none for a loop in Python.
    assert (time.perf_counter() - began) / 5 < 0.04
