"""The teacher: a command in, a parsed command that obeys the contract out, or why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from agents.memory.conflict import normal
from agents.teaching.answer import answer_schema
from agents.teaching.contract import Contract, Spoken
from agents.teaching.endpoint import Endpoint, Message
from agents.teaching.errors import ViolationError
from agents.teaching.kept import KeptAnswers, Reply, content_hash
from agents.teaching.prompt import command_message, repair_message, system_prompt
from agents.types import ParsedCommand, Preference

# Answers of a sample must differ where the teacher doubts; a single answer shall be its best.
SAMPLING_TEMPERATURE = 0.7


@dataclass(frozen=True)
class Taught:
    """What came of one command.

    `parsed` is None where every answer broke the contract also after its repair; `reason` is then the last
    sentence of the check. `retracted` are the spans of the retractions, `asked` and `kept` count answers from
    the endpoint and from the disk.
    """

    parsed: ParsedCommand | None
    retracted: tuple[tuple[int, int], ...] = ()
    reason: str = ""
    repaired: bool = False
    asked: int = 0
    kept: int = 0


@dataclass
class _Talk:
    """One command's talk with the endpoint: how many answers came from where."""

    asked: int = 0
    kept: int = 0
    repaired: bool = False


class Teacher:
    """Asks an endpoint, checks what it says, has it repaired once. Threads may share it.

    Parameters
    ----------
    samples
        Answers a command. Of several the one that agrees most with the others is taken, and the confidence
        of a preference is the share of answers that state it: a soft label by self-consistency (Wang et al.,
        2023, "Self-Consistency Improves Chain of Thought Reasoning in Language Models"). Of one it is 1.
    """

    def __init__(
        self, endpoint: Endpoint, contract: Contract, kept: KeptAnswers, *, samples: int = 1
    ) -> None:
        self.endpoint = endpoint
        self._contract = contract
        self._kept = kept
        self._samples = samples
        self._schema = answer_schema(contract.catalog.domain)
        self._system = system_prompt(contract.catalog.domain)

    def answer(self, spoken: Spoken) -> Taught:
        """Return what a command means.

        Raises
        ------
        TeachingError
            The endpoint is down or refuses, or a limit is reached.
        """
        talk = _Talk()
        read: list[tuple[ParsedCommand, str]] = []
        reason = ""
        for sample in range(self._samples):
            try:
                read.append(self._sample(spoken, sample, talk))
            except ViolationError as violation:
                reason = str(violation)
        if not read:
            return Taught(None, reason=reason, asked=talk.asked, kept=talk.kept, repaired=talk.repaired)
        parsed, reply = max(read, key=lambda one: sum(_agreement(one[0], other) for other, _ in read))
        parsed = _with_shares(parsed, [other for other, _ in read])
        spans = self._contract.spans_of_retractions(reply, spoken.text)
        return Taught(parsed, spans, repaired=talk.repaired, asked=talk.asked, kept=talk.kept)

    def _sample(self, spoken: Spoken, sample: int, talk: _Talk) -> tuple[ParsedCommand, str]:
        catalog = self._contract.catalog
        shown = [
            (item, catalog.titles[place])
            for item, place in zip(
                spoken.shown_item_ids, catalog.indices_of(spoken.shown_item_ids).tolist(), strict=True
            )
            if place >= 0
        ]
        messages = [
            {"role": "system", "content": self._system},
            {"role": "user", "content": command_message(spoken.text, shown)},
        ]
        first = self._reply(messages, sample, talk)
        try:
            return self._contract.read(first.content, spoken), first.content
        except ViolationError as violation:
            talk.repaired = True
            messages += [
                {"role": "assistant", "content": first.content},
                {"role": "user", "content": repair_message(str(violation))},
            ]
            second = self._reply(messages, sample, talk)
            return self._contract.read(second.content, spoken), second.content

    def _reply(self, messages: list[Message], sample: int, talk: _Talk) -> Reply:
        temperature = SAMPLING_TEMPERATURE if self._samples > 1 else 0.0
        request = content_hash(
            self.endpoint.url, self.endpoint.model, messages, self._schema, temperature, sample
        )
        reply = self._kept.get(request)
        if reply is not None:
            talk.kept += 1
            return reply
        reply = self.endpoint.ask(messages, self._schema, temperature=temperature, seed=sample)
        talk.asked += 1
        self._kept.put(request, reply)
        return reply


Content = tuple[object, ...]


def _content(one: Preference) -> Content:
    value = tuple(one.value) if isinstance(one.value, list) else one.value
    return (
        one.field,
        one.op,
        normal(value) if not isinstance(value, tuple) else value,
        one.polarity,
        one.strength,
    )


def _agreement(one: ParsedCommand, other: ParsedCommand) -> float:
    """Return how alike two readings are: 1 for act and clarity each, and the overlap of what is wanted."""
    mine, theirs = ({_content(p) for p in parsed.preferences} for parsed in (one, other))
    overlap = len(mine & theirs) / len(mine | theirs) if mine | theirs else 1.0
    same = (one.act == other.act) + (one.clarity == other.clarity) + (one.retractions == other.retractions)
    return overlap + same


def _with_shares(parsed: ParsedCommand, readings: list[ParsedCommand]) -> ParsedCommand:
    held = [{_content(p) for p in reading.preferences} for reading in readings]
    share: Callable[[Preference], float] = lambda p: sum(_content(p) in one for one in held) / len(held)  # noqa: E731
    return msgspec.structs.replace(
        parsed,
        preferences=tuple(msgspec.structs.replace(p, confidence=share(p)) for p in parsed.preferences),
    )
