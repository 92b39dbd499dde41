"""What a domain file may say, and how a wrong one is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.domain import Domain, domain_to_yaml, load_domain, packaged_domains, parse_domain
from catalog.errors import DomainFileError, UnknownDomainError, UnknownFieldError


def declare(fields: str, head: str = "") -> str:
    return f"name: x\nitem: thing\nitems: things\n{head}\nfields:\n  - {{name: title, type: text}}\n{fields}"


@pytest.mark.parametrize("name", packaged_domains())
def test_packaged_domain_survives_writing_and_reading(name: str) -> None:
    domain = load_domain(name)
    assert parse_domain(domain_to_yaml(domain)) == domain


def test_movies_declare_the_fields_of_the_design() -> None:
    movies = load_domain("movies")
    assert {
        *("genre", "year", "runtime", "certificate", "rating", "popularity"),
        *("title", "director", "cast", "language", "keyword", "overview"),
    } <= {field.name for field in movies.fields}
    assert tuple(movies.field("certificate").values) == ("G", "PG", "PG-13", "R", "NC-17")
    assert movies.field("genre").multi and movies.affinity_field == "genre"
    assert "non" in movies.attribution.lower() or "no commercial use" in movies.attribution


def test_shop_says_that_it_is_synthetic() -> None:
    assert load_domain("shop").synthetic
    assert not load_domain("movies").synthetic


def test_moods_are_no_categories() -> None:
    words = {word for synonyms in load_domain("movies").field("genre").values.values() for word in synonyms}
    assert not words & {"funny", "scary", "feel-good", "family-friendly", "superhero"}


def test_undeclared_field_is_refused_with_the_declared_names(hats_domain: Domain) -> None:
    with pytest.raises(UnknownFieldError, match=r"no field 'colr' \(did you mean 'colour'\?\).*title, kind"):
        hats_domain.field("colr")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            declare("  - {name: a, type: numbr}"),
            r"field 'a' has the type 'numbr' \(did you mean 'number'\?\)",
        ),
        (declare("  - {name: title, type: text}"), "field 'title' is declared twice"),
        (declare("  - {name: a, type: number, colour: red}"), "field 'a' is declared wrongly.*colour"),
        (declare("  - {type: number}"), "field number 2 is declared wrongly.*name"),
        (declare("  - {name: item, type: text}"), "field 'item' has a name that intents use"),
        (declare("  - {name: a b, type: text}"), "must be named with letters"),
        (declare("  - {name: a, type: ordered}"), "is ordered, so list at least two `values`"),
        (declare("  - {name: a, type: number, values: {x: []}}"), "takes no `values`"),
        (declare("  - {name: a, type: number, multi: true}"), "cannot be `multi`"),
        (declare("  - {name: a, type: text, low: [few]}"), "has no `low` or `high`"),
        (
            declare("  - {name: a, type: category, values: {x: [no]}}"),
            "'a' is declared wrongly.*needs quotes",
        ),
        (declare("", "affinity_field: genr"), "`affinity_field` names the undeclared field 'genr'"),
        (declare("", "affinity_field: title"), "names 'title' of type text; it must be category"),
        (declare("  - {name: a, type: category}", "affinity_field: a"), "lists no `values`"),
        (declare("", "popularity_field: title"), "it must be number"),
        (declare("", "compounds: [{name: c, field: g, values: [x]}]"), "compound 'c' names the undeclared"),
        (declare("", "colour: red"), "colour"),
        ("name: x\nitem: a\nitems: b\n", "declares no fields"),
        ("- just\n- a list\n", "is not a mapping"),
        ("name: [unclosed", "is not valid YAML"),
        (declare("  - {name: a, type: category, values: {x: [], x: [y]}}"), "'x' stands twice"),
    ],
)
def test_wrong_declaration_is_refused_naming_file_and_field(text: str, message: str) -> None:
    with pytest.raises(DomainFileError, match=rf"(?s)things.yaml.*{message}"):
        parse_domain(text, source="things.yaml")


def test_unknown_domain_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownDomainError, match=r"no domain 'moovies'.*did you mean 'movies'"):
        load_domain("moovies")


def test_missing_domain_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownDomainError, match="no domain file at"):
        load_domain(tmp_path / "none.yaml")
