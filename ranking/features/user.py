"""What kind of person asks: one value for all candidates, which lets the trees treat people differently."""

from __future__ import annotations

import math

from ranking.features.query import Query


def event_count(query: Query) -> float:
    """Logarithm of how often the person has done something."""
    return math.log1p(query.behavior.event_count)


def positive_share(query: Query) -> float:
    """The part of it that was approval; 0 for somebody unknown."""
    return query.behavior.positive_count / max(1, query.behavior.event_count)


def rating_mean(query: Query) -> float:
    """Mean stars given, 0 where none."""
    return query.behavior.rating_mean


def activity(query: Query) -> float:
    """Logarithm of the decayed number of recent events."""
    return math.log1p(query.behavior.activity_30d)


def focus(query: Query) -> float:
    """How one-sided the taste is: the largest part of one category in all affinity, 0 to 1."""
    liked = [max(0.0, value) for value in query.behavior.category_affinity]
    total = sum(liked)
    return max(liked) / total if total > 0 else 0.0


def history_length(query: Query) -> float:
    """How many liked items stand behind the collaborative scores."""
    return float(len(query.taste.history))
