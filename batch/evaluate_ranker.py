"""How good the ranking is, on moments after everything that it was trained on.

Two tables. Without words: what did people like next, of all items? With words: somebody says one to three
wishes that the item they then liked fulfils (`batch.wishes`); where does that item stand? Simulated wishes
measure whether the feed obeys and still knows the person, not how people phrase things.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from agents.types import Preference
from batch.moments import Longs, sample_moments
from batch.occasions import Occasion, finish, occasions
from batch.train_ranker import StepProgress, open_past, split_times, state_at
from batch.training_set import wishes_for
from batch.wishes import Wisher
from catalog.settings import home_settings
from ranking import model
from ranking.candidates import all_items
from ranking.features import feature_matrix, feature_names
from ranking.interactions import Floats, Ints
from ranking.semantic import TextEncoder
from ranking.tools import TOOLS

Doubles = NDArray[np.float64]

PLACES = 10
MOMENTS, PER_PERSON = 1500, 20

_DISCOUNTS = 1 / np.log2(np.arange(2, PLACES + 2))
# Times that people are drawn anew for the interval of a difference.
_DRAWS = 1000


@dataclass(frozen=True, kw_only=True)
class Quality:
    """One way of ranking over the moments.

    `recall` is Recall@10 (found, as a part of what could be found in ten places), `ndcg` is NDCG@10; `gain`
    is the difference of NDCG@10 to EASE with its 95 % interval, people drawn with replacement.
    """

    name: str
    recall: float
    ndcg: float
    gain: float
    gain_low: float
    gain_high: float


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """The two tables; `silent` without words, `spoken` with. `since` is microseconds since 1970."""

    since: int
    moments: int
    people: int
    silent: tuple[Quality, ...]
    spoken: tuple[Quality, ...]


def evaluate_ranker(
    home: Path | None = None, *, encoder: TextEncoder | None = None, progress: StepProgress | None = None
) -> Evaluation:
    """Judge the ranking model under `home/models` on the events that came after its training.

    EASE is fitted anew on the events before the first of them, with the lambda of the training.

    Raises
    ------
    ModelFileError
        Where no model is trained, or not on these features.
    """
    past, semantic = open_past(home, encoder, progress)
    ranker = model.load(
        (home or home_settings().home) / "models" / "ranker", feature_names(past.catalog.domain)
    )
    since = max(int(str(ranker.facts["trained_until"])), split_times(past.log)[1])
    state = state_at(past, semantic, since, float(str(ranker.facts["regularisation"])))
    state = replace(state, ranker=ranker)
    moments = sample_moments(past.log, since, int(past.log.times[-1]) + 1, per_user=PER_PERSON, limit=MOMENTS)
    wishes = wishes_for(moments, Wisher(past.catalog, state.features, np.random.default_rng(1)), 1.0)
    silence: list[tuple[Preference, ...]] = [() for _ in moments]
    without, heard = _Table(SILENT), _Table(SPOKEN)
    pairs = zip(
        occasions(past, state, moments, silence), occasions(past, state, moments, wishes), strict=True
    )
    for done, (silent, spoken) in enumerate(pairs, start=1):
        without.add(silent, silent, silent.meant)
        if spoken.said:
            heard.add(silent, spoken, spoken.meant)
        if progress is not None:
            progress("evaluation", done, len(moments))
    people = len({moment.user for moment in moments})
    return Evaluation(
        since=since, moments=len(moments), people=people, silent=without.qualities(), spoken=heard.qualities()
    )


@dataclass(frozen=True)
class Way:
    """A way of ranking: what it is called, whether it hears what is said, and its order, best first."""

    name: str
    hears: bool
    rank: Callable[[Occasion], Ints]


def _by_taste(occasion: Occasion) -> Ints:
    """EASE over everything that is new to the person (and obeys, where it hears)."""
    return _best_of_all(occasion, occasion.run.context.taste.scores)


def _by_demand(occasion: Occasion) -> Ints:
    """What most people ever liked."""
    return _best_of_all(occasion, occasion.run.context.state.popularity.positive_count)


def _best_of_all(occasion: Occasion, scores: Floats) -> Ints:
    context = occasion.run.context
    allowed = all_items(len(context.catalog))
    demands = occasion.run.plan.of("filter")
    if demands:
        allowed = TOOLS["filter"].run(allowed, demands, context).candidates
    items = np.setdiff1d(allowed.items, occasion.moment.seen)
    order = np.argsort(-scores[items], kind="stable")
    best: Ints = items[order[:PLACES]]
    return best


def _by_model(occasion: Occasion) -> Ints:
    """The ranking model alone over the feed's candidates."""
    ranker = occasion.run.context.state.ranker
    if ranker is None:
        raise ValueError("there is no ranking model to be judged")
    query = occasion.query()
    best: Ints = query.items[np.argsort(-ranker.score(feature_matrix(query)), kind="stable")]
    return best


def _as_served(occasion: Occasion) -> Ints:
    """The slate: model, wishes and distastes weighed, varied, checked at the door."""
    run = finish(occasion.run)
    return run.candidates.items[: run.chosen]


SILENT = (
    Way("EASE alone", False, _by_taste),
    Way("popularity", False, _by_demand),
    Way("ranking model", False, _by_model),
    Way("feed as served", False, _as_served),
)
SPOKEN = (
    Way("EASE alone, words ignored", False, _by_taste),
    Way("EASE among what obeys", True, _by_taste),
    Way("ranking model, words ignored", False, _by_model),
    Way("ranking model, words heard", True, _by_model),
    Way("feed as served", True, _as_served),
)


class _Table:
    """Collects what each way of ranking finds. The first way is EASE, which the others are compared with."""

    def __init__(self, ways: Sequence[Way]) -> None:
        self._ways = ways
        self._measured: list[list[tuple[float, float]]] = []
        self._users: list[int] = []

    def add(self, silent: Occasion, spoken: Occasion, meant: Ints) -> None:
        """Measure every way at one moment."""
        if len(meant):
            ranked = (way.rank(spoken if way.hears else silent) for way in self._ways)
            self._measured.append([_measure(items, meant) for items in ranked])
            self._users.append(silent.moment.user)

    def qualities(self) -> tuple[Quality, ...]:
        """Return one row per way."""
        values = np.array(self._measured, dtype=np.float64).reshape(-1, len(self._ways), 2)
        gains = values[:, :, 1] - values[:, :1, 1]
        low, high = _interval(gains, np.array(self._users, dtype=np.int64))
        return tuple(
            Quality(
                name=way.name,
                recall=float(values[:, at, 0].mean()),
                ndcg=float(values[:, at, 1].mean()),
                gain=float(gains[:, at].mean()),
                gain_low=float(low[at]),
                gain_high=float(high[at]),
            )
            for at, way in enumerate(self._ways)
        )


def _measure(ranked: Ints, meant: Ints) -> tuple[float, float]:
    """Return Recall@10 and NDCG@10 of one ranking."""
    found = np.isin(ranked[:PLACES], meant)
    possible = min(PLACES, len(meant))
    gain = float((found * _DISCOUNTS[: len(found)]).sum() / _DISCOUNTS[:possible].sum())
    return float(found.sum() / possible), gain


def _interval(values: Doubles, users: Longs) -> tuple[Doubles, Doubles]:
    """Return the 95 % intervals of the columns' means: people are drawn, because one's moments are alike."""
    _, person = np.unique(users, return_inverse=True)
    counts = np.bincount(person).astype(np.float64)
    sums = np.stack([np.bincount(person, weights=column) for column in values.T])
    draws = np.random.default_rng(0).multinomial(len(counts), np.full(len(counts), 1 / len(counts)), _DRAWS)
    means = (draws @ sums.T) / (draws @ counts)[:, None]
    low, high = np.quantile(means, (0.025, 0.975), axis=0)
    return low, high


def as_json(evaluation: Evaluation) -> bytes:
    """Return the evaluation as JSON."""
    return msgspec.json.format(msgspec.json.encode(evaluation), indent=1)


def as_text(evaluation: Evaluation) -> str:
    """Return the two tables in fixed columns."""
    lines = [f"{evaluation.moments} moments of {evaluation.people} people after the training's last event"]
    for title, rows in (("without words", evaluation.silent), ("with words", evaluation.spoken)):
        lines += ["", f"{title:32}{'Recall@10':>10}{'NDCG@10':>10}   NDCG over EASE (95 %)"]
        lines += [
            f"{row.name:32}{row.recall:10.4f}{row.ndcg:10.4f}"
            f"   {row.gain:+.4f} ({row.gain_low:+.4f} to {row.gain_high:+.4f})"
            for row in rows
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    result = evaluate_ranker()
    sys.stdout.write(as_json(result).decode() if "--json" in sys.argv else as_text(result))
    sys.stdout.write("\n")
