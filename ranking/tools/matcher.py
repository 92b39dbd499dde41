"""Matcher: what is wanted comes higher, by meaning and by the part of a person's taste that it concerns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agents.types import Preference
from ranking.candidates import Candidates
from ranking.collaborative import recency_weights
from ranking.context import FeedContext
from ranking.features.intent import INTENT_TASTE, MATCH, SATISFIED, SEMANTIC
from ranking.interactions import Floats
from ranking.tools.alternatives import Unit, units
from ranking.tools.degree import degree
from ranking.tools.interface import ToolResult

# What was demanded but cannot be checked weighs as much as two wishes.
_HARD_WEIGHT = 2.0
# A film that has nothing to do with the wish still says a little about the person.
_UNRELATED = 0.15
# Half fulfilled counts as fulfilled, where a count is asked for.
_MET = 0.5


@dataclass(frozen=True)
class Matcher:
    """Scores the candidates for the wishes.

    `match` is the mean degree to which an item fulfils them, weighted by how sure the parser was, and
    `semantic` the same for the wishes that only words or an example describe. `intent_taste` is the
    collaborative side (arXiv 2509.21317 calls it active-intent-aware): every item of the history counts
    as much as it concerns what is asked for now, so a request for comedies is answered from the
    comedies that somebody liked, not from the rest.
    """

    name: str = "matcher"

    def run(
        self, candidates: Candidates, preferences: Sequence[Preference], context: FeedContext
    ) -> ToolResult:
        """Add the scores; leave nothing out."""
        wishes = units(preferences)
        degrees = [unit_degree(unit, context, candidates) for unit in wishes]
        met = np.sum([one >= _MET for one in degrees], axis=0, dtype=np.float32) if degrees else None
        taste = intent_taste(context)
        scored = candidates.with_score(MATCH, _mean(wishes, degrees, len(candidates)))
        told = [place for place, unit in enumerate(wishes) if unit[0].op == "like"]
        scored = scored.with_score(
            SEMANTIC, _mean([wishes[at] for at in told], [degrees[at] for at in told], len(candidates))
        )
        scored = scored.with_score(INTENT_TASTE, taste[candidates.items])
        if met is not None:
            scored = scored.with_score(SATISFIED, met)
        return ToolResult(scored, note=_unheard(preferences, context))


def _unheard(preferences: Sequence[Preference], context: FeedContext) -> str:
    """Say of which wishes no item's text speaks: what comes then is near in meaning, and may be a guess."""
    about = [str(one.value) for one in preferences if one.field == "about"]
    terms = context.catalog.terms
    unheard = [
        f"“{wish}”"
        for wish in about
        if not (terms is not None and terms.find(wish)) and not context.state.semantic.words.has_any(wish)
    ]
    if not unheard:
        return ""
    item = context.catalog.domain.item
    return f"No {item} speaks of {' or '.join(unheard)}, so this goes by nearness in meaning."


def unit_degree(unit: Unit, context: FeedContext, candidates: Candidates) -> Floats:
    """Return how well each candidate fulfils one of the alternatives: float32[n]."""
    best: Floats = np.max([degree(one, context, candidates.items) for one in unit], axis=0)
    return best


def intent_taste(context: FeedContext) -> Floats:
    """Return float32[items of the catalogue]: the taste that the wishes concern, 1 for the best item."""
    return context.once("intent taste", lambda: _intent_taste(context))


def _intent_taste(context: FeedContext) -> Floats:
    taste = context.taste
    weights = recency_weights(len(taste.history)) * _concern(context)
    collaborative = context.state.collaborative
    if collaborative is None or not len(taste.history):
        return np.zeros(len(context.catalog), dtype=np.float32)
    scores = collaborative.scores(taste.history, weights)
    best = float(scores.max(initial=0.0))
    relative: Floats = np.clip(scores / np.float32(best), 0, 1) if best > 0 else np.zeros_like(scores)
    return relative


def _concern(context: FeedContext) -> Floats:
    """Return float32[m]: how much each item of the history has to do with the wishes."""
    history = context.taste.history
    wanted = [degree(one, context, history) for one in context.wanted]
    concern = np.ones(len(history), dtype=np.float32)
    if wanted:
        concern = np.float32(_UNRELATED) + np.float32(1 - _UNRELATED) * np.mean(wanted, axis=0)
    for one in context.unwanted:
        if one.field != "item":
            concern = concern * (1 - degree(one, context, history))
    return concern.astype(np.float32)


def _mean(wishes: Sequence[Unit], degrees: Sequence[Floats], count: int) -> Floats:
    if not wishes:
        return np.zeros(count, dtype=np.float32)
    weights = [_weight(unit) for unit in wishes]
    mean: Floats = np.average(np.stack(degrees), axis=0, weights=weights).astype(np.float32)
    return mean


def _weight(unit: Unit) -> float:
    confidence = max(0.05, *(one.confidence for one in unit))
    return confidence * (_HARD_WEIGHT if unit[0].strength == "hard" else 1.0)
