"""The training set of the ranking model: what was passed over and what was liked, with what was known before.

Point-in-time right: EASE is fitted on events before the first moment only, passive features and popularity
are what the feature tables held strictly before each moment, and candidates are found without looking ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from agents.types import Preference
from batch.moments import Moment, Past
from batch.occasions import Occasion, occasions
from batch.wishes import Wisher
from ranking.context import CatalogState
from ranking.features import feature_matrix, feature_names
from ranking.model import RankingDataset

Progress = Callable[[int, int], None]

# Of some 400 that were passed over so many teach as much as all, at an eighth of the cost.
PASSED_OVER = 50


def training_set(
    past: Past,
    state: CatalogState,
    moments: Sequence[Moment],
    wishes: Sequence[tuple[Preference, ...]],
    progress: Progress,
) -> RankingDataset:
    """Compute features and labels: one query per moment from which something can be learned."""
    names = feature_names(past.catalog.domain)
    rng = np.random.default_rng(0)
    matrices, labels = [np.empty((0, len(names)), np.float32)], [np.empty(0, np.int32)]
    groups = []
    for done, occasion in enumerate(occasions(past, state, moments, wishes), start=1):
        rows, liked = _rows(occasion, rng)
        if len(rows):
            matrices.append(feature_matrix(occasion.query(rows)))
            labels.append(liked.astype(np.int32))
            groups.append(len(rows))
        progress(done, len(moments))
    return RankingDataset(
        features=np.concatenate(matrices),
        labels=np.concatenate(labels),
        groups=np.array(groups, dtype=np.int32),
        names=names,
    )


def wishes_for(moments: Sequence[Moment], wisher: Wisher, share: float) -> list[tuple[Preference, ...]]:
    """Return what is said at each moment; at a `share` of them something is."""
    speaks = wisher.rng.random(len(moments)) < share
    return [wisher.wishes(moment) if says else () for moment, says in zip(moments, speaks, strict=True)]


def _rows(occasion: Occasion, rng: np.random.Generator) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return the candidates to learn from, and which of them were liked; none where there is no choice.

    What the person met later, but not at once, was not passed over and is left out. A like that the feed does
    not find is none that ranking could win: among the candidates it would teach the model to prefer what the
    sources think little of.
    """
    items = occasion.run.candidates.items
    liked = np.flatnonzero(np.isin(items, occasion.meant))
    passed_over = np.flatnonzero(~np.isin(items, occasion.moment.later))
    if not len(liked) or not len(passed_over):
        return np.empty(0, np.intp), np.empty(0, np.bool_)
    sample = rng.choice(passed_over, min(PASSED_OVER, len(passed_over)), replace=False)
    rows = np.concatenate([liked, sample])
    return rows, np.arange(len(rows)) < len(liked)
