"""`heed evaluate`: how good the models are, on what their training never saw."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra.commands.options import JsonOption

if TYPE_CHECKING:
    from batch.parser_report.evaluate import Asked, Report


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    group = typer.Typer(help="Judge the models.", no_args_is_help=True, rich_markup_mode=None)
    group.command()(ranker)
    group.command()(parser)
    group.command()(dialogue)
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
        typer.Option(exists=True, file_okay=False, help="A model set.", show_default="the shipped one"),
    ] = None,
    teacher: Annotated[
        list[Path] | None,
        typer.Option(exists=True, file_okay=False, help="A teacher's model set; repeat it for an ensemble."),
    ] = None,
    commands: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="A folder of public sets of commands of others."),
    ] = None,
    baselines: Annotated[
        bool, typer.Option(help="Whether to judge the nearest neighbour and the rules as well.")
    ] = True,
    report: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write the report there, as Markdown.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Score the parser on wordings it never saw.

    By the measures of the intent contract on canonical values, over the corpus' held-out families: all, by
    act, domain, field and family, with 95 % intervals, beside the nearest training command and rules.

    With --commands, also how many of the constraints that others marked in their commands are found: the
    folder holds any of nlu_eval, schema_guided, snips and webshop, in their own layout.

    \b
    Example: heed evaluate parser
    Example: heed evaluate parser --report docs/reports/parser.md
    """
    from batch.parser_report.evaluate import Asked, evaluate_parser
    from batch.parser_report.markdown import as_markdown
    from infra.console import print_json, print_line, working

    if part not in ("test", "validation"):
        raise typer.BadParameter("There are the parts `test` and `validation`.")
    asked = Asked(
        part="test" if part == "test" else "validation",
        teachers=tuple(teacher or ()),
        model=model,
        commands=commands,
        baselines=baselines,
    )
    with working("Scoring the parser") as tell:
        found = evaluate_parser(asked, tell)
    if report is not None:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(as_markdown(found, _again(asked, report)), encoding="utf-8")
    if json:
        print_json(found)
        return
    _print(found)
    if report is not None:
        print_line(f"Written to {report}.")


def _again(asked: Asked, report: Path) -> str:
    """Return the command that makes a report again; folders of this machine are not named."""
    words = ["heed evaluate parser"]
    words += ["--part validation"] * (asked.part != "test")
    words += ["--model FOLDER"] * (asked.model is not None)
    words += ["--teacher FOLDER"] * len(asked.teachers)
    words += ["--commands FOLDER"] * (asked.commands is not None)
    words += ["--no-baselines"] * (not asked.baselines)
    return " ".join((*words, "--report", report.name if report.is_absolute() else str(report)))


def _print(found: Report) -> None:
    from batch.parser_report import markdown
    from infra.console import print_line, print_table

    print_line(
        f"{found.commands:,} commands of {found.families} families; model {found.model_version}, "
        f"{found.model_megabytes} MB; 95 % intervals over families in brackets"
    )
    print_table("", markdown.columns("reader"), markdown.system_rows(found))
    for kind in ("act", "domain", "field"):
        print_line()
        rows = markdown.split_rows(found.systems[0], kind)
        print_table(f"The student by {kind}", markdown.split_columns(kind), rows)
    print_line()
    families = list(markdown.split_rows(found.systems[0], "family"))[: markdown.WORST]
    print_table("The student's worst families", markdown.split_columns("family"), families)
    if found.outside:
        print_line()
        rows = markdown.recall_rows(found.outside)
        print_table("Recall on commands that others wrote", markdown.RECALL_COLUMNS, rows)


def dialogue(
    users: Annotated[int, typer.Option(min=1, help="How many people, each at a moment of the past.")] = 300,
    rounds: Annotated[int, typer.Option(min=1, help="At most so many commands each.")] = 5,
    seed: Annotated[int, typer.Option(help="One seed gives the same people.")] = 1,
    drift: Annotated[bool, typer.Option(help="Let the interest turn to another kind midway.")] = True,
    json: JsonOption = False,
) -> None:
    """Let simulated users speak to the feed until it shows what they have in mind.

    Recall@10, how many got there, how far the feed obeyed and how well the parser read, by persona; the same
    people before a feed that hears perfectly and before a deaf one. Their wording was never taught.

    \b
    Example: heed evaluate dialogue --users 100
    """
    from batch.simulate_report import as_text, simulate
    from infra.console import print_json, print_line, working

    with working("Letting simulated users speak") as tell:
        result = simulate(users=users, rounds=rounds, seed=seed, drift=drift, progress=tell)
    if json:
        print_json(result)
    else:
        print_line(as_text(result))
