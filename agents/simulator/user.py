"""A simulated user: sees a feed, and says what it lacks, until it shows the film in mind or patience ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np

from agents.memory import Memory, active, consolidate, empty_memory
from agents.simulator.claims import WEIGHT, Claim, goal_claims, holds, shown_claims
from agents.simulator.facts import Facts
from agents.simulator.families import Half, SlotUse, Template, Wording, load_wording
from agents.simulator.people import Goal, Person
from agents.simulator.personas import Persona
from agents.simulator.utterance import Filled, Utterance, compose
from agents.types import Preference
from catalog.items import Catalog
from catalog.names import plain

# How many wordings somebody thinks of before choosing the one that fits best.
THOUGHT_OF = 8
# How often somebody looks for words that do not name the film in mind.
ATTEMPTS = 20
# Even what the feed has plenty of may be said.
LEAST_URGENT = 0.02
# What was said already is said again only where the feed still lacks it badly.
SAID_BEFORE = 0.3
# How alike a shown film must be to be pointed at as good, and how unlike as bad (Jaccard index of genres).
LIKES, DISLIKES = 0.5, 0.15
# Between one command and the next.
PAUSE = timedelta(seconds=40)
_TAKEN_BACK = ("genre", "year", "runtime")


@dataclass(frozen=True, eq=False)
class Scene:
    """What all simulated users share: facts of the catalogue, and the wording of one half, sorted for use."""

    facts: Facts
    wording: Wording
    by_use: dict[tuple[str, str, str, int], tuple[Template, ...]]
    unspeakable: frozenset[int]

    def templates(
        self, use: str, clarity: str, persona: Persona, slots: int, rng: Random
    ) -> tuple[Template, ...]:
        """Return the wordings of an act with so many gaps, in a voice of the persona."""
        voices = list(persona.voices)
        if len(voices) > 1 and rng.random() < 0.4:
            voices = voices[1:] + voices[:1]
        for voice in (*voices, "plain"):
            found = self.by_use.get((use, clarity, voice, slots), ())
            if found:
                return found
        return ()


def open_scene(catalog: Catalog, half: Half) -> Scene:
    """Prepare a catalogue and a half of the wording.

    Raises
    ------
    WordingError
        Where a wording file cannot be read.
    """
    wording = load_wording(half)
    use: dict[tuple[str, str, str, int], list[Template]] = defaultdict(list)
    for template in wording.templates:
        for voice in sorted(template.voices):
            use[template.acts[0], template.clarity, voice, len(template.slots)].append(template)
    facts = Facts.of(catalog)
    return Scene(
        facts, wording, {key: tuple(found) for key, found in use.items()}, _unspeakable(facts, wording)
    )


def _unspeakable(facts: Facts, wording: Wording) -> frozenset[int]:
    """Return the items whose title is made of words that everybody says: they would be named by accident."""
    said = {
        word
        for t in wording.templates
        for piece in t.pieces
        if isinstance(piece, str)
        for word in plain(piece).split()
    }
    said |= {word for talk in (*wording.before, *wording.after) for word in plain(talk).split()}
    said |= {word for name in facts.genre_names for word in plain(name).split()}
    return frozenset(
        i for i, title in enumerate(facts.plain_titles) if set(title.split()) <= said or len(title) < 3
    )


class SimulatedUser:
    """One person with one manner of speaking; the same seed gives the same dialogue over the same feeds.

    `memory` is what the person believes to have told, by the gold meaning of what was said.
    """

    def __init__(
        self, scene: Scene, person: Person, persona: Persona, seed: str, *, drift_at: int = 2
    ) -> None:
        self.persona = persona
        self.person = person
        self.memory: Memory = empty_memory(person.user_id)
        self.rounds = 0
        self.found: list[bool] = [False] * len(person.goals)
        self._scene, self._rng, self._drift_at = scene, Random(seed), drift_at
        self._goal = 0
        self._knows = self._learn()
        self._stray = False
        self._started = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=person.time)

    @property
    def goal(self) -> Goal:
        """What is wanted now."""
        return self.person.goals[self._goal]

    @property
    def goal_index(self) -> int:
        """0, or 1 once the interest has drifted."""
        return self._goal

    @property
    def now(self) -> datetime:
        """When the next command is said."""
        return self._started + PAUSE * self.rounds

    def is_satisfied(self) -> bool:
        """Whether the film in mind, of the last goal, was shown."""
        return self.found[-1]

    def believes(self) -> tuple[Preference, ...]:
        """Return what holds by all that was said."""
        return active(self.memory.intent, self.now)

    def look(self, shown: Sequence[int]) -> None:
        """See a feed: satisfied or not, and on to another interest where it is time."""
        self.found[self._goal] |= self.goal.target in shown
        last = len(self.person.goals) - 1
        if self._goal < last and (self.found[self._goal] or self.rounds >= self._drift_at):
            self._goal += 1
            self._knows = self._learn()
            self.found[self._goal] |= self.goal.target in shown

    def says(self, shown: Sequence[int]) -> Utterance | None:
        """Return the next command over the shown films; None where satisfied or out of patience."""
        if self.is_satisfied() or self.rounds >= self.persona.patience:
            return None
        utterance = self._unnamed(shown)
        self.memory = consolidate(
            self.memory, utterance.gold, said_at=self.now, domain=self._scene.facts.catalog.domain
        )
        self.rounds += 1
        return utterance

    def _learn(self) -> list[Claim]:
        return goal_claims(self._scene.facts, self.goal, self.person.liked, self._rng)

    def _unnamed(self, shown: Sequence[int]) -> Utterance:
        """Say something in which no title of the goal occurs; small talk where every attempt names one."""
        titles = [self._scene.facts.plain_titles[goal.target] for goal in self.person.goals]
        for _ in range(ATTEMPTS):
            utterance = self._put(self._parts(shown), shown)
            said = f" {plain(utterance.text)} "
            if not any(f" {title} " in said for title in titles):
                return utterance
        return self._put(self._of("none", [], 0), shown)

    def _put(self, parts: Sequence[Filled], shown: Sequence[int]) -> Utterance:
        facts, person = self._scene.facts, self.person
        return compose(
            parts,
            self.persona,
            self._scene.wording,
            facts,
            self._rng,
            shown=[facts.catalog.item_ids[item] for item in shown],
            command_id=f"{person.user_id}-{person.time}-{self.rounds}",
            user_id=person.user_id,
        )

    def _parts(self, shown: Sequence[int]) -> list[Filled]:
        """Choose what to do, and the words for it."""
        tries: list[Callable[[Sequence[int]], list[Filled]]] = []
        draw, persona = self._rng.random(), self.persona
        if self._blocked():
            tries.append(self._unblock)
        elif self._stray or draw < persona.fickle:
            tries.append(self._waver)
        elif draw < persona.fickle + persona.feedback:
            tries.append(self._point)
        elif draw < persona.fickle + persona.feedback + persona.idle:
            tries.append(self._idle)
        elif draw < persona.fickle + persona.feedback + persona.idle + persona.vague:
            tries.append(lambda _: self._of("refine", self._wishes(shown), 0, "ambiguous"))
        for attempt in tries:
            parts = attempt(shown)
            if parts:
                return parts
        return self._refine(shown)

    # -- what is said -----------------------------------------------------------------------------

    def _wishes(self, shown: Sequence[int]) -> list[Claim]:
        """Return everything that could be said now, with how badly the feed lacks it."""
        told = {(p.field, p.op, str(p.value)) for p in self.memory.intent.preferences}
        facts = self._scene.facts
        wishes = []
        for claim in self._knows:
            have = sum(holds(facts, claim, item) for item in shown) / max(1, len(shown))
            wishes.append(replace(claim, urgency=WEIGHT[claim.aspect] * (1.0 - have)))
        wishes += shown_claims(facts, self.goal, shown)
        return [replace(c, urgency=c.urgency * SAID_BEFORE) if c.key in told else c for c in wishes]

    def _refine(self, shown: Sequence[int]) -> list[Filled]:
        wishes = self._wishes(shown)
        count = self._rng.choices((1, 2, 3), self.persona.wishes)[0]
        if count > 1 and self._rng.random() < 0.35:
            parts = self._of("refine", wishes, 1)
            taken = {claim.aspect for _, claims in parts for claim in claims}
            rest = [claim for claim in wishes if claim.aspect not in taken]
            parts += self._of("refine", rest, count - 1)
            if parts:
                return parts
        for slots in range(count, 0, -1):
            parts = self._of("refine", wishes, slots)
            if parts:
                return parts
        return self._of("none", [], 0)

    def _point(self, shown: Sequence[int]) -> list[Filled]:
        """Speak of a shown film: one that is nearly it, or one that is far from it."""
        return self._of(
            "feedback", [*self._pointers(shown), *self._wishes(shown)], self._rng.choice((1, 1, 2))
        )

    def _pointers(self, shown: Sequence[int]) -> list[Claim]:
        facts = self._scene.facts
        if not shown:
            return []
        mine, theirs = facts.genres[self.goal.target], facts.genres[list(shown)]
        likeness = (theirs & mine).sum(axis=1) / np.maximum((theirs | mine).sum(axis=1), 1)
        found = []
        for item, like in zip(shown, likeness, strict=True):
            if item in self.goal.items or DISLIKES < like < LIKES:
                continue
            ref = Claim(
                aspect="ref",
                field="item",
                op="like",
                value=facts.catalog.item_ids[item],
                positive=bool(like >= LIKES),
                sure=bool(like < LIKES),
                urgency=0.3 + 0.5 * self._rng.random(),
            )
            found.append(ref)
        return found

    def _idle(self, _: Sequence[int]) -> list[Filled]:
        use, clarity = self._rng.choice((("question", "clear"), ("none", "clear"), ("none", "infeasible")))
        return self._of(use, [], 0, clarity)

    def _blocked(self) -> list[Preference]:
        """Return the demands that the film in mind breaks, for they were made for another interest."""
        facts, target = self._scene.facts, self.goal.target
        return [p for p in self.believes() if p.strength == "hard" and _breaks(facts, p, target)]

    def _unblock(self, shown: Sequence[int]) -> list[Filled]:
        blocked = self._blocked()
        draw = self._rng.random()
        if any(p.field not in _TAKEN_BACK for p in blocked) or (len(blocked) > 1 and draw < 0.35):
            return self._of("reset", [], 0)
        if draw < 0.6:
            fields = {p.field for p in blocked}
            same = [c for c in self._wishes(shown) if c.field in fields]
            parts = self._of("replace", [*same, *self._rejected(blocked)], self._rng.choice((1, 1, 2)))
            if parts:
                return parts
        return self._retract(blocked) or self._of("reset", [], 0)

    def _rejected(self, blocked: Sequence[Preference]) -> list[Claim]:
        """Return the genres that were wanted, as what is wanted no more."""
        facts = self._scene.facts
        claims = [
            Claim(aspect="genre", field=p.field, op="eq", value=p.value, positive=False, urgency=1.0)
            for p in blocked
            if p.field == facts.catalog.domain.affinity_field and p.polarity == "positive"
        ]
        return [c for c in claims if not any(holds(facts, c, item) for item in self.goal.items)]

    def _waver(self, shown: Sequence[int]) -> list[Filled]:
        """Take something back that was right, correct oneself, or try something else for once."""
        draw, stray = self._rng.random(), self._stray
        self._stray = False
        said = [p for p in self.believes() if p.field in _TAKEN_BACK and p.op not in ("low", "high")]
        if self.rounds and (draw < 0.35 or (stray and draw < 0.6)):
            return self._of("undo", [], 0)
        if said and draw < 0.65:
            return self._retract(said[-1:])
        if self.rounds and draw < 0.85:
            return self._of("replace", self._wishes(shown), self._rng.choice((1, 2)))
        self._stray = True
        facts = self._scene.facts
        others = [
            n for n, has in zip(facts.genre_names, facts.genres[self.goal.target], strict=True) if not has
        ]
        field = facts.catalog.domain.affinity_field
        stray_wish = Claim(
            aspect="genre", field=field, op="eq", value=self._rng.choice(others), sure=False, urgency=1.0
        )
        return self._of("refine", [stray_wish], 1)

    def _retract(self, preferences: Sequence[Preference]) -> list[Filled]:
        taken = [Claim(aspect="field", field=p.field, op="eq", value=None, urgency=0.8) for p in preferences]
        taken += [
            Claim(aspect="genre", field=p.field, op="eq", value=p.value, urgency=1.0)
            for p in preferences
            if p.field == "genre" and p.value in self._scene.facts.genre_names
        ]
        return self._of("retract", taken, 1)

    # -- in which words ---------------------------------------------------------------------------

    def _of(self, use: str, claims: Sequence[Claim], slots: int, clarity: str = "clear") -> list[Filled]:
        """Return the wording of an act, with so many gaps, that says what matters; none where none fits."""
        pool = self._scene.templates(use, clarity, self.persona, slots, self._rng)
        if not pool:
            return []
        thought_of = self._rng.sample(pool, min(len(pool), THOUGHT_OF if slots < 2 else 3 * THOUGHT_OF))
        able = [(t, filled) for t in thought_of if (filled := self._fit(t, claims)) is not None]
        if not able:
            return []
        weights = [sum(claim.urgency for claim in filled) + LEAST_URGENT for _, filled in able]
        return self._rng.choices(able, weights)

    def _fit(self, template: Template, claims: Sequence[Claim]) -> tuple[Claim, ...] | None:
        """Fill the gaps with the most urgent claims that may be said so; None where one stays open."""
        taken: list[Claim] = []
        for slot in template.slots:
            able = [c for c in claims if _fits(slot, c) and not any(c.key == t.key for t in taken)]
            if not able:
                return None
            taken.append(max(able, key=lambda c: c.urgency * (0.7 + 0.6 * self._rng.random())))
        return tuple(taken)


def _fits(slot: SlotUse, claim: Claim) -> bool:
    if slot.aspect != claim.aspect:
        return False
    return slot.retracted or (slot.positive == claim.positive and (claim.sure or not slot.hard))


def _breaks(facts: Facts, preference: Preference, item: int) -> bool:
    """Say whether an item is known not to fulfil a demand."""
    if preference.field in ("about", "item"):
        terms = facts.catalog.terms
        if preference.field == "item" or preference.polarity == "positive" or terms is None:
            return False
        return terms.says(str(preference.value), item) is True
    aspect = "genre" if preference.field == facts.catalog.domain.affinity_field else preference.field
    claim = Claim(aspect=aspect, field=preference.field, op=preference.op, value=preference.value)
    return holds(facts, claim, item) != (preference.polarity == "positive")
