"""Why no item can be what a command asks, and what could be."""

from __future__ import annotations

import numpy as np
import pytest

from agents.linking.feasible import Feasibility
from agents.types import Preference
from catalog.columns import CategoryColumn, NumberColumn, TextColumn
from catalog.domain import Domain, Field
from catalog.items import Catalog


@pytest.fixture(scope="module")
def feasible() -> Feasibility:
    """Two comedies of 1990 and 2020, one of 90 minutes, the newer of unknown length; a short war film."""
    domain = Domain(
        name="films",
        item="film",
        items="films",
        fields=(
            Field(name="title", type="text"),
            Field(name="genre", type="category", multi=True),
            Field(name="year", type="number"),
            Field(name="runtime", type="number", unit="minutes"),
        ),
        affinity_field="genre",
    )
    columns = {
        "title": TextColumn.of(["Old", "New", "Short"]),
        "genre": CategoryColumn.of([["Comedy"], ["Comedy"], ["War"]]),
        "year": NumberColumn(np.array([1990.0, 2020.0, 2000.0])),
        "runtime": NumberColumn(np.array([90.0, np.nan, 30.0])),
    }
    return Feasibility(Catalog(domain, ["1", "2", "3"], columns))


def hard(
    field: str, op: str, value: str | float, text: str, group: int = 0, *, polarity: str = "positive"
) -> Preference:
    """Return a preference that must hold."""
    return Preference(
        field=field,
        op=op,  # type: ignore[arg-type]  # the tests' own ops are valid
        value=value,
        polarity=polarity,  # type: ignore[arg-type]  # as above
        strength="hard",
        text=text,
        group=group,
    )


COMEDY = hard("genre", "eq", "Comedy", "comedy")


def test_what_an_item_is_needs_no_question(feasible: Feasibility) -> None:
    assert feasible.why_not([COMEDY, hard("year", "gt", 2010, "after 2010", 1)]) is None
    assert feasible.why_not([hard("genre", "eq", "War", "war", polarity="negative")]) is None


def test_what_no_item_is_comes_with_what_one_is(feasible: Feasibility) -> None:
    question = feasible.why_not(
        [COMEDY, hard("runtime", "lt", 40, "under 40 minutes", 1), hard("year", "lt", 1995, "before 1995", 2)]
    )
    assert question is not None
    assert question.text == "No film is all of that: comedy, under 40 minutes, before 1995."
    assert len(question.answers) >= 2


def test_what_is_not_on_record_is_not_denied(feasible: Feasibility) -> None:
    question = feasible.why_not(
        [hard("runtime", "gt", 120, "over two hours"), hard("year", "gt", 2010, "after 2010", 1)]
    )
    assert question is not None
    assert question.text == "No film is known to be all of that: over two hours, after 2010."
