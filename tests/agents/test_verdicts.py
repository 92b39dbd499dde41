"""What is said of a shown title, and what a command says twice or against itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from marks import mark
from msgspec.structs import replace

from agents.encoder import load_encoder
from agents.linking.judge import Linked
from agents.linking.linker import Linker
from agents.linking.verdicts import is_final, is_verdict
from agents.student.decode import Marked, Reading
from catalog.items import Catalog

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def negative(marked: Marked, strength: str = "hard") -> Marked:
    return replace(marked, polarity="negative", strength=strength)


def linked(films: Catalog, text: str, marks: Sequence[Marked], shown: Sequence[str] = ()) -> Linked:
    reading = Reading(text, tuple(marks), "refine", 1.0, ("refine",), "clear", 1.0)
    return Linker(films, load_encoder(), 1.0, 0.0).link(reading, shown, NOW)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("I hated Heat", True),
        ("i really like Heat", True),
        ("Heat looks fine", True),
        ("Heat's a masterpiece", True),
        ("we watched Heat last night", True),
        ("something like Heat", False),
        ("in the vein of Heat", False),
        ("as tense as Heat", False),
        ("Heat but shorter", False),
    ],
)
def test_a_verdict_is_told_from_a_comparison(text: str, verdict: bool) -> None:
    assert is_verdict(mark(text, "Heat", "T"), text) is verdict


def test_what_is_taken_back_is_no_verdict() -> None:
    text = "Heat is fine again"
    assert not is_verdict(replace(mark(text, "Heat", "T"), retracted=True), text)


@pytest.mark.parametrize(
    ("text", "final"), [("not Heat", False), ("seen Heat", True), ("never show me Heat again", True)]
)
def test_what_was_seen_is_never_shown_again(text: str, final: bool) -> None:
    assert is_final(negative(mark(text, "Heat", "T")), text) is final


@pytest.mark.parametrize(
    ("text", "shown", "act", "strength"),
    [
        ("nah, not Heat", (), "refine", "soft"),
        ("crime but not Heat", (), "refine", "hard"),
        ("crime but not Heat", ("6",), "feedback", "soft"),
        ("nah, not Heat", ("1",), "refine", "soft"),
    ],
)
def test_a_shown_title_that_is_declined_is_feedback(
    films: Catalog, text: str, shown: Sequence[str], act: str, strength: str
) -> None:
    found = linked(films, text, [negative(mark(text, "Heat", "T"))], shown)
    (wish,) = found.preferences
    assert (found.act, wish.value, wish.polarity, wish.strength) == (act, "6", "negative", strength)


def test_a_place_of_the_feed_needs_no_word_beside_it(films: Catalog) -> None:
    text = "Eighth is interesting"
    shown = [str(number) for number in range(1, 11)]
    found = linked(films, text, [mark(text, "Eighth", "V")], shown)
    assert (found.act, [p.value for p in found.preferences]) == ("feedback", ["8"])
    assert [p.field for p in linked(films, text, [mark(text, "Eighth", "V")]).preferences] == ["about"]


@pytest.mark.parametrize(("act", "sure"), [("feedback", True), ("refine", False)])
def test_places_in_what_points_at_places_are_believed(films: Catalog, act: str, sure: bool) -> None:
    text = "seen 1 n 4 already"
    reading = Reading(text, (negative(mark(text, "1 n 4", "R", 0.2)),), act, 1.0, (act,), "clear", 1.0)
    shown = [str(number) for number in range(1, 11)]
    found = Linker(films, load_encoder(), 1.0, 0.0).link(reading, shown, NOW).preferences
    assert [(p.value, p.confidence > 0.5) for p in found] == [("1", sure), ("4", sure)]


def test_what_is_told_and_then_asked_for_is_asked_for(films: Catalog) -> None:
    text = "I grew up on westerns. Show me Westerns"
    asked = replace(mark(text, "Westerns", "V"), strength="hard")
    (wish,) = linked(films, text, [mark(text, "westerns", "V"), asked]).preferences
    assert (wish.value, wish.strength, wish.text) == ("Western", "hard", "Westerns")


def test_what_is_asked_for_stands_where_it_was_asked_for(films: Catalog) -> None:
    text = "less clumsy, no comedies, Comedies, no Clumsy ones"
    wanted = replace(mark(text, "Comedies", "V", 0.99), strength="hard")
    marks = [negative(mark(text, "clumsy"), "soft"), negative(mark(text, "comedies", "V")), wanted]
    found = linked(films, text, [*marks, negative(mark(text, "Clumsy"))]).preferences
    assert [(p.text, p.strength) for p in found] == [("Comedies", "hard"), ("Clumsy", "hard")]
    assert all(text[slice(*p.span)] == p.text for p in found)


@pytest.mark.parametrize(("sure", "polarity"), [(0.8, "negative"), (0.95, "positive")])
def test_of_what_is_wanted_and_rejected_the_surer_stays(films: Catalog, sure: float, polarity: str) -> None:
    text = "no westerns, everyone picks Westerns"
    picked = replace(mark(text, "Westerns", "V", sure), strength="hard")
    found = linked(films, text, [negative(mark(text, "westerns", "V")), picked])
    assert (found.clarity, [p.polarity for p in found.preferences]) == ("clear", [polarity])
