"""The simulator's wording: broad, of two halves that share nothing, and unknown to the parser's corpus."""

from __future__ import annotations

import re

import pytest

from agents.corpus import Example, load_corpus, sample_examples
from agents.corpus.build import Split
from agents.simulator import PERSONAS, load_wording
from agents.simulator.errors import WordingError
from agents.simulator.families import HALVES, Template, _pieces
from agents.types import Act

COMMON = frozenset(re.findall(r"\S+", "a an the please some it is are to of for i i'm i'd my me and"))
ACTS: tuple[Act, ...] = ("refine", "replace", "retract", "reset", "undo", "feedback", "question", "none")


def words(text: str) -> frozenset[str]:
    """Return the words of a wording that no slot fills, but for the commonest."""
    body = text.partition(" -> ")[0]
    body = re.sub(r"\|[^\]\[]*\]", " ", re.sub(r"\{[^{}]*\}", " _ ", body))
    return frozenset(re.findall(r"[a-z0-9']+", body.lower())) - COMMON


def masked(pieces: list[str]) -> str:
    """Return a command with its mentions blanked, in plain words."""
    return " ".join(re.findall(r"[a-z0-9']+|_", "_".join(pieces).lower()))


def masked_example(example: Example) -> str:
    pieces, at = [], 0
    for mention in example.mentions:
        pieces.append(example.text[at : mention.start])
        at = mention.end
    return masked([*pieces, example.text[at:]])


def masked_template(template: Template) -> str:
    text = re.sub(r"\{[^{}]*\}", "\0", template.text)
    return masked(text.split("\0"))


def test_there_are_enough_wordings_in_both_halves() -> None:
    assert sum(len(load_wording(half).templates) for half in HALVES) >= 550
    assert len(load_wording("evaluate").templates) >= 350


def test_the_halves_share_no_family_and_no_wording() -> None:
    train, evaluate = (load_wording(half) for half in HALVES)
    assert not {t.family for t in train.templates} & {t.family for t in evaluate.templates}
    taught = {words(t.text) for t in train.templates}
    assert [t.text for t in evaluate.templates if len(words(t.text)) > 1 and words(t.text) in taught] == []
    assert not {*train.before, *train.after} & {*evaluate.before, *evaluate.after}


def test_no_wording_for_evaluation_is_a_pattern_of_the_corpus() -> None:
    patterns = {words(p) for family in load_corpus().families for p in family.patterns}
    held = load_wording("evaluate").templates
    assert [t.text for t in held if len(words(t.text)) > 1 and words(t.text) in patterns] == []


def test_no_wording_for_evaluation_is_what_the_corpus_comes_out_as() -> None:
    """Its alternatives and its slots without meaning ("show me") filled in."""
    parts: tuple[Split, ...] = ("train", "validation", "test")
    said = {masked_example(e) for part in parts for e in sample_examples(part, 3, 5, noise=False)}
    assert len(said) > 5000
    held = load_wording("evaluate").templates
    assert [t.text for t in held if len(words(t.text)) > 1 and masked_template(t) in said] == []


@pytest.mark.parametrize("half", HALVES)
def test_every_persona_can_do_every_act(half: str) -> None:
    templates = load_wording("train" if half == "train" else "evaluate").templates
    for persona in PERSONAS:
        mine = [t for t in templates if t.voices & {*persona.voices, "plain"}]
        assert {t.acts[0] for t in mine} == set(ACTS)
        assert {t.clarity for t in mine} == {"clear", "ambiguous", "infeasible"}


def test_an_unknown_slot_is_refused_by_name() -> None:
    with pytest.raises(WordingError, match="no slot 'gerne'"):
        _pieces("show me {gerne}", "here")
