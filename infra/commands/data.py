"""`heed data`: what can be recommended, and what people did with it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from infra.commands.options import JsonOption


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    group = typer.Typer(
        help="Load, declare and check catalogues.", no_args_is_help=True, rich_markup_mode=None
    )
    load = typer.Typer(help="Load a catalogue.", no_args_is_help=True, rich_markup_mode=None)
    load.command()(movielens)
    load.command()(shop)
    group.add_typer(load, name="load")
    group.command("join-report")(join_report)
    app.add_typer(group, name="data")


def movielens(
    folder: Annotated[
        Path | None,
        typer.Option("--from", help="A folder in GroupLens' own layout (movies.csv, ratings.csv)."),
    ] = None,
    metadata: Annotated[
        Path | None, typer.Option(help="A CSV with movieId, directors, cast, keywords, overview.")
    ] = None,
) -> None:
    """Load films: the embedded MovieLens, or a folder of GroupLens' files.

    \b
    Example: heed data load movielens
    Example: heed data load movielens --from ml-latest-small --metadata metadata.csv
    """


def shop(
    items: Annotated[int, typer.Option(min=10, help="How many articles to make.")] = 10_000,
) -> None:
    """Make the synthetic fashion shop: articles and shoppers whose tastes are known.

    \b
    Example: heed data load shop --items 100000
    """


def join_report(json: JsonOption = False) -> None:
    """Say how well the embedded films met the table with their running times and certificates.

    \b
    Example: heed data join-report
    """
    from catalog.embedded import join_report as report
    from infra.console import print_json, print_line

    joined = report()
    if json:
        print_json(joined)
        return
    print_line(f"{joined.film_count:,} films, {joined.rating_count:,} ratings. Joined:")
    print_line(f"  {joined.films_to_2005:6.1%} of the films up to 2005")
    print_line(f"  {joined.films:6.1%} of all films")
    print_line(f"  {joined.ratings:6.1%} of all ratings are of joined films")
    print_line(f"  {joined.certificates:6.1%} of the joined films have a certificate")
