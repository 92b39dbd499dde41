"""What a stranger may send, and what comes of it."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.decode import Message, Rejected, dead_letter, decode_behavior, decode_command
from streaming.events import UserBehavior, UserCommand

NOW = datetime(2026, 1, 5, 19, 30, tzinfo=UTC)


def message(value: bytes | None) -> Message:
    return Message("user-commands", 2, 17, b"7", value, NOW)


def command(**fields: Any) -> UserCommand | Rejected:
    return decode_command(message(json.dumps({"user_id": "7", "text": "no horror", **fields}).encode()))


def behavior(**fields: Any) -> UserBehavior | Rejected:
    event = {"user_id": "7", "item_id": "6", "kind": "click", **fields}
    return decode_behavior(message(json.dumps(event).encode()), {"6", "50"}.__contains__)


def accepted(decoded: UserCommand | Rejected) -> UserCommand:
    assert isinstance(decoded, UserCommand), decoded
    return decoded


def reason(decoded: object) -> str:
    assert isinstance(decoded, Rejected), decoded
    return decoded.reason


def test_only_user_and_text_are_required() -> None:
    decoded = accepted(command())
    assert (decoded.command_id, decoded.occurred_at) == ("user-commands-2-17", NOW)


def test_ids_as_numbers_become_strings() -> None:
    decoded = accepted(command(user_id=7, command_id=8, session_id=9, shown_item_ids=[6, "50"]))
    assert (decoded.user_id, decoded.command_id, decoded.session_id) == ("7", "8", "9")
    assert decoded.shown_item_ids == ("6", "50")


def test_null_is_as_good_as_absent() -> None:
    absent = dict.fromkeys(
        ["command_id", "session_id", "shown_item_ids", "occurred_at", "edit", "schema_version"]
    )
    assert command(**absent) == command()


def test_a_field_that_is_not_known_is_let_through() -> None:
    assert command(mood="grumpy") == command()


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        (None, "The message is empty."),
        (b"", "The message is empty."),
        (b"hello", "The message is not JSON in UTF-8"),
        (b'{"user_id": "7", "text": "\xff"}', "The message is not JSON in UTF-8"),
        (b'{"user_id": "7", "text": "\\ud800"}', "The message is not JSON in UTF-8"),
        (b"42", "Expected `object`, got `int`."),
        (b'{"text": "no horror"}', "Object missing required field `user_id`."),
        (b'{"user_id": null, "text": "no horror"}', "got `null` - at `$.user_id`."),
        (b'{"user_id": [1], "text": "no horror"}', "got `array` - at `$.user_id`."),
        (b'{"user_id": "7", "text": 5}', "Expected `str | null`, got `int` - at `$.text`."),
        (b'{"user_id": "7", "edit": {"action": "shred"}}', "Invalid enum value 'shred'"),
    ],
)
def test_what_is_no_command_is_refused_with_a_sentence(payload: bytes | None, sentence: str) -> None:
    assert sentence in reason(decode_command(message(payload)))


def test_ten_thousand_characters_are_a_command_and_one_more_is_not() -> None:
    assert len(accepted(command(text="é" * 10_000)).text) == 10_000
    assert (
        reason(command(text="é" * 10_001)) == "The text has 10,001 characters; a command has at most 10,000."
    )


@pytest.mark.parametrize("text", ["", " \t\n", None])
def test_a_command_says_something(text: str | None) -> None:
    assert reason(command(text=text)) == "The command has no text; `text` must say something."


def test_a_click_needs_no_text() -> None:
    decoded = accepted(command(text=None, edit={"action": "forget", "preference_ids": ["c1:0"]}))
    assert decoded.edit is not None
    assert decoded.edit.preference_ids == ("c1:0",)


@given(st.text(min_size=1, max_size=200))
def test_control_characters_become_spaces_and_nothing_else_changes(text: str) -> None:
    payload = json.dumps({"user_id": "7", "text": text}).encode()
    decoded = decode_command(message(payload))
    if isinstance(decoded, Rejected):
        assert not "".join(c for c in text if ord(c) >= 32 and not 127 <= ord(c) < 160).strip()
        return
    assert len(decoded.text) == len(text)
    changed = {(a, b) for a, b in zip(text, decoded.text, strict=True) if a != b}
    assert all((ord(a) < 32 or 127 <= ord(a) < 160) and b == " " for a, b in changed)


WOMAN_ZWJ_GIRL = "\U0001f469\u200d\U0001f467"
RIGHT_TO_LEFT = "\u200f\u05dc\u05d0 \u05d0\u05d9\u05de\u05d4\u200f"


@pytest.mark.parametrize(
    "text", [f"no horror {WOMAN_ZWJ_GIRL}", RIGHT_TO_LEFT, "\u3082\u3046\u30db\u30e9\u30fc", "e\u0301"]
)
def test_emoji_joiners_and_marks_stay(text: str) -> None:
    assert accepted(command(text=text)).text == text


@given(st.binary(max_size=200))
def test_no_bytes_whatever_raise(payload: bytes) -> None:
    assert isinstance(decode_command(message(payload)), UserCommand | Rejected)


def at(offset: timedelta) -> str:
    return (NOW + offset).isoformat()


@pytest.mark.parametrize(
    ("offset", "taken"),
    [
        (timedelta(minutes=4), True),
        (timedelta(minutes=6), False),
        (timedelta(days=-360), True),
        (timedelta(days=-370), False),
    ],
)
def test_time_is_held_against_the_brokers(offset: timedelta, taken: bool) -> None:
    assert isinstance(command(occurred_at=at(offset)), UserCommand) is taken
    assert isinstance(behavior(occurred_at=at(offset)), UserBehavior) is taken


def test_a_time_without_a_zone_is_utc_and_another_zone_is_turned() -> None:
    assert accepted(command(occurred_at="2026-01-05T19:00:00")).occurred_at == NOW - timedelta(minutes=30)
    assert accepted(command(occurred_at="2026-01-05T20:00:00+01:00")).occurred_at == NOW - timedelta(
        minutes=30
    )


def test_a_later_schema_is_refused_even_where_its_fields_have_other_types() -> None:
    sentence = "The event has schema_version 2, and this Heed reads up to 1; update Heed, then send it again."
    assert reason(command(schema_version=2)) == sentence
    assert reason(command(schema_version=2, text={"en": "no horror"})) == sentence


def test_an_empty_or_endless_id_is_refused() -> None:
    assert reason(command(user_id=" ")) == "`user_id` is empty."
    assert "at most 256" in reason(command(user_id="x" * 257))


def test_an_unknown_item_is_refused_by_name() -> None:
    assert reason(behavior(item_id=999)).startswith("The catalogue has no item '999'")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "sniff"}, "Invalid enum value 'sniff'"),
        ({"kind": "rate"}, "A `rate` has no `value`"),
        ({"kind": "rate", "value": 11}, "outside 0 to 5 stars"),
        ({"kind": "rate", "value": float("nan")}, "not JSON"),
        ({"kind": "watch", "value": float("inf")}, "not JSON"),
    ],
)
def test_what_is_no_behavior_is_refused_with_a_sentence(fields: dict[str, Any], sentence: str) -> None:
    assert sentence in reason(behavior(**fields))


def test_a_number_too_large_for_a_float_is_refused() -> None:
    payload = b'{"user_id": "7", "item_id": "6", "kind": "watch", "value": 1e999}'
    assert "number" in reason(decode_behavior(message(payload), lambda _: True)).casefold()


def test_a_dead_letter_holds_the_message_byte_by_byte() -> None:
    rejected = Message("user-commands", 2, 17, b"\xff7", b"\x00\xfe", NOW)
    letter = dead_letter(rejected, Rejected("Because."))
    assert base64.b64decode(letter.payload) == b"\x00\xfe"
    assert (letter.key, letter.partition, letter.offset, letter.rejected_at) == ("\\xff7", 2, 17, NOW)
