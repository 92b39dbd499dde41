"""Preferences as the conditions that they are together: alternatives are one condition."""

from __future__ import annotations

from collections.abc import Sequence

from agents.types import Preference

Unit = tuple[Preference, ...]


def units(preferences: Sequence[Preference]) -> tuple[Unit, ...]:
    """Return what must hold together, each an "or" of its members.

    Wanted values of one field in one group of one command are alternatives; everything else stands alone.
    """
    found: dict[tuple[object, ...], list[Preference]] = {}
    for place, one in enumerate(preferences):
        if one.polarity == "positive":
            key: tuple[object, ...] = (one.command_id, one.group, one.field, one.strength)
        else:
            key = (place,)
        found.setdefault(key, []).append(one)
    return tuple(tuple(ones) for ones in found.values())
