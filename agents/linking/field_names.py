"""The field that somebody speaks of: "the time limit", "how long it is", "who's in it"."""

from __future__ import annotations

import re

from agents.linking.values import EXACT_WORD, ValueLinker

# What people call a field of people without its name: "I don't mind *who's in it*".
_WHO_MADE = re.compile(r"\bwho\b.*?\b(?:mak\w+|made|direct\w*|wrote|writes|by|behind)\b")
_WHO_IS_IN = re.compile(r"\bwho\b.*?\b(?:in|stars?|starring|play\w*|acts?|acting|appears?)\b")
# What people call a field by the unit in which it is paid or counted.
_BY_UNIT = {
    "period": ("year", "years"),
    "decade": ("year", "years"),
    "era": ("year", "years"),
    "time": ("minutes", "hours"),
    "budget": ("$", "€", "£", "dollars", "euros", "price"),
}


def field_named(words: str, values: ValueLinker) -> str:
    """Return the field that words name, whole or in part ("the time limit", "how long it is"), or ""."""
    domain = values.catalog.domain
    # First, for stars rate as well: "who stars in it". A domain declares its makers before who is in it.
    people = values.people.fields
    if people and _WHO_MADE.search(words.casefold()):
        return people[0]
    if len(people) > 1 and _WHO_IS_IN.search(words.casefold()):
        return people[1]
    pieces = words.split()
    for size in range(len(pieces), 0, -1):
        for at in range(len(pieces) - size + 1):
            for match in values.vocabulary.fields_spelt(" ".join(pieces[at : at + size])):
                if match.score >= EXACT_WORD:
                    return match.field
    for word, units in _BY_UNIT.items():
        if word in words.casefold():
            for declared in domain.fields:
                if declared.name in units or set(declared.unit.casefold().split()) & set(units):
                    return declared.name
    pointed = [p.field for piece in pieces if (p := values.direction(piece)) is not None]
    wrong = (piece for piece in pieces if values.mistyped(piece))
    pointed += [match.field for piece in wrong for match in values.vocabulary.fields_misspelt(piece)]
    return pointed[0] if pointed else ""
