"""One feed on its way through the parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from agents.planner import Plan
from ranking.candidates import Candidates
from ranking.context import FeedContext
from ranking.interactions import Ints
from ranking.slate import FeedRequest, SlateEntry
from ranking.tools import Removal, Tool

_NO_PLAN = Plan(())


@dataclass(frozen=True, eq=False)
class Run:
    """What is known so far.

    Attributes
    ----------
    candidates
        The items in the running; after the selection the slate itself, best first, followed by the rest.
    excluded : int32[k]
        Items that must not be shown whatever the wishes are: seen or hidden.
    removed
        What the filter left out, per condition.
    notes
        Sentences for the person.
    remark
        What the last part has to say in its report.
    chosen
        How many of the first candidates are the slate.
    """

    request: FeedRequest
    context: FeedContext
    tools: Mapping[str, Tool]
    candidates: Candidates
    plan: Plan = _NO_PLAN
    excluded: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    removed: tuple[Removal, ...] = ()
    notes: tuple[str, ...] = ()
    remark: str = ""
    chosen: int = 0
    entries: tuple[SlateEntry, ...] = ()

    def noted(self, *notes: str) -> Run:
        """Return the run with further sentences for the person, each said once."""
        fresh = [note for note in dict.fromkeys(notes) if note and note not in self.notes]
        return replace(self, notes=(*self.notes, *fresh))


class Part(Protocol):
    """One step of the pipeline."""

    @property
    def name(self) -> str:
        """The name in reports and metrics."""
        ...

    def enabled(self, run: Run) -> bool:
        """Say whether there is anything to do for this request."""
        ...

    def apply(self, run: Run) -> Run:
        """Do it."""
        ...


def count(run: Run) -> int:
    """Return how many items are in the running, or in the slate once it is chosen."""
    return run.chosen or len(run.candidates)
