"""Everything that is known of the films, and how strongly each film is what a term says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from catalog.errors import KnowledgeError
from catalog.knowledge.films import FILMS_FILE, Film, film_of, read_rows
from catalog.knowledge.relations import TermRelations
from catalog.knowledge.terms import VOCABULARY_FILE, TermVocabulary, load_vocabulary

Floats = npt.NDArray[np.float64]


class Knowledge:
    """The films by movieId, and the vocabulary that describes them.

    Parameters
    ----------
    films : mapping of int to Film
        By movieId.
    vocabulary : TermVocabulary
        Every term of every film.
    """

    def __init__(self, films: Mapping[int, Film], vocabulary: TermVocabulary) -> None:
        self.films = dict(films)
        self.vocabulary = vocabulary

    def __len__(self) -> int:
        return len(self.films)

    @cached_property
    def movie_ids(self) -> npt.NDArray[np.int64]:
        """int64[n]: the films' ids, in the order of every array that is returned here."""
        return np.array(list(self.films), dtype=np.int64)

    def term_scores(self, term: str) -> Floats:
        """Return float64[n] in -1..1: how strongly each film is what `term` says.

        Near 1 where the film's first terms say so, above 0 where terms near it do, below 0 where their
        opposites do, 0 where nothing is known (see `catalog.knowledge.relations`).

        Raises
        ------
        KnowledgeError
            If `term` is not in the vocabulary.
        """
        return self._relations.scores(self.vocabulary.term(term).name)

    @cached_property
    def _relations(self) -> TermRelations:
        return TermRelations.of(self.vocabulary, tuple(self.films.values()))


@cache
def load_knowledge(films: Path = FILMS_FILE, vocabulary: Path = VOCABULARY_FILE) -> Knowledge:
    """Return the knowledge that comes with Heed, read once per process.

    Raises
    ------
    KnowledgeError
        If a file cannot be read, a movieId stands twice, or a film has a term outside the vocabulary.
    """
    words = load_vocabulary(vocabulary)
    known: dict[int, Film] = {}
    for row in read_rows(films):
        film = film_of(row, films.name)
        if film.movie_id in known:
            raise KnowledgeError(f"{films.name}, line {row.line}: movieId {film.movie_id} stands twice.")
        for term in (*film.themes, *film.moods, *film.content_notes, *film.based_on):
            if term not in words:
                raise KnowledgeError(f"{films.name}, line {row.line}: '{term}' is not in the vocabulary.")
        known[film.movie_id] = film
    return Knowledge(known, words)
