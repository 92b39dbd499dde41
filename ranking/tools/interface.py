"""What a tool is: candidates and preferences in, candidates out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from agents.types import Preference
from ranking.candidates import Candidates
from ranking.context import FeedContext


@dataclass(frozen=True)
class Removal:
    """How many candidates a preference (or a list of alternatives) left out.

    `unknown` of the `removed` were left out because their value is not known.
    """

    preference_ids: tuple[str, ...]
    text: str
    removed: int
    unknown: int


@dataclass(frozen=True, eq=False)
class ToolResult:
    """What a tool hands on, what it left out, and a sentence about it."""

    candidates: Candidates
    removed: tuple[Removal, ...] = ()
    note: str = ""


class Tool(Protocol):
    """One tool of the planner's chain. Tools are found by name, so another one can take the place of any."""

    @property
    def name(self) -> str:
        """The name under which a plan calls it."""
        ...

    def run(
        self, candidates: Candidates, preferences: Sequence[Preference], context: FeedContext
    ) -> ToolResult:
        """Carry out the preferences on the candidates."""
        ...
