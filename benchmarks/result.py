"""What a benchmark found: figures beside what they are compared with, as a table and as JSON."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from typing import Literal

import msgspec
import numpy as np


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One measured value, and another measured in the same run that it is compared with.

    `ratio` is value / reference. `goal` is what the value must not exceed ("lower") or fall below ("higher").
    """

    name: str
    value: float
    unit: str
    compared_with: str = ""
    reference: float | None = None
    goal: float | None = None
    better: Literal["lower", "higher"] = "lower"

    @property
    def ratio(self) -> float | None:
        """The value over its reference."""
        return self.value / self.reference if self.reference else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        if self.goal is None:
            return None
        return self.value <= self.goal if self.better == "lower" else self.value >= self.goal


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One benchmark: what it did in a sentence, its figures, and remarks where something was left out."""

    benchmark: str
    what: str
    figures: tuple[Figure, ...]
    remarks: tuple[str, ...] = ()


def percentile(values: Sequence[float], percent: float) -> float:
    """Return a percentile, interpolated between the two nearest values."""
    return float(np.percentile(np.asarray(values), percent))


def latency_figure(  # noqa: PLR0913, PLR0917 - one row of the table, named from left to right
    name: str,
    values: list[float],
    percent: float,
    compared_with: str = "",
    reference: list[float] | None = None,
    goal: float | None = None,
) -> Figure:
    """Return a percentile of some milliseconds, beside the same percentile of others where there are any."""
    return Figure(
        name=name,
        value=percentile(values, percent),
        unit="ms",
        compared_with=compared_with,
        reference=percentile(reference, percent) if reference else None,
        goal=goal,
    )


def print_result(measure: Callable[[], Result]) -> None:
    """Run a benchmark of its own process and print its result as one line of JSON, all else to stderr."""
    with redirect_stdout(sys.stderr):
        result = measure()
    sys.stdout.write(msgspec.json.encode(result).decode() + "\n")
