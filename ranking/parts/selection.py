r"""Choosing the slate: the best, but not the same thing twenty times.

Maximal marginal relevance (Carbonell and Goldstein 1998, SIGIR) over the best candidates: each place
goes to the item with the highest :math:`s_i - \lambda \max_{j \in S} \mathrm{sim}(i, j)` over the
items :math:`S` chosen before. :math:`\lambda` is small, because variety must not outvote a wish.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ranking.candidates import Candidates
from ranking.context import CatalogState
from ranking.features.intent import ATTENUATION
from ranking.interactions import Floats, Ints
from ranking.parts.run import Run
from ranking.parts.sources import EXPLORATION
from ranking.tools.aggregator import SCORE

# What the selection takes off for likeness, and what it adds to try something unknown.
SIMILAR = "similar"
TRIED = "tried"
FINAL = "final"

# So many times the feed's length are looked at.
POOL = 4
# One place in ten is for something that few people know, if it is nearly as good as what it displaces.
EVERY = 10
NEARLY = 0.6


@dataclass(frozen=True)
class Selection:
    """Pick the slate from the ordered candidates. `variety` is the weight of the likeness."""

    variety: float = 0.08
    name: str = "selection"

    def enabled(self, run: Run) -> bool:
        """Wherever there is something to choose from."""
        return len(run.candidates) > 0

    def apply(self, run: Run) -> Run:
        """Put the slate first, the rest after it in their order."""
        ordered = run.candidates
        pool = ordered.take(np.arange(min(len(ordered), POOL * run.request.limit)))
        rows, penalties = _varied(pool, run.context.state, run.request.limit, self.variety)
        bonus = np.zeros(len(ordered), dtype=np.float32)
        taken_off = np.zeros(len(ordered), dtype=np.float32)
        taken_off[rows] = penalties
        final = ordered.score(SCORE) - taken_off
        rows, tried = _with_exploration(ordered, rows, final, bonus)
        rest = np.setdiff1d(np.arange(len(ordered)), rows)
        scored = (
            ordered.with_score(SIMILAR, -taken_off).with_score(TRIED, bonus).with_score(FINAL, final + bonus)
        )
        chosen = scored.take(np.concatenate([rows, rest]))
        return replace(run, candidates=chosen, chosen=len(rows), remark=f"{tried} to try" if tried else "")


def _varied(pool: Candidates, state: CatalogState, limit: int, weight: float) -> tuple[Ints, Floats]:
    """Return the rows of the slate in order and what each lost for likeness."""
    scores = pool.score(SCORE).astype(np.float64)
    likeness = _likeness(state, pool.items)
    nearest = np.zeros(len(pool))
    open_places = np.ones(len(pool), dtype=np.bool_)
    rows, penalties = [], []
    for _ in range(min(limit, len(pool))):
        best = int(np.argmax(np.where(open_places, scores - weight * nearest, -np.inf)))
        rows.append(best)
        penalties.append(weight * nearest[best])
        open_places[best] = False
        nearest = np.maximum(nearest, likeness[best])
    return np.array(rows, dtype=np.intp), np.array(penalties, dtype=np.float32)


def _likeness(state: CatalogState, items: Ints) -> NDArray[np.float64]:
    """Return float64[m, m]: the mean of the texts' cosine and of the categories in common (Jaccard)."""
    places = state.semantic.items[items]
    texts = np.clip(places @ places.T, 0, 1)
    kinds = state.features.categories[items].toarray()
    common = kinds @ kinds.T
    counts = kinds.sum(axis=1)
    union = np.maximum(counts[:, None] + counts[None, :] - common, 1)
    mean: NDArray[np.float64] = ((texts + common / union) / 2).astype(np.float64)
    return mean


def _with_exploration(ordered: Candidates, rows: Ints, final: Floats, bonus: Floats) -> tuple[Ints, int]:
    """Give every tenth place to the best unknown item that is not in the slate yet; writes to `bonus`."""
    places = range(EVERY - 1, len(rows), EVERY)
    unknown = (ordered.score(EXPLORATION) > 0) & (ordered.score(ATTENUATION) < 0.3)
    waiting = [row for row in np.flatnonzero(unknown) if row not in set(rows.tolist())]
    chosen, tried = rows.copy(), 0
    for place in places:
        if unknown[chosen[place - EVERY + 1 : place + 1]].any() or not waiting:
            continue
        row = waiting.pop(0)
        displaced = float(final[chosen[place]])
        if float(final[row]) < NEARLY * displaced:
            break
        # It stands where the displaced one stood, so scores still fall along the slate.
        bonus[row] = displaced - float(final[row])
        chosen[place] = row
        tried += 1
    return chosen, tried
