"""The intent job: user-commands -> parser -> memory -> active-intents (`python -m streaming.intent_job`).

One keyed operator holds each person's memory as JSON in Flink's state, reads it once and writes it once per
command. What cannot be read or applied goes to dead-letters, and the stream goes on.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
from pyflink.common import Row, Types
from pyflink.datastream import (
    DataStream,
    KeyedProcessFunction,
    ProcessFunction,
    RuntimeContext,
    StreamExecutionEnvironment,
)
from pyflink.datastream.state import ValueStateDescriptor

from agents import memory
from streaming.decode import Message, Rejected, decode_command
from streaming.effect import take_in
from streaming.errors import StreamingError
from streaming.events import UserCommand
from streaming.flink.run import Job, leave, run
from streaming.flink.topology import (
    dead_letters_tag,
    dead_row,
    keyed,
    keyed_by_text,
    keyed_bytes,
    message_of,
    read_topic,
    side_output,
    write_topic,
)
from streaming.settings import load_factory, streaming_settings
from streaming.topics import ACTIVE_INTENTS, DEAD_LETTERS, USER_COMMANDS

NAME = "intent-job"


class _Accepted(msgspec.Struct, array_like=True):
    """What goes from the decoder to the memory: the command, and its message in case that is refused."""

    command: UserCommand
    partition: int
    offset: int
    key: bytes | None
    value: bytes
    appended_at: datetime


class DecodeCommands(ProcessFunction):  # type: ignore[misc]  # pyflink has no types
    """Rows of `user-commands` to (user_id, accepted command); what is no command to dead-letters."""

    def open(self, context: RuntimeContext) -> None:
        self._encoder = msgspec.msgpack.Encoder()

    def process_element(self, row: Any, context: Any) -> Iterator[Any]:
        message = message_of(row, USER_COMMANDS.name)
        command = decode_command(message)
        if isinstance(command, Rejected):
            yield dead_letters_tag(), dead_row(message, command)
            return
        accepted = _Accepted(
            command, message.partition, message.offset, message.key, message.value or b"", message.appended_at
        )
        yield Row(command.user_id, self._encoder.encode(accepted))


class KeepMemory(KeyedProcessFunction):  # type: ignore[misc]  # pyflink has no types
    """Takes each command into its person's memory and emits the whole intent, keyed by the person."""

    def open(self, context: RuntimeContext) -> None:
        from catalog.store import load_catalog

        catalog = load_catalog()
        self._domain = catalog.domain
        self._parser = load_factory("HEED_PARSER", streaming_settings().parser)(catalog)
        self._decoder = msgspec.msgpack.Decoder(_Accepted)
        self._memory = context.get_state(ValueStateDescriptor("memory", Types.PICKLED_BYTE_ARRAY()))

    def process_element(self, value: bytes, context: Any) -> Iterator[Any]:
        accepted = self._decoder.decode(value)
        user_id = accepted.command.user_id
        stored = self._memory.value()
        before = memory.empty_memory(user_id) if stored is None else memory.decode(stored)
        try:
            after = take_in(before, accepted.command, accepted.appended_at, self._parser, self._domain)
        except Exception as error:  # noqa: BLE001 - one command that breaks us must not stop everyone else's
            message = Message(
                USER_COMMANDS.name,
                accepted.partition,
                accepted.offset,
                accepted.key,
                accepted.value,
                accepted.appended_at.astimezone(UTC),
            )
            reason = Rejected(
                f"Heed could not apply the command ({type(error).__name__}); nothing was changed."
            )
            yield dead_letters_tag(), dead_row(message, reason)
            return
        if after is before:
            return
        self._memory.update(memory.encode(after))
        yield Row(user_id.encode(), msgspec.json.encode(after.intent))


def build(environment: StreamExecutionEnvironment, bootstrap_servers: str) -> tuple[DataStream, ...]:
    """Add the job's operators to the environment."""
    messages = read_topic(environment, bootstrap_servers, USER_COMMANDS, NAME)
    commands = (
        messages.process(DecodeCommands(), output_type=keyed_by_text())
        .name("decode commands")
        .uid("decode-commands")
    )
    intents = (
        keyed(commands)
        .process(KeepMemory(), output_type=keyed_bytes())
        .name("keep memory")
        .uid("keep-memory")
    )
    write_topic(intents, bootstrap_servers, ACTIVE_INTENTS)
    tag = dead_letters_tag()
    dead = side_output(commands, tag).union(side_output(intents, tag))
    write_topic(dead, bootstrap_servers, DEAD_LETTERS)
    return commands, intents


def main() -> int:
    """Run the job; print one sentence and return 1 where it cannot run."""
    try:
        return run(Job(NAME, build))
    except StreamingError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    # Flink's interpreter imports the operators by name, and `__main__` is another module there.
    from streaming.intent_job import main as run_as_module

    leave(run_as_module())
