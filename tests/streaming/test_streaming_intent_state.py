"""The state of the intent job: what another version wrote stops it with a sentence."""

from __future__ import annotations

import pytest

from agents import memory
from streaming.errors import StateFormatError
from streaming.intent_job import remembered


def test_a_memory_comes_back_from_the_state() -> None:
    held = memory.empty_memory("42")
    assert remembered(memory.encode(held)) == held


def test_state_of_another_version_is_refused_with_what_to_do() -> None:
    with pytest.raises(
        StateFormatError, match=r"another version of Heed .*flink/checkpoints/intent-job away"
    ):
        remembered(b'{"intent": {"user_id": "42"}}')
