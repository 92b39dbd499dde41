"""The last gate: whatever came before, nothing leaves that breaks a hard preference, was seen, or hidden."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import structlog

from agents.planner import is_checkable
from agents.types import Preference
from catalog.items import Catalog
from ranking.parts.check import is_that
from ranking.parts.run import Run
from ranking.tools.alternatives import Unit, units

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Gate:
    """Check the slate item by item, and fill its places from the rest where one had to go.

    It reads the intent itself and not the plan, and the items themselves and not the filter's masks. An
    item that it holds back is a defect of an earlier part and is logged as one.
    """

    name: str = "gate"

    def enabled(self, run: Run) -> bool:
        """Always, whatever was chosen."""
        return True

    def apply(self, run: Run) -> Run:
        """Keep what may leave, best first, at most as many as were asked for."""
        catalog = run.context.catalog
        rules = units([one for one in run.context.preferences if _is_rule(one, catalog)])
        excluded = set(run.context.behavior.seen_item_ids)
        rows: list[int] = []
        held_back = 0
        for row, item in enumerate(run.candidates.items.tolist()):
            if len(rows) == run.request.limit:
                break
            if may_leave(catalog, item, rules, excluded):
                rows.append(row)
            else:
                held_back += 1
        if held_back:
            log.error("gate_held_back", items=held_back, intent_version=run.request.intent.version)
        kept = run.candidates.take(np.array(rows, dtype=np.intp))
        return replace(
            run, candidates=kept, chosen=len(rows), remark=f"{held_back} held back" if held_back else ""
        )


def may_leave(catalog: Catalog, item: int, rules: tuple[Unit, ...], excluded: set[str]) -> bool:
    """Say whether an item is neither excluded nor breaks a rule; what is unknown satisfies no wish."""
    if catalog.item_ids[item] in excluded:
        return False
    return all(any(_satisfied(catalog, item, one) for one in rule) for rule in rules)


def _satisfied(catalog: Catalog, item: int, one: Preference) -> bool:
    found = is_that(catalog, item, one)
    return found is not True if one.polarity == "negative" else found is True


def _is_rule(one: Preference, catalog: Catalog) -> bool:
    return one.strength == "hard" and is_checkable(one, catalog.domain, catalog)
