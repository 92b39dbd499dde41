"""A name of the catalogue typed alone, as into a search box."""

from __future__ import annotations

import pytest
from marks import mark
from msgspec.structs import replace

from agents.linking.bare_names import bare_name, maker
from agents.linking.values import ValueLinker
from agents.parser import Parser
from agents.student.decode import Reading
from catalog.items import Catalog


def unseen(
    text: str, act: str = "refine", sure: float = 0.8, *, clarity: str = "clear", clear: float = 0.6
) -> Reading:
    """Return a reading in which the model marked nothing."""
    return Reading(text, (), act, sure, (act,), clarity, clear)


def hardly_seen(text: str, kind: str, sure: float = 0.1) -> Reading:
    return replace(unseen(text), mentions=(mark(text, text, kind, sure),))


def test_a_title_in_capitals_is_one_however_much_of_it_was_seen(films: Catalog, values: ValueLinker) -> None:
    for text, found in (("Spy Kids", True), ("spy kids", False), ("Romantic Comedy", False)):
        reading = replace(unseen(text), mentions=(mark(text, text.split()[1], "V"),))
        assert (bare_name(reading, values, films.terms) is not None) is found


@pytest.mark.parametrize(
    ("reading", "kind", "words"),
    [
        (unseen("Heat", clarity="ambiguous"), "T", "Heat"),
        (unseen(" the matrix! "), "T", "the matrix"),
        (unseen("whodunit", act="none", sure=0.5), "A", "whodunit"),
        (hardly_seen("spanish prisoner", "V"), "T", "spanish prisoner"),
    ],
)
def test_a_name_alone_is_wished_for(
    films: Catalog, values: ValueLinker, reading: Reading, kind: str, words: str
) -> None:
    found = bare_name(reading, values, films.terms)
    assert found is not None
    assert (found.kind, found.text, found.polarity, found.strength) == (kind, words, "positive", "soft")
    assert reading.text[found.start : found.end] == words


@pytest.mark.parametrize(
    "reading",
    [
        unseen("Go"),
        # "Chaplin" is a film as well.
        hardly_seen("Chaplin", "P", 0.9),
        unseen("Help!", act="question"),
        unseen("whodunit", act="none", sure=0.9),
        unseen("lighter", clarity="ambiguous"),
        unseen("more"),
        unseen("zorbles"),
        # A complaint, and words that point.
        unseen("boring!"),
        unseen("excessive"),
        unseen("the others"),
        unseen("the big one"),
        unseen("loner"),
        unseen("closer", clarity="ambiguous", clear=0.98),
        unseen(""),
        unseen("Heat " * 100),
    ],
)
def test_other_words_alone_are_none(films: Catalog, values: ValueLinker, reading: Reading) -> None:
    assert bare_name(reading, values, films.terms) is None


def test_a_catalogue_without_terms_knows_its_titles(values: ValueLinker) -> None:
    assert bare_name(unseen("Heat"), values, None) is not None
    assert bare_name(unseen("whodunit"), values, None) is None


@pytest.mark.parametrize(("text", "field", "value"), [("Heat", "item", "6"), ("heist", "about", "heist")])
def test_what_is_typed_as_into_a_search_box_is_read(
    parser: Parser, text: str, field: str, value: str
) -> None:
    parsed = parser.parse(text)
    (wish,) = parsed.preferences
    assert (parsed.act, parsed.clarity, wish.field, wish.value) == ("refine", "clear", field, value)
    assert (wish.polarity, wish.strength) == ("positive", "soft")


def unmarked(text: str, clarity: str = "clear") -> Reading:
    return Reading(text, (), "refine", 0.95, ("refine",), clarity, 0.95)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("anything by Scorcese", "Scorcese"),
        ("show me what is by Martin Scorsese.", "Martin Scorsese"),
        ("films by kurosawa!", "kurosawa"),
    ],
)
def test_who_made_something_is_found_behind_by(values: ValueLinker, text: str, words: str) -> None:
    mention = maker(unmarked(text), values)
    assert mention is not None
    assert (mention.text, mention.kind, mention.strength) == (words, "P", "hard")
    assert text[mention.start : mention.end] == words


@pytest.mark.parametrize(
    "reading",
    [
        unmarked("anything by tomorrow"),
        unmarked("something by the sea"),
        unmarked("by"),
        unmarked("by " + "a" * 400),
        unmarked("by a" * 100 + "?!" * 100),
        unmarked("by Martin Scorsese, but short"),
        unmarked("anything by Scorsese", "ambiguous"),
    ],
)
def test_what_else_stands_behind_by_is_nobody(values: ValueLinker, reading: Reading) -> None:
    assert maker(reading, values) is None
