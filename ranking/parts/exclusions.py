"""What is not shown again: everything that was watched, rated, bought or hidden."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from catalog.predicate import satisfies
from ranking.behavior import item_indices
from ranking.parts.run import Run


@dataclass(frozen=True)
class Unseen:
    """Leave out what the person knows already, also where they name it: then they are told."""

    name: str = "unseen"

    def enabled(self, run: Run) -> bool:
        """Only where something was seen."""
        return bool(run.context.behavior.seen_item_ids)

    def apply(self, run: Run) -> Run:
        """Take the seen items out of the running."""
        catalog = run.context.catalog
        seen = np.unique(item_indices(run.context.behavior.seen_item_ids, catalog))
        mask = np.ones(len(catalog), dtype=np.bool_)
        mask[seen] = False
        kept = run.candidates.keep(mask[run.candidates.items])
        notes = [
            f"You have seen “{title}” already, so it is not shown." for title in _named_and_seen(run, mask)
        ]
        return replace(run.noted(*notes), candidates=kept, excluded=seen)


def _named_and_seen(run: Run, unseen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[str]:
    """Return the titles that are asked for by name and that were seen, every item of that name."""
    catalog = run.context.catalog
    field = catalog.domain.title_field
    asked = [one.value for one in run.context.wanted if one.field == field and one.op == "eq"]
    titles = []
    for title in asked:
        if isinstance(title, str):
            found = np.flatnonzero(satisfies(catalog, field, "eq", title))
            if len(found) and not unseen[found].any():
                titles.append(catalog.titles[int(found[0])])
    return titles
