"""The JSON Schemas, the structs and the topics say the same."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from agents.types import Intent
from streaming.events import (
    SCHEMA_VERSION,
    BehaviorFeatures,
    DeadLetter,
    FeedImpression,
    IntentEdit,
    ItemPopularity,
    TeacherAnswer,
    TeacherRequest,
    UserBehavior,
    UserCommand,
)
from streaming.topics import TOPICS

SCHEMAS = Path(__file__).resolve().parents[2] / "streaming" / "schemas"
STRUCTS: dict[str, type[msgspec.Struct]] = {
    "user-commands": UserCommand,
    "user-behaviors": UserBehavior,
    "active-intents": Intent,
    "behavior-features": BehaviorFeatures,
    "item-popularity": ItemPopularity,
    "feed-impressions": FeedImpression,
    "teacher-requests": TeacherRequest,
    "teacher-answers": TeacherAnswer,
    "dead-letters": DeadLetter,
}


def schema_of(topic: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((SCHEMAS / f"{topic}.json").read_text())
    return schema


def refuses(topic: str, event: object) -> bool:
    return not jsonschema.Draft202012Validator(schema_of(topic)).is_valid(event)


def test_every_topic_has_a_schema_and_every_schema_a_topic() -> None:
    assert {topic.name for topic in TOPICS} == {path.stem for path in SCHEMAS.glob("*.json")}


@pytest.mark.parametrize("topic", STRUCTS)
def test_schema_and_struct_have_the_same_fields(topic: str) -> None:
    schema, fields = schema_of(topic), msgspec.structs.fields(STRUCTS[topic])
    assert list(schema["properties"]) == [field.name for field in fields]
    assert set(schema["required"]) == {field.name for field in fields if field.required}


@pytest.mark.parametrize("topic", STRUCTS)
def test_schema_states_the_version_that_the_struct_writes(topic: str) -> None:
    schema = schema_of(topic)
    assert schema["schema_version"] == schema["properties"]["schema_version"]["default"] == SCHEMA_VERSION


@pytest.mark.parametrize("topic", STRUCTS)
def test_every_field_is_described(topic: str) -> None:
    undescribed = [
        name for name, field in schema_of(topic)["properties"].items() if "description" not in field
    ]
    assert undescribed == []


@pytest.mark.parametrize("topic", STRUCTS)
def test_examples_validate_and_are_read_by_the_struct(topic: str) -> None:
    schema = schema_of(topic)
    jsonschema.Draft202012Validator.check_schema(schema)
    for example in schema["examples"]:
        jsonschema.validate(example, schema, cls=jsonschema.Draft202012Validator)
        msgspec.convert(example, STRUCTS[topic])


def test_what_the_publisher_writes_validates() -> None:
    now = datetime.now(UTC)
    written: list[tuple[str, msgspec.Struct]] = [
        ("user-commands", UserCommand(user_id="7", text="no horror", command_id="c", occurred_at=now)),
        ("user-commands", UserCommand(user_id="7", edit=IntentEdit(action="undo"))),
        ("user-behaviors", UserBehavior(user_id="7", item_id="6", kind="rate", value=4.0, occurred_at=now)),
    ]
    for topic, event in written:
        jsonschema.validate(msgspec.json.decode(msgspec.json.encode(event)), schema_of(topic))


def test_a_command_without_text_and_without_edit_is_refused() -> None:
    assert refuses("user-commands", {"user_id": "7"})
    assert refuses("user-commands", {"user_id": "7", "text": "", "edit": None})
    assert not refuses("user-commands", {"user_id": 7, "text": "no horror"})


def test_an_unknown_kind_is_refused() -> None:
    assert refuses("user-behaviors", {"user_id": "7", "item_id": "6", "kind": "sniff"})
