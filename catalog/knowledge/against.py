"""Comparing the facts of the rows with a folder of film metadata that joins on movieId."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from catalog.errors import KnowledgeError
from catalog.knowledge.films import Film
from catalog.knowledge.people import name_key
from catalog.knowledge.spellings import CERTIFICATES, SAME_COUNTRY, SAME_LANGUAGE
from catalog.names import plain

# A cut, a rounding and a frame rate differ by up to so many minutes without anyone being wrong.
RUNTIME_TOLERANCE = 5
LEADING_ACTORS = 2

# The names that such files give a column, ours first.
_COLUMNS = {
    "directors": ("directors", "director"),
    "cast": ("cast", "actors"),
    "runtime": ("runtime", "runtime_min", "length"),
    "year": ("year",),
    "certificate": ("certificate", "mpaa"),
    "language": ("language", "original_language"),
    "country": ("country", "countries"),
}
Texts = tuple[str, ...]


class Disagreement(msgspec.Struct, frozen=True):
    """One field of one film in which the two sides differ."""

    movie_id: int
    title: str
    field: str
    ours: str
    theirs: str


class FieldAgreement(msgspec.Struct, frozen=True):
    """One field: how many films both sides know it of, and of how many they agree."""

    field: str
    compared: int
    agreed: int

    @property
    def share(self) -> float:
        """Agreement of 1; NaN where nothing could be compared."""
        return self.agreed / self.compared if self.compared else float("nan")


class Agreement(msgspec.Struct, frozen=True):
    """Agreement by field, and every disagreement."""

    films: int
    fields: tuple[FieldAgreement, ...]
    disagreements: tuple[Disagreement, ...]


def compare(films: Iterable[Film], folder: Path, years: Mapping[int, int] | None = None) -> Agreement:
    """Compare films with the CSV files of a folder, where both sides know a field.

    Directors agree if all that one side names are named by the other; actors if two are named by both (one
    where a side names only one); running times within 5 minutes; countries if one is named by both. Names are
    compared without accents, case, marks and initials.

    Parameters
    ----------
    years : mapping of int to int, optional
        Our year of each film, by movieId.

    Raises
    ------
    KnowledgeError
        If no file of the folder has a column `movieId`.
    """
    theirs = read_metadata(folder)
    counts = {field: [0, 0] for field in _COLUMNS}
    disagreements: list[Disagreement] = []
    met = 0
    for film in films:
        other = theirs.get(film.movie_id)
        if other is None:
            continue
        met += 1
        for field, ours in _fields(film, (years or {}).get(film.movie_id)).items():
            their_values = _known(field, other.get(field, ()))
            if not ours or not their_values:
                continue
            agreed = _AGREE[field](ours, their_values)
            counts[field][0] += 1
            counts[field][1] += agreed
            if not agreed:
                shown = ("|".join(ours), "|".join(their_values))
                disagreements.append(Disagreement(film.movie_id, film.title, field, *shown))
    fields = tuple(FieldAgreement(field, *pair) for field, pair in counts.items())
    disagreements.sort(key=lambda one: list(_COLUMNS).index(one.field))
    return Agreement(met, fields, tuple(disagreements))


def read_metadata(folder: Path) -> dict[int, dict[str, Texts]]:
    """Return what the CSV files of a folder say, by movieId and our column; the first file to say it counts.

    Raises
    ------
    KnowledgeError
        If the folder has no CSV file with a column `movieId`.
    """
    import pandas as pd

    films: dict[int, dict[str, Texts]] = {}
    files = [file for file in sorted(folder.glob("*.csv*")) if file.is_file()]
    for file in files:
        table = pd.read_csv(file, dtype=str, keep_default_na=False)
        if "movieId" not in table:
            continue
        for row in table.to_dict("records"):
            _take(films.setdefault(int(row["movieId"]), {}), row)
    if not films:
        raise KnowledgeError(
            f"{folder} has no CSV file with a column movieId; give a folder of film metadata."
        )
    return films


def _take(known: dict[str, Texts], row: Mapping[Any, str]) -> None:
    for field, names in _COLUMNS.items():
        text = next((row[name] for name in names if row.get(name)), "")
        if text and field not in known:
            known[field] = tuple(part.strip() for part in text.split("|") if part.strip())


def _fields(film: Film, year: int | None) -> dict[str, Texts]:
    return {
        "directors": film.directors,
        "cast": film.cast,
        "runtime": (str(film.runtime),) if film.runtime else (),
        "year": (str(year),) if year else (),
        "certificate": (film.certificate,) if film.certificate else (),
        "language": (film.language,) if film.language else (),
        "country": film.countries,
    }


def _known(field: str, values: Texts) -> Texts:
    # "Approved", "Unrated" and "GP" are no ratings of today: the other side does not know one then.
    return tuple(value for value in values if field != "certificate" or value in CERTIFICATES)


def _folded(values: Texts, same: Mapping[str, str]) -> set[str]:
    return {plain(same.get(plain(value), value)) for value in values}


def _same_directors(ours: Texts, theirs: Texts) -> bool:
    us, them = {name_key(name) for name in ours}, {name_key(name) for name in theirs}
    return us <= them or them <= us


def _same_actors(ours: Texts, theirs: Texts) -> bool:
    us, them = {name_key(name) for name in ours}, {name_key(name) for name in theirs}
    return len(us & them) >= min(LEADING_ACTORS, len(us), len(them))


def _same_number(tolerance: float) -> Callable[[Texts, Texts], bool]:
    return lambda ours, theirs: abs(float(ours[0]) - float(theirs[0])) <= tolerance


_AGREE: Mapping[str, Callable[[Texts, Texts], bool]] = {
    "directors": _same_directors,
    "cast": _same_actors,
    "runtime": _same_number(RUNTIME_TOLERANCE),
    "year": _same_number(0),
    "certificate": lambda ours, theirs: ours[0] == theirs[0],
    "language": lambda ours, theirs: bool(_folded(ours, SAME_LANGUAGE) & _folded(theirs, SAME_LANGUAGE)),
    "country": lambda ours, theirs: bool(_folded(ours, SAME_COUNTRY) & _folded(theirs, SAME_COUNTRY)),
}
