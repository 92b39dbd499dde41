"""Titles with their year in brackets."""

from __future__ import annotations

import pytest
from marks import mark
from msgspec.structs import replace

from agents.linking.dated_titles import dated_titles
from agents.linking.values import ValueLinker
from agents.student.decode import Marked


def told(marks: tuple[Marked, ...]) -> list[tuple[str, str, str]]:
    return [(m.text, m.kind, m.polarity[0] + m.strength[0]) for m in marks]


def test_a_part_of_a_dated_title_is_all_of_it(values: ValueLinker) -> None:
    text = "Step Brothers (2008)? Seriously?"
    part = replace(mark(text, "Brothers (2008", "T", probability=0.1), polarity="negative")
    (title,) = dated_titles((part,), text, values)
    assert told((title,)) == [("Step Brothers (2008)", "T", "ns")]
    assert title.probability > 0.7


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("omg The Godfather (1972) had me sobbing", [("The Godfather (1972)", "T", "ps")]),
        ("Heat (1995) was not my thing", [("Heat (1995)", "T", "ns")]),
        # Another year, and no title.
        ("Heat (1972) please", []),
        ("something good (1995)", []),
        ("westerns (1950-1960)", []),
    ],
)
def test_a_dated_title_needs_no_model(
    values: ValueLinker, text: str, wanted: list[tuple[str, str, str]]
) -> None:
    assert told(dated_titles((), text, values)) == wanted


def test_what_stands_elsewhere_stays_as_it_is(values: ValueLinker) -> None:
    text = "funny, like Heat (1995)"
    funny, heat = mark(text, "funny"), mark(text, "Heat (1995)", "T")
    assert dated_titles((funny, heat), text, values) == (funny, heat)


def test_the_year_behind_a_title_is_a_part_of_it(values: ValueLinker) -> None:
    text = "unlike Mamma Mia! (2008), please"
    found = dated_titles([mark(text, "Mamma Mia", "T"), mark(text, "2008", "B")], text, values)
    assert [(m.text, m.kind) for m in found] == [("Mamma Mia (2008)", "T")]
    assert text[found[0].start : found[0].end] == "Mamma Mia! (2008)"
    other = "seen Heat, the one from 1986"
    (one,) = dated_titles([mark(other, "Heat", "T"), mark(other, "from 1986", "B")], other, values)
    assert (one.text, one.end) == ("Heat (1986)", len(other))
    bare = "Heat from (1995)"
    assert [m.text for m in dated_titles([mark(bare, "Heat", "T")], bare, values)] == ["Heat"]
