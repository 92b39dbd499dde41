"""The intents in the lake as the offline table `user_intent`: one row after each command."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa
import structlog

from agents.types import Intent
from batch.lake import messages
from batch.tables import USER_INTENT
from streaming.encoding import RememberingEncoder
from streaming.online_rows import mean_embedding
from streaming.topics import ACTIVE_INTENTS

if TYPE_CHECKING:
    from streaming.online_rows import Encode

log = structlog.get_logger(__name__)

_MICROSECOND = timedelta(microseconds=1)


def intent_rows(home: Path, encode: Encode | None = None) -> pa.Table:
    """Return the rows of `user_intent`, by person and version.

    The times of a person strictly increase: where a later version carries no later time, it gets the next
    microsecond. `encode` is the shipped encoder where None, loaded only if
    there is an intent.
    """
    said = sorted(_said(home).values(), key=lambda intent: (intent.user_id, intent.version))
    if not said:
        return USER_INTENT.schema.empty_table()
    return pa.Table.from_pylist(list(_rows(said, encode or _shipped())), schema=USER_INTENT.schema)


def _said(home: Path) -> dict[tuple[str, int], Intent]:
    """Return every intent by person and version: a restart of the job may have written one twice."""
    decoder = msgspec.json.Decoder(Intent)
    said: dict[tuple[str, int], Intent] = {}
    for batch in messages(ACTIVE_INTENTS.name, home):
        for offset, partition, value in zip(
            *(batch.column(name).to_pylist() for name in ("kafka_offset", "partition", "value")), strict=True
        ):
            if value is None:
                continue
            try:
                intent = decoder.decode(value)
            except (msgspec.DecodeError, UnicodeDecodeError):
                log.warning("intent_unreadable", partition=partition, offset=offset)
                continue
            said[intent.user_id, intent.version] = intent
    return said


def _rows(said: list[Intent], encode: Encode) -> Iterator[dict[str, object]]:
    at = datetime(1970, 1, 1, tzinfo=UTC)
    person = ""
    for intent in said:
        stated = intent.updated_at or datetime(1970, 1, 1, tzinfo=UTC)
        at = max(stated, at + _MICROSECOND) if intent.user_id == person else stated
        person = intent.user_id
        quadrants = [(one.polarity, one.strength) for one in intent.preferences]
        yield {
            "user_id": intent.user_id,
            "event_timestamp": at,
            "intent": msgspec.json.encode(intent).decode(),
            "version": intent.version,
            "last_command_id": intent.command_id,
            "recent_command_ids": list(intent.recent_command_ids),
            "positive_hard": quadrants.count(("positive", "hard")),
            "positive_soft": quadrants.count(("positive", "soft")),
            "negative_hard": quadrants.count(("negative", "hard")),
            "negative_soft": quadrants.count(("negative", "soft")),
            "positive_embedding": mean_embedding(intent, "positive", encode).tolist(),
            "negative_embedding": mean_embedding(intent, "negative", encode).tolist(),
        }


def _shipped() -> Encode:
    from agents.encoder import load_encoder

    return RememberingEncoder(load_encoder())
