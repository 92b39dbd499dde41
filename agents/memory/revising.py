"""A second, better reading of a command takes the place of the first, as if it had been read so at once.

What was said and clicked since is applied again on top, so nothing of it is lost.

Every reading raises the version by one, also one that comes too late or says the same: read anew, the log may
give readings and commands in another order, and must not end at a lower version than stores already have.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import msgspec

from agents.memory.conflict import same_content
from agents.memory.entry import after, named, utc
from agents.memory.state import MAX_PREFERENCES, MAX_WAITING, Memory, Step
from agents.memory.steps import apply
from agents.memory.words import describe
from agents.types import Change, ParsedCommand, Preference

if TYPE_CHECKING:
    from catalog.domain import Domain

Standing = Literal["open", "revised", "waiting", "late", "unknown"]


def standing(memory: Memory, command_id: str, said_at: datetime) -> Standing:
    """Return how a command stands to a second reading of it.

    `open`: it can be replaced. `revised`: it was. `late`: it is older than the steps that can be replayed.
    `unknown`: it has not come yet; `waiting`: nor has it, and a reading waits for it already.
    """
    for step in memory.log:
        if step.command_id == command_id:
            return "revised" if step.revised else "open"
    if any(one.command_id == command_id for one in memory.waiting):
        return "waiting"
    seen = command_id in memory.recent_command_ids
    passed = memory.said_at is not None and utc(said_at) <= memory.said_at
    return "late" if seen or passed else "unknown"


def revise(
    memory: Memory, parsed: ParsedCommand, *, said_at: datetime, domain: Domain | None = None
) -> Memory:
    """Take in a second reading of a command.

    Parameters
    ----------
    memory
        What is remembered so far.
    parsed
        The second reading; `command_id` names the command.
    said_at
        When the command was said.
    domain
        As in `consolidate`.

    Returns
    -------
    Memory
        With `intent.version` one higher, and changes that say what the second reading did. Nothing but the
        version changes where it comes too late or reads the same as the first (`is_news` tells); a repeated
        one gives the very memory, and an unknown command's waits for it.
    """
    match standing(memory, parsed.command_id, said_at):
        case "open":
            return _replaced(memory, parsed, domain)
        case "late":
            return _counted(memory)
        case "unknown":
            return msgspec.structs.replace(memory, waiting=(*memory.waiting, parsed)[-MAX_WAITING:])
        case "revised" | "waiting":
            return memory


def is_news(before: Memory, after: Memory) -> bool:
    """Say whether the intent says something else than before, its version aside."""
    return after.intent.updated_at != before.intent.updated_at


def _counted(memory: Memory) -> Memory:
    intent = msgspec.structs.replace(memory.intent, version=memory.version + 1)
    return msgspec.structs.replace(memory, intent=intent)


def take_waiting(memory: Memory, command_id: str, domain: Domain | None) -> Memory:
    """Apply the second reading that waited for a command which has just been taken in, if there is one."""
    parsed = next((one for one in memory.waiting if one.command_id == command_id), None)
    if parsed is None:
        return memory
    left = tuple(one for one in memory.waiting if one is not parsed)
    first = msgspec.structs.replace(memory, waiting=left)
    if not any(step.command_id == command_id for step in first.log):
        return _counted(first)  # it came so late that it lies before the steps that can be replayed
    second = _replaced(first, parsed, domain)
    if not is_news(first, second):
        return second
    changes = (*first.intent.changes, *second.intent.changes)
    return msgspec.structs.replace(second, intent=msgspec.structs.replace(second.intent, changes=changes))


def _replaced(memory: Memory, parsed: ParsedCommand, domain: Domain | None) -> Memory:
    at = next(n for n, step in enumerate(memory.log) if step.command_id == parsed.command_id)
    old = memory.log[at]
    step = _second(old, parsed)
    log = (*memory.log[:at], step, *memory.log[at + 1 :])
    newest = at == len(log) - 1
    asks_anew = newest and (parsed.question, parsed.act) != (memory.intent.question, memory.intent.act)
    if not asks_anew and _reads_the_same(old, step):
        return msgspec.structs.replace(_counted(memory), log=log)
    state = memory.base
    for one in log:
        state, _ = apply(state, one, domain)
    intent = memory.intent
    return msgspec.structs.replace(
        memory,
        intent=msgspec.structs.replace(
            intent,
            version=intent.version + 1,
            command_id=parsed.command_id,
            preferences=state.preferences,
            changes=_changes(intent.preferences, state.preferences),
            # Of an older command only the effect counts: what the newest asked stays on the screen.
            clarity=parsed.clarity if newest else intent.clarity,
            question=parsed.question if newest else intent.question,
            act=parsed.act if newest else intent.act,
            updated_at=after(intent.updated_at, step.said_at),
        ),
        undo=state.undo,
        session_id=state.session_id,
        said_at=state.said_at,
        log=log,
    )


def _second(old: Step, parsed: ParsedCommand) -> Step:
    """Return the step as read anew; what both readings hold keeps its id, on which a chip may lie."""
    held = list(old.preferences)
    preferences = []
    for new in named(parsed.preferences[:MAX_PREFERENCES], old.command_id, old.said_at):
        twin = next((one for one in held if same_content(one, new) and one.polarity == new.polarity), None)
        if twin is not None:
            held.remove(twin)
        name = f"{new.id}:again" if twin is None else twin.id
        preferences.append(msgspec.structs.replace(new, id=name))
    return msgspec.structs.replace(
        old,
        acts=parsed.acts or (parsed.act,),
        clarity=parsed.clarity,
        preferences=tuple(preferences),
        retractions=parsed.retractions,
        revised=True,
    )


def _reads_the_same(old: Step, new: Step) -> bool:
    def effect(step: Step) -> tuple[object, ...]:
        wanted = tuple((p.id, p.strength, p.horizon, p.expires_at, p.group) for p in step.preferences)
        return step.acts, step.clarity, wanted, step.retractions

    return effect(old) == effect(new)


def _changes(before: Sequence[Preference], now: Sequence[Preference]) -> tuple[Change, ...]:
    """Return what a second reading changed in the end, whatever came in between."""
    why = "a closer reading of your words"
    old, new = {one.id: one for one in before}, {one.id: one for one in now}
    changes = []
    for one in before:
        other = new.get(one.id)
        if other is None:
            changes.append(
                Change(kind="replaced", reason=f"{describe(one)}: {why} took its place.", preference=one)
            )
        elif describe(other) != describe(one) or other.horizon != one.horizon:
            reason = f"{describe(one)}: {describe(other)} by {why}."
            changes.append(Change(kind="replaced", reason=reason, preference=one, replaced_by=other.id))
    for one in now:
        if one.id not in old:
            changes.append(Change(kind="added", reason=f"{describe(one)}: {why}.", preference=one))
    return tuple(changes) or (Change(kind="kept", reason=f"All stays as it was after {why}."),)
