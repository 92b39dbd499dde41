"""`heed up`, `down`, `status`, `logs`: the local stack."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

import typer

from infra.commands.options import JsonOption

PartsArgument = Annotated[list[str] | None, typer.Argument(help="Only these parts.", show_default="all")]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(up)
    app.command()(down)
    app.command()(status)
    app.command()(logs)


def up(parts: PartsArgument = None) -> None:
    """Start the stack, or heal it.

    Starts what does not run, heals what crashed, and waits until all is ready. Calling it again changes
    nothing. A part that is named brings the parts that it needs.

    \b
    Example: heed up
    """
    from infra.console import part_event, print_line, step_event, working
    from infra.pipeline import run_steps
    from infra.stack import down as stop
    from infra.stack import status as stack_status
    from infra.stack import up as start

    if parts is None or set(parts) & {"api", "sink", "intent-job", "behavior-job"}:
        outdated = run_steps(working, step_event)
        if outdated:
            stop(outdated, part_event)
    start(parts, part_event)
    now = stack_status()
    print_line(f"The page: {now.api}/   Kafka: {now.bootstrap_servers}   Stop with: heed down")


def down(parts: PartsArgument = None) -> None:
    """Stop the stack. State stays; no process and no lock do.

    \b
    Example: heed down
    """
    from infra.console import part_event
    from infra.stack import down as stop

    stop(parts, part_event)


def status(json: JsonOption = False) -> None:
    """Show each part: whether it runs, and where.

    States: running, starting, unresponsive, crashed (ended by itself; `heed up` heals it), stopped.

    \b
    Example: heed status --json | jq -r .bootstrap_servers
    """
    from infra.console import print_json, print_line, print_table
    from infra.stack import status as stack_status

    now = stack_status()
    if json:
        print_json(now)
    else:
        rows = [
            (p.name, p.state, p.address, p.pid, f"{p.memory_mb:.0f} MB" if p.pid else "", p.what)
            for p in now.parts
        ]
        print_table("", ("part", "state", "address", "process", "memory", "what it does"), rows)
        print_line(f"Kafka: {now.bootstrap_servers}   API: {now.api}   state: {now.home}")


def logs(
    part: Annotated[str, typer.Argument(help="broker, intent-job, behavior-job, sink, teacher or api.")],
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="How many lines from the end.")] = 50,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as lines are written.")] = False,
) -> None:
    """Print the end of a part's log.

    \b
    Example: heed logs intent-job --follow
    """
    from infra.console import print_line
    from infra.parts import PART_NAMES
    from infra.process import last_lines, new_lines
    from infra.settings import home

    if part not in PART_NAMES:
        raise typer.BadParameter(f"There is no part named {part!r}; the parts are {', '.join(PART_NAMES)}.")
    print_line(last_lines(home(), part, lines))
    if follow:
        with suppress(KeyboardInterrupt):  # the way to end it
            for line in new_lines(home(), part):
                print_line(line)
