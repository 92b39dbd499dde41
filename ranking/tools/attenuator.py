"""Attenuator: what is unwanted comes lower, by how much of it an item has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agents.types import Preference
from ranking.candidates import Candidates
from ranking.context import FeedContext
from ranking.features.intent import ATTENUATION
from ranking.interactions import Floats
from ranking.tools.degree import degree
from ranking.tools.interface import ToolResult

# How far one thing alone can count against an item: a distaste leaves it a chance, an order hardly any.
_SOFT, _HARD = 0.8, 1.0


@dataclass(frozen=True)
class Attenuator:
    r"""Scores the candidates against the distastes.

    With :math:`d_k` the degree to which an item is what distaste :math:`k` speaks of and :math:`c_k` how
    much that may count, `attenuation` is :math:`1 - \prod_k (1 - c_k d_k)`: every further distaste makes
    it worse, and one full one is enough.
    """

    name: str = "attenuator"

    def run(
        self, candidates: Candidates, preferences: Sequence[Preference], context: FeedContext
    ) -> ToolResult:
        """Add the score; leave nothing out."""
        spared: Floats = np.ones(len(candidates), dtype=np.float32)
        for one in preferences:
            spared = spared * (1 - np.float32(_force(one)) * _resemblance(one, context, candidates))
        return ToolResult(candidates.with_score(ATTENUATION, 1 - spared))


def _force(one: Preference) -> float:
    return (_HARD if one.strength == "hard" else _SOFT) * min(max(one.confidence, 0.05), 1.0)


def _resemblance(one: Preference, context: FeedContext, candidates: Candidates) -> Floats:
    found = degree(one, context, candidates.items)
    if one.field == "item":
        # "Not that one" is first of all about that one.
        index = context.catalog.index_of(str(one.value))
        found = np.where(candidates.items == index, np.float32(1), found)
    return found
