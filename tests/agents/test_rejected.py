"""Lists of what is rejected, and wishes that a command itself takes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from marks import mark
from msgspec.structs import replace

from agents.encoder import load_encoder
from agents.linking.judge import Linked
from agents.linking.linker import Linker
from agents.linking.rejected import rejected_together
from agents.student.decode import Marked, Reading
from agents.types import Retraction
from catalog.items import Catalog

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def rejected(text: str, *words: str, kind: str = "V") -> list[str]:
    """Return what is rejected of a list, of which the model saw only the first word so."""
    first, *others = (mark(text, one, kind) for one in words)
    marks = (replace(first, polarity="negative", strength="hard"), *others)
    out = rejected_together(marks, text)
    assert [(m.start, m.end) for m in out] == [(m.start, m.end) for m in marks]
    assert all(m.strength == "hard" for m in out if m.polarity == "negative")
    return [m.text for m in out if m.polarity == "negative"]


@pytest.mark.parametrize(
    ("text", "words", "all_of_it"),
    [
        ("no horror, thrillers or westerns", ("horror", "thrillers", "westerns"), True),
        ("No horror, war films, or any musicals", ("horror", "war", "musicals"), True),
        ("not horror nor thrillers please", ("horror", "thrillers"), True),
        ("i don't want any more horror or thrillers", ("horror", "thrillers"), True),
        ("nowt with zombies or vampires", ("zombies", "vampires"), True),
        ("remove the horror and war", ("horror", "war"), True),
        ("get rid of horror, war & musicals", ("horror", "war", "musicals"), True),
        ("Nothing with zombies, vampires, clowns or dolls", ("zombies", "vampires", "clowns", "dolls"), True),
        ("remove the horror, war films", ("horror", "war"), False),
        ("no horror and war", ("horror", "war"), False),
        # What is wanted instead follows a comma alone, or words of its own.
        ("no horror, thrillers", ("horror", "thrillers"), False),
        ("no horror, show me thrillers or westerns", ("horror", "thrillers", "westerns"), False),
        ("no horror but thrillers or westerns", ("horror", "thrillers", "westerns"), False),
        ("too much horror, thrillers or westerns", ("horror", "thrillers", "westerns"), False),
    ],
)
def test_a_list_that_ends_with_or_is_rejected_as_a_whole(
    text: str, words: Sequence[str], all_of_it: bool
) -> None:
    assert rejected(text, *words) == list(words if all_of_it else words[:1])


def test_a_list_of_places_is_declined_as_a_whole() -> None:
    text = "not the first, third or fifth"
    assert rejected(text, "the first", "third", "fifth", kind="R") == ["the first", "third", "fifth"]


def test_a_list_of_other_kinds_ends_where_they_begin() -> None:
    text = "no horror, thrillers or anything by Carpenter"
    marks = [mark(text, "horror", "V"), mark(text, "thrillers", "V"), mark(text, "Carpenter", "P")]
    marks[0] = replace(marks[0], polarity="negative")
    assert [m.polarity for m in rejected_together(marks, text)] == ["negative", "positive", "positive"]


def linked(films: Catalog, text: str, *marks: Marked, act: str = "retract") -> Linked:
    reading = Reading(text, marks, act, 1.0, (act,), "clear", 1.0)
    return Linker(films, load_encoder(), 1.0, 0.0).link(reading, (), NOW)


def test_what_a_command_takes_back_it_does_not_wish(films: Catalog) -> None:
    text = "I said no horror, but Horror is fine again"
    no_more = replace(mark(text, "horror", "V"), polarity="negative")
    back = replace(mark(text, "Horror", "V"), retracted=True)
    found = linked(films, text, no_more, back)
    assert (found.preferences, found.retractions) == ((), (Retraction(field="genre", value="Horror"),))


@pytest.mark.parametrize(
    ("text", "kept"),
    [("I said short, but length doesn't matter", 0), ("short please, the old length doesn't matter", 1)],
)
def test_a_field_that_is_open_again_ends_a_wish_that_was_told_of(
    films: Catalog, text: str, kept: int
) -> None:
    open_again = replace(mark(text, "length", "F"), retracted=True)
    found = linked(films, text, mark(text, "short", "D"), open_again)
    assert len(found.preferences) == kept
    assert found.retractions == (Retraction(field="runtime"),)


def test_another_value_of_a_field_is_wished_all_the_same(films: Catalog) -> None:
    text = "I said no horror, but comedies are fine again"
    no_more = replace(mark(text, "horror", "V"), polarity="negative")
    back = replace(mark(text, "comedies", "V"), retracted=True)
    found = linked(films, text, no_more, back)
    assert [(p.value, p.polarity) for p in found.preferences] == [("Horror", "negative")]
    assert found.retractions == (Retraction(field="genre", value="Comedy"),)


def test_what_is_surely_rejected_is_not_taken_back(films: Catalog) -> None:
    text = "cartoons may stay but fantasy must go"
    gone = replace(mark(text, "fantasy", "V"), polarity="negative")
    found = linked(films, text, mark(text, "cartoons", "V"), gone)
    assert [(p.value, p.polarity) for p in found.preferences] == [("Fantasy", "negative")]
    assert found.retractions == (Retraction(field="genre", value="Animation"),)


def test_a_field_said_in_other_words_as_well_is_asked_for_no_more(films: Catalog) -> None:
    text = "relaxed about dates now, any decade will do"
    back = [replace(mark(text, words, "F"), retracted=True) for words in ("dates", "decade")]
    found = linked(films, text, *back)
    assert (found.clarity, found.retractions) == ("clear", (Retraction(field="year"),))
    assert linked(films, text, back[0]).clarity == "ambiguous"
