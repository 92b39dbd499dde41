"""Bytes from a topic to an event, or a sentence that says why not.

A stranger's producer may send anything. What can be understood is taken: ids as numbers become strings,
missing ids and times are filled in from the place and time of the message in the log, so that a replay fills
in the same. What cannot is `Rejected` with one sentence, and the caller puts it into `dead-letters`; nothing
is dropped.

Control characters in a text are replaced by one space each: the command stays readable, and the spans of the
parser still count the code points of the text that was sent. Emoji, right-to-left marks and joiners are
no control characters and stay.
"""

from __future__ import annotations

import base64
import math
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

import msgspec

from streaming.events import (
    SCHEMA_VERSION,
    BehaviorKind,
    DeadLetter,
    EditAction,
    IntentEdit,
    UserBehavior,
    UserCommand,
)

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_TEXT = 10_000
MAX_ID = 256
# Phones' clocks run ahead by a minute or two; more is a wrong clock, and would order the memory wrongly.
FUTURE_TOLERANCE = timedelta(minutes=5)
MAX_AGE = timedelta(days=366)
KINDS = ("impression", "click", "watch", "rate", "skip", "hide", "cart", "purchase")


@dataclass(frozen=True, slots=True)
class Rejected:
    """Why a message is no event: one sentence."""

    reason: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it lies in the log. `appended_at` is when the broker took it in."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    appended_at: datetime


class _Edit(msgspec.Struct):
    action: EditAction
    preference_ids: tuple[str | int, ...] = ()


class _Command(msgspec.Struct):
    """A command as it may come: every id also as a number, every optional field also null."""

    user_id: str | int
    text: str | None = None
    command_id: str | int | None = None
    session_id: str | int | None = None
    shown_item_ids: tuple[str | int, ...] | None = None
    occurred_at: datetime | None = None
    edit: _Edit | None = None
    schema_version: int | None = None


class _Behavior(msgspec.Struct):
    """A behaviour as it may come."""

    user_id: str | int
    item_id: str | int
    kind: BehaviorKind
    event_id: str | int | None = None
    session_id: str | int | None = None
    value: float | None = None
    slate_id: str | int | None = None
    position: int | None = None
    occurred_at: datetime | None = None
    schema_version: int | None = None


class _Version(msgspec.Struct):
    schema_version: int = SCHEMA_VERSION


_W = TypeVar("_W", _Command, _Behavior)
_COMMAND = msgspec.json.Decoder(_Command, strict=False)
_BEHAVIOR = msgspec.json.Decoder(_Behavior, strict=False)
_VERSION = msgspec.json.Decoder(_Version)


def decode_command(message: Message) -> UserCommand | Rejected:
    """Return the command in `message`, or why it is none."""
    wire = _decode(message, _COMMAND)
    if isinstance(wire, Rejected):
        return wire
    text = "" if not wire.text and wire.edit is not None else check_text(wire.text)
    if isinstance(text, Rejected):
        return text
    refused = _refuse_ids(user_id=wire.user_id, command_id=wire.command_id, session_id=wire.session_id)
    said_at = _occurred_at(wire.occurred_at, message)
    if refused is not None or isinstance(said_at, Rejected):
        return refused or said_at  # type: ignore[return-value]  # one of the two is Rejected here
    edit = None
    if wire.edit is not None:
        edit = IntentEdit(
            action=wire.edit.action, preference_ids=tuple(str(one) for one in wire.edit.preference_ids)
        )
    return UserCommand(
        user_id=str(wire.user_id),
        text=text,
        command_id=_id(wire.command_id) or _place(message),
        session_id=_id(wire.session_id),
        shown_item_ids=tuple(str(item) for item in wire.shown_item_ids or ()),
        occurred_at=said_at,
        edit=edit,
    )


def decode_behavior(message: Message, known_item: Callable[[str], bool]) -> UserBehavior | Rejected:
    """Return the behaviour in `message`, or why it is none; `known_item` says what the catalogue holds."""
    wire = _decode(message, _BEHAVIOR)
    if isinstance(wire, Rejected):
        return wire
    refused = _refuse_ids(
        user_id=wire.user_id, item_id=wire.item_id, event_id=wire.event_id, session_id=wire.session_id
    )
    if refused is not None:
        return refused
    item_id = str(wire.item_id)
    if not known_item(item_id):
        return Rejected(
            f"The catalogue has no item '{item_id}'; load it with `heed data load` before people use it."
        )
    refused = _refuse_value(wire)
    done_at = _occurred_at(wire.occurred_at, message)
    if refused is not None or isinstance(done_at, Rejected):
        return refused or done_at  # type: ignore[return-value]  # one of the two is Rejected here
    return UserBehavior(
        user_id=str(wire.user_id),
        item_id=item_id,
        kind=wire.kind,
        event_id=_id(wire.event_id) or _place(message),
        session_id=_id(wire.session_id),
        value=wire.value,
        slate_id=_id(wire.slate_id),
        position=wire.position,
        occurred_at=done_at,
    )


def check_text(text: str | None) -> str | Rejected:
    """Return the text of a command with control characters replaced by spaces, or why it is none.

    Examples
    --------
    >>> check_text("no more\\x00horror")
    'no more horror'
    >>> check_text("  ").reason
    'The command has no text; `text` must say something.'
    """
    if text is None or not text.strip():
        return Rejected("The command has no text; `text` must say something.")
    if len(text) > MAX_TEXT:
        return Rejected(f"The text has {len(text):,} characters; a command has at most {MAX_TEXT:,}.")
    if not text.isprintable():
        text = "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)
        if not text.strip():
            return Rejected("The text holds nothing but control characters.")
    return text


def dead_letter(message: Message, rejected: Rejected) -> DeadLetter:
    """Return what `dead-letters` keeps of a rejected message: all of it, where it lay, and the reason."""
    return DeadLetter(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        reason=rejected.reason,
        payload=base64.b64encode(message.value or b"").decode(),
        key=(message.key or b"").decode(errors="backslashreplace"),
        rejected_at=message.appended_at,
    )


def _decode(message: Message, decoder: msgspec.json.Decoder[_W]) -> _W | Rejected:
    if not message.value:
        return Rejected("The message is empty.")
    try:
        wire = decoder.decode(message.value)
    except msgspec.ValidationError as error:
        # A later schema may well not fit these types: then the version is the reason to give.
        return _refuse_version(_version_of(message.value)) or Rejected(_sentence(error))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Rejected(f"The message is not JSON in UTF-8: {_sentence(error)}")
    return _refuse_version(wire.schema_version) or wire


def _version_of(payload: bytes) -> int | None:
    try:
        return _VERSION.decode(payload).schema_version
    except msgspec.DecodeError:
        return None


def _refuse_version(version: int | None) -> Rejected | None:
    if version is None or version <= SCHEMA_VERSION:
        return None
    return Rejected(
        f"The event has schema_version {version}, and this Heed reads up to {SCHEMA_VERSION}; "
        "update Heed, then send it again."
    )


def _refuse_ids(**ids: str | int | None) -> Rejected | None:
    for name, value in ids.items():
        if value is None:
            continue
        text = str(value)
        if name.removesuffix("_id") in ("user", "item") and not text.strip():
            return Rejected(f"`{name}` is empty.")
        if len(text) > MAX_ID:
            return Rejected(f"`{name}` has {len(text):,} characters; an id has at most {MAX_ID}.")
    return None


def _refuse_value(wire: _Behavior) -> Rejected | None:
    if wire.value is not None and not math.isfinite(wire.value):
        return Rejected("`value` is not a finite number.")
    if wire.kind == "rate" and wire.value is None:
        return Rejected("A `rate` has no `value`; it must be the stars.")
    if wire.kind == "rate" and wire.value is not None and not 0 <= wire.value <= 5:
        return Rejected(f"A `rate` of {wire.value:g} is outside 0 to 5 stars.")
    return None


def _occurred_at(stated: datetime | None, message: Message) -> datetime | Rejected:
    """Return when the event happened, in UTC.

    It is held against when the broker took the event in, not against this machine's clock now: a replay
    of the log years later decides the same.
    """
    if stated is None:
        return message.appended_at
    at = stated.replace(tzinfo=UTC) if stated.tzinfo is None else stated.astimezone(UTC)
    if at > message.appended_at + FUTURE_TOLERANCE:
        return Rejected(
            f"`occurred_at` {at:%Y-%m-%dT%H:%M:%SZ} lies in the future; check the producer's clock."
        )
    if at < message.appended_at - MAX_AGE:
        return Rejected(
            f"`occurred_at` {at:%Y-%m-%dT%H:%M:%SZ} is over a year old; load history with `heed data load`."
        )
    return at


def _id(value: str | int | None) -> str:
    return "" if value is None else str(value)


def _place(message: Message) -> str:
    """The place in the log: an id that a replay gives again."""
    return f"{message.topic}-{message.partition}-{message.offset}"


def _sentence(error: Exception) -> str:
    text = str(error).rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."
