"""What the topics hold becomes what Feast holds."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from kafka.consumer.fetcher import ConsumerRecord

from agents.types import Intent, Preference, empty_intent
from streaming.encoding import RememberingEncoder
from streaming.feast_sink import newest_of_each_key
from streaming.online_rows import intent_row


class CountingEncoder:
    """Encodes a text as its length, and counts what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Any) -> Any:
        self.asked += list(texts)
        return np.array([[len(text)] + [0.0] * 63 for text in texts], np.float32)


def preference(text: str, polarity: Any, strength: Any) -> Preference:
    return Preference(field="about", op="like", value=text, polarity=polarity, strength=strength, text=text)


def test_an_intent_is_stored_whole_with_its_quadrants_and_mean_embeddings() -> None:
    said = [
        preference("abc", "positive", "hard"),
        preference("abcde", "positive", "soft"),
        preference("abcdefg", "negative", "soft"),
    ]
    intent = Intent(
        user_id="7",
        version=3,
        command_id="c3",
        preferences=tuple(said),
        updated_at=datetime(2026, 1, 5, tzinfo=UTC),
    )
    row = intent_row(intent, RememberingEncoder(CountingEncoder()))
    values = row.values
    assert (row.key, row.version, row.at) == ("7", 3, intent.updated_at)
    assert json.loads(values["intent"].string_val)["preferences"][0]["text"] == "abc"
    quadrants = [f"{p}_{s}" for p in ("positive", "negative") for s in ("hard", "soft")]
    assert [values[name].int64_val for name in quadrants] == [1, 1, 0, 1]
    assert values["positive_embedding"].float_list_val.val[0] == pytest.approx(4.0)
    assert values["negative_embedding"].float_list_val.val[0] == pytest.approx(7.0)


def test_an_empty_intent_is_a_row_of_its_own() -> None:
    """A row of nulls would be dropped by Feast, and the old intent would stay after a reset."""
    values = intent_row(empty_intent("7"), RememberingEncoder(CountingEncoder())).values
    assert json.loads(values["intent"].string_val)["preferences"] == []
    assert len(values["positive_embedding"].float_list_val.val) == 64


def test_a_text_is_encoded_once() -> None:
    encoder = CountingEncoder()
    encode = RememberingEncoder(encoder)
    assert encode(["a", "bb", "a"])[:, 0].tolist() == [1.0, 2.0, 1.0]
    encode(["bb", "ccc"])
    assert encoder.asked == ["a", "bb", "ccc"]


def record(key: str, value: bytes | None) -> Any:
    fields = dict.fromkeys(ConsumerRecord._fields)
    return ConsumerRecord(**{**fields, "topic": "t", "partition": 0, "offset": 0, "key": key, "value": value})


def test_a_batch_keeps_the_newest_version_of_each_key_whatever_the_order() -> None:
    values = [b'{"version": 2}', b'{"version": 3, "a": 1}', b'{"version": 1}', b'{"version": 3, "a": 2}']
    records = [record("7", value) for value in values] + [record("8", values[0]), record("9", None)]
    assert newest_of_each_key(records) == [values[3], values[0]]


def test_a_record_that_cannot_be_read_does_not_stop_the_batch() -> None:
    assert newest_of_each_key([record("7", b"\xff"), record("8", b'{"version": 1}')]) == [b'{"version": 1}']
