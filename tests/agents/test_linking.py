"""What the linker makes of mentions: values, bounds, ends, times, ages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from marks import mark

from agents.encoder import load_encoder
from agents.linking.ages import ages
from agents.linking.bounds import link_bound
from agents.linking.claims import Said, grouped
from agents.linking.expiry import expiry
from agents.linking.linker import Linker
from agents.linking.values import ValueLinker
from agents.student.decode import Marked, Reading
from agents.student.session import shipped_session
from agents.types import Preference
from batch.parser_report.catalogs import catalog_of
from catalog.items import Catalog
from catalog.shop import generate_shop

YEAR = 2026


MONDAY = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("something funny tonight", datetime(2026, 11, 24, 4, 0, tzinfo=UTC)),
        ("no horror this week", datetime(2026, 11, 30, 4, 0, tzinfo=UTC)),
        ("for the next three days only comedies", MONDAY + timedelta(days=3)),
        ("for two weeks no drama", MONDAY + timedelta(days=14)),
        ("under two hours", None),
        ("a day at the races", None),
    ],
)
def test_wish_ends_when_it_says(text: str, end: datetime | None) -> None:
    assert expiry(text, MONDAY) == end


def test_wish_until_a_weekday_ends_with_that_day() -> None:
    end = expiry("no horror until friday", MONDAY)
    assert end is not None
    assert end.date() == datetime(2026, 11, 27, tzinfo=UTC).date()


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("spanish language", ["Spanish"]),
        ("the French language", ["French"]),
        ("the horror genre", ["Horror"]),
        ("romantic comedy genre", ["Romance", "Comedy"]),
        # A genre is no language.
        ("horror language", []),
        ("language", []),
        ("dirty language", []),
    ],
)
def test_a_category_stands_before_the_name_of_its_field(
    values: ValueLinker, words: str, wanted: list[str]
) -> None:
    assert [named.value for named in values.beside_field(words)] == wanted


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("japaneese animaton", ["Japanese", "Animation"]),
        ("hroror", ["Horror"]),
        ("french animaton", ["French", "Animation"]),
        # All are words, and one that is no word is nothing.
        ("french animation", []),
        ("frindle animaton", []),
    ],
)
def test_each_of_several_mistyped_words_is_corrected(
    values: ValueLinker, words: str, wanted: list[str]
) -> None:
    assert [named.value for named in values.corrected(words)] == wanted


@pytest.mark.parametrize(
    ("words", "only"),
    [
        ("of the year", True),
        ("the language", True),
        ("year of dogs", False),
        # People's own words, and people.
        ("the mood", False),
        ("the director", False),
    ],
)
def test_the_name_of_a_field_says_nothing_by_itself(values: ValueLinker, words: str, only: bool) -> None:
    assert values.only_fields(words) is only


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


@pytest.mark.parametrize(
    ("words", "field", "end"),
    [
        ("short", "runtime", "low"),
        ("newer", "year", "high"),
        ("less popular", "popularity", "low"),
        ("obscure", "popularity", "low"),
        ("short running time", "runtime", "low"),
        ("lower ratings", "rating", "low"),
        ("a recent year", "year", "high"),
        ("high popularity", "popularity", "high"),
        ("the top ten", "rating", "high"),
    ],
)
def test_direction_words_name_an_end_of_a_field(
    values: ValueLinker, words: str, field: str, end: str
) -> None:
    pointed = values.direction(words)
    assert pointed is not None
    assert (pointed.field, pointed.end) == (field, end)


@pytest.mark.parametrize(
    ("words", "value"), [("cirme", "Crime"), ("nois", "Film-Noir"), ("documentrys", "Documentary")]
)
def test_what_is_no_word_is_a_typing_error(values: ValueLinker, words: str, value: str) -> None:
    assert [named.value for named in values.corrected(words)] == [value]


def test_typing_errors_in_words_of_measure_lose_no_bound(values: ValueLinker) -> None:
    text = "undr 2 huors"
    bound = link_bound(text, mark(text, text, "B"), values, YEAR)
    assert bound is not None
    assert (bound.field, bound.op, bound.value) == ("runtime", "lt", 120)


@pytest.mark.parametrize("words", ["prime", "never", "dream", "bollywood"])
def test_a_word_of_its_own_is_no_typing_error(values: ValueLinker, words: str) -> None:
    assert values.corrected(words) == ()


def test_unknown_words_name_nothing(values: ValueLinker) -> None:
    assert values.closed("a bank robbery") == ()
    assert values.direction("purple") is None
    assert values.title("qwertyuiop asdf") == ()


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("cartoons for my 5 year old", ["5 year old"]),
        ("kids aged 8", ["aged 8"]),
        ("for ages 10 and up", ["ages 10 and up"]),
        ("good for a six-year-old", ["six-year-old"]),
        ("a 20 year old film", []),
        ("less than 10 years old", []),
        ("15 years old or newer", []),
        ("from the 90s", []),
    ],
)
def test_age_of_somebody_is_told_from_that_of_a_film(text: str, phrases: list[str]) -> None:
    assert [text[slice(*span)] for span in ages(text, frozenset(["film"]))] == phrases


@pytest.mark.parametrize(
    ("text", "horizon"),
    [
        ("never show me horror again", "lasting"),
        ("I never want to see clowns again", "lasting"),
        ("don't ever recommend musicals", "lasting"),
        ("from now on only westerns", "lasting"),
        ("just this once a musical", "feed"),
        ("no horror", None),
    ],
)
def test_plain_words_of_time_decide_the_horizon(text: str, horizon: str | None) -> None:
    reading = Reading(text, (), "refine", 1.0, ("refine",), "clear", 1.0)
    assert Said.of(reading, (), MONDAY, (1.0, 0.0)).horizon == horizon


def test_abbreviations_are_read_written_out_and_found_where_they_stand() -> None:
    text = "comedies w/o romance"
    encoding = shipped_session().tokenizer.encode(text)
    assert encoding.tokens[1:4] == ["comedies", "without", "romance"]
    assert text[slice(*encoding.offsets[3])] == "romance"


def test_a_subject_behind_like_is_no_title_of_the_same_words(films: Catalog) -> None:
    for text, field in (
        ("i like road trips", "about"),
        ("i like road trip", "about"),
        ("i like Heat", "item"),
    ):
        said = mark(text, text.removeprefix("i like "))
        reading = Reading(text, (said,), "refine", 1.0, ("refine",), "clear", 1.0)
        (wish,) = Linker(films, load_encoder(), 1.0, 0.0).link(reading, (), MONDAY).preferences
        assert wish.field == field


def test_whom_the_catalogue_does_not_know_may_be_in_a_title(films: Catalog) -> None:
    text = "any erin brockovich"
    whom = mark(text, "erin brockovich", kind="P")
    reading = Reading(text, (whom,), "refine", 1.0, ("refine",), "clear", 1.0)
    linked = Linker(films, load_encoder(), 1.0, 0.0).link(reading, (), MONDAY)
    (wish,) = linked.preferences
    assert (wish.field, films.titles[films.index_of(str(wish.value)) or 0]) == ("item", "Erin Brockovich")


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


@pytest.fixture(scope="module")
def shop() -> Catalog:
    return generate_shop(items=300, shoppers=1, events=1).catalog


def wishes(catalog: Catalog, text: str, *marks: Marked) -> list[tuple[str, str, object]]:
    reading = Reading(text, marks, "refine", 1.0, ("refine",), "clear", 1.0)
    found = Linker(catalog, load_encoder(), 1.0, 0.0).link(reading, (), MONDAY)
    return [(p.field, p.op, p.value) for p in found.preferences]


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


@pytest.mark.parametrize(
    ("text", "strengths"),
    [
        ("i like comedy and also horror", ["soft", "soft"]),
        ("maybe comedy but only horror", ["soft", "hard"]),
        ("maybe comedy, never horror", ["soft", "hard"]),
    ],
)
def test_of_one_list_all_is_as_soft_as_the_first(films: Catalog, text: str, strengths: list[str]) -> None:
    second = replace(mark(text, "horror", "V"), strength="hard")
    if "never" in text:
        second = replace(second, polarity="negative")
    reading = Reading(text, (mark(text, "comedy", "V"), second), "refine", 1.0, ("refine",), "clear", 1.0)
    found = Linker(films, load_encoder(), 1.0, 0.0).link(reading, (), MONDAY)
    assert [p.strength for p in found.preferences] == strengths


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


@pytest.mark.parametrize(
    ("text", "asked", "strength"),
    [
        ("boots for hiking", "hard", "hard"),
        ("boots for the beach", "hard", "hard"),
        ("maybe boots for hiking", "soft", "soft"),
        ("boots, i like hiking", "hard", "soft"),
    ],
)
def test_what_is_asked_for_has_its_occasion(shop: Catalog, text: str, asked: str, strength: str) -> None:
    boots = replace(mark(text, "boots", "V"), strength=asked)
    said = mark(text, "the beach" if "beach" in text else "hiking")
    reading = Reading(text, (boots, said), "refine", 1.0, ("refine",), "clear", 1.0)
    found = Linker(shop, load_encoder(), 1.0, 0.0).link(reading, (), MONDAY).preferences
    assert [(p.field, p.strength) for p in found] == [("category", asked), ("occasion", strength)]


def test_whose_occasion_it_is_and_degrees_of_no_field_name_no_other_value(shop: Catalog) -> None:
    text = "a dress for my sister's wedding, nothing too short"
    assert wishes(shop, text, mark(text, "my sister's wedding"), mark(text, "short", "D")) == [
        ("occasion", "eq", "Wedding"),
        ("about", "like", "short"),
    ]


@pytest.mark.parametrize(
    ("text", "field"), [("nothing tight", "about"), ("something too tight", "about"), ("a tight", "category")]
)
def test_behind_a_word_for_anything_stands_no_singular(shop: Catalog, text: str, field: str) -> None:
    assert [found for found, _, _ in wishes(shop, text, mark(text, "tight"))] == [field]


def test_one_letter_is_a_size(shop: Catalog, films: Catalog) -> None:
    text = "i take a size m"
    assert wishes(shop, text, mark(text, "m", "V")) == [("size", "eq", "M")]
    assert wishes(films, text, mark(text, "m", "V")) == []


def test_beside_a_value_a_mistyped_one_is_corrected(shop: Catalog) -> None:
    text = "black scavrf"
    assert wishes(shop, text, mark(text, text, "V")) == [
        ("colour", "eq", "Black"),
        ("category", "eq", "Scarf"),
    ]


def test_a_mistyped_occasion_is_one_whosever_it_is(shop: Catalog) -> None:
    text = "something for my weding"
    assert wishes(shop, text, mark(text, "my weding")) == [("occasion", "eq", "Wedding")]


@pytest.mark.parametrize(
    ("text", "words", "clarity"),
    [("easier than this lot", "easier", "ambiguous"), ("easier to follow", "easier to follow", "clear")],
)
def test_what_is_compared_with_nothing_is_asked(films: Catalog, text: str, words: str, clarity: str) -> None:
    reading = Reading(text, (mark(text, words),), "refine", 1.0, ("refine",), "clear", 1.0)
    found = Linker(films, load_encoder(), 1.0, 0.0).link(reading, (), MONDAY)
    assert (found.clarity, len(found.preferences)) == (clarity, int(clarity == "clear"))


def test_whose_occasion_it_is_stands_behind_it_as_well(shop: Catalog) -> None:
    text = "for a party of my cousin, a party of gnomes"
    assert wishes(shop, text, mark(text, "a party of my cousin"), mark(text, "a party of gnomes")) == [
        ("occasion", "eq", "Party"),
        ("about", "like", "a party of gnomes"),
    ]


def test_a_field_that_is_taken_back_is_no_word_of_mood(films: Catalog) -> None:
    text = "director is not important any more"
    back = replace(mark(text, "director"), retracted=True)
    reading = Reading(text, (back,), "retract", 1.0, ("retract",), "clear", 1.0)
    found = Linker(films, load_encoder(), 1.0, 0.0).link(reading, (), MONDAY)
    assert [(r.field, r.value) for r in found.retractions] == [("director", None)]


def test_a_level_that_is_taken_back_is_more_than_its_field(films: Catalog) -> None:
    text = "the G rating is no longer needed"
    back = replace(mark(text, "the G rating", "F"), retracted=True)
    reading = Reading(text, (back,), "retract", 1.0, ("retract",), "clear", 1.0)
    found = Linker(films, load_encoder(), 1.0, 0.0).link(reading, (), MONDAY)
    assert [(r.field, r.value) for r in found.retractions] == [("certificate", "G")]


@pytest.mark.parametrize(("sure", "clarity"), [(0.9, "ambiguous"), (0.5, "clear")])
def test_what_surely_leaves_open_what_is_wanted_is_asked(films: Catalog, sure: float, clarity: str) -> None:
    reading = Reading("a little better than these", (), "feedback", 0.5, ("feedback",), "ambiguous", sure)
    found = Linker(films, load_encoder(), 1.0, 0.0).link(reading, (), MONDAY)
    assert (found.clarity, found.question is not None) == (clarity, clarity == "ambiguous")


@pytest.mark.parametrize(
    ("words", "polarity", "believed"),
    [("heist", "positive", True), ("heist", "negative", False), ("mumbling", "positive", False)],
)
def test_a_subject_that_items_are_known_to_have_is_believed(
    films: Catalog, words: str, polarity: str, believed: bool
) -> None:
    text = f"what about {words}"
    unsure = replace(mark(text, words, probability=0.3), polarity=polarity)
    reading = Reading(text, (unsure,), "refine", 1.0, ("refine",), "clear", 1.0)
    (wish,) = Linker(films, load_encoder(), 1.0, 0.0).link(reading, (), MONDAY).preferences
    assert (wish.field, wish.confidence > 0.7) == ("about", believed)


def test_a_decade_is_a_style_where_nothing_has_a_year(shop: Catalog) -> None:
    text = "something seventies"
    assert wishes(shop, text, mark(text, "seventies", "B")) == [("about", "like", "seventies")]


@pytest.mark.parametrize(
    ("text", "asked", "rejected", "left"),
    [
        ("westerns, no spaghetti western", "westerns", "spaghetti western", [("about", "spaghetti western")]),
        ("comedies but no romantic comedy", "comedies", "romantic comedy", [("genre", "Romance")]),
        ("westerns but no comedy", "westerns", "comedy", [("genre", "Comedy")]),
    ],
)
def test_a_kind_of_what_is_asked_for_is_rejected_alone(
    films: Catalog, text: str, asked: str, rejected: str, left: list[tuple[str, str]]
) -> None:
    unwanted = [
        replace(mark(text, words, kind="A" if words == "spaghetti" else "V"), polarity="negative")
        for words in rejected.split()
    ]
    marks = (mark(text, asked, kind="V"), *unwanted)
    reading = Reading(text, marks, "refine", 1.0, ("refine",), "clear", 1.0)
    linked = Linker(films, load_encoder(), 1.0, 0.0).link(reading, (), MONDAY)
    assert linked.clarity == "clear"
    assert [(p.field, p.value) for p in linked.preferences if p.polarity == "negative"] == left
    assert all(text[slice(*p.span)] == p.text for p in linked.preferences)


def genre(text: str, words: str) -> Preference:
    """Return a hard wish for a genre, said as `words`."""
    start = text.index(words)
    span = (start, start + len(words))
    return Preference(field="genre", op="eq", value=words, polarity="positive", strength="hard", span=span)


@pytest.mark.parametrize(
    ("between", "together"),
    [
        (" or ", True),
        (", ", True),
        (" or from ", True),
        (" or one ", True),
        (" n ", True),
        # A preposition said again asks for both.
        (" and with ", False),
        # Read in all the ways there are, these would take years.
        ("," * 60 + " x ", False),
        (", / & +" * 60 + " ", True),
    ],
)
def test_what_stands_between_alternatives(between: str, together: bool) -> None:
    text = f"horror{between}thriller"
    wishes = [genre(text, "horror"), genre(text, "thriller")]
    one, other = grouped(wishes, text, lambda _one, _other: False)
    assert (one.group == other.group) is together
