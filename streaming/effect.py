"""The effect of one command on one person's memory: the pure middle of the intent job."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import msgspec

from agents.memory import Memory, apply_edit, consolidate, standing
from streaming.events import TeacherRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.types import ParsedCommand
    from catalog.domain import Domain
    from streaming.events import UserCommand


# The student reads no more of a command either; a teacher is paid by the word.
LONGEST_TEXT = 1_000


class CommandParser(Protocol):
    """What the intent job needs of a parser (`agents.parser`)."""

    def parse(
        self,
        text: str,
        *,
        command_id: str = "",
        user_id: str = "",
        shown_item_ids: Sequence[str] = (),
        now: datetime | None = None,
    ) -> ParsedCommand:
        """Return what `text` means; never raises."""


class Effect(msgspec.Struct, frozen=True):
    """The memory after a command; `doubtful` says that the parser would have it read again."""

    memory: Memory
    said_at: datetime
    doubtful: bool = False


def take_in(
    memory: Memory, command: UserCommand, appended_at: datetime, parser: CommandParser, domain: Domain
) -> Effect:
    """Return the effect of a command.

    A command that it already holds changes nothing and is not parsed again. A clock that runs ahead
    would make every later command look late: the command then counts as said when it arrived.
    """
    said_at = min(command.occurred_at or appended_at, appended_at)
    if command.command_id in memory.intent.recent_command_ids:
        return Effect(memory, said_at)
    if command.edit is not None:
        edited = apply_edit(
            memory,
            command.edit.action,
            command.edit.preference_ids,
            command_id=command.command_id,
            at=said_at,
            session_id=command.session_id,
            domain=domain,
        )
        return Effect(edited, said_at)
    parsed = parser.parse(
        command.text,
        command_id=command.command_id,
        user_id=command.user_id,
        shown_item_ids=command.shown_item_ids,
        now=said_at,
    )
    after = consolidate(memory, parsed, said_at=said_at, session_id=command.session_id, domain=domain)
    return Effect(after, said_at, parsed.doubtful)


def request_for(
    effect: Effect, command: UserCommand, appended_at: datetime, patience: timedelta
) -> TeacherRequest | None:
    """Return the request to read a doubtful command again.

    None where it was read again already; where it is longer than any parser reads; and where it is older than
    `patience`, for a job that reads its log anew must not ask again for what was asked years ago.
    """
    if len(command.text) > LONGEST_TEXT:
        return None
    if standing(effect.memory, command.command_id, effect.said_at) != "open":
        return None
    if datetime.now(UTC) - appended_at > patience:
        return None
    return TeacherRequest(
        command_id=command.command_id,
        user_id=command.user_id,
        text=command.text,
        said_at=effect.said_at,
        shown_item_ids=command.shown_item_ids,
        requested_at=appended_at,
    )
