"""The effect of one command on one person's memory: the pure middle of the intent job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from agents.memory import Memory, apply_edit, consolidate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from agents.types import ParsedCommand
    from catalog.domain import Domain
    from streaming.events import UserCommand


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


def take_in(
    memory: Memory, command: UserCommand, appended_at: datetime, parser: CommandParser, domain: Domain
) -> Memory:
    """Return the memory after a command.

    A command that it already holds changes nothing and is not parsed again. A clock that runs ahead
    would make every later command look late: the command then counts as said when it arrived.
    """
    if command.command_id in memory.intent.recent_command_ids:
        return memory
    said_at = min(command.occurred_at or appended_at, appended_at)
    if command.edit is not None:
        return apply_edit(
            memory,
            command.edit.action,
            command.edit.preference_ids,
            command_id=command.command_id,
            at=said_at,
            session_id=command.session_id,
            domain=domain,
        )
    parsed = parser.parse(
        command.text,
        command_id=command.command_id,
        user_id=command.user_id,
        shown_item_ids=command.shown_item_ids,
        now=said_at,
    )
    return consolidate(memory, parsed, said_at=said_at, session_id=command.session_id, domain=domain)
