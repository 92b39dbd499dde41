r"""Collaborative scores: which items the people who liked the same things also liked.

EASE (Steck 2019, arXiv 1905.03375) in closed form. With :math:`X` the user-item matrix of positive
signals, :math:`G = X^\top X` and :math:`P = (G + \lambda I)^{-1}`,

.. math:: B_{ij} = -P_{ij} / P_{jj} \ (i \ne j), \qquad B_{jj} = 0, \qquad s = h^\top B

where :math:`h` holds the weights of a person's history and :math:`s` the scores. There is no training loop
and nothing is learned per person, so somebody who came a minute ago is scored as well as an old friend.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.linalg import lapack

from catalog.items import Catalog
from ranking.errors import ModelFileError, TooLittleDataError
from ranking.interactions import Floats, Interactions, Ints
from ranking.manifest import REMEDY, Fact, digest_names, read_file, read_manifest, write_model

KIND = "collaborative"
# Below this many events an item's row of B is noise; such items are left to content and popularity.
WARM_EVENTS = 5
# B is dense: 8,000 items are 256 MB and 10 s on two cores. A larger catalogue keeps its most used items.
WARM_LIMIT = 8000
# The best of REGULARISATIONS on the embedded films; `choose_regularisation` measures it for other data.
REGULARISATION = 400.0
REGULARISATIONS = (100.0, 200.0, 400.0, 800.0, 1600.0)
# Each step back in the history counts this much less: taste within a sitting drifts.
RECENCY = 0.97


@dataclass(frozen=True, eq=False)
class Collaborative:
    """Item-item weights over the warm items.

    Attributes
    ----------
    warm : int32[w]
        Catalogue indices of the warm items, ascending.
    position : int32[n]
        Row of each catalogue item in `weights`, -1 where the item is cold.
    weights : float32[w, w]
        B; row: an item of the history, column: the item that is scored.
    regularisation : float
        The lambda it was fitted with.
    item_digest : str
        Hash of the catalogue's item ids in their order.
    """

    warm: Ints
    position: Ints
    weights: Floats
    regularisation: float
    item_digest: str

    def scores(self, history_items: Ints, history_weights: Floats) -> Floats:
        """Score every item of the catalogue for a history.

        Parameters
        ----------
        history_items : int32[m]
            Catalogue indices; cold ones say nothing.
        history_weights : float32[m]
            How much each counts; negative for what was disliked.

        Returns
        -------
        float32[n]
            0 for cold items and for an empty history.
        """
        scores = np.zeros(len(self.position), dtype=np.float32)
        rows = self.position[history_items]
        known = rows >= 0
        if known.any():
            scores[self.warm] = history_weights[known].astype(np.float32) @ self.weights[rows[known]]
        return scores

    def neighbours(self, item: int, limit: int = 10) -> tuple[Ints, Floats]:
        """Return the items that most speak for `item`, strongest first, and their weights (all above 0)."""
        row = int(self.position[item])
        if row < 0:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        column = self.weights[:, row]
        best = np.argsort(-column, kind="stable")[:limit]
        best = best[column[best] > 0]
        return self.warm[best], column[best]

    def because(self, item: int, history_items: Ints, history_weights: Floats, limit: int = 1) -> Ints:
        """Return the items of a history that speak most for `item`, for "because you liked ..."."""
        column = int(self.position[item])
        rows = self.position[history_items]
        if column < 0 or not (rows >= 0).any():
            return np.empty(0, np.int32)
        pull = np.where(rows >= 0, self.weights[np.maximum(rows, 0), column] * history_weights, 0.0)
        best = np.argsort(-pull, kind="stable")[:limit]
        strongest: Ints = history_items[best[pull[best] > 0]]
        return strongest


def recency_weights(count: int) -> Floats:
    """Return the weights of a history of `count` items, newest last: float32[count], the newest 1."""
    return np.power(RECENCY, np.arange(count - 1, -1, -1), dtype=np.float32)


def fit(
    interactions: Interactions,
    catalog: Catalog,
    until: int | None = None,
    *,
    regularisation: float = REGULARISATION,
) -> Collaborative:
    """Fit EASE on the events strictly before `until` (microseconds since 1970; None: on all).

    Raises
    ------
    TooLittleDataError
        Where fewer than two items have at least `WARM_EVENTS` events.
    """
    log = interactions if until is None else interactions.before(until)
    # What was only shown says nothing of those who saw it.
    events = np.bincount(log.items[~log.of_kinds("impression")], minlength=len(catalog))
    warm = np.flatnonzero(events >= WARM_EVENTS)
    if len(warm) > WARM_LIMIT:
        warm = np.sort(warm[np.argsort(-events[warm], kind="stable")[:WARM_LIMIT]])
    if len(warm) < 2:
        raise TooLittleDataError(
            "The collaborative model", len(warm), f"2 items with {WARM_EVENTS} events each"
        )
    position = np.full(len(catalog), -1, dtype=np.int32)
    position[warm] = np.arange(len(warm))
    gram = _gram(log, position, len(warm))
    return Collaborative(
        warm=warm.astype(np.int32),
        position=position,
        weights=_weights(gram, regularisation),
        regularisation=regularisation,
        item_digest=digest_names(catalog.item_ids),
    )


def choose_regularisation(
    interactions: Interactions, catalog: Catalog, until: int, choices: Sequence[float] = REGULARISATIONS
) -> float:
    """Choose lambda on the last seventh of the events before `until`; nothing later is looked at.

    The measure is the share of a person's next ten liked items that stand among the ten best unseen ones.
    """
    log = interactions.before(until)
    if len(log) < 1000:
        return REGULARISATION
    split = log.time_at(6 / 7)
    questions = _next_items(log, split)
    if len(questions) < 50:
        return REGULARISATION
    recalls = [_recall(fit(log, catalog, split, regularisation=choice), questions) for choice in choices]
    return choices[int(np.argmax(recalls))]


def save(model: Collaborative, folder: Path) -> None:
    """Write the model with a manifest of hashes."""
    content = io.BytesIO()
    np.savez(
        content,
        warm=model.warm,
        position=model.position,
        weights=model.weights,
        regularisation=model.regularisation,
    )
    facts: dict[str, Fact] = {
        "regularisation": model.regularisation,
        "item_digest": model.item_digest,
        "warm_items": len(model.warm),
    }
    write_model(folder, KIND, {"weights": (".npz", content.getvalue())}, facts)


def load(folder: Path, catalog: Catalog) -> Collaborative:
    """Read a model and check that it is whole and was fitted on this catalogue.

    Raises
    ------
    ModelFileError
        With the file or the mismatch, and what to do.
    """
    manifest = read_manifest(folder, KIND)
    if manifest.facts.get("item_digest") != digest_names(catalog.item_ids):
        raise ModelFileError(folder, "it was fitted on another catalogue than the one that is loaded", REMEDY)
    data = read_file(folder, manifest, "weights")
    with np.load(io.BytesIO(data)) as arrays:
        return Collaborative(
            warm=arrays["warm"],
            position=arrays["position"],
            weights=arrays["weights"],
            regularisation=float(arrays["regularisation"]),
            item_digest=digest_names(catalog.item_ids),
        )


def _gram(log: Interactions, position: Ints, warm_count: int) -> Floats:
    """Return G = X'X over the warm items, X the sum of a user's positive signals per item, at most 1."""
    rows = position[log.items]
    liked = (log.signals > 0) & (rows >= 0)
    shape = (len(log.user_ids), warm_count)
    cells = (log.users[liked], rows[liked])
    taste = sp.csr_matrix((log.signals[liked], cells), shape=shape, dtype=np.float32)
    taste.sum_duplicates()
    taste.data = np.minimum(taste.data, np.float32(1))
    gram: NDArray[np.float32] = np.asarray((taste.T @ taste).toarray(), dtype=np.float32)
    return gram


def _weights(gram: Floats, regularisation: float) -> Floats:
    """Return B from G. Cholesky and its inverse: half the work of a general inverse, and in place."""
    gram[np.diag_indices_from(gram)] += np.float32(regularisation)
    factor, failed = lapack.spotrf(gram, lower=1, overwrite_a=1)
    inverse, failed_too = lapack.spotri(factor, lower=1, overwrite_c=1)
    if failed or failed_too:
        # G is positive semi-definite by construction, so only NaN or infinite signals lead here.
        raise FloatingPointError("the interactions hold a signal that is not a finite number")
    lower = np.tril(inverse, -1)
    diagonal = np.diag(inverse).copy()
    weights: NDArray[np.float32] = -(lower + lower.T) / diagonal
    return np.ascontiguousarray(weights, dtype=np.float32)


@dataclass(frozen=True, eq=False)
class _NextItems:
    """One validation question: what somebody had liked and seen, and what they liked next."""

    history: Ints
    seen: Ints
    following: Ints


def _next_items(log: Interactions, split: int, per_user: int = 5) -> list[_NextItems]:
    """Return up to `per_user` evenly spaced questions per user from the liked items at or after `split`."""
    questions = []
    order = np.argsort(log.users, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(log.users[order])) + 1):
        items, times, liked = log.items[rows], log.times[rows], log.signals[rows] > 0
        late = np.flatnonzero(liked & (times >= split))
        for event in late[:: max(1, len(late) // per_user)][:per_user]:
            past = times < times[event]
            if (past & liked).any():
                history = items[past & liked][-50:]
                questions.append(_NextItems(history, items[past], items[liked & ~past][:10]))
    return questions


def _recall(model: Collaborative, questions: Sequence[_NextItems]) -> float:
    """Return the mean share of the following items found among the ten best unseen items."""
    found = 0.0
    for question in questions:
        scores = model.scores(question.history, recency_weights(len(question.history)))
        scores[question.seen] = -np.inf
        best = np.argpartition(-scores, 10)[:10]
        found += len(np.intersect1d(best, question.following)) / len(question.following)
    return found / len(questions)
