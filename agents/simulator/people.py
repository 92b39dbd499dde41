"""Whom the simulator plays: real people at a moment of the past, with what they liked before and after it.

What lies before the moment is their history. Of what they liked in the weeks after it, one film is what they
have in mind; the others of its kind make up the goal with it. With a drift of interest they turn, midway, to
a later like of another kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from agents.simulator.errors import NobodyToSimulateError
from catalog.items import Catalog
from catalog.signal import signal

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# Kinds of behaviour after which an item is no longer new to somebody.
SEEN_KINDS = ("watch", "rate", "purchase", "hide")
# Somebody of whom less is known has no history to speak from ("something like Heat").
LEAST_LIKED = 5
RECENT, REMEMBERED = 50, 1000
# The goal is found among so many next likes, the kind that interest drifts to among so many.
NEXT, LATER = 10, 60
WITHIN_US = 30 * 86_400_000_000
# Films of one goal have this part of their genres in common at least, those of two goals this at most.
ALIKE, UNLIKE = 0.5, 0.25
GOAL_SIZE = 3
# A tried moment may have no second kind to drift to: so many are tried for each person wanted.
TRIES = 40


@dataclass(frozen=True, eq=False)
class History:
    """Who did what and when, in the order of time (`times`: microseconds since 1970); arrays of `e`."""

    users: Ints
    items: Ints
    liked: Bools
    seen: Bools
    times: Longs
    user_ids: tuple[str, ...]


@dataclass(frozen=True)
class Goal:
    """What somebody would like next: `target` is the one they have in mind, `items` all of its kind."""

    target: int
    items: tuple[int, ...]


@dataclass(frozen=True)
class Person:
    """Somebody at a moment. All items are catalogue indices.

    Attributes
    ----------
    time : int
        Microseconds since 1970; nothing at or after it is known to any model.
    liked, seen : tuple of int
        The newest liked and met before the moment, newest last, each once.
    goals : tuple of Goal
        What they want; a second one where interest drifts.
    """

    user: int
    user_id: str
    time: int
    liked: tuple[int, ...]
    seen: tuple[int, ...]
    goals: tuple[Goal, ...]


def history_of(table: pa.Table, catalog: Catalog) -> History:
    """Read a table of `catalog.store.load_interactions`; events on unknown items are left out."""
    items = catalog.indices_of(table["item_id"])
    times = table["occurred_at"].cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy()
    user_ids = pc.unique(table["user_id"]).sort()
    users = np.asarray(pc.index_in(table["user_id"], value_set=user_ids), dtype=np.int32)
    seen = np.asarray(pc.is_in(table["kind"], value_set=pa.array(SEEN_KINDS)), dtype=np.bool_)
    order = np.argsort(times, kind="stable")
    order = order[items[order] >= 0]
    return History(
        users=users[order],
        items=items[order].astype(np.int32),
        liked=_liked(table)[order],
        seen=seen[order],
        times=times[order],
        user_ids=tuple(user_ids.to_pylist()),
    )


def _liked(table: pa.Table) -> Bools:
    """Return bool[e]; what a behaviour says is worked out once per distinct kind and value."""
    kinds: Any = table["kind"].combine_chunks().dictionary_encode()
    codes, names = np.asarray(kinds.indices), kinds.dictionary.to_pylist()
    values = table["value"].to_numpy()
    liked = np.zeros(len(table), dtype=np.bool_)
    for code, name in enumerate(names):
        rows = np.flatnonzero(codes == code)
        distinct, inverse = np.unique(values[rows], return_inverse=True, equal_nan=True)
        liked[rows] = np.array([signal(name, float(one)) > 0 for one in distinct], np.bool_)[inverse]
    return liked


def sample_people(  # noqa: PLR0913 - each says whom to choose
    history: History,
    catalog: Catalog,
    count: int,
    *,
    seed: int,
    since: int | None = None,
    drift: bool = True,
    avoid: frozenset[int] = frozenset(),
) -> list[Person]:
    """Draw people at moments, in the order of time; everybody once before anybody twice.

    Parameters
    ----------
    since
        The earliest moment (microseconds since 1970); by default the time before which four fifths of all
        events lie.
    drift
        Give each a second goal of another kind; who has none is not taken.
    avoid
        Items that are no goal (their title is made of words that everybody says).

    Raises
    ------
    NobodyToSimulateError
        Where nobody has enough before and after such a moment.
    """
    rng = np.random.default_rng(seed)
    start = _usual_start(history) if since is None else since
    sampler = _Sampler(history, _genres(catalog), avoid)
    asked = np.flatnonzero(history.liked & (history.times >= start))
    users = rng.permutation(np.unique(history.users[asked]))
    people: list[Person] = []
    for attempt in range(TRIES * max(1, count // max(1, len(users)) + 1)):
        for user in users:
            if len(people) == count:
                break
            events = asked[history.users[asked] == user]
            found = sampler.person(int(rng.choice(events)), drift)
            if found is not None and not (attempt and found in people):
                people.append(found)
        if len(people) == count:
            break
    if not people:
        raise NobodyToSimulateError(
            "Nobody in the interactions has enough likes before and after the moments asked for: load more "
            "interactions (`heed data load`), or simulate without drift."
        )
    return sorted(people, key=lambda one: (one.time, one.user, one.goals[0].target))


def _usual_start(history: History) -> int:
    if not len(history.times):
        raise NobodyToSimulateError("There are no interactions: load some with `heed data load`.")
    return int(history.times[min(len(history.times) - 1, int(0.8 * len(history.times)))])


def _genres(catalog: Catalog) -> npt.NDArray[np.float32]:
    name = catalog.domain.affinity_field
    matrix: npt.NDArray[np.float32] = catalog.category(name).matrix.astype(np.float32)
    return matrix


@dataclass(frozen=True, eq=False)
class _Sampler:
    history: History
    genres: npt.NDArray[np.float32]
    avoid: frozenset[int]

    def person(self, event: int, drift: bool) -> Person | None:
        """Return the person of an event at its moment; None where too little is known."""
        log, user = self.history, self.history.users[event]
        rows = np.flatnonzero(log.users == user)
        time = int(log.times[event])
        before = rows[log.times[rows] < time]
        liked = _each_once(log.items[before[log.liked[before]]])[-RECENT:]
        if len(liked) < LEAST_LIKED:
            return None
        seen = _each_once(log.items[before[log.seen[before]]])[-REMEMBERED:]
        after = rows[(log.times[rows] >= time) & (log.times[rows] < time + WITHIN_US) & log.liked[rows]]
        target = int(log.items[event])
        upcoming = [int(i) for i in dict.fromkeys(log.items[after].tolist()) if i not in set(seen.tolist())]
        if target not in upcoming or target in self.avoid:
            return None
        goals = self._goals(target, [one for one in upcoming if one != target], drift)
        if drift and len(goals) < 2:
            return None
        return Person(int(user), log.user_ids[user], time, tuple(liked.tolist()), tuple(seen.tolist()), goals)

    def _goals(self, target: int, upcoming: Sequence[int], drift: bool) -> tuple[Goal, ...]:
        first = self._goal(target, upcoming[:NEXT])
        if not drift:
            return (first,)
        later = upcoming[:LATER]
        other = (
            one
            for one, like in zip(later, self._likeness(target, later), strict=True)
            if like <= UNLIKE and self.genres[one].any() and one not in self.avoid
        )
        second = next(other, None)
        return (first,) if second is None else (first, self._goal(second, [i for i in later if i != second]))

    def _goal(self, target: int, others: Sequence[int]) -> Goal:
        alike = [
            one
            for one, like in zip(others, self._likeness(target, others), strict=True)
            if like >= ALIKE and one not in self.avoid
        ]
        return Goal(target, (target, *alike[: GOAL_SIZE - 1]))

    def _likeness(self, target: int, others: Sequence[int]) -> list[float]:
        """Return the Jaccard index of the genres of `target` and of each other item."""
        rows, mine = self.genres[list(others)], self.genres[target]
        both, either = rows @ mine, np.maximum(rows, mine).sum(axis=1) if len(others) else np.zeros(0)
        found: list[float] = (both / np.maximum(either, 1)).tolist()
        return found


def _each_once(items: Ints) -> Ints:
    """Return the items in the order of their last occurrence, as the passive features keep them."""
    _, from_behind = np.unique(items[::-1], return_index=True)
    once: Ints = items[::-1][np.sort(from_behind)][::-1]
    return once
