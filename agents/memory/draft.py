"""The preferences while a step is applied, with the change list that grows beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.memory.state import Step
from agents.memory.words import describe
from agents.types import Change, ChangeKind, Preference

if TYPE_CHECKING:
    from catalog.domain import Domain


@dataclass
class Draft:
    """One step at work: the preferences so far, the entries written so far, and what the rules must know.

    `late` says that the step was said before one that is applied already and cannot be replayed;
    `session_id` is the session that is running.
    """

    preferences: list[Preference]
    step: Step
    domain: Domain | None
    late: bool
    session_id: str
    changes: list[Change] = field(default_factory=list)

    @property
    def replacing(self) -> bool:
        """Whether the command corrects ("make it X") instead of adding."""
        return "replace" in self.step.acts

    def drop_where(self, test: Callable[[Preference], bool], kind: ChangeKind, why: str) -> int:
        """Take out every preference that passes `test`, with an entry each; return how many."""
        gone = [one for one in self.preferences if test(one)]
        self.preferences = [one for one in self.preferences if not test(one)]
        for one in gone:
            self.note(kind, f"{describe(one)}: {why}.", one)
        return len(gone)

    def note(
        self,
        kind: ChangeKind,
        reason: str,
        preference: Preference | None = None,
        replaced_by: str | None = None,
    ) -> None:
        """Write one entry of the change list."""
        self.changes.append(Change(kind=kind, reason=reason, preference=preference, replaced_by=replaced_by))
