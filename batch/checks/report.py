"""What a check found, as values and as sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from batch.errors import CheckFailedError

# A value is shown up to here: a row may hold a whole plot summary.
_SHOWN = 60


@dataclass(frozen=True)
class Failure:
    """One rule that a table breaks: the first offending row, what stands there, and how many rows there are.

    `row` counts from 0 in the table as it lies on disk; it is None for a rule about the table as a whole.
    """

    rule: str
    column: str
    row: int | None
    value: str
    count: int

    def sentence(self, table: str) -> str:
        """Return the failure in one sentence: row, value and rule."""
        value = self.value if len(self.value) <= _SHOWN else f"{self.value[:_SHOWN]}…"
        if self.row is None:
            return f"{table} breaks the rule '{self.rule}': found {value}."
        others = self.count - 1
        more = f" (and {others:,} more row{'s' if others > 1 else ''})" if others else ""
        return (
            f"Row {self.row:,} of {table} has {self.column} = {value}{more}, against the rule '{self.rule}'."
        )


@dataclass(frozen=True)
class CheckReport:
    """The outcome for one table: how many rows and rules it has, what failed, and the seconds it took."""

    table: str
    rows: int
    rules: int
    failures: tuple[Failure, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether every rule holds."""
        return not self.failures

    def require(self) -> CheckReport:
        """Return the report, or raise `CheckFailedError` where a rule is broken: nothing is built on it."""
        stop_at_failures([self])
        return self


def stop_at_failures(reports: Sequence[CheckReport]) -> None:
    """Raise `CheckFailedError` with one sentence for each broken rule of all the reports, if there is any."""
    sentences = [failure.sentence(report.table) for report in reports for failure in report.failures]
    if sentences:
        raise CheckFailedError(
            " ".join(sentences) + " Correct the data and load it again; nothing was built from it."
        )
