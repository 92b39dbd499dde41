"""Moments of the past led through the feed, with what was known then.

The feed's own parts find the candidates and run the tools, so what the ranking model learns from is what it
will be asked about: there is no second retrieval that could drift away from the first.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from agents.types import Intent, Preference
from batch.moments import Demand, Moment, Past, behaviors_at
from ranking.behavior import BehaviorFeatures
from ranking.context import CatalogState
from ranking.features import Query
from ranking.feed import PARTS
from ranking.interactions import Ints
from ranking.parts.intent import hydrate
from ranking.parts.run import Part, Run
from ranking.parts.scoring import Ranking
from ranking.slate import FeedRequest
from ranking.tools import TOOLS

# What comes before the model decides what the model is asked about.
_BEFORE_RANKING = tuple(itertools.takewhile(lambda part: not isinstance(part, Ranking), PARTS))
_FROM_RANKING = PARTS[len(_BEFORE_RANKING) :]
_LIMIT = 20


@dataclass(frozen=True, eq=False)
class Occasion:
    """A moment at which the feed was asked, up to the ranking model.

    Attributes
    ----------
    run : Run
        The feed's run; its candidates are the `n` items that are left, with the tools' scores.
    """

    moment: Moment
    run: Run

    @property
    def said(self) -> bool:
        """Whether the person has said something."""
        return bool(self.run.context.preferences)

    @property
    def meant(self) -> Ints:
        """What a good feed would show: all that followed, or the target alone where the words speak of it."""
        following = self.moment.following
        return following[following == self.moment.target] if self.said else following

    def query(self, rows: NDArray[np.intp] | None = None) -> Query:
        """Return the feature query of all candidates or of some `rows`."""
        taken = np.arange(len(self.run.candidates)) if rows is None else rows
        candidates, context = self.run.candidates.take(taken), self.run.context
        return Query(
            items=candidates.items,
            scores=candidates.scores,
            behavior=context.behavior,
            taste=context.taste,
            popularity=context.state.popularity.of(candidates.items),
            catalog=context.state.features,
            wishes=len(context.preferences),
        )


def occasions(
    past: Past, state: CatalogState, moments: Sequence[Moment], wishes: Sequence[tuple[Preference, ...]]
) -> Iterator[Occasion]:
    """Yield one occasion per moment.

    Parameters
    ----------
    state : CatalogState
        With the collaborative model that the feed would have had. Its popularity is not used.
    moments : sequence of Moment
        In the order of time.
    wishes : sequence of tuples of Preference
        What is said at each moment; empty where nothing is.
    """
    demand = Demand(past.log, len(past.catalog))
    asked = zip(moments, behaviors_at(past, moments), wishes, strict=True)
    for moment, behavior, said in asked:
        then = replace(state, popularity=demand.before(moment.time))
        run = hydrate(_request(past, moment, behavior, said), then, TOOLS)
        yield Occasion(moment, _through(_BEFORE_RANKING, run))


def _request(
    past: Past, moment: Moment, behavior: BehaviorFeatures, said: tuple[Preference, ...]
) -> FeedRequest:
    """Return what the person would have asked of the feed."""
    user_id = past.log.user_ids[moment.user]
    return FeedRequest(
        user_id=user_id,
        limit=_LIMIT,
        intent=Intent(user_id=user_id, version=len(said), command_id="", preferences=said),
        behavior=behavior,
        now=datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment.time),
    )


def finish(run: Run) -> Run:
    """Run the rest of the feed's parts: the first `chosen` candidates are the slate."""
    return _through(_FROM_RANKING, run)


def _through(parts: Sequence[Part], run: Run) -> Run:
    for part in parts:
        if part.enabled(run):
            run = part.apply(run)
    return run
