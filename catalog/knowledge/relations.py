r"""How strongly a film is what a term says, from its own terms and the relations between terms.

A film's term :math:`u` at position :math:`p` of its section has the weight :math:`w_u = 0.9 - 0.05 p`, at
least 0.5: the first words of a row characterise the film most. The relation :math:`r_{ut}` of two terms is 1
for the same term, 0.5 for neighbours, -0.5 for opposites, 0.2 for neighbours of neighbours and -0.2 for
opposites of neighbours. Support and denial each add up as independent evidence does, and the score is their
difference:

.. math:: s_t = \Bigl(1 - \prod_{u: r_{ut} > 0} (1 - w_u r_{ut})\Bigr)
              - \Bigl(1 - \prod_{u: r_{ut} < 0} (1 + w_u r_{ut})\Bigr)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catalog.columns import CategoryColumn
from catalog.knowledge.films import Film
from catalog.knowledge.terms import SECTIONS, TermVocabulary

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NEAR = 0.5
SECOND = 0.2
FIRST_WEIGHT = 0.9
STEP = 0.05
LEAST_WEIGHT = 0.5


@dataclass(frozen=True)
class TermRelations:
    """Films as weighted terms, and the relation of each term to each.

    `terms[starts[i] : starts[i + 1]]` are the numbers of the terms of film `i`, `weights` their weights;
    `matrix` is float64[terms, terms].
    """

    numbers: dict[str, int]
    starts: Ints
    terms: Ints
    weights: Floats
    matrix: Floats

    @classmethod
    def of(cls, vocabulary: TermVocabulary, films: Sequence[Film]) -> TermRelations:
        """Build from the vocabulary and its films."""
        numbers = {name: number for number, name in enumerate(vocabulary.names)}
        terms: list[int] = []
        weights: list[float] = []
        starts = [0]
        for film in films:
            for section in SECTIONS:
                for position, term in enumerate(film.terms(section)):
                    terms.append(numbers[term])
                    weights.append(max(FIRST_WEIGHT - STEP * position, LEAST_WEIGHT))
            starts.append(len(terms))
        return cls(
            numbers,
            np.array(starts, dtype=np.int64),
            np.array(terms, dtype=np.int64),
            np.array(weights, dtype=np.float64),
            relation_matrix(vocabulary),
        )

    @classmethod
    def of_columns(cls, vocabulary: TermVocabulary, columns: Sequence[CategoryColumn]) -> TermRelations:
        """Build from the columns of a catalogue's described fields; items are in the catalogue's order.

        Raises
        ------
        KeyError
            If a column holds what is no term of the vocabulary.
        """
        numbers = {name: number for number, name in enumerate(vocabulary.names)}
        rows, terms, weights = [], [], []
        for column in columns:
            counts = np.diff(column.indptr)
            number_of = np.array([numbers[value] for value in column.values], dtype=np.int64)
            places = np.arange(len(column.indices)) - np.repeat(column.indptr[:-1], counts)
            rows.append(np.repeat(np.arange(len(column)), counts))
            terms.append(number_of[column.indices])
            weights.append(np.maximum(FIRST_WEIGHT - STEP * places, LEAST_WEIGHT))
        row = np.concatenate(rows)
        order = np.argsort(row, kind="stable")
        starts = np.searchsorted(row[order], np.arange(len(columns[0]) + 1))
        return cls(
            numbers,
            starts.astype(np.int64),
            np.concatenate(terms)[order],
            np.concatenate(weights)[order],
            relation_matrix(vocabulary),
        )

    def scores(self, term: str) -> Floats:
        """Return float64[films] in -1..1 for one term."""
        evidence = self.weights * self.matrix[self.terms, self.numbers[term]]
        return self._together(np.maximum(evidence, 0)) - self._together(np.maximum(-evidence, 0))

    def _together(self, evidence: Floats) -> Floats:
        """Return 1 - product of (1 - evidence) over the terms of each film; a film without terms has 0."""
        doubt = np.concatenate(([0.0], np.cumsum(np.log1p(-evidence))))
        together: Floats = 1 - np.exp(doubt[self.starts[1:]] - doubt[self.starts[:-1]])
        return together


def relation_matrix(vocabulary: TermVocabulary) -> Floats:
    """Return float64[terms, terms], symmetric: 1 for the term itself, down to -0.5 for opposites."""
    count = len(vocabulary)
    numbers = {name: number for number, name in enumerate(vocabulary.names)}
    near = np.zeros((count, count), dtype=np.float64)
    far = np.zeros((count, count), dtype=np.float64)
    for number, term in enumerate(vocabulary.terms.values()):
        near[number, [numbers[other] for other in term.near]] = 1
        far[number, [numbers[other] for other in term.far]] = 1
    near, far = np.maximum(near, near.T), np.maximum(far, far.T)
    reached = np.sign(near @ near - near @ far - far @ near)
    matrix = SECOND * reached
    matrix = np.where(near > 0, NEAR, np.where(far > 0, -NEAR, matrix))
    np.fill_diagonal(matrix, 1.0)
    return matrix
