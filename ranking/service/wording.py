"""Preferences in a few words, with the domain's units and the items' titles: what a chip on the page says."""

from __future__ import annotations

from collections.abc import Sequence

from agents.memory.words import describe
from agents.types import Change, Intent, Preference
from catalog.domain import Field
from catalog.items import Catalog

_BOUNDS = {"lt": "under", "le": "at most", "gt": "over", "ge": "at least"}
_TIME_BOUNDS = {"lt": "before", "le": "up to", "gt": "after", "ge": "from"}


def in_words(preference: Preference, catalog: Catalog) -> str:
    """Return a preference in a few words: "no Horror", "runtime under 120 minutes", "like Heat (1995)"."""
    wanted, hard = preference.polarity == "positive", preference.strength == "hard"
    match preference.field, preference.op:
        case "item", _:
            title = item_title(str(preference.value), catalog)
            if wanted:
                return f"like {title}"
            return f"without {title}" if hard else f"unlike {title}"
        case "about", _:
            subject = f"“{preference.value or preference.text}”"
        case _, "low" | "high":
            return _direction(preference, catalog, wanted=wanted, hard=hard)
        case _, "eq":
            subject = _plain(preference.value)
        case _:
            return _bound(preference, catalog, wanted=wanted, hard=hard)
    if wanted:
        return subject if hard else f"prefer {subject}"
    return f"no {subject}" if hard else f"less {subject}"


def change_in_words(change: Change, intent: Intent, catalog: Catalog) -> str:
    """Return why a preference came or went, with the words of `in_words` for it and what replaced it."""
    known = [*intent.preferences, *(other.preference for other in intent.changes if other.preference)]
    successor = next((one for one in known if one.id and one.id == change.replaced_by), None)
    reason = change.reason
    if successor is not None:
        reason = reason.replace(f"“{describe(successor)}”", f"“{in_words(successor, catalog)}”")
    if change.preference is None or not reason.startswith(describe(change.preference)):
        return reason
    return in_words(change.preference, catalog) + reason.removeprefix(describe(change.preference))


def reply(intent: Intent, labels: Sequence[str]) -> str | None:
    """Return the answer to a command that asked for no change; None where the changes speak for themselves.

    `labels` are the words of what is wanted now.
    """
    if intent.question is not None or intent.changes:
        return None
    if intent.act == "question":
        known = f"You asked for: {', '.join(labels)}." if labels else "You have asked for nothing so far."
        return f"{known} The rest follows what you did, and every item says why it is here."
    if intent.act == "none" and intent.version > 0:
        return "There was no wish in that, so nothing changed."
    return None


def item_title(item_id: str, catalog: Catalog) -> str:
    """Return an item's title, with its year where the domain has one; an unknown item's id."""
    index = catalog.index_of(item_id)
    if index is None:
        return f"item {item_id}"
    year = catalog.display(index).get("year")
    return f"{catalog.titles[index]} ({year})" if year is not None else catalog.titles[index]


def _declared(name: str, catalog: Catalog) -> Field | None:
    return catalog.domain.field(name) if catalog.domain.declares(name) else None


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _direction(preference: Preference, catalog: Catalog, *, wanted: bool, hard: bool) -> str:
    field = _declared(preference.field, catalog)
    words = () if field is None else field.low if preference.op == "low" else field.high
    word = words[0] if words else f"{preference.op} {_spoken(preference.field)}"
    if wanted:
        return f"only {word}" if hard else f"rather {word}"
    return f"not {word}" if hard else f"less {word}"


def _bound(preference: Preference, catalog: Catalog, *, wanted: bool, hard: bool) -> str:
    field = _declared(preference.field, catalog)
    timely = preference.field == "year" or (field is not None and field.type == "date")
    unit = "" if field is None or not field.unit else f" {field.unit}"
    value = preference.value
    if isinstance(value, list) and len(value) == 2:
        low, high = _plain(value[0]), _plain(value[1])
        region = low + unit if low == high else f"{low} to {high}{unit}"
    else:
        bounds = _TIME_BOUNDS if timely else _BOUNDS
        region = f"{bounds.get(preference.op, preference.op)} {_plain(value)}{unit}"
    subject = f"{_spoken(preference.field)} {region}"
    if wanted:
        return subject if hard else f"prefer {subject}"
    return f"not {subject}" if hard else f"less {subject}"


def _plain(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return " or ".join(_plain(one) for one in value)
    return str(value)
