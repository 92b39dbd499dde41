"""The gate's second opinion: one item, one preference, no code in common with the filter."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from small_films import GENRES, films, want

from catalog.predicate import satisfies, unknown
from ranking.parts.check import is_that

CATALOG = films()
YEARS = st.one_of(st.integers(1970, 2016).map(float), st.sampled_from([1995.0, 1995.5]))
BOUNDS = st.sampled_from(["eq", "lt", "le", "gt", "ge"])
DATES = st.sampled_from(["1995", "1995-08", "1995-08-04", "2004-10-08", "1980-07-02T00:00:00"])
LEVELS = st.sampled_from(["G", "PG", "r"])

CONDITIONS = st.one_of(
    st.tuples(st.just("genre"), st.just("eq"), st.sampled_from([*GENRES, "comedy", "Western"])),
    st.tuples(st.just("genre"), st.just("eq"), st.lists(st.sampled_from(GENRES), max_size=3)),
    st.tuples(st.just("title"), st.just("eq"), st.sampled_from(["Heat", "heat ", "BABE", "Nothing"])),
    st.tuples(st.just("year"), BOUNDS, YEARS),
    st.tuples(st.just("year"), st.just("between"), st.tuples(YEARS, YEARS).map(sorted)),
    st.tuples(st.just("certificate"), BOUNDS, LEVELS),
    st.tuples(st.just("certificate"), st.just("between"), st.tuples(LEVELS, LEVELS).map(list)),
    st.tuples(st.just("released"), BOUNDS, DATES),
    st.tuples(st.just("released"), st.just("between"), st.tuples(DATES, DATES).map(list)),
)


@settings(deadline=None)
@given(CONDITIONS)
def test_item_by_item_it_says_what_the_columns_say(condition):
    field, op, value = condition
    holds, unsure = satisfies(CATALOG, field, op, value), unknown(CATALOG, field)
    for item in range(len(CATALOG)):
        found = is_that(CATALOG, item, want(field, value, op))
        assert (found is True) == bool(holds[item])
        assert (found is None) == bool(unsure[item])


def test_an_item_is_itself():
    assert is_that(CATALOG, 0, want("item", "h", "like")) is True
    assert is_that(CATALOG, 1, want("item", "h", "like")) is False


def test_a_field_without_data_is_unknown_of_every_item():
    assert is_that(CATALOG, 0, want("director", "Michael Mann")) is None
