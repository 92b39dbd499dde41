"""The intent types: what a command means, and what a person currently wants.

They follow the intent contract (`docs/intent-contract.md`) key by key. All are frozen: the memory
is a pure function from one value to the next. JSON in and out is msgspec's, so a malformed
document is refused with the path of the key that is wrong.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

Op = Literal["eq", "lt", "le", "gt", "ge", "between", "low", "high", "like"]
Polarity = Literal["positive", "negative"]
Strength = Literal["hard", "soft"]
Horizon = Literal["feed", "session", "lasting"]
Act = Literal["refine", "replace", "retract", "reset", "undo", "feedback", "question", "none"]
Clarity = Literal["clear", "ambiguous", "infeasible"]
ChangeKind = Literal[
    "added", "kept", "replaced", "retracted", "expired", "ended", "reset", "restored", "ignored"
]

# Category, text or item id; a number in the field's unit; [low, high] inclusive; None for low/high.
Value = str | float | list[float | str] | None


class Preference(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a person wants or rejects.

    `span` is `[start, end)` in Unicode code points of the command text and `text` the words there.
    `group` numbers alternatives: positive values of one field in one group are an "or".
    `id`, `command_id` and `said_at` are filled in by the memory when it takes the preference in.
    """

    field: str
    op: Op
    value: Value
    polarity: Polarity
    strength: Strength
    span: tuple[int, int] = (0, 0)
    text: str = ""
    confidence: float = 1.0
    horizon: Horizon = "session"
    expires_at: datetime | None = None
    group: int = 0
    id: str = ""
    command_id: str = ""
    said_at: datetime | None = None


class Retraction(msgspec.Struct, frozen=True, kw_only=True):
    """A preference taken back: every one of `field`, or only the one with `value`."""

    field: str
    value: Value = None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One short question (or reason) with two to four answers; each answer is an ordinary command."""

    text: str
    answers: tuple[str, ...] = ()


class ParserInfo(msgspec.Struct, frozen=True, kw_only=True):
    """Which parser answered, and how long it took in milliseconds."""

    name: str
    version: str
    milliseconds: float


class ParsedCommand(msgspec.Struct, frozen=True, kw_only=True):
    """What one command means (intent contract, "A parsed command, whole").

    `confidence` is that of its least sure part; `doubtful` says that a better parser should read it again.
    """

    command_id: str
    user_id: str
    text: str
    clarity: Clarity
    question: Question | None
    act: Act
    acts: tuple[Act, ...]
    retractions: tuple[Retraction, ...] = ()
    preferences: tuple[Preference, ...] = ()
    parser: ParserInfo | None = None
    confidence: float = 1.0
    doubtful: bool = False


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the change list: what happened to which preference, and why, in a sentence."""

    kind: ChangeKind
    reason: str
    preference: Preference | None = None
    replaced_by: str | None = None


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """What a person wants after a command: the value on `active-intents` (latest version wins)."""

    user_id: str
    version: int
    command_id: str
    preferences: tuple[Preference, ...] = ()
    changes: tuple[Change, ...] = ()
    clarity: Clarity = "clear"
    question: Question | None = None
    act: Act = "none"
    updated_at: datetime | None = None
    # The newest commands whose effect this intent holds, newest last: what read-your-writes asks for.
    recent_command_ids: tuple[str, ...] = ()
    schema_version: int = 1


def empty_intent(user_id: str) -> Intent:
    """Return the intent of a person who has said nothing yet."""
    return Intent(user_id=user_id, version=0, command_id="")
