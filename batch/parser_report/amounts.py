"""What the numbers of a bound mean in a domain's own units."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz

from agents.corpus import Mention
from agents.corpus.build import MAIN_DOMAIN
from agents.types import Value
from batch.parser_report.catalogs import declared
from batch.parser_report.reference import one_op
from catalog.domain import Domain, Field

# "around 90 minutes" is a tenth to either side, "around 1990" two years (docs/intent-contract.md).
AROUND = 0.1
AROUND_YEARS = 2
# How like a unit word may be misspelt.
LIKE = 70
_OF_FIVE = re.compile(r"\bst\w*r\w*\b", re.IGNORECASE)


@dataclass(frozen=True)
class Amount:
    """A bound: field, operator as it is scored, and value in the field's unit."""

    field: str
    op: str
    value: Value


def bound_of(mention: Mention, words: str, domain: Domain, name: str) -> Amount | None:
    """Return what a bound means, or None where the domain has no field for it."""
    numbers = [float(value) for value in mention.gold if isinstance(value, (int, float))]
    if not numbers:
        return _level(mention, words, domain)
    field = _measured(mention.field, domain) if mention.field else _counted(words, domain, name)
    if field is None:
        return None
    scaled = [_in_unit(value, mention.field, words, field) for value in numbers]
    low, high = min(scaled), max(scaled)
    if mention.op == "around":
        slack = AROUND_YEARS if mention.field == "year" else low * AROUND
        return Amount(field.name, "between", [low - slack, high + slack])
    if mention.op == "between" or (mention.op == "eq" and high > low):
        return Amount(field.name, "between", [low, high])
    return Amount(field.name, one_op(mention.op), high if mention.op in ("gt", "le") else low)


def _level(mention: Mention, words: str, domain: Domain) -> Amount | None:
    """Return a bound on an ordered vocabulary: the level that the words hold."""
    said = re.sub(r"[^a-z0-9]+", " ", words.casefold()).split()
    for field in domain.fields:
        if field.type == "ordered":
            for level, synonyms in field.values.items():
                for name in (level, *synonyms):
                    parts = re.sub(r"[^a-z0-9]+", " ", name.casefold()).split()
                    if said[-len(parts) :] == parts or any(
                        said[at : at + len(parts)] == parts for at in range(len(said))
                    ):
                        if level == "PG" and "13" in said:
                            continue
                        return Amount(field.name, one_op(mention.op), level)
    return None


_UNITS = {"runtime": ("minutes", "hours"), "price": ("dollars",), "rating": ("points",), "year": ("year",)}


def _measured(kind: str, domain: Domain) -> Field | None:
    """Return the field that a duration, price, rating or year is of."""
    if domain.declares(kind):
        return domain.field(kind)
    units = _UNITS[kind]
    return next((f for f in domain.fields if f.type == "number" and f.unit.startswith(units)), None)


def _counted(words: str, domain: Domain, name: str) -> Field | None:
    """Return the field that is counted in the unit said ("400 pages"), the longest unit first."""
    if name == MAIN_DOMAIN:
        return None
    units = sorted(
        ((unit, field) for field, number in declared()[name].numbers.items() for unit in number.said),
        key=lambda pair: -len(pair[0]),
    )
    for unit, field in units:
        if fuzz.partial_ratio(unit, words.casefold()) > LIKE and len(unit) <= len(words):
            return domain.field(field)
    return None


def _in_unit(value: float, kind: str, words: str, field: Field) -> float:
    if kind == "runtime" and field.unit.startswith("hours"):
        return round(value / 60, 2)
    of_five = value <= 5 and _OF_FIVE.search(words) and "10" not in words
    if kind == "rating" and field.unit.endswith("of 10") and of_five:
        return value * 2
    return value
