"""All benchmarks (`python -m benchmarks.run`, or `make bench`), or those that are named.

Each runs in a process of its own. The results are printed as a table and kept as JSON under
`HEED_HOME/benchmarks/`, with the machine that they belong to.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.machine import Machine, this_machine
from benchmarks.result import Figure, Result
from benchmarks.stack import ROOT, running_stack
from catalog.settings import home_settings

# Those that need no stack come first: nothing else runs beside them.
ALONE = ("feed", "parser", "vocabulary")
# Memory last: what the parts hold after work, not before it.
ON_THE_STACK = ("freshness", "commands", "behaviors", "memory")


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one run found."""

    started_at: datetime
    machine: Machine
    results: tuple[Result, ...]


def main(names: Sequence[str]) -> int:
    """Run the named benchmarks, or all; return 0 where every goal is met, 1 where not, 2 on wrong use."""
    unknown = sorted(set(names) - {*ALONE, *ON_THE_STACK})
    if unknown:
        sys.stderr.write(f"There is no benchmark '{unknown[0]}'; use {', '.join((*ALONE, *ON_THE_STACK))}.\n")
        return 2
    home = home_settings().home.expanduser().resolve()
    _prepare(home)
    started_at, machine = datetime.now(UTC), this_machine()
    console = Console()
    console.print(_machine_line(machine), highlight=False)
    results = []
    for result in _run_all(home, names or (*ALONE, *ON_THE_STACK)):
        console.print(_table(result))
        results.append(result)
    report = Report(started_at=started_at, machine=machine, results=tuple(results))
    path = _keep(report, home / "benchmarks")
    console.print(f"Kept in {path}", highlight=False)
    missed = [figure for result in results for figure in result.figures if figure.met is False]
    return 1 if missed else 0


def _prepare(home: Path) -> None:
    """Load, compute and train what is not there yet, as `heed up` does."""
    from infra.console import step_event, working
    from infra.pipeline import run_steps

    os.environ["HEED_HOME"] = str(home)
    run_steps(working, step_event)


def _run_all(home: Path, names: Sequence[str]) -> Iterator[Result]:
    # One thread per library, as in the parts: else NumPy would measure the machine and not the feed.
    alone = {**os.environ, "HEED_HOME": str(home), "OMP_NUM_THREADS": "1"}
    for name in (name for name in ALONE if name in names):
        yield _measure(name, alone)
    chosen = [name for name in ON_THE_STACK if name in names]
    if chosen:
        sys.stderr.write("  Starting a stack of its own ...\n")
    with running_stack(home) if chosen else nullcontext({}) as environment:
        for name in chosen:
            yield _measure(name, environment)


def _measure(name: str, environment: Mapping[str, str]) -> Result:
    sys.stderr.write(f"  Measuring {name} ...\n")
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        return Result(benchmark=name, what="failed", figures=(), remarks=(reason[0],))
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=Result)


def _machine_line(machine: Machine) -> str:
    return (
        f"{machine.cores} cores ({machine.processor}), {machine.memory_gib:g} GiB, {machine.system}, "
        f"Python {machine.python}, load before the run {machine.load:g}"
    )


def _table(result: Result) -> Table:
    title = f"{result.benchmark}: {result.what}"
    table = Table(title=title, title_justify="left", caption="\n".join(result.remarks) or None)
    table.add_column("figure")
    for column in ("value", "compared with", "", "ratio", "goal", ""):
        table.add_column(column, justify="left" if column == "compared with" else "right")
    for figure in result.figures:
        table.add_row(*_cells(figure))
    return table


def _cells(figure: Figure) -> tuple[str, ...]:
    sign = "≤" if figure.better == "lower" else "≥"
    return (
        figure.name,
        f"{_number(figure.value)} {figure.unit}",
        figure.compared_with,
        f"{_number(figure.reference)} {figure.unit}" if figure.reference is not None else "",
        f"{figure.ratio:.2f}" if figure.ratio is not None else "",
        f"{sign} {_number(figure.goal)}" if figure.goal is not None else "",
        {True: "met", False: "missed", None: ""}[figure.met],
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _keep(report: Report, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    content = msgspec.json.format(msgspec.json.encode(report))
    path = folder / f"{report.started_at:%Y%m%dT%H%M%SZ}.json"
    path.write_bytes(content)
    (folder / "latest.json").write_bytes(content)
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
