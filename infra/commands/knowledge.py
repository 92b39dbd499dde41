"""`heed data check knowledge`: what the project wrote about films, checked and compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catalog.knowledge.against import Agreement
    from catalog.knowledge.check import CheckedKnowledge
    from catalog.knowledge.embedded_films import EmbeddedFilms
    from catalog.knowledge.soft_attributes import AttributeCorrelation, SoftAttributeReport


def check_rows(json: bool) -> None:
    """Check every row, say how complete they are, and raise where one is at fault."""
    from catalog.knowledge.check import check_knowledge, require_sound
    from infra.console import print_json, print_line

    embedded = _embedded()
    checked = check_knowledge(embedded.titles if embedded else None)
    if json:
        print_json(checked)
    else:
        print_line(f"{checked.rows:,} films, {len(checked.faults):,} faults. {_completeness(checked)}")
        if not checked.ids_checked:
            print_line("MovieLens is not installed (pip install 'heed[demo]'), so movieIds were not checked.")
    require_sound(checked)


def compare_facts(folder: Path, json: bool) -> None:
    """Compare the facts of the rows with a folder of film metadata, by field and film by film."""
    from catalog.knowledge import load_knowledge
    from catalog.knowledge.against import compare
    from infra.console import print_json, print_table

    embedded = _embedded()
    agreement = compare(load_knowledge().films.values(), folder, embedded.years if embedded else None)
    if json:
        print_json(_agreement_json(agreement))
        return
    rows = [(one.field, one.compared, one.agreed, f"{one.share:.1%}") for one in agreement.fields]
    print_table(f"Agreement on {agreement.films:,} films", ("field", "both know", "agree", "share"), rows)
    print_table(
        f"{len(agreement.disagreements):,} disagreements",
        ("movieId", "title", "field", "ours", "theirs"),
        [(one.movie_id, one.title, one.field, one.ours, one.theirs) for one in agreement.disagreements],
    )


def compare_order(folder: Path, json: bool) -> None:
    """Compare the films' terms with the order in which people put films by an attribute."""
    from catalog.knowledge import load_knowledge
    from catalog.knowledge.embedded_films import embedded_films
    from catalog.knowledge.soft_attributes import correlate, film_keys
    from infra.console import print_json, print_line, print_table

    embedded = embedded_films()
    report = correlate(load_knowledge(), folder, film_keys(embedded.titles, embedded.years))
    if json:
        print_json(report)
        return
    rows = [(one.attribute, one.term, one.films, f"{one.spearman:+.2f}") for one in _by_correlation(report)]
    print_table("Spearman's correlation", ("attribute", "our term", "films", "correlation"), rows)
    print_line(f"Mean over {len(report.attributes)} covered attributes: {report.mean:+.3f}.")
    print_line(f"No term for: {', '.join(report.uncovered)}.")


def _by_correlation(report: SoftAttributeReport) -> list[AttributeCorrelation]:
    return sorted(report.attributes, key=lambda one: -one.spearman)


def _agreement_json(agreement: Agreement) -> dict[str, object]:
    fields = {
        one.field: {"compared": one.compared, "agreed": one.agreed, "share": one.share}
        for one in agreement.fields
    }
    return {"films": agreement.films, "fields": fields, "disagreements": agreement.disagreements}


def _completeness(checked: CheckedKnowledge) -> str:
    if not checked.rows:
        return "There is no film."
    return (
        "With "
        + ", ".join(f"{column} {count / checked.rows:.1%}" for column, count in checked.complete.items())
        + "."
    )


def _embedded() -> EmbeddedFilms | None:
    from catalog.errors import DemoDataError
    from catalog.knowledge.embedded_films import embedded_films

    try:
        return embedded_films()
    except DemoDataError:
        return None
