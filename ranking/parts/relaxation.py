"""Which rule leaves too little, and what giving it up would bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.memory.words import describe
from ranking.interactions import Ints
from ranking.parts.run import Run
from ranking.tools.alternatives import units
from ranking.tools.filter import unit_mask


@dataclass(frozen=True)
class Relaxation:
    """Say why the feed is short, and the nearest way to a longer one."""

    name: str = "relaxation"

    def enabled(self, run: Run) -> bool:
        """Only where fewer items came out than were asked for."""
        return run.chosen < run.request.limit

    def apply(self, run: Run) -> Run:
        """Add one sentence."""
        return run.noted(_sentence(run))


def drop_one_counts(run: Run) -> tuple[int, tuple[tuple[str, int], ...]]:
    """Return how many unseen items satisfy all rules, and how many would without each of them."""
    catalog = run.context.catalog
    rules = units(run.plan.of("filter"))
    unseen = np.ones(len(catalog), dtype=np.bool_)
    unseen[run.excluded] = False
    broken = np.zeros(len(catalog), dtype=np.int16)
    masks = [unit_mask(catalog, rule) for rule in rules]
    for mask in masks:
        broken += ~mask
    fit = int(np.count_nonzero(unseen & (broken == 0)))
    counts = []
    for rule, mask in zip(rules, masks, strict=True):
        gained = int(np.count_nonzero(unseen & (broken == 1) & ~mask))
        counts.append((" or ".join(describe(one) for one in rule), fit + gained))
    return fit, tuple(counts)


def _sentence(run: Run) -> str:
    items = run.context.catalog.domain.items
    fit, counts = drop_one_counts(run)
    if not counts:
        return f"There are no more {items} that you have not seen." if _seen_some(run.excluded) else ""
    start = f"Nothing fits: no {items} are" if fit == 0 else f"Only {fit} {items} are"
    together = " and ".join(f"“{text}”" for text, _ in counts)
    unseen = " that you have not seen" if _seen_some(run.excluded) else ""
    sentence = f"{start} {together}{unseen}."
    best, gained = max(counts, key=lambda pair: pair[1])
    if gained > fit:
        return f"{sentence} Without “{best}” there would be {gained}."
    return f"{sentence} Giving up one of them alone would not help." if len(counts) > 1 else sentence


def _seen_some(excluded: Ints) -> bool:
    return len(excluded) > 0
