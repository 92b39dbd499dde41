"""Scores of many commands, each with an interval: families of wording are drawn anew, not commands.

Commands of one family stand or fall together, so an interval over commands would be too narrow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from batch.parser_report.compare import Compared, Outcome

BINS = 10
DRAWS = 1000
SEED = 11

Floats = npt.NDArray[np.float64]

# What is counted per family: nine numbers, then three for each bin of confidence.
_COUNTS = ("commands", "whole", "acts", "clarities", "retractions", "wanted", "found", "hits", "strong")


class Score(msgspec.Struct, frozen=True):
    """A score with the middle 95 % of its bootstrap over families; all three in [0, 1]."""

    value: float
    low: float
    high: float


class Scores(msgspec.Struct, frozen=True, kw_only=True):
    """Scores of one set of commands."""

    commands: int
    preferences: int
    preference_f1: Score
    preference_f1_without_strength: Score
    command_accuracy: Score
    act_accuracy: Score
    clarity_accuracy: Score
    calibration_error: Score


@dataclass(frozen=True)
class _Counted:
    """Counts by family: `float64[families, len(_COUNTS) + 3 * BINS]`."""

    counts: Floats

    @classmethod
    def of(cls, compared: Iterable[Compared], field: str = "") -> _Counted:
        """Count commands; with a `field`, only what was wanted or found in it."""
        rows: dict[str, Floats] = {}
        for one in compared:
            outcomes = [o for o in one.outcomes if not field or field in (o.wanted, o.found)]
            row = rows.setdefault(one.reference.family, np.zeros(len(_COUNTS) + 3 * BINS))
            row[: len(_COUNTS)] += (
                1,
                one.whole,
                one.act,
                one.clarity,
                one.retractions,
                sum(o.wanted != "" for o in outcomes),
                sum(o.found != "" for o in outcomes),
                sum(o.hit for o in outcomes),
                sum(o.strong for o in outcomes),
            )
            for outcome in outcomes:
                _count_bin(row, outcome)
        empty = np.zeros((1, len(_COUNTS) + 3 * BINS))
        return cls(np.array(list(rows.values())) if rows else empty)

    def drawn(self) -> Floats:
        """Return the sums of the families, and then of `DRAWS` draws of as many families."""
        families = len(self.counts)
        rng = np.random.default_rng(SEED)
        weights = rng.multinomial(families, np.full(families, 1 / families), size=DRAWS)
        return np.vstack([self.counts.sum(0), weights @ self.counts])


def _count_bin(row: Floats, outcome: Outcome) -> None:
    if not outcome.found:
        return
    at = len(_COUNTS) + 3 * min(int(outcome.confidence * BINS), BINS - 1)
    row[at : at + 3] += (1, outcome.confidence, outcome.strong)


def score(compared: Iterable[Compared], field: str = "") -> Scores:
    """Score commands; with a `field`, the preferences wanted or found in that field."""
    sums = _Counted.of(compared, field).drawn()
    of = {name: sums[:, n] for n, name in enumerate(_COUNTS)}
    bins = sums[:, len(_COUNTS) :].reshape(len(sums), BINS, 3)
    gaps = np.abs(bins[:, :, 1] - bins[:, :, 2]).sum(1)
    return Scores(
        commands=int(of["commands"][0]),
        preferences=int(of["wanted"][0]),
        preference_f1=_share(2 * of["strong"], of["wanted"] + of["found"]),
        preference_f1_without_strength=_share(2 * of["hits"], of["wanted"] + of["found"]),
        command_accuracy=_share(of["whole"], of["commands"]),
        act_accuracy=_share(of["acts"], of["commands"]),
        clarity_accuracy=_share(of["clarities"], of["commands"]),
        calibration_error=_share(gaps, bins[:, :, 0].sum(1)),
    )


def _share(part: Floats, whole: Floats) -> Score:
    shares = part / np.maximum(whole, 1)
    low, high = np.percentile(shares[1:], [2.5, 97.5])
    return Score(*(round(float(number), 4) for number in (shares[0], low, high)))


def split(compared: Sequence[Compared]) -> Mapping[str, dict[str, Scores]]:
    """Return the scores by act, domain and family of the command, and by field of the preference."""
    groups: dict[str, dict[str, list[Compared]]] = {"act": {}, "domain": {}, "family": {}}
    for one in compared:
        keys = {"act": one.reference.act, "domain": one.reference.domain, "family": one.reference.family}
        for kind, key in keys.items():
            groups[kind].setdefault(key, []).append(one)
    out = {kind: {key: score(ones) for key, ones in sorted(held.items())} for kind, held in groups.items()}
    touched: dict[str, list[Compared]] = {}
    for one in compared:
        for field in sorted({name for o in one.outcomes for name in (o.wanted, o.found) if name}):
            touched.setdefault(field, []).append(one)
    out["field"] = {field: score(ones, field) for field, ones in sorted(touched.items())}
    return out
