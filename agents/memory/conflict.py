"""When two preferences cannot both stand, by interval arithmetic on what they accept or reject.

The domain says what the words alone do not: whether a field holds several values at once, and the
order of an ordered vocabulary. Without a domain only numbers are compared.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from agents.types import Op, Preference, Value

if TYPE_CHECKING:
    from catalog.domain import Domain, Field

# These two name no declared field: similarity to an item, or to a text.
FREE_FIELDS = frozenset({"item", "about"})


@dataclass(frozen=True, slots=True)
class Region:
    """An interval of a field's values; an open end leaves its bound out."""

    low: float
    high: float
    low_open: bool = False
    high_open: bool = False

    def is_disjoint(self, other: Region) -> bool:
        """Say whether no value lies in both."""
        return self._ends_before(other) or other._ends_before(self)

    def contains(self, other: Region) -> bool:
        """Say whether every value of `other` lies in this region."""
        low = self.low < other.low or (self.low == other.low and (not self.low_open or other.low_open))
        high = self.high > other.high or (self.high == other.high and (not self.high_open or other.high_open))
        return low and high

    def _ends_before(self, other: Region) -> bool:
        if self.high == other.low:
            return self.high_open or other.low_open
        return self.high < other.low


def declared(domain: Domain | None, name: str) -> Field | None:
    """Return the domain's field of that name, or None where there is no domain or no such field."""
    return domain.field(name) if domain is not None and domain.declares(name) else None


def region(preference: Preference, field: Field | None) -> Region | None:
    """Return the values that a preference is about, or None where they have no order that is known."""
    if preference.op == "between":
        bounds = preference.value
        if not isinstance(bounds, list) or len(bounds) != 2:
            return None
        low, high = _position(bounds[0], field), _position(bounds[1], field)
        return None if low is None or high is None else Region(min(low, high), max(low, high))
    at = _position(preference.value, field)
    return None if at is None else _half_line(preference.op, at)


def _half_line(op: Op, at: float) -> Region | None:
    if op == "eq":
        return Region(at, at)
    if op in ("lt", "le"):
        return Region(-math.inf, at, high_open=op == "lt")
    if op in ("gt", "ge"):
        return Region(at, math.inf, low_open=op == "gt")
    return None


def _position(value: Value, field: Field | None) -> float | None:
    """Place a value on the field's axis: the number, the rank in the vocabulary, the day of a date."""
    if isinstance(value, int | float):
        return float(value)
    if not isinstance(value, str) or field is None:
        return None
    if field.type == "ordered":
        ranks = {name: float(rank) for rank, name in enumerate(field.values)}
        return ranks.get(value)
    return _day(value) if field.type == "date" else None


def _day(value: str) -> float | None:
    try:
        moment: date = datetime.fromisoformat(value)
    except ValueError:
        return None
    return float(moment.toordinal())


def are_alternatives(a: Preference, b: Preference) -> bool:
    """Say whether two preferences are an "or": one command, one group, one field, both wanted."""
    return (
        a.command_id == b.command_id
        and a.group == b.group
        and a.field == b.field
        and a.polarity == b.polarity == "positive"
        and a.strength == b.strength
    )


def same_content(a: Preference, b: Preference) -> bool:
    """Say whether two preferences are about the same thing, whatever their polarity and strength."""
    return a.field == b.field and a.op == b.op and normal(a.value) == normal(b.value)


def normal(value: Value) -> Value:
    """Return the value as it is compared: words without case and with single spaces."""
    return " ".join(value.casefold().split()) if isinstance(value, str) else value


def contradicts(a: Preference, b: Preference, domain: Domain | None) -> bool:
    """Say whether no item can satisfy both, or both say the opposite of the same value.

    Symmetric. Alternatives of one group never contradict each other.
    """
    if a.field != b.field or are_alternatives(a, b):
        return False
    if a.polarity != b.polarity and same_content(a, b):
        return True
    if a.field in FREE_FIELDS:
        return False
    if {a.op, b.op} == {"low", "high"}:
        return a.polarity == b.polarity == "positive"
    field = declared(domain, a.field)
    first, second = region(a, field), region(b, field)
    if first is None or second is None:
        return _are_rival_values(a, b, field)
    return _regions_contradict(a, first, b, second, multi=field is not None and field.multi)


def _are_rival_values(a: Preference, b: Preference, field: Field | None) -> bool:
    """Two different values of a field that holds one value at a time."""
    if field is None or field.multi or field.type == "text":
        return False
    both = a.op == b.op == "eq" and a.polarity == b.polarity == "positive"
    return both and normal(a.value) != normal(b.value)


def _regions_contradict(a: Preference, first: Region, b: Preference, second: Region, *, multi: bool) -> bool:
    if a.polarity == b.polarity:
        # Two rejected regions only reject more; two values of a multi-valued field can be had at once.
        return a.polarity == "positive" and not multi and first.is_disjoint(second)
    rejected, wanted = (first, second) if a.polarity == "negative" else (second, first)
    return rejected.contains(wanted)


def supersedes(new: Preference, old: Preference, domain: Domain | None) -> bool:
    """Say whether a bound says anew what an older bound of the same field and direction said.

    "Under 90 minutes" after "under two hours" takes its place, and so does the looser one that
    comes later. A soft bound inside a hard one adds to it ("under two hours, ideally under 90 minutes").
    """
    if new.field != old.field or new.command_id == old.command_id:
        return False
    if not new.polarity == old.polarity == "positive":
        return False
    field = declared(domain, new.field)
    if field is not None and field.multi:
        return False
    fresh, stale = region(new, field), region(old, field)
    if fresh is None or stale is None or not _sides(stale) <= _sides(fresh):
        return False
    if new.strength == old.strength:
        return True
    soft, hard = (fresh, stale) if new.strength == "soft" else (stale, fresh)
    return not hard.contains(soft)


def _sides(bounds: Region) -> frozenset[str]:
    low = {"low"} if math.isfinite(bounds.low) else set()
    high = {"high"} if math.isfinite(bounds.high) else set()
    return frozenset(low | high)


def displaces(new: Preference, old: Preference) -> bool:
    """Say whether "make it X" puts X in the place of another wanted value of the same field.

    Only among values (bounds have `supersedes`), and a taste that was said to last is not displaced
    by a wish of the moment.
    """
    values = new.op in ("eq", "like") and old.op in ("eq", "like")
    wanted = new.polarity == old.polarity == "positive"
    lasts = old.horizon == "lasting" and new.horizon != "lasting"
    return values and wanted and not lasts and new.field == old.field and new.command_id != old.command_id
