"""The operators of the pass-through job: in a module of their own, because Flink imports them by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyflink.common import Row
from pyflink.datastream import KeyedProcessFunction, ProcessFunction


class KeyMessages(ProcessFunction):
    """Messages to (key, value)."""

    def process_element(self, row: Any, context: Any) -> Iterator[Any]:
        yield Row(bytes(row[0]).decode(), row[1])


class PassOn(KeyedProcessFunction):
    """Values to (key, value); what is measured does not depend on the key, so it is always the same."""

    def process_element(self, value: bytes, context: Any) -> Iterator[Any]:
        yield Row(b"passed", value)
