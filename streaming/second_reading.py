"""A teacher's answer from its topic into one person's memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from agents.memory import Memory, revise
from streaming.decode import Message, Rejected
from streaming.events import SCHEMA_VERSION, TeacherAnswer

if TYPE_CHECKING:
    from catalog.domain import Domain

# Fields that every domain has (intent contract); `everything` is only taken back.
ALWAYS = ("about", "item", "everything")
_ANSWER = msgspec.json.Decoder(TeacherAnswer)


def decode_answer(message: Message, domain: Domain) -> TeacherAnswer | Rejected:
    """Return the answer in `message`, or why it is none that this domain can hold."""
    try:
        answer = _ANSWER.decode(message.value or b"")
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Rejected(f"The message is no teacher's answer: {error}.")
    if answer.schema_version > SCHEMA_VERSION:
        return Rejected(
            f"The answer has schema_version {answer.schema_version}, and this Heed reads up to "
            f"{SCHEMA_VERSION}; update Heed, then send it again."
        )
    if answer.parsed.command_id != answer.command_id:
        return Rejected("`command_id` is not that of the command which was read again.")
    if answer.said_at.tzinfo is None:
        return Rejected("`said_at` names no time zone.")
    named = {one.field for one in answer.parsed.preferences} | {
        one.field for one in answer.parsed.retractions
    }
    unknown = sorted(name for name in named if name not in ALWAYS and not domain.declares(name))
    if unknown:
        return Rejected(f"The domain '{domain.name}' declares no field '{unknown[0]}'.")
    return answer


def take_answer(memory: Memory, answer: TeacherAnswer, domain: Domain) -> Memory:
    """Return the memory after a teacher's answer (`agents.memory.revise`)."""
    return revise(memory, answer.parsed, said_at=answer.said_at, domain=domain)
