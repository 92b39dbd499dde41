"""The list of all features, and the matrix that they make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from catalog.domain import Domain
from ranking.features import cross, intent, item, user
from ranking.features.query import FloatMatrix, Query, number_names
from ranking.interactions import Floats


@dataclass(frozen=True)
class Feature:
    """A column of the matrix: its name, and what computes it (one value for all, or float32[n])."""

    name: str
    compute: Callable[[Query], Floats | float]


FEATURES = (
    Feature("user_event_count", user.event_count),
    Feature("user_positive_share", user.positive_share),
    Feature("user_rating_mean", user.rating_mean),
    Feature("user_activity", user.activity),
    Feature("user_focus", user.focus),
    Feature("user_history_length", user.history_length),
    Feature("item_event_count", item.event_count),
    Feature("item_positive_count", item.positive_count),
    Feature("item_positive_share", item.positive_share),
    Feature("item_rating_mean", item.rating_mean),
    Feature("item_demand", item.demand),
    Feature("item_known_share", item.known_share),
    Feature("affinity_mean", cross.affinity_mean),
    Feature("affinity_best", cross.affinity_best),
    Feature("affinity_worst", cross.affinity_worst),
    Feature("collaborative", cross.collaborative),
    Feature("collaborative_relative", cross.collaborative_relative),
    Feature("latest_relative", cross.latest_relative),
    Feature("category_recency", cross.category_recency),
    Feature("wishes", intent.wishes),
    Feature("match", intent.match),
    Feature("semantic", intent.semantic),
    Feature("attenuation", intent.attenuation),
    Feature("soft_satisfied", intent.soft_satisfied),
    Feature("intent_taste", intent.intent_taste),
)

# What every domain has; each number field adds `number_<field>` and `difference_<field>`.
FEATURE_NAMES = tuple(feature.name for feature in FEATURES)


def features_of(domain: Domain) -> tuple[Feature, ...]:
    """Return all features of a domain, in the order of the matrix's columns."""
    names = number_names(domain)
    numbers = (Feature(f"number_{name}", partial(item.number, slot=slot)) for slot, name in enumerate(names))
    differences = (
        Feature(f"difference_{name}", partial(cross.difference, slot=slot)) for slot, name in enumerate(names)
    )
    return (*FEATURES, *numbers, *differences)


def feature_names(domain: Domain) -> tuple[str, ...]:
    """Return the names of the matrix's columns for a domain."""
    return tuple(feature.name for feature in features_of(domain))


def feature_matrix(query: Query) -> FloatMatrix:
    """Compute all features: float32[n, F], columns as in `feature_names`, NaN where a value is unknown."""
    features = features_of(query.catalog.domain)
    matrix = np.empty((len(query.items), len(features)), dtype=np.float32)
    for column, feature in enumerate(features):
        matrix[:, column] = feature.compute(query)
    return matrix
