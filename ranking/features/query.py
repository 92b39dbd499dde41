"""What every feature is computed from: one person, some candidates, one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from catalog.columns import CategoryColumn, NumberColumn
from catalog.domain import Domain
from catalog.items import Catalog
from ranking.behavior import BehaviorFeatures
from ranking.interactions import Floats, Ints
from ranking.popularity import Popularity
from ranking.taste import Taste

FloatMatrix = NDArray[np.float32]

# What a catalogue says of demand and of ratings sums up everything that ever happened, also what followed a
# past moment: a model trained on it would look brilliant and be worthless. The item's popularity features
# hold what was known then.
_HINDSIGHT = ("rating",)


@dataclass(frozen=True, eq=False)
class CatalogFeatures:
    """What the features need of a catalogue, worked out once.

    Attributes
    ----------
    categories : CSR float32[n, v]
        1 where the item has the declared value of the affinity field; v in the order of declaration.
    known_share : float32[n]
        The part of the domain's fields that is known of the item.
    numbers : float32[n, k]
        The number fields of `number_names`, NaN where unknown.
    scales : float32[k]
        The standard deviation of each number field over the catalogue, never 0.
    number_slots : tuple of int
        Where each of the `number_names` stands in the passive feature `number_mean`.
    """

    domain: Domain
    categories: sp.csr_matrix
    known_share: Floats
    numbers: FloatMatrix
    scales: Floats
    number_slots: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Query:
    """One feature computation over `n` candidates.

    Attributes
    ----------
    items : int32[n]
        Catalogue indices of the candidates.
    scores : mapping of str to float32[n]
        What the tools said of each candidate; an absent name counts as 0 for all.
    behavior : BehaviorFeatures
        The person, with the decays applied (`ranking.behavior.as_of`).
    taste : Taste
        The person's collaborative scores.
    popularity : Popularity
        The rows of the candidates (`Popularity.of`).
    catalog : CatalogFeatures
    wishes : int
        How many preferences are active; 0 where the person has said nothing.
    """

    items: Ints
    scores: Mapping[str, Floats]
    behavior: BehaviorFeatures
    taste: Taste
    popularity: Popularity
    catalog: CatalogFeatures
    wishes: int = 0

    @cached_property
    def categories(self) -> FloatMatrix:
        """float32[n, v]: 1 where the candidate has the value of the affinity field."""
        dense: FloatMatrix = self.catalog.categories[self.items].toarray()
        return dense

    @cached_property
    def category_counts(self) -> Floats:
        """float32[n]: how many of those values the candidate has, at least 1 (it is divided by)."""
        counts: Floats = np.maximum(self.categories.sum(axis=1), np.float32(1))
        return counts

    @cached_property
    def affinity(self) -> Floats:
        """float32[v]: affinities as parts of their absolute sum, so that a taste that only aged is equal."""
        affinity = np.zeros(self.catalog.categories.shape[1], dtype=np.float32)
        known = self.behavior.category_affinity[: len(affinity)]
        affinity[: len(known)] = known
        total = np.abs(affinity).sum()
        return affinity / total if total > 0 else affinity


def number_names(domain: Domain) -> tuple[str, ...]:
    """Return the number fields that the model sees: all but those of `_HINDSIGHT` and the demand."""
    hindsight = (*_HINDSIGHT, domain.popularity_field)
    return tuple(
        field.name for field in domain.fields if field.type == "number" and field.name not in hindsight
    )


def catalog_features(catalog: Catalog) -> CatalogFeatures:
    """Work out what the features need of a catalogue."""
    domain = catalog.domain
    declared = [field.name for field in domain.fields if field.type == "number"]
    names = number_names(domain)
    numbers = np.full((len(catalog), len(names)), np.nan, dtype=np.float32)
    for slot, name in enumerate(names):
        if catalog.has(name):
            column = catalog.column(name)
            assert isinstance(column, NumberColumn)  # noqa: S101 - the catalogue has checked it; for the type checker
            numbers[:, slot] = column.values
    known = [catalog.column(field.name).known for field in domain.fields if catalog.has(field.name)]
    return CatalogFeatures(
        domain=domain,
        categories=_categories(catalog),
        known_share=(np.sum(known, axis=0, dtype=np.float32) / np.float32(len(domain.fields))),
        numbers=numbers,
        scales=_scales(numbers),
        number_slots=tuple(declared.index(name) for name in names),
    )


def _categories(catalog: Catalog) -> sp.csr_matrix:
    """Return which item has which declared value of the affinity field, in the order of declaration."""
    declared = tuple(catalog.domain.field(catalog.domain.affinity_field).values)
    if not catalog.has(catalog.domain.affinity_field):
        return sp.csr_matrix((len(catalog), len(declared)), dtype=np.float32)
    column = catalog.column(catalog.domain.affinity_field)
    assert isinstance(column, CategoryColumn)  # noqa: S101 - the domain has checked it; for the type checker
    place = {value: at for at, value in enumerate(declared)}
    at = np.array([place.get(value, -1) for value in column.values], dtype=np.int64)[column.indices]
    rows = np.repeat(np.arange(len(catalog)), np.diff(column.indptr))
    shape = (len(catalog), len(declared))
    cells = (rows[at >= 0], at[at >= 0])
    return sp.csr_matrix((np.ones(len(cells[0]), dtype=np.float32), cells), shape=shape)


def _scales(numbers: FloatMatrix) -> Floats:
    """Return the standard deviation of each column over what is known; 1 where nothing varies."""
    scales = np.ones(numbers.shape[1], dtype=np.float32)
    for slot in range(numbers.shape[1]):
        known = numbers[:, slot][~np.isnan(numbers[:, slot])]
        if len(known) > 1 and float(known.std()) > 0:
            scales[slot] = known.std()
    return scales
