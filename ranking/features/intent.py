"""How the item suits what the person said: the scores that the tools leave with the candidates, else 0."""

from __future__ import annotations

import numpy as np

from ranking.features.query import Query
from ranking.interactions import Floats

# The names under which the tools leave their scores.
MATCH = "match"
ATTENUATION = "attenuation"
SEMANTIC = "semantic"
SATISFIED = "soft_satisfied"
INTENT_TASTE = "intent_taste"


def wishes(query: Query) -> float:
    """How many preferences are active, 0 where nothing was said."""
    return float(query.wishes)


def match(query: Query) -> Floats:
    """The matcher's score: how well the item suits the positive preferences, 0 to 1."""
    return _score(query, MATCH)


def semantic(query: Query) -> Floats:
    """How near the item's text is to the person's words."""
    return _score(query, SEMANTIC)


def attenuation(query: Query) -> Floats:
    """The attenuator's score: how strongly negative preferences speak against the item, 0 to 1."""
    return _score(query, ATTENUATION)


def soft_satisfied(query: Query) -> Floats:
    """How many of the soft preferences the item meets."""
    return _score(query, SATISFIED)


def intent_taste(query: Query) -> Floats:
    """The collaborative score of the part of the history that the wishes concern."""
    return _score(query, INTENT_TASTE)


def _score(query: Query, name: str) -> Floats:
    score = query.scores.get(name)
    return np.zeros(len(query.items), dtype=np.float32) if score is None else score
