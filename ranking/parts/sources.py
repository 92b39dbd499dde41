"""Where candidates come from: each source names a few items of those that survived the filter.

The ranking model is asked about some hundred items, not about all: what neither taste nor wishes
nor demand brings up would not come first anyway.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

import numpy as np

from ranking.candidates import Candidates
from ranking.interactions import Floats, Ints
from ranking.parts.run import Run
from ranking.semantic import unit
from ranking.tools.alternatives import units
from ranking.tools.matcher import intent_taste, unit_degree

# Scores under which the sources leave their mark on a candidate.
EXPLORATION = "exploration"

# With no more survivors than this, asking about all of them is quicker than choosing.
ENOUGH = 450
TASTE, WISHES, POPULAR, UNKNOWN = 150, 150, 80, 40
# Where the sources name fewer than so many for each place in the feed, the most wanted others are added.
REFILL = 5
# Of how many survivors the unknown ones are chosen: the same ones every day would be no exploration.
SAMPLE = 2000
# Among equals by wish, taste and demand decide which are looked at: a genre alone has thousands.
_EQUALS = 0.2


@dataclass(frozen=True)
class Sources:
    """Choose candidates by taste, by wishes, by demand and, a few, by what hardly anybody knows."""

    name: str = "sources"

    def enabled(self, run: Run) -> bool:
        """Always."""
        return True

    def apply(self, run: Run) -> Run:
        """Keep the union of what the sources name, refilled where that is too little."""
        survivors = run.candidates
        fresh = unknown_items(run, survivors)
        marked = survivors.with_score(EXPLORATION, _mark(fresh, len(survivors)))
        if len(survivors) <= ENOUGH:
            return replace(run, candidates=marked, remark=f"all {len(survivors)} that are left")
        named = {
            "taste": _best(_by_taste(run, survivors), TASTE),
            "wishes": _best(_by_wishes(run, survivors), WISHES),
            "popular": _best(_by_demand(run, survivors), POPULAR),
            "exploration": fresh,
        }
        rows = np.unique(np.concatenate(list(named.values())))
        told = ", ".join(f"{name} {len(found)}" for name, found in named.items())
        missing = REFILL * run.request.limit - len(rows)
        if missing > 0:
            rows = np.union1d(rows, _best(_by_demand(run, survivors), len(rows) + missing))
            told += f", refilled to {len(rows)}"
        return replace(run, candidates=marked.take(rows), remark=told)


def unknown_items(run: Run, survivors: Candidates) -> Ints:
    """Return rows of items that few people know and that suit the person, a different choice every day.

    They come from a sample, so that chance has a say and a large catalogue costs no more than a small one.
    """
    state = run.context.state
    if not len(survivors) or not state.popularity.event_count.any():
        return np.empty(0, dtype=np.intp)
    day = run.context.now // 86_400_000_000
    chance = np.random.default_rng(zlib.crc32(f"{run.request.user_id} {day}".encode()))
    sample = np.unique(chance.integers(0, len(survivors), SAMPLE))
    drawn = survivors.take(sample[state.is_little_known[survivors.items[sample]]])
    rows = sample[state.is_little_known[survivors.items[sample]]]
    best: Ints = rows[_best(_by_wishes(run, drawn), UNKNOWN)]
    return best


def _by_taste(run: Run, survivors: Candidates) -> Floats:
    taste = run.context.taste.scores
    if run.context.preferences and taste.any():
        best = float(taste.max())
        return (taste / np.float32(best if best > 0 else 1) + intent_taste(run.context))[survivors.items]
    return taste[survivors.items]


def _by_wishes(run: Run, survivors: Candidates) -> Floats:
    """Return how well the survivors fulfil the wishes, or without any, how they resemble the last likes."""
    wishes = units(run.plan.of("matcher"))
    if wishes:
        fulfilled: Floats = np.mean([unit_degree(wish, run.context, survivors) for wish in wishes], axis=0)
        rank = run.context.state.demand_rank[survivors.items] / len(run.context.catalog)
        equals = intent_taste(run.context)[survivors.items] + (1 - rank.astype(np.float32))
        return np.where(fulfilled > 0, fulfilled + np.float32(_EQUALS) * equals, np.float32(0))
    semantic = run.context.state.semantic
    history = run.context.taste.history
    if not len(history):
        return np.zeros(len(survivors), dtype=np.float32)
    place = unit(semantic.items[history].mean(axis=0))
    # Over all items and then picked: gathering the rows first would copy most of the matrix.
    near = run.context.once("near the last likes", lambda: semantic.similarity(place))
    return near[survivors.items]


def _by_demand(run: Run, survivors: Candidates) -> Floats:
    rank = run.context.state.demand_rank[survivors.items]
    return (len(run.context.catalog) - rank).astype(np.float32)


def _best(scores: Floats, count: int) -> Ints:
    """Return the rows of the `count` best of those above 0, in no order."""
    rows = np.flatnonzero(scores > 0)
    if len(rows) > count:
        rows = rows[np.argpartition(-scores[rows], count)[:count]]
    return rows


def _mark(rows: Ints, size: int) -> Floats:
    marks = np.zeros(size, dtype=np.float32)
    marks[rows] = 1
    return marks
