"""The planner: which tool carries out which preference (arXiv 2509.21317's Planner, as plain rules).

A rule planner decides in microseconds and always the same way, so the feed's behaviour can be read
here:

=========================  =========  ==========
preference                 positive   negative
=========================  =========  ==========
hard, can be checked       filter     filter
hard, cannot be checked    matcher    attenuator
soft                       matcher    attenuator
=========================  =========  ==========

A hard one that cannot be checked still counts, as far as it can, and the person is told.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import msgspec

from agents.memory.words import describe
from agents.types import Preference
from catalog.errors import CatalogError
from catalog.predicate import checkable, period

if TYPE_CHECKING:
    from catalog.domain import Domain, Field
    from catalog.items import Catalog

ToolName = Literal["filter", "matcher", "attenuator", "aggregator"]

_REASONS: dict[ToolName, str] = {
    "filter": "These must hold and can be checked, so what breaks them is left out first.",
    "matcher": "These are wanted, so what fits them better comes higher.",
    "attenuator": "These are unwanted, so what has more of them comes lower.",
    "aggregator": "Taste and wishes are brought together into one order.",
}


class Step(msgspec.Struct, frozen=True):
    """One tool, by name, with the preferences that it carries out, and why it was chosen."""

    tool: str
    preferences: tuple[Preference, ...] = ()
    reason: str = ""


class Plan(msgspec.Struct, frozen=True):
    """The chain of tools for one feed, in order; `notes` are sentences for the person."""

    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()

    def of(self, tool: str) -> tuple[Preference, ...]:
        """Return the preferences that a tool carries out, empty where the plan does without it."""
        return next((step.preferences for step in self.steps if step.tool == tool), ())


def plan(preferences: Sequence[Preference], domain: Domain, catalog: Catalog | None = None) -> Plan:
    """Choose the tool chain for the active preferences.

    Parameters
    ----------
    preferences
        What the person wants now (`agents.memory.active`).
    domain
        Says which conditions can be decided for an item.
    catalog
        Where given, a declared field without any data counts as one that cannot be checked.

    Returns
    -------
    Plan
        Filter, matcher and attenuator where they have something to do, and always the aggregator last.
    """
    chosen: dict[ToolName, list[Preference]] = {"filter": [], "matcher": [], "attenuator": []}
    notes = []
    for one in preferences:
        tool, note = _choose(one, domain, catalog)
        chosen[tool].append(one)
        if note:
            notes.append(note)
    steps = [Step(tool, tuple(ones), _REASONS[tool]) for tool, ones in chosen.items() if ones]
    steps.append(Step("aggregator", (), _REASONS["aggregator"]))
    return Plan(tuple(steps), tuple(notes))


def is_checkable(preference: Preference, domain: Domain, catalog: Catalog | None = None) -> bool:
    """Say whether it can be decided of every item: then a hard preference is a rule, whatever else comes.

    "Never show it again" is one, because the item itself can be left out, likeness aside.
    """
    excludes_one = preference.field == "item" and preference.polarity == "negative"
    if (excludes_one and isinstance(preference.value, str)) or _is_described(preference, catalog):
        return True
    return not _obstacle(preference, domain, catalog)


def _choose(one: Preference, domain: Domain, catalog: Catalog | None) -> tuple[ToolName, str]:
    graded: ToolName = "matcher" if one.polarity == "positive" else "attenuator"
    if one.strength == "soft":
        return graded, ""
    if is_checkable(one, domain, catalog):
        return "filter", ""
    obstacle = _obstacle(one, domain, catalog)
    effect = "what fits comes higher" if graded == "matcher" else "what has it comes lower"
    return (
        graded,
        f"“{describe(one)}” cannot be checked ({obstacle}), so {effect} instead of being the only rule.",
    )


def _obstacle(one: Preference, domain: Domain, catalog: Catalog | None) -> str:
    """Return why a condition cannot be decided for an item, or nothing."""
    if one.op in ("like", "low", "high"):
        return "it is a matter of degree"
    if not domain.declares(one.field):
        return f"no {domain.item} has a {one.field}"
    if not checkable(domain, one.field, one.op):
        return f"a {one.field} is not compared that way"
    if catalog is not None and not catalog.has(one.field):
        return f"the {one.field} of no {domain.item} is known"
    if not _value_fits(domain.field(one.field), one):
        return f"that is no {one.field}"
    return ""


def _is_described(one: Preference, catalog: Catalog | None) -> bool:
    """Say whether free text says nothing but what the items' terms tell ("no animal deaths")."""
    if one.field != "about" or catalog is None or catalog.terms is None or not isinstance(one.value, str):
        return False
    return catalog.terms.is_covered(one.value)


def _value_fits(field: Field, one: Preference) -> bool:
    """Say whether the value is one that the field can be compared with."""
    values = list(one.value) if isinstance(one.value, list) else [one.value]
    if one.op == "between" and len(values) != 2:
        return False
    if field.type == "number":
        numbers = [value for value in values if isinstance(value, int | float) and not math.isnan(value)]
        return len(numbers) == len(values) and (one.op != "between" or numbers[0] <= numbers[1])
    words = [value for value in values if isinstance(value, str)]
    if field.type == "ordered":
        levels = {level.casefold() for level in field.values}
        return len(words) == len(values) and (
            not levels or all(word.strip().casefold() in levels for word in words)
        )
    if field.type == "date":
        return all(_is_date(value) for value in values)
    return len(words) == len(values)


def _is_date(value: str | float | None) -> bool:
    try:
        period(value)
    except CatalogError:
        return False
    return True
