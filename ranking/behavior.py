"""What a person did, as the passive features of one row, and what follows from it at this moment."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import numpy as np

from catalog.items import Catalog
from ranking.interactions import Ints

ACTIVITY_HALF_LIFE_DAYS = 30.0
AFFINITY_HALF_LIFE_DAYS = 180.0

_MICROSECONDS_PER_DAY = 86_400_000_000


class BehaviorFeatures(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the Feast view `user_behavior`; the contract "Passive features" says what each means.

    Decayed quantities (`activity_30d`, `category_affinity`) are as of `last_event_at` until `as_of` moves
    them. The default value is somebody of whom nothing is known.
    """

    event_count: int = 0
    positive_count: int = 0
    rating_count: int = 0
    rating_mean: float = 0.0
    activity_30d: float = 0.0
    category_affinity: tuple[float, ...] = ()
    number_mean: tuple[float, ...] = ()
    number_count: tuple[int, ...] = ()
    recent_item_ids: tuple[str, ...] = ()
    seen_item_ids: tuple[str, ...] = ()
    last_event_at: int = 0
    version: int = 0


COLD = BehaviorFeatures()


def microseconds(moment: datetime) -> int:
    """Return a moment (aware; a naive one is taken as UTC) as microseconds since 1970."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    # Integer arithmetic: float seconds lose microseconds after 2004.
    delta = aware - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def decay(elapsed: int, half_life_days: float) -> float:
    """Return 2^(-elapsed / half-life) for `elapsed` microseconds; time that runs backwards counts as none."""
    return float(2.0 ** (-max(0, elapsed) / _MICROSECONDS_PER_DAY / half_life_days))


def as_of(behavior: BehaviorFeatures, now: int) -> BehaviorFeatures:
    """Return the features with the decays applied up to `now` (microseconds since 1970)."""
    elapsed = now - behavior.last_event_at
    fade = decay(elapsed, AFFINITY_HALF_LIFE_DAYS)
    return msgspec.structs.replace(
        behavior,
        activity_30d=behavior.activity_30d * decay(elapsed, ACTIVITY_HALF_LIFE_DAYS),
        category_affinity=tuple(value * fade for value in behavior.category_affinity),
    )


def item_indices(item_ids: tuple[str, ...], catalog: Catalog) -> Ints:
    """Return the catalogue indices of item ids in their order; unknown ids are left out."""
    found = (catalog.index_of(item_id) for item_id in item_ids)
    return np.fromiter((index for index in found if index is not None), dtype=np.int32)
