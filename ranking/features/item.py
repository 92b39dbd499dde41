"""What kind of item it is, whoever asks."""

from __future__ import annotations

import numpy as np

from ranking.features.query import Query
from ranking.interactions import Floats


def event_count(query: Query) -> Floats:
    """Logarithm of how often anybody did something with it."""
    return np.log1p(query.popularity.event_count)


def positive_count(query: Query) -> Floats:
    """Logarithm of how often anybody approved of it."""
    return np.log1p(query.popularity.positive_count)


def positive_share(query: Query) -> Floats:
    """The part of its events that was approval, drawn towards a half while there are few."""
    share: Floats = (query.popularity.positive_count + 2) / (query.popularity.event_count + 4)
    return share


def rating_mean(query: Query) -> Floats:
    """Mean stars, NaN where nobody has rated it."""
    stars = query.popularity.rating_mean
    shown: Floats = np.where(stars > 0, stars, np.float32(np.nan))
    return shown


def demand(query: Query) -> Floats:
    """Logarithm of its part in the recent demand, in parts per million."""
    parts: Floats = np.log1p(query.popularity.demand_share * np.float32(1e6))
    return parts


def known_share(query: Query) -> Floats:
    """How much of it the catalogue knows, 0 to 1."""
    shares: Floats = query.catalog.known_share[query.items]
    return shares


def number(query: Query, slot: int) -> Floats:
    """The number field in `slot`, in its own unit, NaN where unknown."""
    values: Floats = query.catalog.numbers[query.items, slot]
    return values
