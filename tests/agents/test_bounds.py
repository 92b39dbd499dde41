"""What the linker makes of bounds: amounts, levels, measures and what stands beside them."""

from __future__ import annotations

import pytest
from marks import MONDAY, mark, wishes
from msgspec.structs import replace

from agents.encoder import load_encoder
from agents.linking.bounds import link_bound
from agents.linking.linker import Linker
from agents.linking.values import ValueLinker
from agents.student.decode import Reading
from batch.parser_report.catalogs import catalog_of
from catalog.items import Catalog

YEAR = 2026


@pytest.mark.parametrize(
    ("text", "marked", "value"),
    [("i have an hour and a half", "half", 90), ("a train in ninety minutes", "minutes", 90)],
)
def test_a_bound_that_begins_within_an_amount_takes_all_of_it(
    values: ValueLinker, text: str, marked: str, value: float
) -> None:
    bound = link_bound(text, mark(text, marked, "B"), values, YEAR)
    assert bound is not None
    assert (bound.field, bound.value) == ("runtime", value)


def test_a_bound_takes_what_stands_right_behind_it(values: ValueLinker) -> None:
    text = "90 min or less"
    bound = link_bound(text, mark(text, "90 min", "B"), values, YEAR)
    assert bound is not None
    assert (bound.op, bound.value) == ("le", 90)
    decade = "from the 90s and under 2 hours"
    years = link_bound(decade, mark(decade, "from the 90s", "B"), values, YEAR)
    assert years is not None
    assert (years.op, years.value) == ("between", [1990, 1999])


def test_typing_errors_in_words_of_measure_lose_no_bound(values: ValueLinker) -> None:
    text = "undr 2 huors"
    bound = link_bound(text, mark(text, text, "B"), values, YEAR)
    assert bound is not None
    assert (bound.field, bound.op, bound.value) == ("runtime", "lt", 120)


@pytest.mark.parametrize(
    ("words", "op", "value"),
    [
        ("under 500 grams", "lt", 500),
        ("under half a kilo", "lt", 500),
        ("a kilo and a half at most", "le", 1500),
        ("between 500 grams and 1 kilo", "between", [500, 1000]),
        ("at most 8 oz", "le", 226.8),
        ("no more than 2lb", "le", 907.18),
    ],
)
def test_a_measure_is_told_in_the_unit_of_the_field(words: str, op: str, value: object) -> None:
    groceries = ValueLinker(catalog_of("groceries"), load_encoder())
    bound = link_bound(words, mark(words, words, kind="B"), groceries, YEAR)
    assert bound is not None
    assert (bound.field, bound.op, bound.value) == ("weight", op, value)


@pytest.mark.parametrize("words", ["under 5 inches", "less than 300ml", "under 3 weeks"])
def test_a_measure_that_no_field_has_names_none(words: str) -> None:
    groceries = ValueLinker(catalog_of("groceries"), load_encoder())
    bound = link_bound(words, mark(words, words, kind="B"), groceries, YEAR)
    assert bound is not None
    assert not bound.field


def test_the_name_of_a_bounds_field_behind_it_is_a_part_of_it() -> None:
    groceries = catalog_of("groceries")
    text = "under 10 grams of sugar and no milk"
    mentions = (
        mark(text, "under 10 grams", kind="B"),
        mark(text, "sugar"),
        mark(text, "milk"),
    )
    reading = Reading(text, mentions, "refine", 1.0, ("refine",), "clear", 1.0)
    linked = Linker(groceries, load_encoder(), 1.0, 0.0).link(reading, (), MONDAY)
    assert [(p.field, p.text) for p in linked.preferences] == [
        ("sugar", "under 10 grams"),
        ("about", "milk"),
    ]


@pytest.mark.parametrize(
    ("text", "words", "model", "wanted"),
    [
        ("neither of which may be longer than 2 hours", "longer than 2 hours", "gt", ("runtime", "le", 120)),
        ("nothin under 2 hours", "under 2 hours", "ge", ("runtime", "ge", 120)),
        ("one that is longer than 2 hours", "longer than 2 hours", "gt", ("runtime", "gt", 120)),
        ("not too long, 7 or higher", "7 or higher", "ge", ("rating", "ge", 7)),
        ("from the years eighty", "the years eighty", "between", ("year", "between", [1980, 1989])),
        ("in 20 years 90 of them", "20 years 90", "eq", ("year", "between", [20, 90])),
        ("80s, max 110 min", "80s", "between", ("year", "between", [1980, 1989])),
        ("80s at most", "80s", "between", ("year", "le", 1989)),
        ("at least PG-13", "PG-13", "eq", ("certificate", "ge", "PG-13")),
        ("pg thirteen or lower", "pg thirteen or lower", "le", ("certificate", "le", "PG-13")),
        ("raise min rating to 8", "8", "ge", ("rating", "ge", 8)),
    ],
)
def test_a_bound_goes_by_the_words_around_it(
    values: ValueLinker, text: str, words: str, model: str, wanted: tuple[str, str, object]
) -> None:
    said = replace(mark(text, words, "B"), op=model, op_probability=0.9)
    bound = link_bound(text, said, values, YEAR)
    assert bound is not None
    assert (bound.field, bound.op, bound.value) == wanted


def test_of_two_levels_the_first_ends_before_the_or(films: Catalog) -> None:
    text = "rated g or pg"
    found = (mark(text, "rated g or", "B"), replace(mark(text, "pg", "B"), joined=True))
    reading = Reading(text, found, "refine", 1.0, ("refine",), "clear", 1.0)
    linked = Linker(films, load_encoder(), 1.0, 0.0).link(reading, (), MONDAY)
    assert [(p.value, p.text, p.group) for p in linked.preferences] == [("G", "rated g", 0), ("PG", "pg", 0)]


@pytest.mark.parametrize(
    ("text", "words", "wanted"),
    [
        ("I've got to be up at 6", "6", []),
        ("we start dinner at 7 sharp", "7", []),
        ("keep the rating at 7", "7", [("rating", "eq", 7)]),
        ("start at 7 out of 10", "7 out of 10", [("rating", "eq", 7)]),
    ],
)
def test_an_hour_of_the_day_is_no_bound(
    films: Catalog, text: str, words: str, wanted: list[tuple[str, str, object]]
) -> None:
    assert wishes(films, text, mark(text, words, "B")) == wanted


def test_the_verb_of_a_bound_is_no_wish_of_its_own(films: Catalog) -> None:
    text = "lasting no more than an hour"
    verb, bound = mark(text, "lasting", "B"), mark(text, "no more than an hour", "B")
    assert wishes(films, text, verb, bound) == [("runtime", "le", 60)]


def test_or_so_behind_a_bound_is_a_part_of_it(values: ValueLinker) -> None:
    text = "from the late eighties or so"
    bound = link_bound(text, mark(text, "from the late eighties", "B"), values, YEAR)
    assert bound is not None
    assert (bound.op, bound.value, bound.around, bound.end) == ("between", [1986, 1989], True, len(text))


def test_a_level_beside_words_of_comparison_is_believed(films: Catalog) -> None:
    text = "a PG certificate or milder"
    unsure = mark(text, text, "B", probability=0.3)
    reading = Reading(text, (unsure,), "refine", 1.0, ("refine",), "clear", 1.0)
    (wish,) = Linker(films, load_encoder(), 1.0, 0.0).link(reading, (), MONDAY).preferences
    assert (wish.field, wish.op, wish.value, wish.confidence > 0.7) == ("certificate", "le", "PG", True)


def test_one_letter_is_a_size(shop: Catalog, films: Catalog) -> None:
    text = "i take a size m"
    assert wishes(shop, text, mark(text, "m", "V")) == [("size", "eq", "M")]
    assert wishes(films, text, mark(text, "m", "V")) == []


def test_a_decade_is_a_style_where_nothing_has_a_year(shop: Catalog) -> None:
    text = "something seventies"
    assert wishes(shop, text, mark(text, "seventies", "B")) == [("about", "like", "seventies")]
