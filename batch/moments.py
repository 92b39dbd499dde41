"""Moments of the past at which somebody could have been served, and what was known just before each.

Everything that ranks is trained and judged on moments: at each, only what lies strictly before it is known,
and the likes that followed are what a good feed would have shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from batch.backfill import ACTIVITY_HALF_LIFE_US, RECENT_LENGTH, SEEN_KINDS, SEEN_LENGTH
from batch.database import connect, query
from batch.errors import TableFileError
from batch.tables import MOMENT, USER_BEHAVIOR, table_path
from catalog.items import Catalog
from ranking.behavior import COLD, BehaviorFeatures
from ranking.interactions import Bools, Interactions, Ints
from ranking.popularity import Popularity, demand_shares

Longs = NDArray[np.int64]

# A feed is judged by the next likes: ten of them, half a page.
FOLLOWING = 10
# MovieLens rates in sittings; a like of another season says little about this moment.
FOLLOWING_WITHIN_US = 30 * 86_400_000_000


@dataclass(frozen=True, eq=False)
class Past:
    """What happened: the catalogue, its interactions, and the feature tables under `home/features`."""

    home: Path
    catalog: Catalog
    log: Interactions


@dataclass(frozen=True, eq=False)
class Moment:
    """Somebody about to like `target`.

    Attributes
    ----------
    user : int
        Position in `Interactions.user_ids`.
    time : int
        Microseconds since 1970; whatever happened at or after it is the future.
    target : int
        Catalogue index of the item that was liked at `time`.
    following : int32[k]
        The next items liked from then on that are new to the person; empty where even the target is not.
    liked, seen : int32[m]
        The newest items liked and seen before, newest last, as the passive features have them.
    later : int32[j]
        Every item met at or after `time`.
    """

    user: int
    time: int
    target: int
    following: Ints
    liked: Ints
    seen: Ints
    later: Ints


def sample_moments(log: Interactions, start: int, end: int, *, per_user: int, limit: int) -> list[Moment]:
    """Draw moments from the likes in `[start, end)`, in the order of time.

    Parameters
    ----------
    per_user : int
        At most so many per person, evenly spread, so that nobody outweighs the others.
    limit : int
        At most so many in all, drawn with a fixed seed.
    """
    visible = log.before(end)
    seen_kinds = visible.of_kinds(*SEEN_KINDS)
    order = np.argsort(visible.users, kind="stable")
    moments = []
    for rows in np.split(order, np.flatnonzero(np.diff(visible.users[order])) + 1):
        asked = np.flatnonzero((visible.signals[rows] > 0) & (visible.times[rows] >= start))
        spread = np.unique(np.linspace(0, len(asked) - 1, min(per_user, len(asked))).astype(int))
        moments += [_moment(visible, seen_kinds, rows, int(asked[at])) for at in spread]
    if len(moments) > limit:
        drawn = np.random.default_rng(0).choice(len(moments), limit, replace=False)
        moments = [moments[at] for at in drawn]
    return sorted(moments, key=lambda moment: (moment.time, moment.user, moment.target))


def _moment(log: Interactions, seen_kinds: Bools, rows: Longs, event: int) -> Moment:
    items, times, liked = log.items[rows], log.times[rows], log.signals[rows] > 0
    past = times < times[event]
    seen = _each_once(items[past & seen_kinds[rows]])[-SEEN_LENGTH:]
    soon = items[~past & liked & (times < times[event] + FOLLOWING_WITHIN_US)]
    # Of the likes of one instant any could come first; the target always counts.
    following = np.unique(np.concatenate(([items[event]], soon[soon != items[event]][: FOLLOWING - 1])))
    return Moment(
        user=int(log.users[rows[event]]),
        time=int(times[event]),
        target=int(items[event]),
        following=np.setdiff1d(following, seen).astype(np.int32),
        liked=_each_once(items[past & liked])[-RECENT_LENGTH:],
        seen=seen,
        later=items[~past],
    )


def _each_once(items: Ints) -> Ints:
    """Return the items in the order of their last occurrence, as the passive features keep them."""
    _, from_behind = np.unique(items[::-1], return_index=True)
    once: Ints = items[::-1][np.sort(from_behind)][::-1]
    return once


def behaviors_at(past: Past, moments: Sequence[Moment]) -> list[BehaviorFeatures]:
    """Return what `user_behavior` held of each moment's person just before it, by one ASOF join."""
    user_ids, ids = past.log.user_ids, past.catalog.item_ids
    rows = pa.table(
        {
            "moment": pa.array(range(len(moments)), pa.int64()),
            "user_id": pa.array([user_ids[moment.user] for moment in moments], pa.string()),
            "asked_at": pa.array([moment.time for moment in moments], pa.int64()).cast(MOMENT),
        }
    )
    return [
        COLD
        if row["version"] is None
        else BehaviorFeatures(
            event_count=row["event_count"],
            positive_count=row["positive_count"],
            rating_count=row["rating_count"],
            rating_mean=row["rating_mean"],
            activity_30d=row["activity_30d"],
            category_affinity=tuple(row["category_affinity"]),
            number_mean=tuple(row["number_mean"]),
            number_count=tuple(row["number_count"]),
            recent_item_ids=tuple(ids[item] for item in moment.liked),
            seen_item_ids=tuple(ids[item] for item in moment.seen),
            last_event_at=row["last_event_at"],
            version=row["version"],
        )
        for moment, row in zip(moments, _join(rows, past.home).to_pylist(), strict=True)
    ]


class Demand:
    """The view `item_popularity` of the whole catalogue, moved forward through the past.

    To find candidates the feed needs every item at every moment: as an ASOF join that is millions of rows, as
    a sweep over the events a few additions. A test holds it equal to the feature table. The decay is the same
    for all items, so newer events weigh more instead: a double holds 84 years of doubling every 30 days.
    """

    def __init__(self, log: Interactions, items: int) -> None:
        self._log = log.where(~log.of_kinds("impression"))
        self._origin = int(log.times[0]) if len(log) else 0
        self._done = 0
        self._events, self._positives, self._weights, self._rated, self._stars = np.zeros((5, items))

    def before(self, time: int) -> Popularity:
        """Return the popularity just before `time` (microseconds since 1970, ascending from call to call)."""
        until = int(np.searchsorted(self._log.times, time, side="left"))
        new = slice(self._done, until)
        self._done = until
        items, stars = self._log.items[new], self._log.stars[new]
        liked, rated = self._log.signals[new] > 0, ~np.isnan(stars)
        age = (self._log.times[new][liked] - self._origin) / ACTIVITY_HALF_LIFE_US
        np.add.at(self._events, items, 1)
        np.add.at(self._positives, items[liked], 1)
        np.add.at(self._weights, items[liked], np.exp2(age))
        np.add.at(self._rated, items[rated], 1)
        np.add.at(self._stars, items[rated], stars[rated])
        demand = self._weights * np.exp2((self._origin - time) / ACTIVITY_HALF_LIFE_US)
        return Popularity(
            event_count=self._events.astype(np.float32),
            positive_count=self._positives.astype(np.float32),
            rating_mean=(self._stars / np.maximum(self._rated, 1)).astype(np.float32),
            demand_share=demand_shares(demand, self._positives),
        )


def _join(rows: pa.Table, home: Path) -> pa.Table:
    """Run the ASOF join between the moments and `user_behavior`."""
    path = table_path(home, USER_BEHAVIOR.name)
    if not path.is_file():
        raise TableFileError(path, "does not exist", "run `heed backfill` first")
    with connect() as database:
        database.register("moments", rows)
        database.read_parquet(str(path)).create_view(USER_BEHAVIOR.name)
        joined: pa.Table = database.sql(query("training_users")).to_arrow_table()
    if len(joined) != len(rows):
        problem = f"gives {len(joined)} rows for {len(rows)} moments, so its times are not unique"
        raise TableFileError(path, problem, "run `heed backfill` again")
    return joined
