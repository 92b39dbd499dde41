"""Aggregator: taste, wishes and distastes become one order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agents.types import Preference
from ranking.candidates import Candidates
from ranking.context import FeedContext
from ranking.features.intent import ATTENUATION, INTENT_TASTE, MATCH
from ranking.interactions import Floats
from ranking.tools.interface import ToolResult

# What the ranking model says, and its place between the candidates: 0.5 is the average one.
RANKER = "ranker"
BASE = "base"
SCORE = "score"


@dataclass(frozen=True)
class Aggregator:
    r"""Weighs the scores and sorts.

    .. math:: s = \big((1 - \lambda)\, b + \lambda\, m + \tau\, t\big) (1 - \alpha\, a)

    with :math:`b` the ranking model's score brought to 0..1 among the candidates, :math:`m` the match,
    :math:`t` the taste that the wishes concern and :math:`a` the attenuation. Without wishes
    :math:`\lambda = 0`: the order is then taste alone.

    Parameters
    ----------
    wishes
        :math:`\lambda`. Above a half, because what somebody says now counts more than what they did once.
    taste
        :math:`\tau`.
    distaste
        :math:`\alpha`. Below 1, so that among the unwanted there is still an order.
    """

    wishes: float = 0.6
    taste: float = 0.15
    distaste: float = 0.9
    name: str = "aggregator"

    def run(
        self, candidates: Candidates, preferences: Sequence[Preference], context: FeedContext
    ) -> ToolResult:
        """Return the candidates best first, with the scores `base` and `score`."""
        base = candidates.score(BASE) if BASE in candidates.scores else _among(candidates.score(RANKER))
        share = self.wishes if candidates.score(MATCH).any() else 0.0
        gain = (
            (1 - share) * base + share * candidates.score(MATCH) + self.taste * candidates.score(INTENT_TASTE)
        )
        score = gain * (1 - self.distaste * candidates.score(ATTENUATION))
        scored = candidates.with_score(BASE, base).with_score(SCORE, score)
        # Ties go to the item that more people want: an order must not depend on the order of the sources.
        order = np.lexsort((context.state.demand_rank[scored.items], -scored.score(SCORE)))
        return ToolResult(scored.take(order))


def _among(raw: Floats) -> Floats:
    """Bring scores without a scale of their own to 0..1, the average candidate at a half."""
    if not len(raw):
        return raw
    spread = float(raw.std())
    if spread < 1e-9:
        return np.full(len(raw), 0.5, dtype=np.float32)
    standard = (raw - raw.mean()) / np.float32(spread)
    squashed: Floats = (1 / (1 + np.exp(-standard))).astype(np.float32)
    return squashed
