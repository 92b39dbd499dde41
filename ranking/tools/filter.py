"""Filter: what must hold, holds: whatever breaks a hard preference that can be checked is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.memory.words import describe
from agents.types import Preference
from catalog.items import Catalog
from catalog.predicate import satisfies, unknown
from ranking.candidates import Candidates
from ranking.context import FeedContext
from ranking.tools.alternatives import Unit, units
from ranking.tools.interface import Removal, ToolResult

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Filter:
    """Alternatives are "or", everything else is "and", a rejected value is "not".

    A wanted value that is unknown fails, because nobody can promise it; how many that left out is
    counted. A rejected value that is unknown is not known to be there, and stays.
    """

    name: str = "filter"

    def run(
        self, candidates: Candidates, preferences: Sequence[Preference], context: FeedContext
    ) -> ToolResult:
        """Keep what satisfies all of the preferences; each must be one that the planner calls checkable."""
        kept = np.ones(len(candidates), dtype=np.bool_)
        removed = []
        for unit in units(preferences):
            holds = unit_mask(context.catalog, unit)[candidates.items]
            unsure = unknown_mask(context.catalog, unit)[candidates.items] & ~holds
            lost = len(holds) - int(np.count_nonzero(holds))
            removed.append(
                Removal(
                    preference_ids=tuple(one.id for one in unit),
                    text=" or ".join(describe(one) for one in unit),
                    removed=lost,
                    unknown=int(np.count_nonzero(unsure)),
                )
            )
            kept &= holds
        return ToolResult(candidates.keep(kept), tuple(removed), _note(removed, context.catalog.domain.items))


def unit_mask(catalog: Catalog, unit: Unit) -> Bools:
    """Return bool[n]: which items of the catalogue satisfy a condition."""
    mask: Bools = np.logical_or.reduce([_mask(catalog, one) for one in unit])
    return mask


def unknown_mask(catalog: Catalog, unit: Unit) -> Bools:
    """Return bool[n]: of which items it is not known whether they satisfy a wanted value."""
    first = unit[0]
    if first.polarity == "negative" or not catalog.domain.declares(first.field):
        return np.zeros(len(catalog), dtype=np.bool_)
    return unknown(catalog, first.field)


def _mask(catalog: Catalog, one: Preference) -> Bools:
    if one.field == "item":
        return _all_but(catalog, str(one.value))
    holds = satisfies(catalog, one.field, one.op, one.value)  # type: ignore[arg-type]  # the planner has checked it
    return ~holds if one.polarity == "negative" else holds


def _all_but(catalog: Catalog, item_id: str) -> Bools:
    mask = np.ones(len(catalog), dtype=np.bool_)
    index = catalog.index_of(item_id)
    if index is not None:
        mask[index] = False
    return mask


def _note(removed: Sequence[Removal], items: str) -> str:
    unsure = [f"{one.unknown} {items} for “{one.text}”" for one in removed if one.unknown]
    return f"Left out because it is not known of them: {', '.join(unsure)}." if unsure else ""
