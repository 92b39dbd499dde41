"""`heed lake` and `heed backfill`: every topic as Parquet, and the passive features from it."""

from __future__ import annotations

import typer

from infra.commands.options import JsonOption


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    group = typer.Typer(help="Every topic as Parquet files.", no_args_is_help=True, rich_markup_mode=None)
    group.command()(sync)
    app.add_typer(group, name="lake")
    app.command()(backfill)


def sync(json: JsonOption = False) -> None:
    """Copy what is new on every topic into the lake.

    Exactly once by offsets: it can be stopped at any moment and run again.

    \b
    Example: heed lake sync
    """
    from batch.lake import sync as sync_lake
    from infra.console import print_json, print_line, print_table, working

    with working("Copying the topics"):
        report = sync_lake()
    if json:
        print_json(report)
        return
    rows = [(t.topic, f"{t.messages:,}", t.files, len(t.damaged)) for t in report.topics]
    print_table("", ("topic", "new messages", "files", "damaged files set aside"), rows)
    for gap in report.gaps:
        print_line(
            f"Lost: Kafka no longer has {gap.topic} {gap.span}; its retention was shorter than the pause."
        )
    print_line(f"{report.messages:,} messages in {report.seconds:.1f} s.")


def backfill(json: JsonOption = False) -> None:
    """Compute everybody's features again.

    From the loaded interactions and the lake, by the same definitions as the stream; run `heed lake sync`
    first for what came through Kafka since.

    \b
    Example: heed lake sync && heed backfill
    """
    from batch.backfill import backfill as compute
    from infra.console import print_json, print_line, print_table, working

    with working("Computing the features"):
        report = compute()
    if json:
        print_json(report)
        return
    print_table("", ("table", "rows"), [(name, f"{rows:,}") for name, rows in report.rows.items()])
    print_line(f"{report.events:,} events in {report.seconds:.1f} s.")
