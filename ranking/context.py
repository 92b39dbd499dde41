"""What a tool may know: the catalogue's state, which changes rarely, and one person at one moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from agents.types import Preference
from catalog.columns import CategoryColumn, DateColumn, NumberColumn, OrderedColumn, TextColumn
from catalog.items import Catalog
from ranking.behavior import BehaviorFeatures
from ranking.collaborative import Collaborative
from ranking.features import CatalogFeatures, catalog_features
from ranking.interactions import Floats, Ints
from ranking.popularity import Popularity
from ranking.semantic import SemanticIndex
from ranking.taste import Taste


class Scorer(Protocol):
    """Scores feature rows: `ranking.model.Ranker` is the real one."""

    def score(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return float64[n] for float32[n, F]; higher is better."""
        ...


@dataclass(frozen=True, eq=False)
class Scale:
    """A field's values on one axis, for distances and for "low" and "high".

    Attributes
    ----------
    values : float64[n]
        The number, the rank in the ordered vocabulary, or days since 1970; NaN where unknown.
    share : float32[n]
        The part of the known values that are lower, ties shared; NaN where unknown.
    width : float
        How far apart two values are that are felt as different.
    """

    values: NDArray[np.float64]
    share: Floats
    width: float


@dataclass(frozen=True, eq=False)
class CatalogState:
    """Everything that a feed holds of the catalogue. Immutable; a refresh makes a new one.

    `collaborative` and `ranker` are None until they are trained: the feed then goes by wishes,
    content and popularity.
    """

    catalog: Catalog
    semantic: SemanticIndex
    popularity: Popularity
    features: CatalogFeatures
    scales: dict[str, Scale]
    collaborative: Collaborative | None = None
    ranker: Scorer | None = None

    @cached_property
    def is_described(self) -> NDArray[np.bool_]:
        """bool[n]: more than the title is known of it in words or categories."""
        domain, described = self.catalog.domain, np.zeros(len(self.catalog), dtype=np.bool_)
        for name, column in self.catalog.columns.items():
            named = name in (domain.title_field, domain.alias_field)
            if isinstance(column, CategoryColumn | TextColumn) and not named:
                described |= column.known
        return described

    @cached_property
    def demand_order(self) -> Ints:
        """int32[n]: all items, the most wanted first."""
        popularity = self.popularity
        approval = popularity.positive_count * (popularity.positive_count + 1) / (popularity.event_count + 2)
        # Recent demand decides; where there is none, what was ever approved of.
        order: Ints = np.lexsort((-approval, -popularity.demand_share)).astype(np.int32)
        return order

    @cached_property
    def is_little_known(self) -> NDArray[np.bool_]:
        """bool[n]: fewer people than usual have used it, and they think no worse of it than usual."""
        popularity = self.popularity
        rated = popularity.rating_mean[popularity.rating_mean > 0]
        usual = float(np.median(rated)) if len(rated) else 0.0
        mask: NDArray[np.bool_] = (popularity.event_count <= np.median(popularity.event_count)) & (
            (popularity.rating_mean >= usual) | (popularity.rating_mean == 0)
        )
        return mask

    @cached_property
    def demand_rank(self) -> Ints:
        """int32[n]: each item's place in `demand_order`, 0 the most wanted."""
        ranks = np.empty(len(self.catalog), dtype=np.int32)
        ranks[self.demand_order] = np.arange(len(self.catalog), dtype=np.int32)
        return ranks


@dataclass(frozen=True, eq=False)
class FeedContext:
    """One person at one moment, as the tools see it. `preferences` are the active ones.

    `memo` keeps what several parts ask for during one request, over the whole catalogue (float32[n]).
    """

    state: CatalogState
    behavior: BehaviorFeatures
    taste: Taste
    preferences: tuple[Preference, ...]
    now: int
    memo: dict[object, Floats] = field(default_factory=dict)

    def once(self, key: object, work: Callable[[], Floats]) -> Floats:
        """Return what `work` gives, done at most once per request."""
        found = self.memo.get(key)
        if found is None:
            found = self.memo[key] = work()
        return found

    @property
    def catalog(self) -> Catalog:
        """The catalogue."""
        return self.state.catalog

    @property
    def wanted(self) -> tuple[Preference, ...]:
        """The active preferences for something."""
        return tuple(one for one in self.preferences if one.polarity == "positive")

    @property
    def unwanted(self) -> tuple[Preference, ...]:
        """The active preferences against something."""
        return tuple(one for one in self.preferences if one.polarity == "negative")


def catalog_state(
    catalog: Catalog,
    semantic: SemanticIndex,
    popularity: Popularity,
    *,
    collaborative: Collaborative | None = None,
    ranker: Scorer | None = None,
) -> CatalogState:
    """Work out what a feed needs of a catalogue."""
    return CatalogState(
        catalog=catalog,
        semantic=semantic,
        popularity=popularity,
        features=catalog_features(catalog),
        scales=_scales(catalog),
        collaborative=collaborative,
        ranker=ranker,
    )


def _scales(catalog: Catalog) -> dict[str, Scale]:
    scales = {}
    for name, column in catalog.columns.items():
        match column:
            case NumberColumn(values=numbers):
                values, least = numbers, 0.0
            case OrderedColumn(codes=codes):
                values, least = np.where(codes >= 0, codes, np.nan), 1.0
            case DateColumn(values=moments):
                days = moments.astype("datetime64[D]").astype(np.float64)
                values, least = np.where(np.isnat(moments), np.nan, days), 1.0
            case _:
                continue
        scales[name] = _scale(values, least)
    return scales


def _scale(values: NDArray[np.float64], least: float) -> Scale:
    share = np.full(len(values), np.nan, dtype=np.float32)
    known = ~np.isnan(values)
    if not known.any():
        return Scale(values, share, max(least, 1.0))
    found, inverse, counts = np.unique(values[known], return_inverse=True, return_counts=True)
    share[known] = ((np.cumsum(counts) - counts / 2) / counts.sum())[inverse]
    # A quarter of the middle half's spread: years differ by about five, running times by about five minutes.
    lower, upper = np.quantile(values[known], (0.25, 0.75))
    width = max(float(upper - lower) / 4, least)
    if width == 0:
        width = max(float(found[-1] - found[0]) / 4, 1.0)
    return Scale(values, share, width)
