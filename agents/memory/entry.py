"""What comes in with a step: the names of its preferences, and times that keep their order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from agents.memory.state import MAX_TEXT
from agents.types import Preference


def named(preferences: Sequence[Preference], command_id: str, said_at: datetime) -> list[Preference]:
    """Give each preference its id, and cut words that are longer than anyone reads."""
    prefix = command_id or str(int(said_at.timestamp() * 1_000_000))
    return [
        msgspec.structs.replace(
            one,
            id=f"{prefix}:{index}",
            command_id=prefix,
            said_at=said_at,
            text=one.text[:MAX_TEXT],
            value=one.value[:MAX_TEXT] if isinstance(one.value, str) else one.value,
            expires_at=None if one.expires_at is None else utc(one.expires_at),
        )
        for index, one in enumerate(preferences)
    ]


def utc(moment: datetime) -> datetime:
    """Return a moment in UTC, which it is taken for where it names no zone."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def after(previous: datetime | None, said_at: datetime) -> datetime:
    """Return a time later than `previous`: an online store drops a row that is not newer than the last."""
    if previous is None or said_at > previous:
        return said_at
    return previous + timedelta(microseconds=1)
