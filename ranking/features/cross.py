"""How the item suits what the person did."""

from __future__ import annotations

import numpy as np

from ranking.features.query import Query
from ranking.interactions import Floats
from ranking.taste import LATEST

_UNKNOWN = np.float32(np.nan)


def affinity_mean(query: Query) -> Floats:
    """The person's mean affinity to the item's categories, as a part of all their affinity; -1 to 1."""
    mean: Floats = query.categories @ query.affinity / query.category_counts
    return mean


def affinity_best(query: Query) -> Floats:
    """The affinity to the item's favourite category."""
    had = np.where(query.categories > 0, query.affinity, np.float32(-1))
    best: Floats = had.max(axis=1, initial=-1)
    return best


def affinity_worst(query: Query) -> Floats:
    """The affinity to the item's least liked category."""
    had = np.where(query.categories > 0, query.affinity, np.float32(1))
    worst: Floats = had.min(axis=1, initial=1)
    return worst


def collaborative(query: Query) -> Floats:
    """The EASE score as it is: it grows with the history, and so says how sure it is."""
    return query.taste.scores[query.items]


def collaborative_relative(query: Query) -> Floats:
    """The EASE score as a part of the best one in the catalogue: comparable between people."""
    return _relative(query.taste.scores, query)


def latest_relative(query: Query) -> Floats:
    """The same for the few newest likes alone: what the person is into right now."""
    return _relative(query.taste.latest_scores, query)


def category_recency(query: Query) -> Floats:
    """The mean share of the newest likes that had the item's categories, 0 where there are none."""
    latest = query.taste.history[-LATEST:]
    if not len(latest):
        return np.zeros(len(query.items), dtype=np.float32)
    # By hand, because scipy's mean over five sparse rows costs more than all other features together.
    had = np.zeros(query.catalog.categories.shape[1], dtype=np.float32)
    for item in latest:
        kinds = query.catalog.categories
        had[kinds.indices[kinds.indptr[item] : kinds.indptr[item + 1]]] += np.float32(1 / len(latest))
    share: Floats = query.categories @ had / query.category_counts
    return share


def difference(query: Query, slot: int) -> Floats:
    """How far the number lies above the person's usual one, in standard deviations; NaN where unknown."""
    at = query.catalog.number_slots[slot]
    behavior = query.behavior
    if at >= len(behavior.number_count) or not behavior.number_count[at]:
        return np.full(len(query.items), _UNKNOWN)
    usual = np.float32(behavior.number_mean[at])
    steps: Floats = (query.catalog.numbers[query.items, slot] - usual) / query.catalog.scales[slot]
    return steps


def _relative(scores: Floats, query: Query) -> Floats:
    best = scores.max(initial=0)
    if best <= 0:
        return np.zeros(len(query.items), dtype=np.float32)
    relative: Floats = scores[query.items] / best
    return relative
