"""What the memory holds for one person.

`Memory` keeps the current state and, so that commands which arrive late can be put where they were
said, the last few steps with the state before them.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from agents.types import Act, Clarity, Intent, ParsedCommand, Preference, Retraction, empty_intent

# More preferences than anyone says in a session; without a bound one talkative producer grows the
# keyed state, the topic's values and every feed's work without end.
MAX_PREFERENCES = 64
# How many commands "undo" can take back, one after the other.
UNDO_DEPTH = 10
# How many command ids are remembered to tell a repeat from a new command (a Kafka producer that
# retries repeats within seconds).
MAX_COMMAND_IDS = 64
# How many steps can be replayed when a command arrives late; older ones are folded into `base`.
LOG_LENGTH = 12
# How many second readings may wait for their command: while the log is read anew they come before it.
MAX_WAITING = 64
# Words kept of one preference: they are shown, and each is held several times (undo, log).
MAX_TEXT = 200

Preferences = tuple[Preference, ...]


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One command, or one click, as the memory applies it.

    `forget` holds ids of removed chips; `revised` says that a second reading took the first one's place.
    """

    command_id: str
    said_at: datetime
    acts: tuple[Act, ...]
    session_id: str = ""
    clarity: Clarity = "clear"
    preferences: Preferences = ()
    retractions: tuple[Retraction, ...] = ()
    forget: tuple[str, ...] = ()
    revised: bool = False


class State(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a step changes. `undo` holds earlier preferences, newest last; `said_at` is the latest step's."""

    preferences: Preferences = ()
    undo: tuple[Preferences, ...] = ()
    session_id: str = ""
    said_at: datetime | None = None


class Memory(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything remembered of one person.

    `base` is the state before the first step of `log`, so that replaying `log` on `base` gives the
    present state; `log` is in the order in which the commands were said. `waiting` are second readings of
    commands that have not come yet.
    """

    intent: Intent
    undo: tuple[Preferences, ...] = ()
    session_id: str = ""
    said_at: datetime | None = None
    base: State = State()
    log: tuple[Step, ...] = ()
    waiting: tuple[ParsedCommand, ...] = ()

    @property
    def state(self) -> State:
        """The present state: the intent's preferences and what surrounds them."""
        return State(
            preferences=self.intent.preferences,
            undo=self.undo,
            session_id=self.session_id,
            said_at=self.said_at,
        )

    @property
    def version(self) -> int:
        """The version of the intent."""
        return self.intent.version

    @property
    def recent_command_ids(self) -> tuple[str, ...]:
        """The newest commands applied, newest last."""
        return self.intent.recent_command_ids


def empty_memory(user_id: str) -> Memory:
    """Return the memory of a person who has said nothing yet."""
    return Memory(intent=empty_intent(user_id))
