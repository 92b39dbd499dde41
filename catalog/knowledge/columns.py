"""The knowledge of films as columns of a catalogue, whatever source of MovieLens films it is joined with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from catalog.columns import CategoryColumn, Column, NumberColumn, OrderedColumn, TextColumn
from catalog.domain import Domain
from catalog.knowledge.films import Film
from catalog.knowledge.knowledge import load_knowledge
from catalog.names import title_key

# The values of a film by the field of the domain that holds them.
_NAMED = {
    "director": lambda film: film.directors,
    "cast": lambda film: film.cast,
    "language": lambda film: (film.language,) if film.language else (),
    "theme": lambda film: film.themes,
    "mood": lambda film: film.moods,
    "content_note": lambda film: film.content_notes,
    "based_on": lambda film: film.based_on,
    "country": lambda film: film.countries,
}


def knowledge_columns(movie_ids: Sequence[int], titles: Sequence[str], domain: Domain) -> dict[str, Column]:
    """Return what the project knows of films, a row each; unknown where it has no row.

    A film is known by its movieId and its title together: another source may count its own way.
    """
    known = load_knowledge().films
    films = []
    for movie_id, title in zip(movie_ids, titles, strict=True):
        film = known.get(movie_id)
        same = film is not None and title_key(film.title) == title_key(title)
        films.append(film if film is not None and same else Film(movie_id=movie_id, title=title))
    runtimes = [np.nan if film.runtime is None else float(film.runtime) for film in films]
    levels = tuple(domain.field("certificate").values)
    codes = [levels.index(film.certificate) if film.certificate in levels else -1 for film in films]
    columns: dict[str, Column] = {
        name: CategoryColumn.of(map(values, films), tuple(domain.field(name).values))
        for name, values in _NAMED.items()
    }
    return columns | {
        "runtime": NumberColumn(np.array(runtimes, dtype=np.float64)),
        "certificate": OrderedColumn(levels, np.array(codes, dtype=np.int16)),
        "overview": TextColumn.of(film.plot for film in films),
    }


def filled(columns: dict[str, Column], further: dict[str, Column]) -> dict[str, Column]:
    """Return columns with what they leave unknown taken from `further`, which has as many rows."""
    result = dict(further)
    for name, column in columns.items():
        result[name] = _merged(column, further[name]) if name in further else column
    return result


def _merged(first: Column, second: Column) -> Column:
    match first, second:
        case NumberColumn(values=known), NumberColumn(values=other):
            return NumberColumn(np.where(np.isnan(known), other, known))
        case OrderedColumn(levels=levels, codes=known), OrderedColumn(levels=same, codes=other):
            assert levels == same  # noqa: S101 - both are the declared levels
            return OrderedColumn(levels, np.where(known < 0, other, known).astype(np.int16))
        case CategoryColumn(), CategoryColumn():
            rows = (first.of_item(i) or second.of_item(i) for i in range(len(first)))
            return CategoryColumn.of(rows, first.values if first.values == second.values else ())
        case TextColumn(), TextColumn():
            return TextColumn.of(first.of_item(i) or second.of_item(i) for i in range(len(first)))
        case _:
            raise TypeError(f"A {type(first).__name__} cannot be filled from a {type(second).__name__}.")
