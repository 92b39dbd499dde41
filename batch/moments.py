"""Moments of the past at which somebody could have been served, and what was known just before each.

Everything that ranks is trained and judged on moments: at each, only what lies strictly before it is known,
and the likes that followed are what a good feed would have shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from batch.backfill import ACTIVITY_HALF_LIFE_US, RECENT_LENGTH, SEEN_KINDS, SEEN_LENGTH
from batch.database import connect, query
from batch.errors import TableFileError
from batch.tables import ITEM_POPULARITY, MOMENT, USER_BEHAVIOR, Table, table_path
from catalog.items import Catalog
from ranking.behavior import COLD, BehaviorFeatures
from ranking.interactions import Bools, Floats, Interactions, Ints
from ranking.popularity import Popularity

Longs = NDArray[np.int64]
Doubles = NDArray[np.float64]

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
            "asked_at": _times([moment.time for moment in moments]),
        }
    )
    known = _join("training_users", USER_BEHAVIOR, past.home, "moments", rows)
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
        for moment, row in zip(moments, known.to_pylist(), strict=True)
    ]


def popularity_at(
    past: Past, moments: Sequence[Moment], candidates: Sequence[Ints], demand_totals: Doubles
) -> list[Popularity]:
    """Return what `item_popularity` held of each moment's candidates just before it, by one ASOF join.

    `demand_totals` (float64[moments]) is the demand for all items together at each moment.
    """
    sizes = [len(items) for items in candidates]
    items = np.concatenate([*candidates, np.empty(0, np.int32)]).astype(np.int32)
    rows = pa.table(
        {
            "place": pa.array(np.arange(len(items)), pa.int64()),
            "item_id": past.catalog.id_array.take(pa.array(items)),
            "asked_at": _times(np.repeat([moment.time for moment in moments], sizes)),
        }
    )
    known = _join("training_items", ITEM_POPULARITY, past.home, "candidates", rows)
    # Where nothing at all is in demand every share is 0, and not 0 / 0.
    totals = np.repeat(np.maximum(demand_totals, np.finfo(np.float64).tiny), sizes)
    whole = Popularity(
        event_count=_floats(known, "event_count"),
        positive_count=_floats(known, "positive_count"),
        rating_mean=_floats(known, "rating_mean"),
        demand_share=(known["popularity_30d"].to_numpy() / totals).astype(np.float32),
    )
    ends = np.cumsum([0, *sizes])
    return [whole.of(np.arange(ends[at], ends[at + 1], dtype=np.int32)) for at in range(len(sizes))]


def demand_at(log: Interactions, times: Sequence[int], items: int) -> Iterator[tuple[Doubles, float]]:
    """Yield, for ascending `times`, each item's demand just before it (any scale) and the sum, decayed.

    The decay is the same for all items, so it is enough to let newer events weigh more; a double holds 84
    years of doubling every 30 days. The yielded float64[items] is changed by the next step.
    """
    liked = log.where(log.signals > 0)
    origin = int(liked.times[0]) if len(liked) else 0
    weights = np.exp2((liked.times - origin) / ACTIVITY_HALF_LIFE_US)
    demand = np.zeros(items, dtype=np.float64)
    done = 0
    for time in times:
        until = int(np.searchsorted(liked.times, time, side="left"))
        np.add.at(demand, liked.items[done:until], weights[done:until])
        done = until
        yield demand, float(demand.sum() * np.exp2((origin - time) / ACTIVITY_HALF_LIFE_US))


def _join(name: str, table: Table, home: Path, rows_name: str, rows: pa.Table) -> pa.Table:
    """Run one of the ASOF joins between `rows` and a feature table."""
    path = table_path(home, table.name)
    if not path.is_file():
        raise TableFileError(path, "does not exist", "run `heed backfill` first")
    with connect() as database:
        database.register(rows_name, rows)
        database.read_parquet(str(path)).create_view(table.name)
        parameters = {"half_life_us": ACTIVITY_HALF_LIFE_US} if "$half_life_us" in query(name) else {}
        joined: pa.Table = database.sql(query(name), params=parameters).to_arrow_table()
    if len(joined) != len(rows):
        problem = f"gives {len(joined)} rows for {len(rows)} questions, so its times are not unique"
        raise TableFileError(path, problem, "run `heed backfill`")
    return joined


def _times(microseconds: Sequence[int] | Longs) -> pa.Array:
    return pa.array(microseconds, pa.int64()).cast(MOMENT)


def _floats(table: pa.Table, column: str) -> Floats:
    values: Floats = table[column].to_numpy().astype(np.float32)
    return values
