"""What commands print: results on standard output, progress on standard error, JSON for programs.

While a command runs, `sys.stdout` is standard error (see `results_only`): a library that logs or prints
cannot break the JSON that a program reads. Only the functions here write to the real standard output.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from functools import wraps
from typing import Any, TextIO

import msgspec

# Told (step, done, total) along long work.
Tell = Callable[[str, int, int], None]


def results_only(command: Callable[..., Any]) -> Callable[..., Any]:
    """Return the command with everything that others print sent to standard error."""

    @wraps(command)
    def run(*arguments: Any, **options: Any) -> Any:
        with redirect_stdout(sys.stderr):
            return command(*arguments, **options)

    return run


def print_json(value: object) -> None:
    """Print a value as one line of JSON, at once."""
    print_line(msgspec.json.encode(value).decode())


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table that fits the terminal; its title is left out where empty."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(
        title=escape(title) or None, title_justify="left", title_style="bold", box=None, pad_edge=False
    )
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(escape("" if cell is None else str(cell)) for cell in row))
    _console().print(table)


def print_line(text: str = "") -> None:
    """Print one line of a result, long ones folded by the terminal and not by us."""
    _results().write(text + "\n")
    _results().flush()


def print_lines(lines: Iterable[Any]) -> None:
    """Print rich texts, one a line, in colour where the terminal has it and `NO_COLOR` is not set."""
    console = _console()
    for line in lines:
        console.print(line, soft_wrap=True)


def result_width() -> int:
    """Return how many cells a line of a result may take."""
    width: int = _console().width
    return width


def progress(text: str) -> None:
    """Say on standard error what happens."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


@contextmanager
def working(text: str) -> Iterator[Tell]:
    """Show that something long goes on; what it yields is told (step, done, total) and moves the bar.

    On a terminal a bar, elsewhere a line at the start and one for each step that is told. The rooms' own log
    events below a warning are held back: they say the same for a machine.
    """
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    if not sys.stderr.isatty():
        progress(f"  {text} ...")
        yield _step_lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("  {task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(text, total=None)

        def tell(step: str, done: int, total: int) -> None:
            bar.update(task, description=f"{text}: {step}", completed=done, total=total)

        yield tell


def _step_lines() -> Tell:
    told: set[str] = set()

    def tell(step: str, done: int, total: int) -> None:
        if step not in told:
            told.add(step)
            progress(f"    {step} ...")

    return tell


def step_event(what: str, seconds: float) -> None:
    """Report a step of the preparation; 0 seconds say that it was done before."""
    progress(f"  {what}: " + (f"{seconds:.1f} s" if seconds else "done before"))


def part_event(name: str, event: str, seconds: float) -> None:
    """Report what happened to a part of the stack."""
    progress(f"  {name:<13} {event}" + (f" after {seconds:.1f} s" if seconds >= 0.05 else ""))


def _console() -> Any:
    from rich.console import Console

    # Piped output has no width of its own; 80 columns would fold every title.
    return Console(file=_results(), width=None if _results().isatty() else 150, highlight=False)


def _results() -> TextIO:
    assert sys.__stdout__ is not None, "heed is a terminal program"  # noqa: S101 - for the type checker
    return sys.__stdout__
