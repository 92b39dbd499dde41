"""What came of simulated dialogues: how soon the film in mind was shown, and how well the parser read.

Measures
--------
Recall@10
    The part of the current goal (the film in mind and up to two of its kind that the person then liked as
    well) among the ten films shown, before any word and after each command.
Pass rate
    The part of the dialogues in which the film in mind of the last interest was shown before rounds and
    patience were over.
Obeyed
    The part of the shown films that keep every demand (hard and checkable) that still stands, by what was
    meant, after each command; the constraint satisfaction rate.

Arxiv 2509.21317 measures Recall@10 and the pass rate of several rounds with a drift of interest, too
(MovieLens: 0.3940 and 33.51 % at best). Its figures are no yardstick to the letter: its users are played by a
language model, its demands are release dates and its tastes genres, and what it counts as satisfied is not
known here to the last detail. Intervals hold 95 % of a thousand draws of people with replacement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agents.simulator.families import Half
from batch.parser_report.scores import Score, score
from batch.simulate import PARSER, ROUNDS, SEED, USERS, WAYS, Session, sessions
from batch.train_ranker import StepProgress
from ranking.semantic import TextEncoder

PAPER = {"recall": 0.3940, "pass_rate": 0.3351}
ALL = "all"
_DRAWS = 1000
_HEAD = (
    f"{'listening':12}{'persona':15}{'Recall@10':>19}{'over deaf':>10}{'passed':>20}{'obeyed':>8}{'said':>6}"
)
_PARSER_HEAD = (
    f"{'parser':15}{'commands':>9}{'F1':>21}{'no strength':>13}{'whole':>7}{'act':>7}{'clarity':>9}"
)


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A figure with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One way of listening, over all people or those of one persona.

    `recall_by_round` is Recall@10 before any word and after each round; `recall` the last of them.
    `gain` is the recall over that of the deaf feed for the same people. `obeyed` is None where nothing was
    demanded.
    """

    way: str
    persona: str
    dialogues: int
    recall: Measured
    gain: Measured
    pass_rate: Measured
    commands: float
    obeyed: Measured | None
    recall_by_round: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Understanding:
    """How the parser read what one persona (or all) said."""

    persona: str
    commands: int
    f1: Measured
    f1_without_strength: Measured
    command_accuracy: Measured
    act_accuracy: float
    clarity_accuracy: float


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """The whole result; `paper` holds the figures of arXiv 2509.21317 to stand beside."""

    people: int
    dialogues: int
    rounds: int
    half: str
    outcomes: tuple[Outcome, ...]
    understanding: tuple[Understanding, ...]
    paper: dict[str, float]


def simulate(  # noqa: PLR0913 - whom to simulate, on what
    home: Path | None = None,
    *,
    users: int = USERS,
    rounds: int = ROUNDS,
    seed: int = SEED,
    half: Half = "evaluate",
    drift: bool = True,
    encoder: TextEncoder | None = None,
    progress: StepProgress | None = None,
) -> Simulation:
    """Let simulated users speak to the feed, and measure; see `batch.simulate.sessions`."""
    held = list(
        sessions(
            home,
            users=users,
            rounds=rounds,
            seed=seed,
            half=half,
            drift=drift,
            encoder=encoder,
            progress=progress,
        )
    )
    return summary(held, rounds, half)


def summary(held: Sequence[Session], rounds: int, half: str) -> Simulation:
    """Measure sessions that were held."""
    personas = (ALL, *dict.fromkeys(session.persona for session in held))
    deaf = [session for session in held if session.way == WAYS[-1]]
    outcomes = []
    for way in WAYS:
        mine = [session for session in held if session.way == way]
        outcomes += [_outcome(way, persona, mine, deaf) for persona in personas]
    heard = [session for session in held if session.way == PARSER]
    return Simulation(
        people=len({session.user for session in held}),
        dialogues=len(heard),
        rounds=rounds,
        half=half,
        outcomes=tuple(outcomes),
        understanding=tuple(_understanding(persona, _of(heard, persona)) for persona in personas),
        paper=PAPER,
    )


def _of(held: Sequence[Session], persona: str) -> list[Session]:
    return [session for session in held if persona in (ALL, session.persona)]


def _outcome(way: str, persona: str, held: Sequence[Session], deaf: Sequence[Session]) -> Outcome:
    mine, silent = _of(held, persona), _of(deaf, persona)
    each = [1.0] * len(mine)
    gains = [a.recalls[-1] - b.recalls[-1] for a, b in zip(mine, silent, strict=True)]
    demanded = [session for session in mine if session.obeyed]
    return Outcome(
        way=way,
        persona=persona,
        dialogues=len(mine),
        recall=_ratio(mine, [session.recalls[-1] for session in mine], each),
        gain=_ratio(mine, gains, each),
        pass_rate=_ratio(mine, [float(session.passed) for session in mine], each),
        commands=float(np.mean([session.commands for session in mine])),
        obeyed=_ratio(demanded, [sum(s.obeyed) for s in demanded], [float(len(s.obeyed)) for s in demanded])
        if demanded
        else None,
        recall_by_round=tuple(np.mean([session.recalls for session in mine], axis=0).tolist()),
    )


def _understanding(persona: str, held: Sequence[Session]) -> Understanding:
    scores = score(reading for session in held for reading in session.readings)
    return Understanding(
        persona=persona,
        commands=scores.commands,
        f1=_measured(scores.preference_f1),
        f1_without_strength=_measured(scores.preference_f1_without_strength),
        command_accuracy=_measured(scores.command_accuracy),
        act_accuracy=scores.act_accuracy.value,
        clarity_accuracy=scores.clarity_accuracy.value,
    )


def _measured(one: Score) -> Measured:
    return Measured(value=one.value, low=one.low, high=one.high)


def _ratio(held: Sequence[Session], above: Sequence[float], below: Sequence[float]) -> Measured:
    """Return the ratio of two sums; people are drawn for the interval, for one's dialogues are alike."""
    _, person = np.unique([session.user for session in held], return_inverse=True)
    tops = np.bincount(person, weights=np.asarray(above, np.float64))
    bases = np.bincount(person, weights=np.asarray(below, np.float64))
    n = len(tops)
    draws = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), _DRAWS)
    ratios = (draws @ tops) / np.maximum(draws @ bases, 1e-9)
    low, high = np.quantile(ratios, (0.025, 0.975))
    return Measured(value=float(tops.sum() / max(bases.sum(), 1e-9)), low=float(low), high=float(high))


def as_text(result: Simulation) -> str:
    """Return the tables in fixed columns."""
    lines = [
        f"{result.dialogues} dialogues of {result.people} people, up to {result.rounds} commands each, "
        f"wording: {result.half}",
        "",
        _HEAD,
    ]
    for row in result.outcomes:
        obeyed = "" if row.obeyed is None else f"{row.obeyed.value:.3f}"
        lines.append(
            f"{row.way:12}{row.persona:15}{_text(row.recall):>19}{row.gain.value:>+10.3f}"
            f"{_text(row.pass_rate):>20}{obeyed:>8}{row.commands:>6.1f}"
        )
    lines += ["", "Recall@10 before any word and after each command"]
    lines += [
        f"{row.way:12}" + " ".join(f"{value:.3f}" for value in row.recall_by_round)
        for row in _whole(result.outcomes)
    ]
    lines += ["", _PARSER_HEAD]
    lines += [
        f"{row.persona:15}{row.commands:>9}{_text(row.f1):>21}{row.f1_without_strength.value:>13.3f}"
        f"{row.command_accuracy.value:>7.3f}{row.act_accuracy:>7.3f}{row.clarity_accuracy:>9.3f}"
        for row in result.understanding
    ]
    lines += [
        "",
        f"arXiv 2509.21317, other users and rules: Recall@10 {result.paper['recall']:.4f}, "
        f"passed {result.paper['pass_rate']:.4f}",
    ]
    return "\n".join(lines)


def _whole(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return [row for row in outcomes if row.persona == ALL]


def _text(one: Measured) -> str:
    return f"{one.value:.3f} ({one.low:.3f}-{one.high:.3f})"
