"""The intent job: user-commands -> parser -> memory -> active-intents (`python -m streaming.intent_job`).

One keyed operator holds each person's memory as JSON in Flink's state, reads it once and writes it once per
command. What cannot be read or applied goes to dead-letters, and the stream goes on.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import msgspec
from pyflink.common import Row, Types
from pyflink.datastream import (
    DataStream,
    KeyedProcessFunction,
    RuntimeContext,
    StreamExecutionEnvironment,
)
from pyflink.datastream.state import ValueStateDescriptor

from agents import memory
from streaming.decode import Rejected, decode_command
from streaming.effect import take_in
from streaming.errors import StateFormatError, StreamingError
from streaming.flink.run import Job, leave, run
from streaming.flink.topology import (
    checked_key,
    dead_letters_tag,
    dead_row,
    keyed,
    keyed_bytes,
    message_of,
    read_topic,
    side_output,
    write_topic,
)
from streaming.settings import load_factory, streaming_settings
from streaming.topics import ACTIVE_INTENTS, DEAD_LETTERS, USER_COMMANDS

NAME = "intent-job"


class KeepMemory(KeyedProcessFunction):  # type: ignore[misc]  # pyflink has no types
    """Takes each command into the memory of its person, and emits the whole intent."""

    def open(self, context: RuntimeContext) -> None:
        from catalog.store import load_catalog

        catalog = load_catalog()
        self._domain = catalog.domain
        self._parser = load_factory("HEED_PARSER", streaming_settings().parser)(catalog)
        self._memory = context.get_state(ValueStateDescriptor("memory", Types.PICKLED_BYTE_ARRAY()))

    def process_element(self, row: Any, context: Any) -> Iterator[Any]:
        message = message_of(row, USER_COMMANDS.name)
        command = checked_key(decode_command(message), row)
        if isinstance(command, Rejected):
            yield dead_letters_tag(), dead_row(message, command)
            return
        stored = self._memory.value()
        before = memory.empty_memory(command.user_id) if stored is None else memory.decode(stored)
        try:
            after = take_in(before, command, message.appended_at, self._parser, self._domain)
        except Exception as error:  # noqa: BLE001 - one command that breaks us must not stop everyone else's
            reason = Rejected(
                f"Heed could not apply the command ({type(error).__name__}); nothing was changed."
            )
            yield dead_letters_tag(), dead_row(message, reason)
            return
        if after is before:
            return
        self._memory.update(memory.encode(after))
        yield Row(command.user_id.encode(), msgspec.json.encode(after.intent))


def remembered(stored: bytes) -> memory.Memory:
    """Read a person's memory from the state.

    Raises
    ------
    StateFormatError
        Where another version of Heed wrote it. The job must stop then: to go on with an empty memory would
        drop without a word what people asked for.
    """
    try:
        return memory.decode(stored)
    except msgspec.ValidationError as error:
        raise StateFormatError(NAME, error) from error


def build(environment: StreamExecutionEnvironment, bootstrap_servers: str) -> tuple[DataStream, ...]:
    """Add the job's operators to the environment."""
    intents = (
        keyed(read_topic(environment, bootstrap_servers, USER_COMMANDS, NAME))
        .process(KeepMemory(), output_type=keyed_bytes())
        .name("keep memory")
        .uid("keep-memory")
    )
    write_topic(intents, bootstrap_servers, ACTIVE_INTENTS)
    write_topic(side_output(intents, dead_letters_tag()), bootstrap_servers, DEAD_LETTERS)
    return (intents,)


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
