"""Taking new preferences in: repeats refresh, contradictions are settled by who spoke later.

Alternatives of one command ("comedies or thrillers") come in as one unit, because a list of
alternatives is one statement: it repeats, or takes the place of, an older list as a whole.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from agents.memory.conflict import are_alternatives, contradicts, displaces, same_content, supersedes
from agents.memory.draft import Draft
from agents.memory.state import Preferences
from agents.memory.words import describe
from agents.types import Horizon, Preference

if TYPE_CHECKING:
    from catalog.domain import Domain

_REACH: dict[Horizon, int] = {"feed": 0, "session": 1, "lasting": 2}


def add_preferences(draft: Draft, wanted: Preferences) -> None:
    """Add preferences of the draft's command to it, unit by unit."""
    for unit in _units(_as_alternatives(wanted, draft.domain)):
        if not _is_repeat(draft, unit):
            _add_unit(draft, unit)


def _as_alternatives(wanted: Preferences, domain: Domain | None) -> Preferences:
    """Join wanted values of one command that cannot hold together into one group.

    "The 70s and the 80s" asks for films of either; read as two demands, nothing would be left.
    """
    out: list[Preference] = []
    for one in wanted:
        mate = next(
            (other for other in out if _can_join(one, other) and contradicts(one, other, domain)), None
        )
        out.append(one if mate is None else msgspec.structs.replace(one, group=mate.group))
    return tuple(out)


def _can_join(a: Preference, b: Preference) -> bool:
    values = a.op not in ("low", "high") and b.op not in ("low", "high")
    return values and a.polarity == b.polarity == "positive" and a.strength == b.strength


def _units(wanted: Preferences) -> list[Preferences]:
    units: list[list[Preference]] = []
    for one in wanted:
        mates = next((unit for unit in units if are_alternatives(unit[0], one)), None)
        if mates is None:
            units.append([one])
        else:
            mates.append(one)
    return [tuple(unit) for unit in units]


def _is_repeat(draft: Draft, unit: Preferences) -> bool:
    """Refresh what says the same already, and say whether that settles the unit.

    Said again more weakly ("I don't like horror" after "no horror") it stays as strong as it was,
    unless the command is a correction.
    """
    matches = [_twin(draft, one) for one in unit]
    held = [one for one in matches if one is not None]
    if len(held) < len(unit) or {one.id for one in held} != {one.id for one in _companions(draft, held[0])}:
        return False
    pairs = list(zip(unit, held, strict=True))
    if any(
        new.strength != old.strength and (new.strength == "hard" or draft.replacing) for new, old in pairs
    ):
        return False
    for new, old in pairs:
        # By its id: a unit that says one thing twice finds it refreshed already.
        at = next(n for n, one in enumerate(draft.preferences) if one.id == old.id)
        draft.preferences[at] = _refreshed(draft.preferences[at], new)
        draft.note("kept", f"{describe(old)}: as before.", draft.preferences[at])
    return True


def _twin(draft: Draft, new: Preference) -> Preference | None:
    same = [one for one in draft.preferences if same_content(one, new) and one.polarity == new.polarity]
    return next((one for one in same if one.strength == new.strength), same[0] if same else None)


def _companions(draft: Draft, old: Preference) -> Preferences:
    return tuple(one for one in draft.preferences if one == old or are_alternatives(one, old))


def _refreshed(old: Preference, new: Preference) -> Preference:
    """The old preference, said again: the later time, the longer reach."""
    horizon = max(old.horizon, new.horizon, key=_REACH.__getitem__)
    expires_at = None
    if old.expires_at is not None and new.expires_at is not None:
        expires_at = max(old.expires_at, new.expires_at)
    return msgspec.structs.replace(
        old,
        said_at=_later(old.said_at, new.said_at),
        horizon=horizon,
        expires_at=expires_at,
        confidence=max(old.confidence, new.confidence),
    )


def _later(a: datetime | None, b: datetime | None) -> datetime | None:
    return a if b is None or (a is not None and a > b) else b


def _add_unit(draft: Draft, unit: Preferences) -> None:
    """Settle every clash between the unit and what is held, then take in what was not overruled.

    One that loses to something said later still drops what it overrules itself: so it would have
    been, had it arrived in time.
    """
    for new in unit:
        clashes = [old for old in draft.preferences if _clash(draft, new, old, unit)]
        for old in clashes:
            if not _is_older(new, old):
                draft.preferences.remove(old)
                anew = same_content(new, old) and new.polarity == old.polarity
                why = "said anew" if anew else f"you said “{describe(new)}” since"
                draft.note("replaced", f"{describe(old)}: {why}.", old, new.id)
        stronger = next((old for old in clashes if _is_older(new, old)), None)
        if stronger is not None:
            draft.note(
                "ignored", f"{describe(new)}: you said “{describe(stronger)}” later.", new, stronger.id
            )
        else:
            draft.preferences.append(new)
            draft.note("added", f"{describe(new)}: you asked for it.", new)


def _clash(draft: Draft, new: Preference, old: Preference, unit: Preferences) -> bool:
    """Say whether the two cannot both stay."""
    if are_alternatives(new, old):
        return False
    if contradicts(new, old, draft.domain) or supersedes(new, old, draft.domain):
        return True
    if draft.replacing and displaces(new, old):
        return True
    return _says_anew(draft, new, old, unit)


def _says_anew(draft: Draft, new: Preference, old: Preference, unit: Preferences) -> bool:
    """Say whether `new` is `old` said anew: in another strength, or as part of another list."""
    if new.polarity != old.polarity:
        return False
    if same_content(new, old):
        return True
    group = _companions(draft, old)
    return len(group) > 1 and any(same_content(one, mate) for one in unit for mate in group)


def _is_older(new: Preference, old: Preference) -> bool:
    return new.said_at is not None and old.said_at is not None and new.said_at < old.said_at
