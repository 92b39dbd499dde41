"""The planner: every preference goes to exactly one tool, and what cannot be obeyed to the letter is said."""

from __future__ import annotations

import pytest

from agents.planner import plan
from agents.types import Preference
from catalog.columns import CategoryColumn, TextColumn
from catalog.domain import Domain, Field
from catalog.items import Catalog

FILMS = Domain(
    name="films",
    item="film",
    items="films",
    fields=(
        Field(name="title", type="text"),
        Field(name="genre", type="category", multi=True, values={"Comedy": (), "Horror": ()}),
        Field(name="certificate", type="ordered", values={"G": (), "PG": (), "R": ()}),
        Field(name="runtime", type="number"),
        Field(name="released", type="date"),
        Field(name="director", type="person", multi=True),
    ),
)


def prefer(field, op, value, polarity="positive", strength="hard") -> Preference:
    return Preference(field=field, op=op, value=value, polarity=polarity, strength=strength)


def tool_of(preference: Preference, catalog: Catalog | None = None) -> str:
    made = plan([preference], FILMS, catalog)
    (step,) = [step for step in made.steps if step.preferences]
    return step.tool


@pytest.mark.parametrize(
    ("preference", "tool"),
    [
        (prefer("genre", "eq", "Horror", "negative"), "filter"),
        (prefer("runtime", "lt", 120.0), "filter"),
        (prefer("certificate", "le", "PG"), "filter"),
        (prefer("released", "ge", "2010"), "filter"),
        (prefer("item", "like", "6", "negative"), "filter"),
        (prefer("genre", "eq", "Comedy", strength="soft"), "matcher"),
        (prefer("runtime", "low", None, strength="soft"), "matcher"),
        (prefer("item", "like", "6", strength="soft"), "matcher"),
        (prefer("genre", "eq", "Horror", "negative", "soft"), "attenuator"),
        (prefer("item", "like", "6", "negative", "soft"), "attenuator"),
    ],
    ids=lambda one: one if isinstance(one, str) else f"{one.strength}-{one.polarity}-{one.field}-{one.op}",
)
def test_what_can_be_obeyed_goes_to_its_tool_without_a_note(preference, tool):
    assert tool_of(preference) == tool
    assert plan([preference], FILMS).notes == ()


@pytest.mark.parametrize(
    ("preference", "tool", "why"),
    [
        (prefer("about", "like", "feel-good"), "matcher", "matter of degree"),
        (prefer("about", "like", "gore", "negative"), "attenuator", "matter of degree"),
        (prefer("runtime", "low", None), "matcher", "matter of degree"),
        (prefer("mood", "eq", "dark"), "matcher", "no film has a mood"),
        (prefer("genre", "ge", "Comedy"), "matcher", "not compared that way"),
        (prefer("runtime", "lt", "short"), "matcher", "no runtime"),
        (prefer("runtime", "between", [120.0, 90.0]), "matcher", "no runtime"),
        (prefer("certificate", "le", "M"), "matcher", "no certificate"),
        (prefer("released", "ge", "soon"), "matcher", "no released"),
    ],
    ids=lambda one: one if isinstance(one, str) else f"{one.field}-{one.op}-{one.value}",
)
def test_a_hard_preference_that_cannot_be_checked_still_counts_and_is_said(preference, tool, why):
    assert tool_of(preference) == tool
    (note,) = plan([preference], FILMS).notes
    assert why in note


def test_a_field_without_data_cannot_be_checked():
    columns = {"title": TextColumn.of(["Heat"]), "genre": CategoryColumn.of([["Crime"]])}
    domain = Domain(
        name="films",
        item="film",
        items="films",
        fields=(
            Field(name="title", type="text"),
            Field(name="genre", type="category"),
            FILMS.field("director"),
        ),
    )
    catalog = Catalog(domain, ["6"], columns)
    made = plan([prefer("director", "eq", "Michael Mann")], domain, catalog)
    assert [step.tool for step in made.steps] == ["matcher", "aggregator"]
    assert "the director of no film is known" in made.notes[0]


def test_the_tools_stand_in_order_and_the_aggregator_is_always_last():
    wishes = [
        prefer("genre", "eq", "Horror", "negative", "soft"),
        prefer("genre", "eq", "Comedy", strength="soft"),
        prefer("runtime", "lt", 120.0),
    ]
    assert [step.tool for step in plan(wishes, FILMS).steps] == [
        "filter",
        "matcher",
        "attenuator",
        "aggregator",
    ]
    assert [step.tool for step in plan([], FILMS).steps] == ["aggregator"]


def test_every_step_says_why():
    made = plan([prefer("runtime", "lt", 120.0), prefer("about", "like", "calm", strength="soft")], FILMS)
    assert all(step.reason for step in made.steps)
    assert [one.field for one in made.of("filter")] == ["runtime"]
    assert made.of("attenuator") == ()
