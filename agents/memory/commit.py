"""The memory's two ways in: a parsed command, or a click. Pure: memory and command in, memory out.

A command that arrives late is put where it was said and the steps after it are replayed, so the
order of arrival does not matter as long as the steps are still in the log.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from agents.memory.entry import after, named, utc
from agents.memory.revising import take_waiting
from agents.memory.state import LOG_LENGTH, MAX_COMMAND_IDS, MAX_PREFERENCES, Memory, State, Step
from agents.memory.steps import apply, has_expired
from agents.memory.words import describe
from agents.types import Act, Change, Intent, ParsedCommand, Preference, Question

if TYPE_CHECKING:
    from catalog.domain import Domain

_EDIT_ACTS: dict[str, Act] = {"forget": "retract", "reset": "reset", "undo": "undo"}


def consolidate(
    memory: Memory,
    parsed: ParsedCommand,
    *,
    said_at: datetime,
    session_id: str = "",
    domain: Domain | None = None,
) -> Memory:
    """Take a command into the memory.

    Parameters
    ----------
    memory
        What is remembered so far.
    parsed
        What the command means. A `command_id` that was applied before changes nothing.
    said_at
        When the person said it (UTC where it names no zone). A clock that runs ahead makes every
        later command look late, so the caller cuts a time of the future down to its own.
    session_id
        The session it was said in; a new one ends the preferences of the one before.
    domain
        Tells which fields hold one value and how ordered values are ordered. Without it only
        numbers are checked for contradictions.

    Returns
    -------
    Memory
        With `intent.version` one higher and `intent.changes` saying what came and went.
    """
    moment = utc(said_at)
    step = Step(
        command_id=parsed.command_id,
        said_at=moment,
        acts=parsed.acts or (parsed.act,),
        session_id=session_id,
        clarity=parsed.clarity,
        preferences=tuple(named(parsed.preferences[:MAX_PREFERENCES], parsed.command_id, moment)),
        retractions=parsed.retractions,
    )
    taken = _commit(memory, step, parsed.act, parsed.question, domain)
    return take_waiting(taken, parsed.command_id, domain) if taken.waiting else taken


def apply_edit(  # noqa: PLR0913 - what a click says, each part named
    memory: Memory,
    edit_action: str,
    preference_ids: Sequence[str] = (),
    *,
    command_id: str,
    at: datetime,
    session_id: str = "",
    domain: Domain | None = None,
) -> Memory:
    """Take a click into the memory: `forget` chips by their ids, `reset`, or `undo`.

    Raises `ValueError` for another action.
    """
    act = _EDIT_ACTS.get(edit_action)
    if act is None:
        raise ValueError(f"Unknown edit {edit_action!r}: use one of {', '.join(_EDIT_ACTS)}.")
    step = Step(
        command_id=command_id,
        said_at=utc(at),
        acts=(act,),
        session_id=session_id,
        forget=tuple(preference_ids)[:MAX_PREFERENCES] if act == "retract" else (),
    )
    return _commit(memory, step, act, None, domain)


def active(intent: Intent, now: datetime) -> tuple[Preference, ...]:
    """Return the preferences that hold now: a stored intent is not rewritten when one expires."""
    moment = utc(now)
    return tuple(one for one in intent.preferences if not has_expired(one, moment))


def _commit(memory: Memory, step: Step, act: Act, question: Question | None, domain: Domain | None) -> Memory:
    intent = memory.intent
    if step.command_id and step.command_id in intent.recent_command_ids:
        return memory
    # Steps said at the same moment keep the order in which they arrived.
    at = bisect_right(memory.log, step.said_at, key=lambda one: one.said_at)
    log = (*memory.log[:at], step, *memory.log[at:])
    if at == len(memory.log):
        state, changes = apply(memory.state, step, domain)
    else:
        state, changes = _replay(memory, log, at, domain)
    base = memory.base
    while len(log) > LOG_LENGTH:
        base, _ = apply(base, log[0], domain)
        log = log[1:]
    return Memory(
        intent=Intent(
            user_id=intent.user_id,
            version=intent.version + 1,
            command_id=step.command_id,
            preferences=state.preferences,
            changes=changes,
            clarity=step.clarity,
            question=question,
            act=act,
            updated_at=after(intent.updated_at, step.said_at),
            recent_command_ids=(*intent.recent_command_ids, step.command_id)[-MAX_COMMAND_IDS:],
        ),
        undo=state.undo,
        session_id=state.session_id,
        said_at=state.said_at,
        base=base,
        log=log,
        waiting=memory.waiting,
    )


def _replay(
    memory: Memory, log: tuple[Step, ...], late_at: int, domain: Domain | None
) -> tuple[State, tuple[Change, ...]]:
    """Apply the log again with a late step in its place; the changes are the net ones."""
    state = memory.base
    own: tuple[Change, ...] = ()
    later: list[Change] = []
    for position, step in enumerate(log):
        state, entries = apply(state, step, domain)
        if position == late_at:
            own = entries
        elif position > late_at:
            later += entries
    return state, _net_changes(memory.intent.preferences, state.preferences, own, later)


def _net_changes(
    before: Sequence[Preference], after: Sequence[Preference], own: Sequence[Change], later: Sequence[Change]
) -> tuple[Change, ...]:
    """Keep of a replay's entries the late step's own, and those that differ from what was there before."""
    old, new = {one.id for one in before}, {one.id for one in after}
    fresh = {one.preference.id for one in own if one.preference is not None}
    kept = [
        *own,
        *(one for one in later if one.preference is not None and one.preference.id in (old ^ new) | fresh),
    ]
    told = {one.preference.id for one in kept if one.preference is not None}
    reason = "a command that arrived late came in between."
    for one in before:
        if one.id not in new and one.id not in told:
            kept.append(Change(kind="replaced", reason=f"{describe(one)}: {reason}", preference=one))
    for one in after:
        if one.id not in old and one.id not in told:
            kept.append(Change(kind="restored", reason=f"{describe(one)}: {reason}", preference=one))
    return tuple(kept)
