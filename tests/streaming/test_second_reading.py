"""What is sent to a teacher, and what is taken of its answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from rules import RuleParser

from agents.memory import empty_memory
from catalog.embedded import load_embedded
from catalog.items import Catalog
from streaming.decode import Message, Rejected
from streaming.effect import LONGEST_TEXT, Effect, request_for, take_in
from streaming.events import TeacherAnswer, UserCommand
from streaming.second_reading import decode_answer, take_answer

NOW = datetime.now(UTC)
PATIENCE = timedelta(seconds=600)


@pytest.fixture(scope="module")
def films() -> Catalog:
    return load_embedded()[0]


def effect_of(films: Catalog, text: str, appended_at: datetime = NOW) -> tuple[Effect, UserCommand]:
    command = UserCommand(user_id="u", text=text, command_id="c1", shown_item_ids=("6",))
    return take_in(empty_memory("u"), command, appended_at, RuleParser(films), films.domain), command


def reading(films: Catalog, text: str) -> TeacherAnswer:
    parsed = RuleParser(films).parse(text, command_id="c1", user_id="u")
    return TeacherAnswer(command_id="c1", user_id="u", said_at=NOW, parsed=parsed)


def test_a_doubtful_command_becomes_a_request(films: Catalog) -> None:
    effect, command = effect_of(films, "maybe no horror")
    request = request_for(effect, command, NOW, PATIENCE)
    assert effect.doubtful and request is not None
    assert (request.command_id, request.text, request.shown_item_ids) == ("c1", "maybe no horror", ("6",))
    assert request.said_at == NOW


def test_a_sure_command_and_an_edit_are_not_doubtful(films: Catalog) -> None:
    assert not effect_of(films, "no horror")[0].doubtful


def test_a_replay_of_old_commands_asks_nothing(films: Catalog) -> None:
    long_ago = NOW - timedelta(days=30)
    effect, command = effect_of(films, "maybe no horror", long_ago)
    assert request_for(effect, command, long_ago, PATIENCE) is None


def test_what_is_longer_than_anyone_says_is_not_sent(films: Catalog) -> None:
    effect, command = effect_of(films, "maybe " * (LONGEST_TEXT // 6 + 1))
    assert request_for(effect, command, NOW, PATIENCE) is None


def test_a_command_whose_answer_was_there_first_is_not_sent(films: Catalog) -> None:
    early = take_answer(empty_memory("u"), reading(films, "only comedy"), films.domain)
    command = UserCommand(user_id="u", text="maybe no horror", command_id="c1")
    effect = take_in(early, command, NOW, RuleParser(films), films.domain)
    assert [one.value for one in effect.memory.intent.preferences] == ["Comedy"]
    assert request_for(effect, command, NOW, PATIENCE) is None


def message(value: bytes | None) -> Message:
    return Message("teacher-answers", 0, 0, b"u", value, NOW)


def test_what_the_part_writes_is_read(films: Catalog) -> None:
    answer = reading(films, "only comedy")
    assert decode_answer(message(msgspec.json.encode(answer)), films.domain) == answer


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "another command": ({"command_id": "c2"}, "`command_id`"),
    "no time zone": ({"said_at": "2026-01-01T00:00:00"}, "no time zone"),
    "a later schema": ({"schema_version": 99}, "schema_version 99"),
    "no user": ({"user_id": None}, "no teacher's answer"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_answer_is_refused_with_a_reason(films: Catalog, name: str) -> None:
    changed, reason = BAD[name]
    answer = {**msgspec.to_builtins(reading(films, "only comedy")), **changed}
    rejected = decode_answer(message(msgspec.json.encode(answer)), films.domain)
    assert isinstance(rejected, Rejected)
    assert reason in rejected.reason


def test_an_empty_message_is_refused(films: Catalog) -> None:
    assert isinstance(decode_answer(message(None), films.domain), Rejected)
