"""Titles beside which stands what somebody thought of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from marks import mark
from msgspec.structs import replace

from agents.encoder import load_encoder
from agents.linking.judge import Linked
from agents.linking.judged_titles import judged_titles
from agents.linking.linker import Linker
from agents.linking.values import ValueLinker
from agents.student.decode import Marked, Reading
from catalog.items import Catalog

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def told(marks: tuple[Marked, ...]) -> list[tuple[str, str]]:
    return [(m.text, m.polarity[0] + m.strength[0]) for m in marks]


def linked(films: Catalog, text: str, *marks: Marked, act: str = "refine") -> Linked:
    reading = Reading(text, marks, act, 1.0, (act,), "clear", 1.0)
    return Linker(films, load_encoder(), 1.0, 0.0).link(reading, (), NOW)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("nah pulp fiction was kinda lame imo", [("pulp fiction", "ns")]),
        ("The Shawshank Redemption is my favourite", [("The Shawshank Redemption", "ps")]),
        ("already seen Pulp Fiction.", [("Pulp Fiction", "nh")]),
        ("I've seen pulp fiction and schindlers list", [("pulp fiction", "nh")]),
        ("but Step Brothers was a disappointment", [("Step Brothers", "ns")]),
        ("I haven't seen Pulp Fiction", []),
        ("nah not pulp fiction that movie was mid", [("pulp fiction", "ns")]),
        ("crime but not pulp fiction", []),
        ("seen pulp fiction stories before", []),
        ("Well, Pulp Fiction. It was great", []),
        ("the last one was great", []),
        ("pulp fiction is not great", []),
    ],
)
def test_a_title_with_a_verdict_right_beside_it_needs_no_model(
    values: ValueLinker, text: str, wanted: list[tuple[str, str]]
) -> None:
    assert told(judged_titles((), text, values)) == wanted


@pytest.mark.parametrize(
    ("text", "polarity", "wanted"),
    [
        ("Heat is literally my favourite", "negative", "ps"),
        ("my favourite film is Heat, seen it twice", "negative", "ps"),
        ("Heat was a letdown", "positive", "ns"),
        ("No, not Heat.", "negative", "ns"),
        ("I'll pass on Heat.", "negative", "ns"),
        ("nah not Heat, we have seen it", "negative", "nh"),
        ("Heat? No thanks", "negative", "ns"),
        ("crime but not Heat", "negative", "nh"),
        ("Heat was not great", "negative", "nh"),
        ("Heat, the first was great", "negative", "nh"),
        ("Heat, my favourite is another", "negative", "nh"),
    ],
)
def test_the_words_right_beside_a_title_decide(
    values: ValueLinker, text: str, polarity: str, wanted: str
) -> None:
    read = replace(mark(text, "Heat", "T"), polarity=polarity, strength="hard")
    assert told(judged_titles((read,), text, values)) == [("Heat", wanted)]


def test_a_piece_of_a_title_is_no_wish_beside_it(values: ValueLinker) -> None:
    text = "nah not pulp fiction"
    piece = replace(mark(text, "pulp"), polarity="negative")
    assert told(judged_titles((piece,), text, values)) == [("pulp fiction", "ns")]


def test_saw_before_a_title_is_a_verb(values: ValueLinker) -> None:
    text = "Saw Heat. Liked it."
    assert told(judged_titles((mark(text, "Saw", "T"), mark(text, "Heat", "T")), text, values)) == [
        ("Heat", "ps")
    ]
    alone = (mark("like Saw and Heat", "Saw", "T"), mark("like Saw and Heat", "Heat", "T"))
    assert judged_titles(alone, "like Saw and Heat", values) == alone


@pytest.mark.parametrize(
    ("text", "act"), [("pulp fiction was lame", "refine"), ("so the weather was lame", "none")]
)
def test_a_verdict_is_no_small_talk(films: Catalog, text: str, act: str) -> None:
    assert linked(films, text, act="none").act == act


def test_praise_of_what_is_named_is_no_wish_of_its_own(films: Catalog) -> None:
    text = "Heat, a marvellous film"
    found = linked(films, text, mark(text, "Heat", "T"), mark(text, "marvellous"))
    assert [p.field for p in found.preferences] == ["item"]
    alone = linked(films, "a marvellous film", mark("a marvellous film", "marvellous"))
    assert [p.field for p in alone.preferences] == ["about"]


def test_the_speaker_and_friends_are_no_subject(films: Catalog) -> None:
    text = "something funny for me and my flatmates"
    found = linked(films, text, mark(text, "funny"), mark(text, "me and my flatmates"))
    assert [p.value for p in found.preferences] == ["funny"]


@pytest.mark.parametrize(
    ("text", "strength"), [("Mob films. It has to be short", "soft"), ("it has to be mob films", "hard")]
)
def test_what_is_demanded_in_another_sentence_is_something_else(
    films: Catalog, text: str, strength: str
) -> None:
    word = "Mob" if "Mob" in text else "mob"
    found = linked(films, text, replace(mark(text, word), strength="hard"))
    assert [p.strength for p in found.preferences] == [strength]
