"""The intent job: user-commands -> parser -> memory -> active-intents (`python -m streaming.intent_job`).

One keyed operator holds each person's memory as JSON in Flink's state, reads it once and writes it once per
command. What cannot be read or applied goes to dead-letters, and the stream goes on.

Where a teacher is set, doubtful commands go to teacher-requests as well, and what comes on teacher-answers
takes the place of their first reading. Without one the job has neither.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import structlog
from pyflink.common import Row, Types
from pyflink.datastream import (
    DataStream,
    KeyedProcessFunction,
    RuntimeContext,
    StreamExecutionEnvironment,
)
from pyflink.datastream.state import ValueStateDescriptor

from agents import memory
from agents.teaching.settings import teacher_settings
from streaming.decode import Rejected, decode_command
from streaming.effect import request_for, take_in
from streaming.errors import StateFormatError, StreamingError
from streaming.flink.run import Job, leave, run
from streaming.flink.topology import (
    checked_key,
    dead_letters_tag,
    dead_row,
    keyed,
    keyed_bytes,
    message_of,
    origin_of,
    read_topic,
    side_output,
    teacher_requests_tag,
    write_topic,
)
from streaming.log import log_to_stderr
from streaming.second_reading import decode_answer, take_answer
from streaming.settings import load_factory, streaming_settings
from streaming.topics import ACTIVE_INTENTS, DEAD_LETTERS, TEACHER_ANSWERS, TEACHER_REQUESTS, USER_COMMANDS

NAME = "intent-job"


COMMANDS, ANSWERS = 0, 1
log = structlog.get_logger()


class KeepMemory(KeyedProcessFunction):  # type: ignore[misc]  # pyflink has no types
    """Takes each command into the memory of its person, and emits the whole intent."""

    def open(self, context: RuntimeContext) -> None:
        from catalog.store import load_catalog

        catalog = load_catalog()
        self._domain = catalog.domain
        self._parser = load_factory("HEED_PARSER", streaming_settings().parser)(catalog)
        self._taught = teacher_settings().configured
        self._patience = timedelta(seconds=teacher_settings().patience_seconds)
        self._memory = context.get_state(ValueStateDescriptor("memory", Types.PICKLED_BYTE_ARRAY()))
        if self._taught:
            log_to_stderr()

    def process_element(self, row: Any, context: Any) -> Iterator[Any]:
        if self._taught and origin_of(row) == ANSWERS:
            yield from self._read_again(row)
            return
        message = message_of(row, USER_COMMANDS.name)
        command = checked_key(decode_command(message), row)
        if isinstance(command, Rejected):
            yield dead_letters_tag(), dead_row(message, command)
            return
        before = self._remembered(command.user_id)
        try:
            effect = take_in(before, command, message.appended_at, self._parser, self._domain)
        except Exception as error:  # noqa: BLE001 - one command that breaks us must not stop everyone else's
            yield dead_letters_tag(), dead_row(message, _not_applied("command", error))
            return
        if effect.memory is before:
            return
        yield self._kept(effect.memory)
        if effect.doubtful and self._taught:
            request = request_for(effect, command, message.appended_at, self._patience)
            if request is not None:
                yield teacher_requests_tag(), Row(command.user_id.encode(), msgspec.json.encode(request))

    def _read_again(self, row: Any) -> Iterator[Any]:
        """Take a teacher's answer in; one that comes too late or again is logged and changes nothing."""
        message = message_of(row, TEACHER_ANSWERS.name)
        answer = checked_key(decode_answer(message, self._domain), row)
        if isinstance(answer, Rejected):
            yield dead_letters_tag(), dead_row(message, answer)
            return
        before = self._remembered(answer.user_id)
        try:
            after = take_answer(before, answer, self._domain)
        except Exception as error:  # noqa: BLE001 - as for a command
            yield dead_letters_tag(), dead_row(message, _not_applied("answer", error))
            return
        state = memory.standing(before, answer.command_id, answer.said_at)
        news = memory.is_news(before, after)
        log.info("second_reading", command_id=answer.command_id, was=state, changed=news)
        if after is before:
            return
        intent = self._kept(after)
        if news:
            yield intent

    def _remembered(self, user_id: str) -> memory.Memory:
        stored = self._memory.value()
        return memory.empty_memory(user_id) if stored is None else remembered(stored)

    def _kept(self, after: memory.Memory) -> Row:
        """Write a memory, and return what active-intents gets of it."""
        self._memory.update(memory.encode(after))
        return Row(after.intent.user_id.encode(), msgspec.json.encode(after.intent))


def _not_applied(what: str, error: Exception) -> Rejected:
    return Rejected(f"Heed could not apply the {what} ({type(error).__name__}); nothing was changed.")


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
    taught = teacher_settings().configured
    origin = COMMANDS if taught else None
    rows = read_topic(environment, bootstrap_servers, USER_COMMANDS, NAME, origin=origin)
    if taught:
        rows = rows.union(read_topic(environment, bootstrap_servers, TEACHER_ANSWERS, NAME, origin=ANSWERS))
    intents = (
        keyed(rows).process(KeepMemory(), output_type=keyed_bytes()).name("keep memory").uid("keep-memory")
    )
    write_topic(intents, bootstrap_servers, ACTIVE_INTENTS)
    write_topic(side_output(intents, dead_letters_tag()), bootstrap_servers, DEAD_LETTERS)
    if taught:
        write_topic(side_output(intents, teacher_requests_tag()), bootstrap_servers, TEACHER_REQUESTS)
    return (intents,)


def main() -> int:
    """Run the job; print one sentence and return 1 where it cannot run."""
    try:
        return run(Job(NAME, build, leaves_out=True))
    except StreamingError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    # Flink's interpreter imports the operators by name, and `__main__` is another module there.
    from streaming.intent_job import main as run_as_module

    leave(run_as_module())
