"""Users worth trying in a demonstration: known enough for a taste, and each with a taste of their own."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import numpy as np

from catalog.items import Catalog
from ranking.service.parts import SampleUser

# Below this the feed of a user is mostly popularity, above it a demonstration waits for nothing new.
_FEWEST, _MOST = 40, 400
_LIKES = 3


def sample_users(catalog: Catalog, interactions: Any, count: int = 8) -> tuple[SampleUser, ...]:
    """Return up to `count` users whose favourite values of the domain's affinity field differ.

    Parameters
    ----------
    interactions : pyarrow.Table
        With the columns of `catalog.tables.INTERACTIONS`.
    """
    if not interactions.num_rows or not catalog.has(catalog.domain.affinity_field):
        return ()
    counts = interactions.group_by("user_id").aggregate([([], "count_all")]).to_pydict()
    sizes = dict(zip(counts["user_id"], counts["count_all"], strict=True))
    fitting = [user for user, size in sizes.items() if _FEWEST <= size <= _MOST] or list(sizes)
    # A checksum's order is the same on every start and has nothing to do with how much a user did.
    fitting.sort(key=lambda user: (crc32(user.encode()), user))
    chosen: dict[str, SampleUser] = {}
    for user, likes in _profiles(catalog, interactions, fitting[: count * 6]).items():
        if likes and len(chosen) < count:
            chosen.setdefault(likes[0], SampleUser(user, sizes[user], likes))
    return tuple(sorted(chosen.values(), key=lambda user: -user.events))


def _profiles(catalog: Catalog, interactions: Any, users: list[str]) -> dict[str, tuple[str, ...]]:
    """Return each user's most typical values: those they chose more often than everybody does."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = catalog.category(catalog.domain.affinity_field)
    overall = column.counts / max(1, column.counts.sum())
    rows = interactions.filter(pc.is_in(interactions["user_id"], value_set=pa.array(users)))
    owner = np.asarray(rows["user_id"].to_pylist())
    items = catalog.indices_of(rows["item_id"].combine_chunks())
    profiles = {}
    for user in users:
        held = items[(owner == user) & (items >= 0)]
        codes = [column.indices[column.indptr[i] : column.indptr[i + 1]] for i in held]
        chosen = np.concatenate(codes) if codes else np.zeros(0, dtype=np.int64)
        mine = np.bincount(chosen, minlength=len(column.values))
        # Ten imagined average choices keep a value met once from being called a taste.
        lift = (mine + 10 * overall) / (mine.sum() + 10) / np.maximum(overall, 1e-9)
        best = np.argsort(-lift * (mine >= max(3, 0.05 * len(held))), kind="stable")[:_LIKES]
        profiles[user] = tuple(column.values[code] for code in best if mine[code] > 0)
    return profiles
