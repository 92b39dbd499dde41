"""The events on the topics, as Python values; `streaming/schemas/` holds the same as JSON Schema."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from agents.types import ParsedCommand

SCHEMA_VERSION = 1

BehaviorKind = Literal["impression", "click", "watch", "rate", "skip", "hide", "cart", "purchase"]
EditAction = Literal["forget", "reset", "undo"]


class IntentEdit(msgspec.Struct, frozen=True, kw_only=True):
    """A change made with a click instead of words: a chip removed, all cleared, the last step undone."""

    action: EditAction
    preference_ids: tuple[str, ...] = ()


class UserCommand(msgspec.Struct, frozen=True, kw_only=True):
    """Topic `user-commands`, key `user_id`. A producer must give `user_id` and `text` (or `edit`)."""

    user_id: str
    text: str = ""
    command_id: str = ""
    session_id: str = ""
    shown_item_ids: tuple[str, ...] = ()
    occurred_at: datetime | None = None
    edit: IntentEdit | None = None
    schema_version: int = SCHEMA_VERSION


class UserBehavior(msgspec.Struct, frozen=True, kw_only=True):
    """Topic `user-behaviors`, key `user_id`: one deed; `value` is the stars of a `rate`."""

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
    """Topic `feed-impressions`, key `user_id`: a slate as served; `scores` is parallel to `item_ids`."""

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
    """Topic `dead-letters`, original key: what could not be read, and why.

    `payload` is the message's bytes in base64. `key` is its key as text, bytes that are no UTF-8 escaped.
    `rejected_at` is when the message entered the log, so that a replay writes the same dead letter.
    """

    topic: str
    partition: int
    offset: int
    reason: str
    payload: str
    key: str = ""
    rejected_at: datetime | None = None
    schema_version: int = SCHEMA_VERSION


class BehaviorFeatures(msgspec.Struct, frozen=True, kw_only=True):
    """Topic `behavior-features`, key `user_id`: the passive features after an update (docs/contracts.md).

    `last_event_at` is microseconds since 1970; decayed quantities are as of that moment.
    """

    user_id: str
    event_count: int
    positive_count: int
    rating_count: int
    rating_mean: float
    activity_30d: float
    category_affinity: tuple[float, ...]
    number_mean: tuple[float, ...]
    number_count: tuple[int, ...]
    recent_item_ids: tuple[str, ...]
    seen_item_ids: tuple[str, ...]
    last_event_at: int
    version: int
    schema_version: int = SCHEMA_VERSION


class ItemPopularity(msgspec.Struct, frozen=True, kw_only=True):
    """Topic `item-popularity`, key `item_id`: how much an item is in demand (docs/contracts.md).

    `popularity_30d` is as of `last_event_at`, microseconds since 1970.
    """

    item_id: str
    event_count: int
    positive_count: int
    rating_mean: float
    popularity_30d: float
    last_event_at: int
    version: int
    schema_version: int = SCHEMA_VERSION


class TeacherRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Topic `teacher-requests`, key `user_id`: a command that the parser doubts, for a teacher to read again.

    `said_at` is the time at which the memory holds it, `requested_at` when the broker took the command in.
    """

    command_id: str
    user_id: str
    text: str
    said_at: datetime
    shown_item_ids: tuple[str, ...] = ()
    requested_at: datetime | None = None
    schema_version: int = SCHEMA_VERSION


class TeacherAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Topic `teacher-answers`, key `user_id`: a second reading of a command, checked against the contract.

    `said_at` is the request's: it says where in the memory the command lies.
    """

    command_id: str
    user_id: str
    said_at: datetime
    parsed: ParsedCommand
    answered_at: datetime | None = None
    schema_version: int = SCHEMA_VERSION
