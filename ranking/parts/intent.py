"""What is known of the person, and the tools that their wishes call for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from agents.memory import active
from agents.planner import plan
from ranking.behavior import BehaviorFeatures, as_of, item_indices, microseconds
from ranking.candidates import all_items
from ranking.collaborative import recency_weights
from ranking.context import CatalogState, FeedContext
from ranking.interactions import Floats
from ranking.parts.run import Run
from ranking.slate import FeedRequest
from ranking.taste import Taste, taste_of
from ranking.tools import Tool


def hydrate(request: FeedRequest, state: CatalogState, tools: Mapping[str, Tool]) -> Run:
    """Begin a run: decays applied, taste worked out, expired preferences left aside."""
    now = microseconds(request.now)
    behavior = as_of(request.behavior, now)
    context = FeedContext(
        state=state,
        behavior=behavior,
        taste=_taste(behavior, state),
        preferences=active(request.intent, request.now),
        now=now,
    )
    return Run(request=request, context=context, tools=tools, candidates=all_items(len(state.catalog)))


def _taste(behavior: BehaviorFeatures, state: CatalogState) -> Taste:
    if state.collaborative is not None:
        return taste_of(behavior, state.catalog, state.collaborative)
    nothing = np.zeros(len(state.catalog), dtype=np.float32)
    return Taste(item_indices(behavior.recent_item_ids, state.catalog), nothing, nothing)


@dataclass(frozen=True)
class Planning:
    """Choose the chain of tools."""

    name: str = "plan"

    def enabled(self, run: Run) -> bool:
        """Always: a plan without wishes is the aggregator alone."""
        return True

    def apply(self, run: Run) -> Run:
        """Plan, and pass on what has to be said about it."""
        made = plan(run.context.preferences, run.context.catalog.domain, run.context.catalog)
        chain = " > ".join(
            f"{step.tool} ({len(step.preferences)})" if step.preferences else step.tool for step in made.steps
        )
        return replace(run.noted(*made.notes), plan=made, remark=chain)


def recent_weights(run: Run) -> Floats:
    """Return how much each item of the history counts, newest last."""
    return recency_weights(len(run.context.taste.history))
