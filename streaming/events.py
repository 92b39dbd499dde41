"""The events on the topics, as Python values; `streaming/schemas/` holds the same as JSON Schema."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

SCHEMA_VERSION = 1

BehaviorKind = Literal["impression", "click", "watch", "rate", "skip", "hide", "cart", "purchase"]
EditAction = Literal["forget", "reset", "undo"]


class IntentEdit(msgspec.Struct, frozen=True, kw_only=True):
    """A change made with a click instead of words: a chip removed, all cleared, the last step undone."""

    action: EditAction
    preference_ids: tuple[str, ...] = ()


class UserCommand(msgspec.Struct, frozen=True, kw_only=True):
    """Topic `user-commands`, key `user_id`. Only `user_id` and `text` (or `edit`) are required of a producer."""

    user_id: str
    text: str = ""
    command_id: str = ""
    session_id: str = ""
    shown_item_ids: tuple[str, ...] = ()
    occurred_at: datetime | None = None
    edit: IntentEdit | None = None
    schema_version: int = SCHEMA_VERSION


class UserBehavior(msgspec.Struct, frozen=True, kw_only=True):
    """Topic `user-behaviors`, key `user_id`: what a person did with an item. `value` is the stars of a `rate`."""

    user_id: str
    item_id: str
    kind: BehaviorKind
    event_id: str = ""
    session_id: str = ""
    value: float | None = None
    slate_id: str = ""
    position: int | None = None
    occurred_at: datetime | None = None
    schema_version: int = SCHEMA_VERSION


class FeedImpression(msgspec.Struct, frozen=True, kw_only=True):
    """Topic `feed-impressions`, key `user_id`: a slate as it was served. `scores` is parallel to `item_ids`."""

    slate_id: str
    user_id: str
    item_ids: tuple[str, ...]
    scores: tuple[float, ...]
    intent_version: int
    experiment: str
    variant: str
    served_at: datetime
    schema_version: int = SCHEMA_VERSION


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """Topic `dead-letters`, original key: what could not be read, and why. `payload` is base64."""

    topic: str
    partition: int
    offset: int
    reason: str
    payload: str
    schema_version: int = SCHEMA_VERSION
