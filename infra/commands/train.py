"""`heed train`: make the models anew."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from infra.commands.label import label
from infra.commands.options import JsonOption


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    group = typer.Typer(help="Make the models anew.", no_args_is_help=True, rich_markup_mode=None)
    group.command()(ranker)
    group.command()(parser)
    group.command()(label)
    app.add_typer(group, name="train")


def ranker(json: JsonOption = False) -> None:
    """Train everything that ranks.

    Embeds the items, fits EASE, and trains the ranking model on moments of the past, each seen without what
    came after. Needs the features (`heed backfill`). The API serves it once it starts again.

    \b
    Example: heed train ranker
    """
    from batch.train_ranker import train_ranker
    from infra.console import print_json, print_line, working

    with working("Training the ranking") as tell:
        report = train_ranker(progress=tell)
    if json:
        print_json(report)
        return
    print_line(
        f"Version {report.version}: {report.trees} trees from {report.rows:,} items shown at "
        f"{report.queries:,} moments, {report.warm_items:,} items with neighbours, in {report.seconds:.0f} s."
    )
    print_line("Serve it with: heed down api && heed up")


def parser(
    out: Annotated[
        Path | None, typer.Option(help="Where the model goes.", show_default="agents/student/model")
    ] = None,
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the corpus.")] = 6,
    per_pattern: Annotated[int, typer.Option(min=1, help="How often a pattern is filled in each pass.")] = 2,
    seed: Annotated[int, typer.Option(help="One seed gives one model on one kind of machine.")] = 7,
    threads: Annotated[
        int, typer.Option(min=1, help="CPU threads; one and two make the same model, bit by bit.")
    ] = 2,
    teachers: Annotated[
        int, typer.Option(min=0, max=2, help="Six-layer teachers that are trained first; 0 for none.")
    ] = 0,
    keep_teachers: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Keep the teachers, for `heed evaluate parser --teacher`."),
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Labels of `heed train label`, taught as well."),
    ] = None,
    leave_out: Annotated[
        str, typer.Option(metavar="DOMAIN", help="Leave a domain out, to score how it is read unseen.")
    ] = "",
    install: Annotated[
        bool, typer.Option("--install", help="Make the training environment (about 6 GB), then train.")
    ] = False,
) -> None:
    """Train the student parser from the corpus.

    Trains the teachers, if there are to be any, then the student on the corpus' labels and theirs; leaves
    half of its units out, lets what is left learn from the whole, exports, calibrates and scores it. An
    interrupted run goes on where it stopped. Needs torch, which lives in an environment of its own: --install
    makes it first, later runs find it. A GPU is used where there is one.

    \b
    Example: heed train parser --install
    """
    from infra.training_environment import go_on_there, has_torch, make_environment

    if not has_torch():
        if install:
            make_environment()
        words = ["train", "parser", "--epochs", str(epochs), "--per-pattern", str(per_pattern)]
        words += ["--seed", str(seed), "--threads", str(threads), "--teachers", str(teachers)]
        words += ["--labels", str(labels.resolve())] if labels else []
        words += ["--keep-teachers", str(keep_teachers.resolve())] if keep_teachers else []
        words += ["--leave-out", leave_out] if leave_out else []
        go_on_there(words + (["--out", str(out.resolve())] if out else []))
    from agents.training import Plan, train_parser
    from infra.console import print_line
    from infra.settings_file import CHECKOUT

    plan = Plan(
        out=out or CHECKOUT / "agents" / "student" / "model",
        epochs=epochs,
        per_pattern=per_pattern,
        seed=seed,
        threads=threads,
        teachers=teachers,
        keep_teachers=keep_teachers,
        leave_out=leave_out,
        labels=labels,
    )
    print_line(f"The model is in {train_parser(plan)}.")
