"""MovieLens in GroupLens' own layout: `movies.csv`, `ratings.csv`, and `tags.csv` where there is one.

A metadata CSV with a `movieId` column adds what MovieLens does not know: people, keywords, plot, length.
Running time, certificate and score of films up to 2005 that it leaves open come from IMDb's table, if the
package that carries it is installed, and what then is still open from the project's own knowledge of films.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import structlog

from catalog.columns import CategoryColumn, Column, Floats, NumberColumn, TextColumn
from catalog.domain import Domain, load_domain
from catalog.embedded import certificates_column, genres_column, ratings_table
from catalog.errors import InputFileError
from catalog.film_titles import FilmTitle, read_film_title
from catalog.imdb import available, match, read_facts
from catalog.items import Catalog
from catalog.knowledge.columns import filled, knowledge_columns
from catalog.scores import with_equated_means

# The names under which metadata files hold a field, the preferred one first.
METADATA_COLUMNS: dict[str, tuple[str, ...]] = {
    "director": ("director", "directors"),
    "cast": ("cast", "actors"),
    "keyword": ("keyword", "keywords"),
    "language": ("language", "languages", "original_language"),
    "overview": ("overview", "overview_tmdb", "plot"),
    "runtime": ("runtime", "runtime_min"),
    "certificate": ("certificate", "mpaa"),
    "rating": ("imdb_rating", "vote_average", "tmdb_vote_average"),
}

# A tag that one person used is a note to themselves ("dvd shelf 3").
TAGGERS = 2

log = structlog.get_logger(__name__)


def load_grouplens(folder: Path, metadata: Path | None = None) -> tuple[Catalog, Any]:
    """Return the films and the ratings of a GroupLens folder.

    Parameters
    ----------
    folder : Path
        Holds `movies.csv` (movieId, title, genres) and `ratings.csv` (userId, movieId, rating, timestamp).
    metadata : Path, optional
        A CSV, plain or `.gz`, with `movieId` and any of the columns in `METADATA_COLUMNS`; several values of
        one film are separated by `|`.

    Raises
    ------
    InputFileError
        If a file is missing, no CSV, or lacks a column, saying which.
    """
    movies = _read(folder / "movies.csv", ("movieId", "title", "genres"))
    movies = movies.drop_duplicates("movieId").sort_values("movieId").reset_index(drop=True)
    ratings = _read(folder / "ratings.csv", ("userId", "movieId", "rating", "timestamp"))
    known = ratings["movieId"].isin(movies["movieId"])
    if not known.all():
        log.warning("ratings_of_unknown_films_left_out", ratings=int((~known).sum()))
        ratings = ratings[known]
    titles = [read_film_title(str(title)) for title in movies["title"]]
    counted = ratings.groupby("movieId")["rating"].agg(["size", "mean"]).reindex(movies["movieId"])
    count = counted["size"].fillna(0).to_numpy(dtype=np.float64)
    years = np.array([np.nan if title.year is None else float(title.year) for title in titles])
    facts = _facts(movies, titles, years, count, metadata)
    domain = load_domain("movies")
    columns: dict[str, Column] = {
        "title": TextColumn.of(title.title for title in titles),
        "also_known_as": TextColumn.of("|".join(title.aliases) or None for title in titles),
        "genre": genres_column(domain, movies["genres"].astype(str).tolist()),
        "year": NumberColumn(years),
        "popularity": NumberColumn(count),
    }
    scores = _numbers(facts, "rating")
    columns["rating"] = NumberColumn(with_equated_means(scores, counted["mean"].to_numpy(), count))
    columns |= filled(
        _columns_of(domain, facts, _tags(folder, movies)),
        knowledge_columns(movies["movieId"].astype(int).tolist(), [title.title for title in titles], domain),
    )
    ids = pa.array(movies["movieId"].astype(str).tolist(), type=pa.string())
    return Catalog(domain, ids, columns), ratings_table(ratings)


def _facts(
    movies: pd.DataFrame, titles: list[FilmTitle], years: Floats, count: Floats, metadata: Path | None
) -> pd.DataFrame:
    """Return one row per film with the fields of `METADATA_COLUMNS` that are known, from either source."""
    facts = pd.DataFrame(index=movies.index)
    if metadata is not None:
        extra = _read(metadata, ("movieId",)).drop_duplicates("movieId").set_index("movieId")
        extra = extra.reindex(movies["movieId"]).reset_index(drop=True)
        for field, names in METADATA_COLUMNS.items():
            name = next((name for name in names if name in extra.columns), None)
            if name is not None:
                facts[field] = extra[name]
    if available():
        table = read_facts()
        found = table.reindex(match(titles, years, count, table)).reset_index(drop=True)
        for field, name in (("runtime", "length"), ("certificate", "mpaa"), ("rating", "rating")):
            facts[field] = facts[field].fillna(found[name]) if field in facts else found[name]
    return facts


def _columns_of(domain: Domain, facts: pd.DataFrame, tags: pd.Series[Any] | None) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    if "runtime" in facts:
        columns["runtime"] = NumberColumn(_numbers(facts, "runtime"))
    if "certificate" in facts:
        columns["certificate"] = certificates_column(domain, facts["certificate"].tolist())
    for field in ("director", "cast"):
        if field in facts:
            columns[field] = CategoryColumn.of(_split(text) for text in facts[field])
    if "language" in facts:
        columns["language"] = CategoryColumn.of(_split(text)[:1] for text in facts["language"])
    if "overview" in facts:
        columns["overview"] = TextColumn.of(str(text) if _known(text) else None for text in facts["overview"])
    if "keyword" in facts or tags is not None:
        named = facts.get("keyword", pd.Series(None, index=facts.index, dtype=object))
        tagged = tags if tags is not None else pd.Series(None, index=facts.index, dtype=object)
        both = zip(named, tagged, strict=True)
        columns["keyword"] = CategoryColumn.of(_split(one) + _split(other) for one, other in both)
    return columns


def _tags(folder: Path, movies: pd.DataFrame) -> pd.Series[Any] | None:
    """Return each film's tags, separated by `|`, or None where the folder has none."""
    path = folder / "tags.csv"
    if not path.is_file():
        return None
    tags = _read(path, ("userId", "movieId", "tag")).dropna(subset=["tag"])
    tags["tag"] = tags["tag"].astype(str).str.strip().str.lower()
    taggers = tags.groupby("tag")["userId"].nunique()
    shared = tags[tags["tag"].isin(taggers.index[taggers >= TAGGERS])].drop_duplicates(["movieId", "tag"])
    joined = shared.groupby("movieId")["tag"].agg("|".join)
    return joined.reindex(movies["movieId"]).reset_index(drop=True)


def _read(path: Path, needed: tuple[str, ...]) -> pd.DataFrame:
    if not path.is_file():
        old = path.with_suffix(".dat")
        hint = (
            "this is an older layout, so take a data set with CSV files, such as ml-latest-small"
            if old.is_file()
            else "give the folder that holds GroupLens' movies.csv and ratings.csv"
        )
        raise InputFileError(f"There is no file {path}: {hint}.")
    try:
        table = pd.read_csv(path, encoding="utf-8")
    except (ValueError, OSError, EOFError) as error:
        reason = str(error).splitlines()[0]
        raise InputFileError(f"{path} cannot be read as CSV ({reason}): check that it is whole.") from error
    missing = [name for name in needed if name not in table.columns]
    if missing:
        raise InputFileError(
            f"{path} has no column {' and no '.join(missing)} (it has {', '.join(table.columns)}): "
            "give GroupLens' own files, or use `heed data init` for others."
        )
    return table


def _numbers(facts: pd.DataFrame, field: str) -> Floats:
    if field not in facts:
        return np.full(len(facts), np.nan)
    numbers: Floats = pd.to_numeric(facts[field], errors="coerce").to_numpy(dtype=np.float64)
    # Metadata write 0 for a running time or a score that they do not know.
    return np.where(numbers > 0, numbers, np.nan)


def _known(text: Any) -> bool:
    return isinstance(text, str) and bool(text.strip())


def _split(text: Any) -> list[str]:
    return [part.strip() for part in text.split("|") if part.strip()] if _known(text) else []
