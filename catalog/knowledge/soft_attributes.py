r"""Comparing the films' terms with the order in which people put films by an attribute.

The file is that of the SoftAttributes data set (Balog, Radlinski and Karatzoglou, SIGIR 2021, CC BY 4.0): in
each row one rater put up to ten films below, about as high as, or above a reference film by one attribute.
That gives pairwise judgments: every film of a higher set beats every film of a lower one, and the films of
the middle set, with the reference, tie. By attribute, a Bradley-Terry model turns them into one strength a
film, where a tie is half a win for either side and every film plays one drawn game against a film of strength
one, which keeps the strength of a film that always wins finite:

.. math:: \pi_i \leftarrow \frac{w_i + 1/2}{\sum_j n_{ij} / (\pi_i + \pi_j) + 1 / (\pi_i + 1)}

The films with enough judgments are ranked by strength, and the measure is Spearman's correlation with
`Knowledge.term_scores` of the term that the attribute's name finds in the vocabulary. Attributes that the
vocabulary does not find are not covered, and are listed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations, product
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from catalog.errors import KnowledgeError
from catalog.film_titles import read_film_title
from catalog.knowledge.knowledge import Knowledge
from catalog.names import title_key

# Fewer comparisons than these leave a film's place to one rater's taste.
FEWEST_JUDGMENTS = 20
FEWEST_FILMS = 10
_ITERATIONS = 200
_COLUMNS = ("less_than", "about_as", "more_than")

FilmKey = tuple[str, int]
Floats = npt.NDArray[np.float64]


class AttributeCorrelation(msgspec.Struct, frozen=True):
    """One attribute: the term it names, Spearman's correlation, and over how many films."""

    attribute: str
    term: str
    spearman: float
    films: int


class SoftAttributeReport(msgspec.Struct, frozen=True):
    """All covered attributes, and those that the vocabulary has no word for."""

    mean: float
    attributes: tuple[AttributeCorrelation, ...]
    uncovered: tuple[str, ...]


@dataclass
class _Games:
    """The judgments of one attribute: how often a film played another, and what it won."""

    games: dict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))
    wins: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def play(self, winner: str, loser: str, *, drawn: bool = False) -> None:
        self.games[min(winner, loser), max(winner, loser)] += 1
        self.wins[winner] += 0.5 if drawn else 1
        self.wins[loser] += 0.5 if drawn else 0


def correlate(knowledge: Knowledge, folder: Path, keys: Mapping[int, FilmKey]) -> SoftAttributeReport:
    """Return how well the films' terms order films as people do.

    Parameters
    ----------
    knowledge : Knowledge
        The films and their terms.
    folder : Path
        Holds `soft-attributes.csv`, compressed or not.
    keys : mapping of int to (str, int)
        Title and year of each film by movieId; their titles find the films that were judged.

    Raises
    ------
    KnowledgeError
        If the folder has no such file, or none of its attributes has a term.
    """
    from scipy.stats import spearmanr

    places = {
        keys[int(movie_id)]: place
        for place, movie_id in enumerate(knowledge.movie_ids)
        if int(movie_id) in keys
    }
    covered, uncovered = [], []
    for attribute, games in sorted(read_judgments(folder).items()):
        meanings = knowledge.vocabulary.find(attribute)
        if not meanings:
            uncovered.append(attribute)
            continue
        strengths = _judged_films(games, places)
        if len(strengths) < FEWEST_FILMS:
            continue
        scores = knowledge.term_scores(meanings[0].term)[list(strengths)]
        found = float(spearmanr(list(strengths.values()), scores).statistic)
        covered.append(AttributeCorrelation(attribute, meanings[0].term, found, len(strengths)))
    if not covered:
        raise KnowledgeError(f"None of the attributes in {folder} has a term and {FEWEST_FILMS} known films.")
    mean = float(np.mean([0.0 if np.isnan(one.spearman) else one.spearman for one in covered]))
    return SoftAttributeReport(mean, tuple(covered), tuple(uncovered))


def read_judgments(folder: Path) -> dict[str, _Games]:
    """Return the pairwise judgments by attribute.

    Raises
    ------
    KnowledgeError
        If the folder has no `soft-attributes.csv` (or `.csv.gz`) with the columns of the data set.
    """
    import pandas as pd

    file = next(iter(sorted(folder.glob("soft-attributes.csv*"))), None)
    if file is None:
        raise KnowledgeError(f"{folder} has no soft-attributes.csv; give the folder of the data set.")
    table = pd.read_csv(file, dtype=str, keep_default_na=False)
    missing = {"reference_title", "soft_attribute", *_COLUMNS} - set(table.columns)
    if missing:
        raise KnowledgeError(f"{file.name} has no column {', '.join(sorted(missing))}.")
    judged: dict[str, _Games] = defaultdict(_Games)
    for row in table.to_dict("records"):
        less, about, more = (msgspec.json.decode(row[column] or "[]", type=list[str]) for column in _COLUMNS)
        _play(judged[row["soft_attribute"]], less, [*about, row["reference_title"]], more)
    return dict(judged)


def _play(games: _Games, less: list[str], about: list[str], more: list[str]) -> None:
    for lower, higher in ((less, about), (less, more), (about, more)):
        for loser, winner in product(lower, higher):
            games.play(winner, loser)
    # Those less or more than the reference were not compared with each other: only the middle set ties.
    for one, other in combinations(about, 2):
        games.play(one, other, drawn=True)


def bradley_terry(wins: Floats, games: Floats) -> Floats:
    """Return float64[n] strengths, from wins float64[n] and games played float64[n, n] (symmetric)."""
    strengths = np.ones(len(wins))
    for _ in range(_ITERATIONS):
        expected = (games / (strengths[:, None] + strengths[None, :])).sum(axis=1)
        strengths = (wins + 0.5) / (expected + 1 / (strengths + 1))
    return strengths


def _judged_films(games: _Games, places: Mapping[FilmKey, int]) -> dict[int, float]:
    """Return the strength of the known films with enough judgments, by their place in the knowledge."""
    titles = sorted(games.wins)
    number = {title: position for position, title in enumerate(titles)}
    played = np.zeros((len(titles), len(titles)))
    for (one, other), count in games.games.items():
        played[number[one], number[other]] = played[number[other], number[one]] = count
    strengths = bradley_terry(np.array([games.wins[title] for title in titles]), played)
    enough = played.sum(axis=1) >= FEWEST_JUDGMENTS
    found = (
        (places.get(film_key(title)), position) for position, title in enumerate(titles) if enough[position]
    )
    return {place: float(strengths[position]) for place, position in found if place is not None}


def film_key(raw: str) -> FilmKey:
    """Return what identifies a film by a title such as "Matrix, The (1999)"."""
    title = read_film_title(raw)
    return title_key(title.title), title.year or 0


def film_keys(titles: Mapping[int, str], years: Mapping[int, int]) -> dict[int, FilmKey]:
    """Return the keys of films by movieId, where the year is known."""
    return {
        movie_id: (title_key(title), years[movie_id])
        for movie_id, title in titles.items()
        if movie_id in years
    }
