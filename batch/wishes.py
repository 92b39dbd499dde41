"""What somebody might have said at a moment of the past: wishes that the item they then liked fulfils.

MovieLens holds no words, so the ranking model learns what to make of wishes from simulated ones. They go
through the same planner and the same tools as real ones. Fields whose values sum up the future (demand,
mean score) are never spoken of: the answer would be known by looking ahead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import msgspec
import numpy as np
from numpy.typing import NDArray

from agents.types import Op, Polarity, Preference, Strength, Value
from batch.moments import Moment
from catalog.items import Catalog
from ranking.features import CatalogFeatures
from ranking.features.query import number_names

# How many wishes somebody has at once, and how likely.
_COUNTS, _COUNT_ODDS = (1, 2, 3), (0.5, 0.35, 0.15)
# Bounds lie at these parts of the catalogue: people say round figures, not those of the film that they mean.
_EDGES = (0.1, 0.25, 0.5, 0.75, 0.9)


@dataclass(frozen=True, eq=False)
class Wisher:
    """Makes up wishes for moments; the same ones for generators of the same seed."""

    catalog: Catalog
    features: CatalogFeatures
    rng: np.random.Generator

    def wishes(self, moment: Moment) -> tuple[Preference, ...]:
        """Return up to three preferences that the moment's target fulfils; none where nothing can be said."""
        sayings: tuple[Callable[[Moment], Preference | None], ...] = (
            self._category,
            self._other_category,
            self._number,
            self._number,
            self._example,
            self._category,
        )
        count = int(self.rng.choice(_COUNTS, p=_COUNT_ODDS))
        said = [sayings[which](moment) for which in self.rng.choice(len(sayings), count, replace=False)]
        found = {(one.field, str(one.value), one.polarity): one for one in said if one is not None}
        # Each in a group of its own, so that they are wanted together and not as alternatives.
        return tuple(_in_group(one, group) for group, one in enumerate(found.values()))

    def _category(self, moment: Moment) -> Preference | None:
        """Ask for one category of the target: "more comedies", "only comedies"."""
        return self._of_category(self._categories([moment.target]), "positive")

    def _other_category(self, moment: Moment) -> Preference | None:
        """Reject a category that earlier likes have and the target has not: "less drama", "no more drama"."""
        unwanted = np.setdiff1d(self._categories(moment.liked), self._categories([moment.target]))
        return self._of_category(unwanted, "negative")

    def _of_category(self, choice: NDArray[np.int64], polarity: Polarity) -> Preference | None:
        if not len(choice):
            return None
        value = self._declared[int(self.rng.choice(choice))]
        return _wish(self.catalog.domain.affinity_field, "eq", value, polarity, self._strength())

    def _number(self, moment: Moment) -> Preference | None:
        """Speak of one number of the target: "short", "old" (soft), "under 90 minutes" (hard)."""
        names = number_names(self.catalog.domain)
        if not names:
            return None
        slot = int(self.rng.integers(len(names)))
        own, edges = float(self.features.numbers[moment.target, slot]), self._edges[:, slot]
        if np.isnan(own):
            return None
        if self._strength() == "soft":
            return _wish(names[slot], "low" if own < edges[len(_EDGES) // 2] else "high", None)
        below, above = edges[edges <= own], edges[edges >= own]
        upwards = bool(len(below)) and (not len(above) or self.rng.random() < 0.5)
        op: Op = "ge" if upwards else "le"
        return _wish(names[slot], op, float(below[-1] if upwards else above[0]), strength="hard")

    def _example(self, moment: Moment) -> Preference | None:
        """Name an earlier like that has most categories in common with the target: "something like Heat"."""
        past = moment.liked[moment.liked != moment.target]
        kinds = self.features.categories
        common = (kinds[past] @ kinds[[moment.target]].T).toarray().ravel()
        alike = past[common >= max(1.0, float(common.max(initial=0.0)))]
        if not len(alike):
            return None
        return _wish("item", "like", self.catalog.item_ids[int(self.rng.choice(alike))])

    def _strength(self) -> Strength:
        return "soft" if self.rng.random() < 0.6 else "hard"

    def _categories(self, items: NDArray[np.int32] | list[int]) -> NDArray[np.int64]:
        """Return the positions of every category that any of the items has."""
        positions: NDArray[np.int64] = np.unique(self.features.categories[items].indices).astype(np.int64)
        return positions

    @cached_property
    def _declared(self) -> tuple[str, ...]:
        return tuple(self.catalog.domain.field(self.catalog.domain.affinity_field).values)

    @cached_property
    def _edges(self) -> NDArray[np.float32]:
        """float32[edges, k]: the round bounds of each number field."""
        numbers = self.features.numbers
        columns = [column[~np.isnan(column)] for column in numbers.T]
        edges = [np.quantile(column, _EDGES) if len(column) else np.zeros(len(_EDGES)) for column in columns]
        return np.round(np.array(edges, dtype=np.float32).T)


def _wish(
    field: str, op: Op, value: Value, polarity: Polarity = "positive", strength: Strength = "soft"
) -> Preference:
    return Preference(field=field, op=op, value=value, polarity=polarity, strength=strength)


def _in_group(wish: Preference, group: int) -> Preference:
    return msgspec.structs.replace(wish, group=group, id=f"wish-{group}", command_id="simulated")
