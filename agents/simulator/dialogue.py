"""Dialogues without a feed: the shown films are drawn by popularity among those that obey what was said.

They are for training data and for speed; how well a real feed serves these people is `batch.simulate`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle

import numpy as np
import numpy.typing as npt

from agents.corpus import Example
from agents.simulator.families import Half
from agents.simulator.people import History, Person, sample_people
from agents.simulator.personas import PERSONAS, Persona
from agents.simulator.user import Scene, SimulatedUser, open_scene
from agents.simulator.utterance import Utterance
from agents.types import ParsedCommand, Preference
from catalog.items import Catalog
from catalog.predicate import checkable, satisfies

SHOWN = 10
ROUNDS = 5
# So many draws hold ten films that obey, unless little does.
DRAWN = 400
# How many people are drawn at a time for examples, and how many such draws two seeds are apart.
PEOPLE, BATCHES = 120, 10_000


@dataclass(frozen=True)
class Turn:
    """One command over one shown feed, with what it means."""

    shown_item_ids: tuple[str, ...]
    text: str
    gold: ParsedCommand
    families: tuple[str, ...]


@dataclass(frozen=True)
class Dialogue:
    """What one person said over a session; the targets are what was in mind, one per interest."""

    user_id: str
    time: int
    persona: str
    target_item_ids: tuple[str, ...]
    satisfied: bool
    turns: tuple[Turn, ...]


def cast_of(
    people: Sequence[Person], personas: Sequence[Persona] = PERSONAS
) -> Iterator[tuple[Person, Persona]]:
    """Give every person a persona, in turn, so that each is met as often."""
    return zip(people, cycle(personas))


def imagined_dialogues(  # noqa: PLR0913 - each says whom to simulate
    scene: Scene,
    history: History,
    count: int,
    *,
    seed: int,
    rounds: int = ROUNDS,
    drift: bool = True,
    personas: Sequence[Persona] = PERSONAS,
) -> Iterator[Dialogue]:
    """Yield dialogues over imagined feeds; one seed gives the same ones.

    Raises
    ------
    NobodyToSimulateError
        Where the history holds nobody to simulate.
    """
    catalog = scene.facts.catalog
    people = sample_people(history, catalog, count, seed=seed, drift=drift, avoid=scene.unspeakable)
    for user, turns in _sessions(scene, history, people, seed, rounds, personas):
        yield Dialogue(
            user.person.user_id,
            user.person.time,
            user.persona.name,
            tuple(catalog.item_ids[goal.target] for goal in user.person.goals),
            user.is_satisfied(),
            tuple(_turn(catalog, shown, said) for shown, said in turns),
        )


_Heard = list[tuple[list[int], Utterance]]


def _sessions(  # noqa: PLR0913, PLR0917 - what `imagined_dialogues` was given
    scene: Scene,
    history: History,
    people: Sequence[Person],
    seed: int,
    rounds: int,
    personas: Sequence[Persona],
) -> Iterator[tuple[SimulatedUser, _Heard]]:
    catalog = scene.facts.catalog
    imagined = _Imagined(catalog, np.bincount(history.items[history.liked], minlength=len(catalog)), seed)
    for at, (person, persona) in enumerate(cast_of(people, personas)):
        user = SimulatedUser(scene, person, persona, f"{seed}-{at}", drift_at=rounds // 2)
        turns: _Heard = []
        shown = imagined.feed(person, ())
        user.look(shown)
        while len(turns) < rounds and (said := user.says(shown)) is not None:
            turns.append((shown, said))
            shown = imagined.feed(person, user.believes())
            user.look(shown)
        yield user, turns


def _turn(catalog: Catalog, shown: Sequence[int], said: Utterance) -> Turn:
    return Turn(tuple(catalog.item_ids[item] for item in shown), said.text, said.gold, said.families)


class _Imagined:
    """Draws feeds: popular films that obey, none that was met before."""

    def __init__(self, catalog: Catalog, likes: npt.NDArray[np.int64], seed: int) -> None:
        self._catalog = catalog
        self._rng = np.random.default_rng(seed)
        self._cumulated = np.cumsum(likes + 0.5)

    def feed(self, person: Person, told: Sequence[Preference]) -> list[int]:
        """Return up to `SHOWN` items."""
        able = np.ones(len(self._catalog), dtype=np.bool_)
        able[list(person.seen)] = False
        for one in told:
            if one.strength == "hard" and checkable(self._catalog.domain, one.field, one.op):
                mask = satisfies(self._catalog, one.field, one.op, one.value)  # type: ignore[arg-type]  # made of the catalogue's own values
                able &= mask == (one.polarity == "positive")
        drawn = np.searchsorted(self._cumulated, self._rng.random(DRAWN) * self._cumulated[-1])
        chosen = list(dict.fromkeys(drawn[able[drawn]].tolist()))[:SHOWN]
        if len(chosen) < SHOWN:
            rest = np.flatnonzero(able)
            chosen += [i for i in rest[-SHOWN:].tolist() if i not in chosen][: SHOWN - len(chosen)]
        return chosen


def labelled_examples(
    catalog: Catalog, history: History, count: int, *, seed: int, half: Half = "train"
) -> list[Example]:
    """Return utterances as examples of the corpus, for training (`train`) or for scoring (`evaluate`).

    What simulated users say over imagined feeds, labelled by construction. `evaluate` must never be trained
    on: `heed evaluate dialogue` measures with it.
    """
    scene = open_scene(catalog, half)
    out: list[Example] = []
    batch = seed * BATCHES
    while len(out) < count:
        people = sample_people(history, catalog, PEOPLE, seed=batch, avoid=scene.unspeakable)
        for _, turns in _sessions(scene, history, people, batch, ROUNDS, PERSONAS):
            out += [said.as_example() for _, said in turns]
        batch += 1
    return out[:count]
