"""Checking the rows: every fault with file, line and reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from catalog.errors import KnowledgeError, nearest
from catalog.knowledge.films import FILMS_FILE, Row, read_rows
from catalog.knowledge.people import two_spellings
from catalog.knowledge.spellings import CERTIFICATES, COUNTRIES, LANGUAGES
from catalog.knowledge.terms import SECTIONS, VOCABULARY_FILE, Section, TermVocabulary, load_vocabulary
from catalog.names import plain

LONGEST_PLOT = 25
SHORTEST_RUNTIME, LONGEST_RUNTIME = 10, 600
# How many values a cell may hold, where it holds any.
COUNTS = {
    "themes": (6, 12), "moods": (3, 6), "content_notes": (0, 10), "based_on": (0, 3),
    "directors": (0, 20), "cast": (0, 5), "country": (0, 3),
}  # fmt: skip
# What the datasheet promises for every film.
COMPLETE = ("directors", "cast", "themes", "moods", "runtime", "plot")


class Fault(msgspec.Struct, frozen=True):
    """One fault of one row."""

    file: str
    line: int
    movie_id: str
    reason: str

    def sentence(self) -> str:
        """Return it with its place."""
        return f"{self.file}, line {self.line} (movieId {self.movie_id}): {self.reason}"


class CheckedKnowledge(msgspec.Struct, frozen=True):
    """What a check found: the number of rows, the faults, and the rows that have each column."""

    rows: int
    faults: tuple[Fault, ...]
    complete: dict[str, int]
    ids_checked: bool


def check_knowledge(
    known_titles: Mapping[int, str] | None = None,
    films: Path = FILMS_FILE,
    vocabulary: Path = VOCABULARY_FILE,
) -> CheckedKnowledge:
    """Check every row.

    Parameters
    ----------
    known_titles : mapping of int to str, optional
        The films that MovieLens has, by movieId; without it, ids and titles are not checked.

    Raises
    ------
    KnowledgeError
        If a file cannot be read as what it should be.
    """
    rows = tuple(read_rows(films))
    words = load_vocabulary(vocabulary)
    faults: list[Fault] = []
    for row in rows:
        reasons = [*row_faults(row, words)]
        if known_titles is not None:
            reasons += _identity_faults(row, known_titles)
        faults += [_fault(films.name, row, reason) for reason in reasons]
    faults += [fault for check in (_twice, _two_spellings) for fault in check(rows, films.name)]
    complete = {column: sum(bool(row.cells[column].strip()) for row in rows) for column in COMPLETE}
    faults.sort(key=lambda fault: fault.line)
    return CheckedKnowledge(len(rows), tuple(faults), complete, known_titles is not None)


def require_sound(checked: CheckedKnowledge) -> None:
    """Stop a build where a row is at fault.

    Raises
    ------
    KnowledgeError
        With one line for each fault.
    """
    if checked.faults:
        lines = "\n".join(fault.sentence() for fault in checked.faults)
        count = len(checked.faults)
        raise KnowledgeError(f"{lines}\n{count} fault{'s' if count > 1 else ''}; correct the rows named.")


def row_faults(row: Row, words: TermVocabulary) -> Iterator[str]:
    """Give what is wrong with one row by itself."""
    yield from _number_faults(row)
    if row.cells["certificate"] not in ("", *CERTIFICATES):
        yield f"the certificate '{row.cells['certificate']}' is none of {', '.join(CERTIFICATES)}."
    for place in row.parts("country"):
        if place not in COUNTRIES:
            yield f"'{place}' is no country's name as we spell them{nearest(place, COUNTRIES)}."
    language = row.cells["language"]
    if language and language not in LANGUAGES:
        yield f"'{language}' is no language's name as we spell them{nearest(language, LANGUAGES)}."
    for section in SECTIONS:
        for term in row.parts(section):
            if term not in words or words.term(term).section != section:
                yield f"'{term}' is no term of {section}{_belongs(term, section, words)}."
    for column, (least, most) in COUNTS.items():
        parts = row.parts(column)
        if not least <= len(parts) <= most:
            yield f"{len(parts)} {column}, where {least} to {most} belong."
        yield from (
            f"'{part}' stands twice in {column}." for part in sorted(set(parts)) if parts.count(part) > 1
        )
    plot = row.cells["plot"].split()
    if not plot:
        yield "the plot is empty."
    elif len(plot) > LONGEST_PLOT:
        yield f"the plot has {len(plot)} words; {LONGEST_PLOT} are allowed."


def _number_faults(row: Row) -> Iterator[str]:
    if not row.cells["movie_id"].isdigit():
        yield f"the movieId '{row.cells['movie_id']}' is no whole number."
    runtime = row.cells["runtime"]
    if runtime and not (runtime.isdigit() and SHORTEST_RUNTIME <= int(runtime) <= LONGEST_RUNTIME):
        yield f"the runtime '{runtime}' is no number of minutes from {SHORTEST_RUNTIME} to {LONGEST_RUNTIME}."


def _belongs(term: str, section: Section, words: TermVocabulary) -> str:
    if term in words:
        return f" (it is one of {words.term(term).section})"
    terms = words.section(section)
    meant = [one.name for one in terms if plain(term) in map(plain, (one.name, *one.synonyms))]
    return f" (write '{meant[0]}')" if meant else nearest(term, [one.name for one in terms])


def _identity_faults(row: Row, known_titles: Mapping[int, str]) -> Iterator[str]:
    movie_id = row.cells["movie_id"]
    title = known_titles.get(int(movie_id)) if movie_id.isdigit() else None
    if title is None:
        yield f"MovieLens has no film with the movieId {movie_id}."
    elif title != row.cells["title"]:
        yield f"the title is '{row.cells['title']}', but MovieLens calls the film '{title}'."


def _twice(rows: Sequence[Row], file: str) -> Iterator[Fault]:
    films: dict[str, int] = {}
    plots: dict[str, int] = {}
    for row in rows:
        line = films.setdefault(row.cells["movie_id"], row.line)
        if line != row.line:
            yield _fault(file, row, f"the film stands in line {line} already.")
        elif plots.setdefault(row.cells["plot"] or str(row.line), row.line) != row.line:
            yield _fault(file, row, f"the plot is that of line {plots[row.cells['plot']]}.")


def _two_spellings(rows: Sequence[Row], file: str) -> Iterator[Fault]:
    named = [(name, row) for row in rows for column in ("directors", "cast") for name in row.parts(column)]
    first: dict[str, Row] = {}
    for name, row in named:
        first.setdefault(name, row)
    for pair in two_spellings(Counter(name for name, _ in named)):
        reason = (
            f"'{pair.rarer}' and '{pair.other}' (line {first[pair.other].line}) {pair.why}; spell one person "
            "one way, or list the two in catalog/knowledge/spellings.py."
        )
        yield _fault(file, first[pair.rarer], reason)


def _fault(file: str, row: Row, reason: str) -> Fault:
    return Fault(file, row.line, row.cells["movie_id"], reason)
