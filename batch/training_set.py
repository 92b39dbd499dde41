"""The training set of the ranking model: moments of the past, what was known at each, what was liked next.

Point-in-time right: EASE is fitted on events before the first moment only, passive features and popularity
are what the feature tables held strictly before each moment, and candidates are found without looking ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.planner import Plan, plan
from agents.types import Preference
from batch.moments import Moment, Past, behaviors_at, demand_at, popularity_at
from batch.wishes import Wisher
from ranking.behavior import BehaviorFeatures, as_of
from ranking.candidates import Candidates, all_items
from ranking.context import CatalogState, FeedContext
from ranking.features import Query, feature_matrix, feature_names
from ranking.interactions import Ints
from ranking.model import RankingDataset
from ranking.popularity import Popularity
from ranking.taste import taste_of
from ranking.tools import TOOLS

Progress = Callable[[int, int], None]

# As many as a feed looks at; what none of the two finds is not ranked.
BY_TASTE, BY_DEMAND = 300, 200
# Of some 400 that were passed over so many teach as much as all, at a fifth of the cost.
PASSED_OVER = 50


@dataclass(frozen=True, eq=False)
class Occasion:
    """A moment with everything that a feed would have known at it.

    Attributes
    ----------
    behavior : BehaviorFeatures
        The person, with the decays applied up to the moment.
    preferences : tuple of Preference
        What they say; empty where they say nothing.
    items : int32[n]
        The candidates that obey what was demanded, nothing that was seen before.
    popularity : Popularity
        Of the candidates.
    """

    moment: Moment
    behavior: BehaviorFeatures
    preferences: tuple[Preference, ...]
    items: Ints
    popularity: Popularity


def occasions_of(
    past: Past, state: CatalogState, moments: Sequence[Moment], wishes: Sequence[tuple[Preference, ...]]
) -> list[Occasion]:
    """Look up what was known at each moment (in the order of time) and find its candidates.

    Parameters
    ----------
    state : CatalogState
        With the collaborative model that the feed would have had: fitted before the first moment.
    wishes : one tuple of preferences per moment
        What is said at it.
    """
    behaviors = [
        as_of(behavior, moment.time)
        for behavior, moment in zip(behaviors_at(past, moments), moments, strict=True)
    ]
    found, totals = [], []
    demands = demand_at(past.log, [moment.time for moment in moments], len(past.catalog))
    for moment, behavior, said, (demand, total) in zip(moments, behaviors, wishes, demands, strict=True):
        context = context_of(state, moment, behavior, said)
        found.append(_candidates(context, moment, demand))
        totals.append(total)
    popularity = popularity_at(past, moments, found, np.array(totals))
    return [Occasion(*parts) for parts in zip(moments, behaviors, wishes, found, popularity, strict=True)]


def context_of(
    state: CatalogState, moment: Moment, behavior: BehaviorFeatures, said: tuple[Preference, ...]
) -> FeedContext:
    """Return what the tools see at a moment."""
    if state.collaborative is None:
        raise ValueError("a training set needs a collaborative model")
    taste = taste_of(behavior, state.catalog, state.collaborative)
    return FeedContext(state, behavior, taste, said, moment.time)


def _candidates(context: FeedContext, moment: Moment, demand: NDArray[np.float64]) -> Ints:
    """Return what the sources find among what obeys the demands and is new to the person."""
    allowed = np.zeros(len(context.catalog), dtype=np.bool_)
    allowed[_obeying(context).items] = True
    allowed[moment.seen] = False
    by_taste = _best(np.where(allowed, context.taste.scores, 0), BY_TASTE)
    return np.union1d(by_taste, _best(np.where(allowed, demand, 0), BY_DEMAND)).astype(np.int32)


def _obeying(context: FeedContext) -> Candidates:
    items = all_items(len(context.catalog))
    demands = _plan(context).of("filter")
    return TOOLS["filter"].run(items, demands, context).candidates if demands else items


def _best(scores: NDArray[Any], count: int) -> NDArray[np.int64]:
    """Return the `count` items with the highest scores above zero, in no order."""
    count = min(count, len(scores))
    best = np.argpartition(-scores, count - 1)[:count]
    found: NDArray[np.int64] = best[scores[best] > 0]
    return found


def query_of(state: CatalogState, occasion: Occasion) -> Query:
    """Return the feature query of an occasion, with what the tools say of its candidates."""
    context = context_of(state, occasion.moment, occasion.behavior, occasion.preferences)
    candidates = Candidates(occasion.items)
    for step in _plan(context).steps:
        if step.tool in ("matcher", "attenuator"):
            candidates = TOOLS[step.tool].run(candidates, step.preferences, context).candidates
    return Query(
        items=occasion.items,
        scores=candidates.scores,
        behavior=occasion.behavior,
        taste=context.taste,
        popularity=occasion.popularity,
        catalog=state.features,
        wishes=len(occasion.preferences),
    )


def _plan(context: FeedContext) -> Plan:
    return plan(context.preferences, context.catalog.domain, context.catalog)


def for_training(occasions: Sequence[Occasion]) -> list[Occasion]:
    """Return the occasions from which something is learned, each with a sample of what was passed over.

    Left out of the candidates is what the person met later, which was not passed over, unless it followed at
    once. A like that no source finds is none that ranking could win: among the candidates it would teach the
    model to prefer what the sources think little of.
    """
    rng = np.random.default_rng(0)
    kept = []
    for occasion in occasions:
        liked = np.isin(occasion.items, meant(occasion))
        passed_over = np.flatnonzero(~np.isin(occasion.items, occasion.moment.later))
        sample = rng.choice(passed_over, min(PASSED_OVER, len(passed_over)), replace=False)
        rows = np.concatenate([np.flatnonzero(liked), sample])
        if liked.any() and len(sample):
            kept.append(
                Occasion(
                    occasion.moment,
                    occasion.behavior,
                    occasion.preferences,
                    occasion.items[rows],
                    occasion.popularity.of(rows.astype(np.int32)),
                )
            )
    return kept


def meant(occasion: Occasion) -> Ints:
    """Return what a good feed would show: all that followed, or the target alone where words speak of it."""
    following = occasion.moment.following
    return following[following == occasion.moment.target] if occasion.preferences else following


def training_set(state: CatalogState, occasions: Sequence[Occasion], progress: Progress) -> RankingDataset:
    """Compute features and labels, one query per occasion of `for_training`."""
    names = feature_names(state.catalog.domain)
    matrices, labels = [], []
    for done, occasion in enumerate(occasions, start=1):
        matrices.append(feature_matrix(query_of(state, occasion)))
        labels.append(np.isin(occasion.items, meant(occasion)))
        progress(done, len(occasions))
    return RankingDataset(
        features=np.concatenate([*matrices, np.empty((0, len(names)), np.float32)]),
        labels=np.concatenate([*labels, np.empty(0, np.bool_)]).astype(np.int32),
        groups=np.array([len(matrix) for matrix in matrices], dtype=np.int32),
        names=names,
    )


def wishes_for(moments: Sequence[Moment], wisher: Wisher, share: float) -> list[tuple[Preference, ...]]:
    """Return what is said at each moment; at a `share` of them something is."""
    speaks = wisher.rng.random(len(moments)) < share
    return [wisher.wishes(moment) if says else () for moment, says in zip(moments, speaks, strict=True)]
