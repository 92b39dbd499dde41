"""The operator of the pass-through job: in a module of its own, because Flink imports it by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyflink.common import Row
from pyflink.datastream import KeyedProcessFunction

from benchmarks.passthrough import INTO
from streaming.flink.topology import message_of


class PassOn(KeyedProcessFunction):
    """Messages to (key, value), as they are."""

    def process_element(self, row: Any, context: Any) -> Iterator[Any]:
        message = message_of(row, INTO.name)
        yield Row(message.key, message.value)
