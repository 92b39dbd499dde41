"""`heed evaluate`: how good the models are, on what their training never saw."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from infra.commands.options import JsonOption


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    group = typer.Typer(help="Judge the models.", no_args_is_help=True, rich_markup_mode=None)
    group.command()(ranker)
    group.command()(parser)
    app.add_typer(group, name="evaluate")


def ranker(json: JsonOption = False) -> None:
    """Judge the ranking on events after its training.

    Recall@10 and NDCG@10 against popularity and EASE alone, with and without words, with 95 % intervals over
    people.

    \b
    Example: heed evaluate ranker
    """
    from batch.evaluate_ranker import as_text, evaluate_ranker
    from infra.console import print_json, print_line, working

    with working("Judging the ranking") as tell:
        evaluation = evaluate_ranker(progress=tell)
    if json:
        print_json(evaluation)
    else:
        print_line(as_text(evaluation))


def parser(
    part: Annotated[str, typer.Option(help="`test`, or `validation` for choosing between models.")] = "test",
    model: Annotated[
        Path | None,
        typer.Option(
            exists=True, file_okay=False, help="A model set to score.", show_default="the shipped one"
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Score the parser on wordings it never saw.

    By the measures of the intent contract, over the corpus' held-out families: all, by domain, by act.

    \b
    Example: heed evaluate parser
    """
    from agents.evaluation import evaluate
    from infra.console import print_json, print_table, working

    if part not in ("test", "validation"):
        raise typer.BadParameter("There are the parts `test` and `validation`.")
    with working("Scoring the parser"):
        scores = evaluate(model, "test" if part == "test" else "validation")
    if json:
        print_json(scores)
        return
    head = ("set", "commands", "F1", "without strength", "whole command", "act", "clarity", "ECE")
    rows = [
        (
            name,
            s.commands,
            *(f"{value:.3f}" for value in (s.f1, s.f1_without_strength, s.command_accuracy)),
            *(f"{value:.3f}" for value in (s.act_accuracy, s.clarity_accuracy, s.ece)),
        )
        for name, s in scores.items()
    ]
    print_table("", head, rows)
