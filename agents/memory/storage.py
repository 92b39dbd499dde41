"""The memory as bytes, for keyed state.

The same preference stands in many states at once (now, before each undo, in the log), so each is
written once and the rest are references: a talkative person's memory is a fifth of what it would be,
and so is the time to read and write it with every command.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from agents.memory.state import Memory, Preferences, State, Step
from agents.types import Intent, ParsedCommand, Preference

_Places = tuple[int, ...]


class _StoredState(msgspec.Struct, frozen=True, omit_defaults=True):
    preferences: _Places = ()
    undo: tuple[_Places, ...] = ()
    session_id: str = ""
    said_at: datetime | None = None


class _Stored(msgspec.Struct, frozen=True, omit_defaults=True):
    """A memory whose preferences are places in `preferences`; those of the log's steps are in `said`."""

    preferences: Preferences
    intent: Intent
    now: _StoredState
    base: _StoredState
    log: tuple[Step, ...] = ()
    said: tuple[_Places, ...] = ()
    waiting: tuple[ParsedCommand, ...] = ()


_DECODER = msgspec.json.Decoder(_Stored)


def encode(memory: Memory) -> bytes:
    """Write a memory as JSON."""
    pool = _Pool()
    stored = _Stored(
        now=_stored_state(memory.state, pool),
        base=_stored_state(memory.base, pool),
        said=tuple(pool.places(step.preferences) for step in memory.log),
        log=tuple(msgspec.structs.replace(step, preferences=()) for step in memory.log),
        intent=msgspec.structs.replace(memory.intent, preferences=()),
        preferences=tuple(pool.held),
        waiting=memory.waiting,
    )
    return msgspec.json.encode(stored)


def decode(data: bytes) -> Memory:
    """Read what `encode` wrote.

    Raises
    ------
    msgspec.ValidationError
        Where it is not a memory: the key that is wrong, or a reference to nothing.
    """
    stored = _DECODER.decode(data)
    pool = stored.preferences
    try:
        now, base = _state(stored.now, pool), _state(stored.base, pool)
        log = tuple(
            msgspec.structs.replace(step, preferences=_preferences(places, pool))
            for step, places in zip(stored.log, stored.said, strict=True)
        )
    except (IndexError, ValueError) as error:
        raise msgspec.ValidationError(
            f"a memory refers to a preference that it does not hold: {error}"
        ) from error
    return Memory(
        intent=msgspec.structs.replace(stored.intent, preferences=now.preferences),
        undo=now.undo,
        session_id=now.session_id,
        said_at=now.said_at,
        base=base,
        log=log,
        waiting=stored.waiting,
    )


class _Pool:
    """The distinct preferences met so far, each with its place."""

    def __init__(self) -> None:
        self.held: list[Preference] = []
        self._places: dict[int, int] = {}

    def places(self, preferences: Preferences) -> _Places:
        """Return the places of preferences, taking in those that are new.

        By identity: equal ones that are two objects are written twice, which is only a little longer.
        """
        for one in preferences:
            if id(one) not in self._places:
                self._places[id(one)] = len(self.held)
                self.held.append(one)
        return tuple(self._places[id(one)] for one in preferences)


def _stored_state(state: State, pool: _Pool) -> _StoredState:
    return _StoredState(
        pool.places(state.preferences),
        tuple(pool.places(before) for before in state.undo),
        state.session_id,
        state.said_at,
    )


def _state(stored: _StoredState, pool: Preferences) -> State:
    return State(
        preferences=_preferences(stored.preferences, pool),
        undo=tuple(_preferences(places, pool) for places in stored.undo),
        session_id=stored.session_id,
        said_at=stored.said_at,
    )


def _preferences(places: _Places, pool: Preferences) -> Preferences:
    return tuple(pool[place] for place in places)
