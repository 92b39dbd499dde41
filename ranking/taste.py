"""A person's taste over the whole catalogue, worked out once per request and shared by all who need it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from catalog.items import Catalog
from ranking.behavior import BehaviorFeatures, item_indices
from ranking.collaborative import Collaborative, recency_weights
from ranking.interactions import Floats, Ints

# How many of the newest likes count as "what they are into right now".
LATEST = 5


@dataclass(frozen=True, eq=False)
class Taste:
    """The collaborative side of a person.

    Attributes
    ----------
    history : int32[m]
        The liked items that are known to the catalogue, newest last.
    scores : float32[n]
        EASE scores of every item for the whole history, 0 for cold items.
    latest_scores : float32[n]
        The same for the `LATEST` newest likes alone.
    """

    history: Ints
    scores: Floats
    latest_scores: Floats


def taste_of(behavior: BehaviorFeatures, catalog: Catalog, collaborative: Collaborative) -> Taste:
    """Score the catalogue for what a person liked of late; somebody unknown has zeros everywhere."""
    history = item_indices(behavior.recent_item_ids, catalog)
    weights = recency_weights(len(history))
    latest = history[-LATEST:]
    return Taste(
        history=history,
        scores=collaborative.scores(history, weights),
        latest_scores=collaborative.scores(latest, np.ones(len(latest), dtype=np.float32)),
    )
