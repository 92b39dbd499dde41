"""Simulated users before the real feed, in process: parser, memory and feed as they are served.

Point-in-time as `batch.evaluate_ranker`: the moments lie after everything that the ranking model was trained
on, EASE is fitted on the events before the first of them, popularity and passive features are what was known
just before each. Of what comes after a moment only the simulated user knows, and what they had in mind.

Three ways to listen in one run, the same people and the same feed: the shipped parser, a perfect one (it gets
what was meant), and none (the feed stays deaf).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from agents.memory import Memory, consolidate, empty_memory
from agents.parser import Parser, load_parser
from agents.planner import plan
from agents.simulator import History, Person, SimulatedUser, Utterance, open_scene, sample_people
from agents.simulator.dialogue import Dialogue, Turn, cast_of
from agents.simulator.families import Half
from agents.simulator.people import SEEN_KINDS
from agents.simulator.user import Scene
from agents.types import Preference
from batch.moments import Demand, Moment, Past, behaviors_at
from batch.parser_report.compare import Compared, compare
from batch.parser_report.reference import reference_of
from batch.train_ranker import StepProgress, open_past, split_times, state_at
from catalog.items import Catalog
from catalog.settings import home_settings
from ranking import model
from ranking.behavior import BehaviorFeatures
from ranking.context import CatalogState
from ranking.features import feature_names
from ranking.feed import Feed, FeedRequest
from ranking.interactions import Interactions
from ranking.manifest import MANIFEST
from ranking.semantic import TextEncoder
from ranking.tools.alternatives import units
from ranking.tools.filter import unit_mask

SHOWN = 10
USERS, ROUNDS, SEED = 300, 5, 1
# Where no ranking model was trained, EASE is fitted with what suited the embedded films.
USUAL_REGULARISATION = 200.0
PARSER, GOLD, DEAF = "as parsed", "as meant", "deaf"
WAYS = (PARSER, GOLD, DEAF)


@dataclass(frozen=True, eq=False)
class Session:
    """One person before the feed in one way of listening.

    Attributes
    ----------
    recalls : tuple of float
        Recall@10 of the current goal before any word (the first) and after each of the rounds; once the
        dialogue has ended, the last feed stays.
    obeyed : tuple of float
        After each command, the part of the shown items that keep every demand that still stands; only where
        there is one.
    readings : tuple of Compared
        The parser's reading of each command beside what was meant; empty for other ways of listening. The
        family of each is the person.
    """

    way: str
    user: int
    persona: str
    recalls: tuple[float, ...]
    obeyed: tuple[float, ...]
    passed: bool
    commands: int
    readings: tuple[Compared, ...]
    dialogue: Dialogue


@dataclass(frozen=True, eq=False)
class _World:
    """What a run needs: people in the order of time, what was known before each, and who listens."""

    past: Past
    state: CatalogState
    scene: Scene
    parser: Parser
    people: Sequence[Person]
    since: int


def sessions(  # noqa: PLR0913 - whom to simulate, on what
    home: Path | None = None,
    *,
    users: int = USERS,
    rounds: int = ROUNDS,
    seed: int = SEED,
    half: Half = "evaluate",
    drift: bool = True,
    ways: Sequence[str] = WAYS,
    encoder: TextEncoder | None = None,
    progress: StepProgress | None = None,
) -> Iterator[Session]:
    """Yield one session per person and way of listening.

    Parameters
    ----------
    users : int
        How many people at moments; one person may stand for several moments.
    rounds : int
        At most so many commands each. Interest drifts after half of them; after a single one it cannot.
    half : str
        Whose wording: `evaluate`, which no parser was taught, or `train`.

    Raises
    ------
    ModelFileError, TableFileError
        Where models or feature tables are missing or do not fit.
    NobodyToSimulateError
        Where nobody has enough likes before and after.
    """
    world = _open(home, users, seed, half, drift and rounds > 1, encoder, progress)
    demand = Demand(world.past.log, len(world.past.catalog))
    behaviors = behaviors_at(world.past, [_moment(person) for person in world.people])
    cast = zip(cast_of(world.people), behaviors, strict=True)
    for at, ((person, persona), behavior) in enumerate(cast):
        feed = Feed(replace(world.state, popularity=demand.before(person.time)))
        for way in ways:
            user = SimulatedUser(world.scene, person, persona, f"{seed}-{at}", drift_at=max(1, rounds // 2))
            yield _Listening(world, feed, user, behavior, way).run(rounds)
        if progress is not None:
            progress("dialogues", at + 1, len(world.people))


def _open(  # noqa: PLR0913, PLR0917 - what `sessions` was given
    home: Path | None,
    users: int,
    seed: int,
    half: Half,
    drift: bool,
    encoder: TextEncoder | None,
    progress: StepProgress | None,
) -> _World:
    past, semantic = open_past(home, encoder, progress)
    folder = (home or home_settings().home) / "models" / "ranker"
    ranker = None
    since, regularisation = split_times(past.log)[1], USUAL_REGULARISATION
    if (folder / MANIFEST).exists():
        ranker = model.load(folder, feature_names(past.catalog.domain))
        since = max(since, int(str(ranker.facts["trained_until"])))
        regularisation = float(str(ranker.facts["regularisation"]))
    state = replace(state_at(past, semantic, since, regularisation), ranker=ranker)
    scene = open_scene(past.catalog, half)
    people = sample_people(
        _history(past.log), past.catalog, users, seed=seed, since=since, drift=drift, avoid=scene.unspeakable
    )
    return _World(past, state, scene, load_parser(past.catalog), people, since)


def _history(log: Interactions) -> History:
    return History(
        users=log.users,
        items=log.items,
        liked=log.signals > 0,
        seen=log.of_kinds(*SEEN_KINDS),
        times=log.times,
        user_ids=log.user_ids,
    )


def _moment(person: Person) -> Moment:
    empty = np.empty(0, np.int32)
    return Moment(
        user=person.user,
        time=person.time,
        target=person.goals[0].target,
        following=empty,
        liked=np.array(person.liked, np.int32),
        seen=np.array(person.seen, np.int32),
        later=empty,
    )


class _Listening:
    """One dialogue: what the feed has understood so far, and what came of it."""

    def __init__(
        self, world: _World, feed: Feed, user: SimulatedUser, behavior: BehaviorFeatures, way: str
    ) -> None:
        self._world, self._feed, self._user = world, feed, user
        self._behavior, self._way = behavior, way
        self._memory: Memory = empty_memory(user.person.user_id)
        self._readings: list[Compared] = []
        self._served: list[int] | None = None

    def run(self, rounds: int) -> Session:
        """Serve, listen and serve again until the person is satisfied, tired, or the rounds are over."""
        user, catalog = self._user, self._world.past.catalog
        turns: list[Turn] = []
        obeyed: list[float] = []
        shown = self._serve()
        recalls = [self._recall(shown)]
        user.look(shown)
        while len(turns) < rounds and (said := user.says(shown)) is not None:
            ids = tuple(catalog.item_ids[item] for item in shown)
            turns.append(Turn(ids, said.text, said.gold, said.families))
            self._hear(said, ids)
            shown = self._serve()
            obeyed += _obeyed(catalog, user.believes(), shown)
            # Measured by the goal that was spoken of; only then may interest turn to another.
            recalls.append(self._recall(shown))
            user.look(shown)
        recalls += recalls[-1:] * (rounds + 1 - len(recalls))
        person = user.person
        targets = tuple(catalog.item_ids[goal.target] for goal in person.goals)
        return Session(
            way=self._way,
            user=person.user,
            persona=user.persona.name,
            recalls=tuple(recalls),
            obeyed=tuple(obeyed),
            passed=user.is_satisfied(),
            commands=len(turns),
            readings=tuple(self._readings),
            dialogue=Dialogue(
                person.user_id, person.time, user.persona.name, targets, user.is_satisfied(), tuple(turns)
            ),
        )

    def _serve(self) -> list[int]:
        if self._way == DEAF and self._served is not None:
            return self._served  # a minute later, nothing heard and nothing done: the same feed
        request = FeedRequest(
            user_id=self._user.person.user_id,
            limit=SHOWN,
            intent=self._memory.intent,
            behavior=self._behavior,
            now=self._user.now,
        )
        catalog = self._world.past.catalog
        found = (catalog.index_of(entry.item_id) for entry in self._feed.serve(request).entries)
        self._served = [item for item in found if item is not None]
        return self._served

    def _hear(self, said: Utterance, shown: tuple[str, ...]) -> None:
        if self._way == DEAF:
            return
        catalog, parsed = self._world.past.catalog, said.gold
        if self._way == PARSER:
            parsed = self._world.parser.parse(
                said.text,
                command_id=said.gold.command_id,
                user_id=said.gold.user_id,
                shown_item_ids=shown,
                now=self._user.now,
            )
            meant = reference_of(said.gold, domain=catalog.domain.name, family=said.gold.user_id)
            self._readings.append(compare(meant, parsed))
        self._memory = consolidate(self._memory, parsed, said_at=self._user.now, domain=catalog.domain)

    def _recall(self, shown: Sequence[int]) -> float:
        """Return Recall@10 of the current goal."""
        items = self._user.goal.items
        return len(set(items) & set(shown)) / min(SHOWN, len(items))


def _obeyed(catalog: Catalog, told: tuple[Preference, ...], shown: Sequence[int]) -> list[float]:
    """Return the part of the shown items that keep all demands; nothing where there is no demand."""
    demands = plan(told, catalog.domain, catalog).of("filter")
    if not demands or not shown:
        return []
    kept = np.logical_and.reduce([unit_mask(catalog, unit)[list(shown)] for unit in units(demands)])
    return [float(kept.mean())]
