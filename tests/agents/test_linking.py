"""What the linker makes of mentions: values, bounds, ends, times, ages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from marks import MONDAY, mark, wishes
from msgspec.structs import replace

from agents.encoder import load_encoder
from agents.linking.ages import ages
from agents.linking.claims import Said, grouped
from agents.linking.expiry import expiry
from agents.linking.linker import Linker
from agents.linking.values import ValueLinker
from agents.student.decode import Reading
from agents.student.session import shipped_session
from agents.types import Preference
from catalog.items import Catalog

YEAR = 2026


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


def test_words_as_they_were_said_have_one_space_between_them(films: Catalog) -> None:
    text = "about time \n travel"
    assert wishes(films, text, mark(text, "time \n travel")) == [("about", "like", "time travel")]
