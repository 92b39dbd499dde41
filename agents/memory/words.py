"""Plain words for a preference, as the change list shows it."""

from __future__ import annotations

from agents.types import Preference

_BOUNDS = {"lt": "under", "le": "at most", "gt": "over", "ge": "at least"}


def describe(preference: Preference) -> str:
    """Return a preference in a few words ("no Horror", "runtime under 120", "preferably like Heat")."""
    subject = _subject(preference)
    if preference.polarity == "negative":
        return f"no {subject}" if preference.strength == "hard" else f"less {subject}"
    return subject if preference.strength == "hard" else f"preferably {subject}"


def _subject(preference: Preference) -> str:
    field, op, value = preference.field, preference.op, preference.value
    if field in ("item", "about"):
        return f"like {preference.text or value}" if field == "item" else str(value)
    if op in ("low", "high"):
        return f"{op} {field}"
    if op == "between" and isinstance(value, list) and len(value) == 2:
        return f"{field} {_plain(value[0])} to {_plain(value[1])}"
    if op in _BOUNDS:
        return f"{field} {_BOUNDS[op]} {_plain(value)}"
    # A name says itself what it is ("no Horror"), a number does not ("year 1994").
    return value if isinstance(value, str) else f"{field} {_plain(value)}"


def _plain(value: object) -> str:
    if isinstance(value, list):
        return " or ".join(_plain(one) for one in value)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
