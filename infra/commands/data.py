"""`heed data`: what can be recommended, and what people did with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from infra.commands.options import JsonOption

if TYPE_CHECKING:
    from catalog.items import Catalog

CheckedPart = Literal["tables", "knowledge"]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    group = typer.Typer(
        help="Load, declare and check catalogues.", no_args_is_help=True, rich_markup_mode=None
    )
    load = typer.Typer(help="Load a catalogue.", no_args_is_help=True, rich_markup_mode=None)
    load.command()(movielens)
    load.command()(shop)
    group.add_typer(load, name="load")
    group.command()(init)
    group.command()(check)
    group.command("join-report")(join_report)
    app.add_typer(group, name="data")


def movielens(
    folder: Annotated[
        Path | None,
        typer.Option("--from", help="A folder in GroupLens' own layout (movies.csv, ratings.csv)."),
    ] = None,
    metadata: Annotated[
        Path | None,
        typer.Option(help="A CSV that joins on movieId: directors, cast, keywords, overview. Needs --from."),
    ] = None,
) -> None:
    """Load films and their ratings.

    Without --from, the MovieLens data that comes embedded; with it, a folder of GroupLens' own files.
    MovieLens is for non-commercial use; its terms are in THIRD_PARTY.md.

    \b
    Example: heed data load movielens
    Example: heed data load movielens --from ml-latest-small --metadata metadata.csv
    """
    from catalog.embedded import load_embedded
    from catalog.grouplens import load_grouplens
    from catalog.store import save
    from infra.console import working

    if metadata is not None and folder is None:
        raise typer.BadParameter("--metadata joins on the films of --from; give both.")
    with working("Loading the films"):
        catalog, interactions = load_embedded() if folder is None else load_grouplens(folder, metadata)
        place = save(catalog, interactions)
    _say_loaded(catalog, interactions.num_rows, place)


def shop(
    items: Annotated[int, typer.Option(min=10, help="How many articles to make.")] = 10_000,
    shoppers: Annotated[int, typer.Option(min=1, help="How many shoppers.")] = 500,
) -> None:
    """Make the synthetic fashion shop.

    Articles and shoppers whose tastes are known, the same every time. Serve it with HEED_DOMAIN=shop.

    \b
    Example: heed data load shop --items 100000
    """
    from catalog.shop import generate_shop
    from catalog.store import save
    from infra.console import working

    with working("Making the shop"):
        made = generate_shop(items, shoppers)
        place = save(made.catalog, made.interactions)
    _say_loaded(made.catalog, made.interactions.num_rows, place)


def init(
    items: Annotated[
        Path, typer.Option(help="CSV or Parquet, one row an item, with a column that names it.")
    ],
    interactions: Annotated[
        Path | None, typer.Option(help="CSV or Parquet, one row for each thing that a user did with an item.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Make a catalogue of your own files.

    The domain (fields, types, units, synonyms) is inferred and asks nothing; it stands in the written
    domain.yaml, which may be edited.

    \b
    Example: heed data init --items items.csv --interactions log.csv
    """
    from catalog.infer import infer
    from infra.console import print_json, print_line, print_table, working

    with working("Reading the files"):
        report = infer(items, interactions)
    if json:
        print_json(
            {
                "domain": report.domain.name,
                "folder": str(report.folder),
                "items": report.items,
                "users": report.users,
                "interactions": report.interactions,
                "notes": report.notes,
                "fields": {f.name: f.type for f in report.domain.fields},
            }
        )
        return
    rows = [(f.name, f.type, f.unit, report.sources.get(f.name, "")) for f in report.domain.fields]
    print_table(f"The domain {report.domain.name}", ("field", "type", "unit", "from the column"), rows)
    for note in report.notes:
        print_line(f"Note: {note}")
    print_line(f"{report.items:,} items, {report.interactions:,} interactions of {report.users:,} users.")
    print_line(f"Edit {report.folder / 'domain.yaml'} where a guess is wrong.")
    print_line(f"Serve it with HEED_DOMAIN={report.domain.name}.")


def check(
    what: Annotated[
        CheckedPart, typer.Argument(help="The loaded and built tables, or what Heed itself knows of films.")
    ] = "tables",
    against: Annotated[
        Path | None,
        typer.Option(help="knowledge: compare facts with a folder of CSV files that join on movieId."),
    ] = None,
    soft_attributes: Annotated[
        Path | None,
        typer.Option(
            help="knowledge: compare moods and themes with the folder of the SoftAttributes data set."
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Check every table that is loaded or built, or the knowledge of films.

    A rule that is broken is named with the first row that breaks it, a fault in the knowledge with file, line
    and reason; then the exit code is 1. The two comparisons only report.

    \b
    Example: heed data check
    Example: heed data check knowledge
    Example: heed data check knowledge --against movielens-metadata
    """
    if what == "knowledge":
        _check_knowledge(against, soft_attributes, json)
        return
    if against is not None or soft_attributes is not None:
        raise typer.BadParameter("--against and --soft-attributes go with `heed data check knowledge`.")
    from batch.checks.report import stop_at_failures
    from batch.checks.run import check_files
    from infra.console import print_json, print_table, progress

    reports = []
    for report in check_files():
        progress(f"  {report.table}: {'holds' if report.passed else 'BROKEN'} after {report.seconds:.1f} s")
        reports.append(report)
    if json:
        print_json(reports)
    else:
        rows = [(r.table, f"{r.rows:,}", r.rules, len(r.failures)) for r in reports]
        print_table("", ("table", "rows", "rules", "broken rules"), rows)
    stop_at_failures(reports)


def _check_knowledge(against: Path | None, soft_attributes: Path | None, json: bool) -> None:
    from infra.commands.knowledge import check_rows, compare_facts, compare_order

    if against is not None and soft_attributes is not None:
        raise typer.BadParameter("--against and --soft-attributes are two reports; ask for one at a time.")
    if against is not None:
        compare_facts(against, json)
    elif soft_attributes is not None:
        compare_order(soft_attributes, json)
    else:
        check_rows(json)


def join_report(json: JsonOption = False) -> None:
    """Say how well the embedded tables met.

    The films of MovieLens get running times, certificates and scores from a second table by title and year.

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


def _say_loaded(catalog: Catalog, interactions: int, place: Path) -> None:
    from infra.console import print_line

    domain = catalog.domain
    print_line(f"{len(catalog):,} {domain.items} and {interactions:,} interactions are in {place}.")
    if domain.attribution:
        print_line(domain.attribution)
    print_line("`heed up` (again) serves them.")
