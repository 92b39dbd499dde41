"""Filter: what must hold, holds: whatever breaks a hard preference that can be checked is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.memory.words import describe
from agents.types import Preference
from catalog.domain import Domain
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
        unknown_of: dict[str, int] = {}
        for unit in units(preferences):
            holds = unit_mask(context.catalog, unit)[candidates.items]
            unsure = unknown_mask(context.catalog, unit)[candidates.items] & ~holds
            left_out = Removal(
                preference_ids=tuple(one.id for one in unit),
                text=" or ".join(describe(one) for one in unit),
                removed=len(holds) - int(np.count_nonzero(holds)),
                unknown=int(np.count_nonzero(unsure)),
            )
            removed.append(left_out)
            unknown_of[unit[0].field] = max(left_out.unknown, unknown_of.get(unit[0].field, 0))
            kept &= holds
        notes = (
            _note(unknown_of, context.catalog.domain),
            _unchecked(candidates.keep(kept), preferences, context),
        )
        return ToolResult(candidates.keep(kept), tuple(removed), " ".join(note for note in notes if note))


def unit_mask(catalog: Catalog, unit: Unit) -> Bools:
    """Return bool[n]: which items of the catalogue satisfy a condition."""
    mask: Bools = np.logical_or.reduce([_mask(catalog, one) for one in unit])
    return mask


def unknown_mask(catalog: Catalog, unit: Unit) -> Bools:
    """Return bool[n]: of which items it is not known whether they satisfy a wanted value."""
    first = unit[0]
    if first.polarity == "positive" and first.field == "about" and catalog.terms is not None:
        return ~catalog.terms.described
    if first.polarity == "negative" or not catalog.domain.declares(first.field):
        return np.zeros(len(catalog), dtype=np.bool_)
    return unknown(catalog, first.field)


def _mask(catalog: Catalog, one: Preference) -> Bools:
    if one.field == "item":
        return _all_but(catalog, str(one.value))
    if one.field == "about" and catalog.terms is not None:
        said = catalog.terms.holds(str(one.value))
        return ~said if one.polarity == "negative" else said
    holds = satisfies(catalog, one.field, one.op, one.value)  # type: ignore[arg-type]  # the planner has checked it
    return ~holds if one.polarity == "negative" else holds


def _all_but(catalog: Catalog, item_id: str) -> Bools:
    mask = np.ones(len(catalog), dtype=np.bool_)
    index = catalog.index_of(item_id)
    if index is not None:
        mask[index] = False
    return mask


def _unchecked(kept: Candidates, preferences: Sequence[Preference], context: FeedContext) -> str:
    """Say how many items stay of which nobody knows whether they have what is refused in free words."""
    refused = [one for one in preferences if one.field == "about" and one.polarity == "negative"]
    terms = context.catalog.terms
    if not refused or terms is None:
        return ""
    count = int(np.count_nonzero(~terms.described[kept.items]))
    if not count:
        return ""
    noun = context.catalog.domain.item if count == 1 else context.catalog.domain.items
    what = " or ".join(f"“{one.value}”" for one in refused)
    return f"{count:,} {noun} that nobody has described may still have {what}."


def _note(unknown_of: Mapping[str, int], domain: Domain) -> str:
    told = [
        f"{count:,} {domain.item if count == 1 else domain.items} "
        + ("that nobody has described" if field == "about" else f"whose {field} is not known")
        for field, count in unknown_of.items()
        if count
    ]
    return f"Left out: {', '.join(told)}." if told else ""
