"""Simulated users: alike for one seed, true to what they have in mind, and each in a manner of their own."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pytest
from test_corpus_law import SETTLED

from agents.corpus import Example
from agents.simulator import (
    PERSONAS,
    Dialogue,
    Half,
    History,
    Scene,
    SimulatedUser,
    Utterance,
    imagined_dialogues,
    labelled_examples,
    sample_people,
)
from agents.simulator.dialogue import cast_of
from agents.simulator.errors import NobodyToSimulateError
from agents.types import Preference
from catalog.items import Catalog
from catalog.knowledge.terms import load_vocabulary
from catalog.names import plain
from catalog.predicate import satisfies

Embedded = tuple[Catalog, History]


def talk(scene: Scene, history: History, people: int, seed: int) -> Iterator[tuple[SimulatedUser, Utterance]]:
    """Yield what people say over feeds of random films, with the speaker as they were when they said it."""
    catalog, rng = scene.facts.catalog, np.random.default_rng(seed)
    chosen = sample_people(history, catalog, people, seed=seed, avoid=scene.unspeakable)
    for at, (person, persona) in enumerate(cast_of(chosen)):
        user = SimulatedUser(scene, person, persona, f"{seed}-{at}")
        for _ in range(6):
            shown = [int(i) for i in rng.choice(2000, 10, replace=False)]
            user.look(shown)
            said = user.says(shown)
            if said is None:
                break
            yield user, said


@pytest.fixture(scope="module", params=["train", "evaluate"])
def half(request: pytest.FixtureRequest) -> Half:
    return "train" if request.param == "train" else "evaluate"


@pytest.fixture(scope="module")
def said(
    half: Half, embedded: Embedded, scenes: dict[str, Scene]
) -> list[tuple[tuple[int, ...], tuple[int, ...], Utterance]]:
    """What was said: the goal's items, the targets of all goals, the utterance."""
    return [
        (user.goal.items, tuple(goal.target for goal in user.person.goals), utterance)
        for user, utterance in talk(scenes[half], embedded[1], 150, 3)
    ]


@pytest.fixture(scope="module")
def dialogues(embedded: Embedded, scenes: dict[str, Scene]) -> list[Dialogue]:
    return list(imagined_dialogues(scenes["evaluate"], embedded[1], 240, seed=4))


def keeps(catalog: Catalog, preference: Preference, item: int) -> bool:
    """Say whether an item keeps a demand, by the catalogue's own predicates."""
    if preference.field == "item":
        return catalog.item_ids[item] != preference.value
    if preference.field == "about":
        assert catalog.terms is not None
        return catalog.terms.says(str(preference.value), item) == (preference.polarity == "positive")
    held = satisfies(catalog, preference.field, preference.op, preference.value)[item]  # type: ignore[arg-type]
    return bool(held) == (preference.polarity == "positive")


def spellings(scene: Scene, catalog: Catalog) -> set[str]:
    """Return every word that a command may hold where no key slips."""
    wording = scene.wording
    texts = [*wording.before, *wording.after, *(t.text for t in wording.templates), *catalog.titles]
    for term in load_vocabulary().terms.values():
        texts += [term.name, *term.synonyms]
    for name in ("director", "cast"):
        texts += catalog.category(name).values
    return {word for text in texts for word in plain(text).split()}


def test_one_seed_gives_the_same_dialogues_and_another_others(
    embedded: Embedded, scenes: dict[str, Scene]
) -> None:
    def run(seed: int) -> list[Dialogue]:
        return list(imagined_dialogues(scenes["evaluate"], embedded[1], 30, seed=seed))

    assert run(1) == run(1)
    assert run(1) != run(2)


def test_every_demand_holds_for_all_films_of_the_goal(
    said: list[tuple[tuple[int, ...], tuple[int, ...], Utterance]], embedded: Embedded
) -> None:
    demands = [
        (preference, item, utterance.text)
        for items, _, utterance in said
        for preference in utterance.gold.preferences
        if preference.strength == "hard" and preference.text.isascii()
        for item in items
    ]
    # A mistyped word of theme is the user's own word, and names no term.
    spelt = [d for d in demands if d[0].field != "about" or embedded[0].terms.find(str(d[0].value))]  # type: ignore[union-attr]
    assert len(spelt) > 150
    assert [d for d in spelt if not keeps(embedded[0], d[0], d[1])] == []


def test_the_film_in_mind_is_never_named(
    said: list[tuple[tuple[int, ...], tuple[int, ...], Utterance]], embedded: Embedded
) -> None:
    for _, targets, utterance in said:
        for target in targets:
            assert f" {plain(embedded[0].titles[target])} " not in f" {plain(utterance.text)} "


def test_spans_are_where_it_was_said(said: list[tuple[tuple[int, ...], tuple[int, ...], Utterance]]) -> None:
    for _, _, utterance in said:
        gold = utterance.gold
        assert gold.text == utterance.text
        assert len(utterance.mentions) == len(gold.preferences) + len(gold.retractions)
        assert all(utterance.text[p.span[0] : p.span[1]] == p.text != "" for p in gold.preferences)


def test_all_acts_and_several_wishes_at_once_are_met(
    said: list[tuple[tuple[int, ...], tuple[int, ...], Utterance]],
) -> None:
    acts = {utterance.gold.act for _, _, utterance in said}
    assert acts == {"refine", "replace", "retract", "reset", "undo", "feedback", "question", "none"}
    assert sum(len(utterance.gold.preferences) > 1 for _, _, utterance in said) > 0.2 * len(said)


def test_what_blocks_a_new_interest_is_taken_back(embedded: Embedded, scenes: dict[str, Scene]) -> None:
    """Who asked for comedies and now has a war film in mind does something about the comedies."""
    catalog = embedded[0]
    blocked, freed = 0, 0
    for user, utterance in talk(scenes["evaluate"], embedded[1], 150, 8):
        before = user.memory.log[-1].said_at if user.memory.log else None
        assert before is not None
        if user.goal_index == 1 and utterance.gold.act in ("reset", "retract", "replace"):
            blocked += 1
            broken = [
                p for p in user.believes() if p.strength == "hard" and not keeps(catalog, p, user.goal.target)
            ]
            freed += not broken
    assert blocked > 20
    assert freed > 0.5 * blocked


def test_personas_differ(dialogues: list[Dialogue], scenes: dict[str, Scene], embedded: Embedded) -> None:
    spelt = spellings(scenes["evaluate"], embedded[0])
    texts: dict[str, list[str]] = defaultdict(list)
    acts: dict[str, list[str]] = defaultdict(list)
    for dialogue in dialogues:
        texts[dialogue.persona] += [turn.text.lower() for turn in dialogue.turns]
        acts[dialogue.persona] += [turn.gold.act for turn in dialogue.turns]

    def length(persona: str) -> float:
        return float(np.mean([len(text.split()) for text in texts[persona]]))

    def share(persona: str, *chosen: str) -> float:
        return float(np.mean([act in chosen for act in acts[persona]]))

    def articles(persona: str) -> float:
        all_words = " ".join(texts[persona]).split()
        return float(np.mean([word in ("a", "an", "the") for word in all_words]))

    def strange(persona: str) -> float:
        """How many words are spelt as nobody would."""
        return float(np.mean([w not in spelt for t in texts[persona] for w in plain(t).split()]))

    assert set(texts) == {persona.name for persona in PERSONAS}
    assert length("chatty") > 2 * length("terse")
    assert share("changes mind", "undo", "retract", "replace") > 1.5 * share(
        "typo-prone", "undo", "retract", "replace"
    )
    assert share("complaining", "feedback") > 1.3 * share("chatty", "feedback")
    assert articles("non-native") < 0.8 * articles("chatty")
    assert strange("typo-prone") > strange("chatty") + 0.05


def test_nobody_knows_the_future(embedded: Embedded) -> None:
    catalog, history = embedded
    for person in sample_people(history, catalog, 50, seed=1):
        mine = history.users == person.user
        past = set(history.items[mine & (history.times < person.time)].tolist())
        to_come = set(history.items[mine & (history.times >= person.time)].tolist())
        assert {*person.liked, *person.seen} <= past
        for goal in person.goals:
            assert set(goal.items) <= to_come - past


def test_interest_drifts_to_another_kind(embedded: Embedded) -> None:
    catalog, history = embedded
    genres = catalog.category("genre")
    for person in sample_people(history, catalog, 50, seed=2):
        first, second = (set(genres.of_item(goal.target)) for goal in person.goals)
        assert len(first & second) <= 0.25 * len(first | second)


def test_a_satisfied_person_is_silent_and_a_tired_one_too(
    embedded: Embedded, scenes: dict[str, Scene]
) -> None:
    person = sample_people(embedded[1], embedded[0], 1, seed=5, drift=False)[0]
    content = SimulatedUser(scenes["evaluate"], person, PERSONAS[0], "x")
    content.look([person.goals[0].target])
    assert content.is_satisfied()
    assert content.says([person.goals[0].target]) is None
    tired = SimulatedUser(scenes["evaluate"], person, PERSONAS[0], "x")
    said = 0
    while tired.says([1, 2, 3]) is not None:
        said += 1
    assert said == PERSONAS[0].patience


def test_nobody_to_simulate_says_what_to_do(embedded: Embedded) -> None:
    after_all = int(embedded[1].times[-1]) + 1
    with pytest.raises(NobodyToSimulateError, match="heed data load"):
        sample_people(embedded[1], embedded[0], 5, seed=1, since=after_all)


def test_examples_for_training_come_from_the_training_half_alone(
    embedded: Embedded, scenes: dict[str, Scene]
) -> None:
    examples = labelled_examples(*embedded, 200, seed=1)
    held = {f"simulator-{t.family}" for t in scenes["evaluate"].wording.templates}
    assert len(examples) == 200
    assert all(isinstance(e, Example) and e.domain == "movies" for e in examples)
    assert not {e.family for e in examples} & held
    assert all(0 <= m.start < m.end <= len(e.text) for e in examples for m in e.mentions)


def test_five_hundred_commands_a_second(embedded: Embedded, scenes: dict[str, Scene]) -> None:
    list(imagined_dialogues(scenes["evaluate"], embedded[1], 60, seed=6))  # what is looked up once
    started = time.process_time()
    said = sum(len(d.turns) for d in imagined_dialogues(scenes["evaluate"], embedded[1], 150, seed=7))
    assert said / (time.process_time() - started) > 500


def test_strength_follows_the_words_as_in_the_corpus(
    said: list[tuple[tuple[int, ...], tuple[int, ...], Utterance]], embedded: Embedded, half: Half
) -> None:
    # What is said over random feeds and what over imagined ones, for they call for other templates.
    examples = [utterance.as_example() for *_, utterance in said]
    examples += labelled_examples(*embedded, 1500, seed=2, half=half)
    seen, broken = 0, []
    for example in examples:
        for mention in example.mentions:
            for before, kinds, strength in SETTLED.values():
                if mention.retracted or mention.kind not in kinds:
                    continue
                if re.search(before, example.text[: mention.start].lower()):
                    seen += 1
                    if mention.quadrant[1] != strength:
                        broken.append(example.text)
    assert seen > 200
    assert broken == []


def test_an_empty_feed_leaves_nobody_speechless(embedded: Embedded, scenes: dict[str, Scene]) -> None:
    people = sample_people(embedded[1], embedded[0], 60, seed=12)
    for at, (person, persona) in enumerate(cast_of(people)):
        user = SimulatedUser(scenes["evaluate"], person, persona, f"{at}")
        for _ in range(persona.patience):
            user.look([])
            said = user.says([])
            assert said is not None
            assert said.text.strip()
        assert user.says([]) is None
