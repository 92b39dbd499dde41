"""The field that a bound is about: by its unit, by a field's name, or by where its number fits."""

from __future__ import annotations

import re

from scipy import constants

from agents.linking.quantities import Quantity, Unit
from agents.linking.values import ValueLinker
from catalog.domain import Field

# Names of fields are short: nothing but the exact name will do.
EXACT_NAME = 0.95
_MONEY_WORDS = "dollar dollars $ € £ euro euros eur usd pound pounds gbp currency"
_UNIT_WORDS: dict[Unit, frozenset[str]] = {
    "minutes": frozenset(["minute", "minutes", "hour", "hours", "second", "seconds"]),
    "money": frozenset(_MONEY_WORDS.split()),
    "points": frozenset(["points", "stars", "star"]),
    "year": frozenset(["year", "years"]),
    "plain": frozenset(),
}
_UNIT_NAMES: dict[Unit, frozenset[str]] = {
    "minutes": frozenset(["runtime", "duration", "length", "running_time"]),
    "money": frozenset(["price", "cost"]),
    "points": frozenset(["rating", "score", "stars"]),
    "year": frozenset(["year", "release_year", "published", "released", "date"]),
    "plain": frozenset(),
}
# Measures that say by themselves what they measure, each in all its spellings.
_MEASURES = (
    "g gram grams",
    "kg kilo kilos kilogram kilograms",
    "lb lbs",
    "oz ounce ounces",
    "ml millilitre millilitres",
    "cl",
    "litre litres liter liters",
    "mm",
    "cm centimetre centimetres centimeter centimeters",
    "metre metres meter meters",
    "km kilometre kilometres kilometer kilometers",
    "mile miles",
    "inch inches",
    "foot feet ft",
    "watt watts",
    "volt volts",
    "degree degrees",
    "kcal calorie calories cal cals",
    "bpm",
    "gb",
    "tb",
    "megapixel megapixels",
    "mph",
    "hp horsepower",
    "sqm",
    "day days",
    "week weeks",
    "month months",
    "page pages",
    "chapter chapters",
    "episode episodes",
    "season seasons",
    "player players",
    "portion portions serving servings",
)
_SPELT = {word: spellings.split(" ")[0] for spellings in _MEASURES for word in spellings.split(" ")}
# What each measures and how much of it, in units of the SI and bytes, so that one can be told in another.
_SIZES: dict[str, tuple[str, float]] = {
    "g": ("mass", constants.gram),
    "kg": ("mass", 1.0),
    "lb": ("mass", constants.pound),
    "oz": ("mass", constants.ounce),
    "ml": ("volume", constants.milli * constants.liter),
    "cl": ("volume", constants.centi * constants.liter),
    "litre": ("volume", constants.liter),
    "mm": ("length", constants.milli),
    "cm": ("length", constants.centi),
    "metre": ("length", 1.0),
    "km": ("length", constants.kilo),
    "mile": ("length", constants.mile),
    "inch": ("length", constants.inch),
    "foot": ("length", constants.foot),
    "gb": ("storage", constants.giga),
    "tb": ("storage", constants.tera),
    "day": ("time", constants.day),
    "week": ("time", constants.week),
}
_IDLE = "the a of than in with at or and for from to is no not out on more less over under up"
_STOP = frozenset(_IDLE.split(" "))
# "Min rating" is the least one, "90 min" are minutes.
_LEAST = re.compile(r"(?<!\d)(?<!\d\s)\bmin\.?\s+(?=[a-z])")


def field_of(words: str, near: str, amount: Quantity, values: ValueLinker) -> Field | None:
    """Choose the field of a bound; None where the catalogue has none that it can mean.

    `words` are the bound's own, `near` those around it, `amount` its first amount.
    """
    fields = {f.name: f for f in values.catalog.domain.fields if f.type in ("number", "date")}
    named = [fields[name] for name in _named(words, values) if name in fields]
    if amount.unit != "plain":
        units = _UNIT_WORDS[amount.unit]
        fitting = [
            f
            for f in fields.values()
            if set(f.unit.casefold().split()) & units or f.name in _UNIT_NAMES[amount.unit]
        ]
        # "Published after 1990" and "added in 2020" are years of different fields.
        if named and any(f in named for f in fitting):
            return next(f for f in fitting if f in named)
        return _likeliest(fitting, words, amount, values)
    if named and named[0] in _fitting(amount.low, fields, values):
        return named[0]
    beside = [fields[name] for name in _named(near, values) if name in fields]
    measures = {_SPELT[word] for word in re.findall(r"[a-z]+", words.casefold()) if word in _SPELT}
    said = measures | _units_in(amount.word)
    counted = [f for f in fields.values() if said & _units_in(f.unit)]
    alike = counted or [f for f in fields.values() if _told_in(amount.word, f) is not None]
    if alike:
        return next((f for f in beside if f in alike), None) or _likeliest(alike, words, amount, values)
    if measures:
        # "Under 300 pages" is no running time, though films have one of 300 minutes.
        return next((f for f in named + beside if not f.unit), None)
    return _unmeasured(named or beside, _fitting(amount.low, fields, values))


def in_unit(value: float, amount: Quantity, field: Field) -> float:
    """Return the value in the field's unit: minutes as hours, kilos as grams, 4 stars of 5 as 8 points."""
    unit = field.unit.casefold()
    if amount.unit == "minutes" and "hour" in unit:
        return value / 60
    if amount.unit == "minutes" and "second" in unit:
        return value * 60
    if amount.unit == "points" and amount.word:
        scale = re.search(r"of (\d+)", unit)
        if scale:
            return value / float(amount.word) * float(scale[1])
    factor = _told_in(amount.word, field) if amount.unit == "plain" else None
    return value if factor is None else value * factor


def _told_in(word: str, field: Field) -> float | None:
    """Return how many of a field's units one of `word` is; None where they do not measure the same."""
    what, size = _SIZES.get(_SPELT.get(word, ""), ("", 0.0))
    for unit in _units_in(field.unit):
        if unit in _SIZES and _SIZES[unit][0] == what:
            return size / _SIZES[unit][1]
    return None


def _unmeasured(named: list[Field], fitting: list[Field]) -> Field | None:
    """Choose the field of a bare number: one that is named, else what it looks like.

    That is a score first, for that is what people leave unnamed.
    """
    if named:
        return next((f for f in named if f in fitting), named[0])
    preferred = [f for f in fitting if f.name in _UNIT_NAMES["points"]] or fitting
    return preferred[0] if preferred else None


def _likeliest(fitting: list[Field], words: str, amount: Quantity, values: ValueLinker) -> Field | None:
    """Choose among fields of one unit: by all its words ("hours a week"), then by where the number fits."""
    said = _units_in(words)
    in_range = _fitting(amount.low, {f.name: f for f in fitting}, values)

    def fits(field: Field) -> tuple[int, int, bool]:
        unit = _units_in(field.unit)
        return len(said & unit), -len(unit - said), field in in_range

    return max(fitting, key=fits, default=None)


def _units_in(words: str) -> set[str]:
    return {_SPELT.get(word, word.rstrip("s")) for word in words.casefold().split() if word not in _STOP}


def _named(words: str, values: ValueLinker) -> list[str]:
    words = _LEAST.sub("", words.casefold())
    tokens = [w for w in re.findall(r"[a-z]+", words) if w not in _STOP]
    found = [
        m.field for token in tokens for m in values.vocabulary.fields_spelt(token) if m.score >= EXACT_NAME
    ]
    return list(dict.fromkeys(found))


def _fitting(value: float, fields: dict[str, Field], values: ValueLinker) -> list[Field]:
    """Return the fields whose items have numbers on both sides of a value."""
    found = []
    for name, field in fields.items():
        low, high = values.ranges.get(name, (1.0, 0.0))
        if low <= value <= high:
            found.append(field)
    return found
