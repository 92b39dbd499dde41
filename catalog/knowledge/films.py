"""The rows of `films.csv`: as they stand, with their line, and as typed films."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import msgspec

from catalog.errors import KnowledgeError
from catalog.knowledge.terms import SECTIONS, Section

FILMS_FILE = Path(__file__).parent / "films.csv"
COLUMNS = (
    "movie_id", "title", "directors", "cast", "country", "language", "runtime", "certificate",
    "themes", "moods", "content_notes", "based_on", "plot",
)  # fmt: skip
SEPARATOR = "|"


class Film(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one film; what is not known for sure is empty or None.

    `runtime` is in minutes, `certificate` a rating of the MPAA. `cast` has up to five leading actors in
    billing order, `countries` the main producer first, `themes` and `moods` the most characteristic term.
    """

    movie_id: int
    title: str
    directors: tuple[str, ...] = ()
    cast: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    language: str | None = None
    runtime: int | None = None
    certificate: str | None = None
    themes: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    content_notes: tuple[str, ...] = ()
    based_on: tuple[str, ...] = ()
    plot: str | None = None

    def terms(self, section: Section) -> tuple[str, ...]:
        """Return the film's terms of one section, the most characteristic first."""
        named: tuple[str, ...] = getattr(self, section)
        return named

    @property
    def people(self) -> tuple[str, ...]:
        """Everyone named: directors, then actors."""
        return tuple(dict.fromkeys((*self.directors, *self.cast)))


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands: the file's line at which it ends, and its cells by column."""

    line: int
    cells: dict[str, str]

    def parts(self, column: str) -> tuple[str, ...]:
        """Return the values of a cell that holds several."""
        return tuple(part.strip() for part in self.cells[column].split(SEPARATOR) if part.strip())


def read_rows(file: Path = FILMS_FILE) -> Iterator[Row]:
    """Read rows in the order of the file.

    Raises
    ------
    KnowledgeError
        If the file cannot be read, its header is another, or a row has too few or too many cells.
    """
    try:
        with file.open(encoding="utf-8", newline="") as text:
            reader = csv.reader(text, strict=True)
            header = tuple(next(reader, ()))
            if header != COLUMNS:
                raise KnowledgeError(f"{file.name}, line 1: the header must be {','.join(COLUMNS)}.")
            for cells in reader:
                if len(cells) != len(COLUMNS):
                    raise KnowledgeError(
                        f"{file.name}, line {reader.line_num}: {len(cells)} cells where {len(COLUMNS)} "
                        'belong; put a cell with a comma in "quotes".'
                    )
                yield Row(reader.line_num, dict(zip(COLUMNS, cells, strict=True)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise KnowledgeError(f"{file.name} cannot be read: {error}.") from None


def film_of(row: Row, source: str) -> Film:
    """Return the film of a row.

    Raises
    ------
    KnowledgeError
        If movieId or running time is no whole number.
    """
    return Film(
        movie_id=_whole(row, "movie_id", source),
        title=row.cells["title"].strip(),
        directors=row.parts("directors"),
        cast=row.parts("cast"),
        countries=row.parts("country"),
        language=row.cells["language"].strip() or None,
        runtime=_whole(row, "runtime", source) if row.cells["runtime"].strip() else None,
        certificate=row.cells["certificate"].strip() or None,
        plot=row.cells["plot"].strip() or None,
        **_sections(row),
    )


def _sections(row: Row) -> dict[str, Any]:
    return {section: row.parts(section) for section in get_args(Section)}


def _whole(row: Row, column: str, source: str) -> int:
    text = row.cells[column].strip()
    if not (text.isascii() and text.isdigit()):
        raise KnowledgeError(f"{source}, line {row.line}: the {column} '{text}' is no whole number.")
    return int(text)


__all__ = ["COLUMNS", "FILMS_FILE", "SECTIONS", "Film", "Row", "film_of", "read_rows"]
