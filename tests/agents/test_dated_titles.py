"""Titles with their year in brackets."""

from __future__ import annotations

from dataclasses import replace

import pytest
from marks import mark

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
