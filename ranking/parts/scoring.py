"""The ranking model's part."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ranking.context import FeedContext
from ranking.features import Query, feature_matrix
from ranking.interactions import Floats, Ints
from ranking.parts.run import Run
from ranking.tools.aggregator import BASE, RANKER


@dataclass(frozen=True)
class Ranking:
    """Score the candidates with the trained model; without one, by taste and demand."""

    name: str = "ranker"

    def enabled(self, run: Run) -> bool:
        """Wherever there is something to score."""
        return len(run.candidates) > 0

    def apply(self, run: Run) -> Run:
        """Add the score `ranker`, or `base` where no model is trained."""
        context, candidates = run.context, run.candidates
        ranker = context.state.ranker
        if ranker is None:
            plain = candidates.with_score(BASE, _untrained(context, candidates.items))
            return replace(run, candidates=plain, remark="no model is trained yet: taste and demand decide")
        query = Query(
            items=candidates.items,
            scores=candidates.scores,
            behavior=context.behavior,
            taste=context.taste,
            popularity=context.state.popularity.of(candidates.items),
            catalog=context.state.features,
            wishes=len(context.preferences),
        )
        scores = ranker.score(feature_matrix(query)).astype(np.float32)
        return replace(run, candidates=candidates.with_score(RANKER, scores))


def _untrained(context: FeedContext, items: Ints) -> Floats:
    demand = 1 - context.state.demand_rank[items] / max(1, len(context.catalog))
    best = float(context.taste.scores.max(initial=0.0))
    if best <= 0:
        return demand.astype(np.float32)
    taste = np.clip(context.taste.scores[items] / best, 0, 1)
    mixed: Floats = (0.6 * taste + 0.4 * demand).astype(np.float32)
    return mixed
