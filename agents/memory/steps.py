"""What one step does to the state: the rules of the intent contract, "Acts".

`apply` is a pure function. Inside it a `Draft` collects the preferences and, beside every one that
comes or goes, the entry of the change list that says so.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from agents.memory.adding import add_preferences
from agents.memory.conflict import FREE_FIELDS, normal
from agents.memory.draft import Draft
from agents.memory.state import MAX_PREFERENCES, UNDO_DEPTH, Preferences, State, Step
from agents.memory.words import describe
from agents.types import Change, Preference, Retraction, Value

if TYPE_CHECKING:
    from catalog.domain import Domain

# The parser's word for "all of it, what was said to last included" in a reset or a retraction.
EVERYTHING = "everything"


def apply(state: State, step: Step, domain: Domain | None) -> tuple[State, tuple[Change, ...]]:
    """Apply one step and return the state after it with its change list."""
    late = state.said_at is not None and step.said_at < state.said_at
    moves = bool(step.session_id) and not late
    draft = Draft(
        list(state.preferences),
        step,
        domain,
        late=late,
        session_id=step.session_id if moves else state.session_id,
    )
    undo = state.undo
    if state.session_id and draft.session_id != state.session_id:
        draft.drop_where(lambda one: one.horizon == "session", "ended", "a new session began")
        undo = ()
    draft.drop_where(lambda one: has_expired(one, step.said_at), "expired", "its time was over")

    if set(step.acts) <= {"question", "none"}:
        for one in step.preferences:
            draft.note("ignored", f"{describe(one)}: the command asked, and changed nothing.", one)
    else:
        undo = _change(draft, undo)
    after = State(
        preferences=tuple(draft.preferences),
        undo=undo,
        session_id=draft.session_id,
        said_at=state.said_at if late else step.said_at,
    )
    return after, tuple(draft.changes)


def has_expired(preference: Preference, now: datetime) -> bool:
    """Say whether a preference's time is over."""
    return preference.expires_at is not None and preference.expires_at <= now


def _change(draft: Draft, undo: tuple[Preferences, ...]) -> tuple[Preferences, ...]:
    """Run the parts of a step that changes something, in the order in which they make sense together.

    Taking back comes before asking: "start over, comedies please" is an empty memory, then comedies.
    """
    before: Preferences = tuple(draft.preferences)
    if "undo" in draft.step.acts:
        undo = _undo(draft, undo)
        before = tuple(draft.preferences)
    elif not draft.late:
        draft.drop_where(lambda one: one.horizon == "feed", "ended", "it was for one feed only")
    if "reset" in draft.step.acts:
        _reset(draft)
    for retraction in draft.step.retractions:
        if not ("reset" in draft.step.acts and retraction.field == EVERYTHING):
            _retract(draft, retraction)
    _forget(draft)
    add_preferences(draft, _takeable(draft))
    _evict(draft)
    if draft.late or tuple(draft.preferences) == before:
        return undo
    return (*undo, before)[-UNDO_DEPTH:]


def _undo(draft: Draft, undo: tuple[Preferences, ...]) -> tuple[Preferences, ...]:
    if not undo or draft.late:
        draft.note("ignored", "There is nothing to undo.")
        return undo
    now = draft.step.said_at
    target = [one for one in undo[-1] if not has_expired(one, now)]
    kept = {one.id for one in target}
    draft.drop_where(lambda one: one.id not in kept, "retracted", "undone")
    present, draft.preferences = draft.preferences, target
    for one in undo[-1]:
        if has_expired(one, now):
            draft.note("expired", f"{describe(one)}: its time was over.", one)
        elif one not in present:
            draft.note("restored", f"{describe(one)}: as it was before.", one)
    return undo[:-1]


def _reset(draft: Draft) -> None:
    everything = any(one.field == EVERYTHING for one in draft.step.retractions)
    draft.drop_where(
        lambda one: (everything or one.horizon != "lasting") and _said_before(one, draft),
        "reset",
        "start over",
    )


def _retract(draft: Draft, retraction: Retraction) -> None:
    taken = draft.drop_where(
        lambda one: _is_meant(retraction, one) and _said_before(one, draft), "retracted", "taken back"
    ) or draft.drop_where(
        lambda one: _is_said_in(retraction, one) and _said_before(one, draft), "retracted", "taken back"
    )
    if not taken:
        what = retraction.field if retraction.value is None else f"{retraction.field} {retraction.value}"
        draft.note("ignored", f"{what}: nothing about it was remembered.")


def _is_meant(retraction: Retraction, preference: Preference) -> bool:
    if retraction.field == EVERYTHING:
        return True
    if retraction.field != preference.field:
        return False
    return retraction.value is None or _is_about(retraction.value, preference.value, retraction.field)


def _is_said_in(retraction: Retraction, preference: Preference) -> bool:
    """Whether words that no field knows are among those of a preference: "Spacey is fine again"."""
    if retraction.field != "about" or not isinstance(retraction.value, str):
        return False
    held = preference.value if isinstance(preference.value, str) else ""
    meant = _words(retraction.value)
    return bool(meant) and meant <= _words(f"{held} {preference.text}")


def _words(text: str) -> set[str]:
    """Return the words of a text; "zombies" and "zombie films" have one in common."""
    return {word.removesuffix("s") for word in text.casefold().split()}


def _is_about(meant: Value, held: Value, name: str) -> bool:
    """Compare values; of free text, half of the words in common are enough (as in scoring)."""
    if name in FREE_FIELDS and isinstance(meant, str) and isinstance(held, str):
        words, others = set(meant.casefold().split()), set(held.casefold().split())
        return 2 * len(words & others) >= max(len(words | others), 1)
    return normal(meant) == normal(held)


def _said_before(preference: Preference, draft: Draft) -> bool:
    return preference.said_at is None or preference.said_at <= draft.step.said_at


def _forget(draft: Draft) -> None:
    ids = draft.step.forget
    held = {one.id for one in draft.preferences}
    draft.drop_where(lambda one: one.id in ids, "retracted", "removed")
    for missing in [one for one in ids if one not in held]:
        draft.note("ignored", f"Preference {missing} was gone already.")


def _takeable(draft: Draft) -> Preferences:
    """Return the step's preferences that may come in; note why the others may not."""
    taken = []
    for one in draft.step.preferences:
        reason = _refusal(draft, one)
        if reason:
            draft.note("ignored", f"{describe(one)}: {reason}", one)
        else:
            taken.append(one)
    return tuple(taken)


def _refusal(draft: Draft, one: Preference) -> str:
    if draft.step.clarity == "infeasible" and one.strength == "hard":
        return "nothing could be shown for it, so it was left out."
    if has_expired(one, draft.step.said_at):
        return "its time was over before it was said."
    if draft.late and one.horizon == "feed":
        return "it was for one feed, and that feed is past."
    if draft.late and one.horizon == "session" and draft.step.session_id not in ("", draft.session_id):
        return "it was for a session that is over."
    return ""


def _evict(draft: Draft) -> None:
    """Keep the memory bounded: the oldest soft preferences go first, then the oldest of all."""
    excess = len(draft.preferences) - MAX_PREFERENCES
    if excess <= 0:
        return
    # Sorting is stable, so among those said at once the first of the command goes first.
    by_age = sorted(
        draft.preferences, key=lambda one: (one.strength == "hard", one.said_at or draft.step.said_at)
    )
    leaving = {one.id for one in by_age[:excess]}
    draft.drop_where(
        lambda one: one.id in leaving,
        "ended",
        f"the oldest gave way, at most {MAX_PREFERENCES} are remembered",
    )
