"""Every pattern follows the intent contract, and no held-out wording has a sibling in training."""

from __future__ import annotations

import re
from collections import defaultdict
from random import Random

import pytest

from agents.corpus import Example, Mention, load_corpus
from agents.corpus.build import Recipe, Split, fill, usable_domains
from agents.corpus.notation import Family

# Words right before a mention that settle its strength (intent contract, "Hard or soft").
SETTLED = {
    "words that exclude": (
        r"\b(?:no more|stop (?:showing|recommending|suggesting|giving)(?: me)?"
        r"|(?:don't|do not|dont) (?:show|give|recommend|suggest|include)(?: me)?"
        r"|never (?:show|recommend)(?: me)?|exclude|ban|block|absolutely no|under no circumstances)"
        r" (?:a |an |any |the |all )?$",
        "VAPDT",
        "!",
    ),
    "words that demand": (
        r"\b(?:must be|has to be|exclusively|strictly|nothing but) (?:a |an |the )?$",
        "VAPD",
        "!",
    ),
    "the object of a request": (
        r"^(?:show me|find me|give me|i want|i need|recommend|do you have|are there|is there)"
        r" (?:a |an |some |any )?$",
        "V",
        "!",
    ),
    "hedges": (
        r"\b(?:maybe|perhaps|ideally|preferably|hopefully|possibly|probably)"
        r" (?:a |an |some |something |with |no |not |without |by )*$",
        "VAPBD",
        "~",
    ),
    "taste and mood": (
        r"\b(?:i (?:really )?(?:like|love|enjoy|hate|dislike|adore|prefer)|fan of|tired of|sick of|bored of"
        r"|in the mood for|feel like|feeling like|fewer|less|too many|too much|not enough"
        r"|(?<!nothing )\btoo|not so|not very) (?:a |an |some |the )?$",
        "VAPD",
        "~",
    ),
    "something": (r"\bsomething (?:a bit |really |with |by )?$", "VAPD", "~"),
}
# Two words or more that hold no meaning of their own do not make two wordings siblings.
COMMON = frozenset(re.findall(r"\S+", "a an the please some it is are to of for i i'm i'd my me and"))


@pytest.fixture(scope="module")
def plain() -> list[tuple[str, Example]]:
    """Each pattern filled once, without noise."""
    corpus, rng, out = load_corpus(), Random(1), []
    for family in corpus.families:
        for pattern in family.patterns:
            domain = usable_domains(pattern, family, corpus)[0]
            out.append((pattern, fill(Recipe(pattern, family, domain), corpus, rng, noise=False)))
    return out


def test_every_pattern_can_be_said_in_some_domain() -> None:
    corpus = load_corpus()
    unsaid = [p for f in corpus.families for p in f.patterns if not usable_domains(p, f, corpus)]
    assert unsaid == []


@pytest.mark.parametrize("words", SETTLED)
def test_strength_follows_the_words_before_it(plain: list[tuple[str, Example]], words: str) -> None:
    before, kinds, strength = SETTLED[words]
    seen, broken = 0, []
    for pattern, made in plain:
        for mention in made.mentions:
            if mention.retracted or mention.kind not in kinds:
                continue
            if re.search(before, made.text[: mention.start].lower()):
                seen += 1
                if mention.quadrant[1] != strength:
                    broken.append(pattern)
    assert seen > 10
    assert broken == []


def test_acts_and_what_is_marked_agree(plain: list[tuple[str, Example]]) -> None:
    for pattern, made in plain:
        points = any(m.kind == "R" for m in made.mentions)
        takes_back = any(m.retracted for m in made.mentions)
        assert not points or made.acts[0] in ("feedback", "replace"), pattern
        assert takes_back or made.acts[0] != "retract", pattern
        if made.acts[0] in ("question", "none", "undo"):
            assert made.mentions == (), pattern


def test_one_sided_bounds_are_written_as_what_is_accepted(plain: list[tuple[str, Example]]) -> None:
    def one_sided(m: Mention) -> bool:
        return m.kind == "B" and m.op in ("lt", "le", "gt", "ge") and not m.retracted

    assert [p for p, e in plain for m in e.mentions if one_sided(m) and m.quadrant[0] == "-"] == []


def _wording(pattern: str) -> frozenset[str]:
    """Return the words of a pattern that its slots do not fill, but for the commonest."""
    body = pattern.partition(" -> ")[0]
    body = re.sub(r"\|[^\]\[]*\]", " ", re.sub(r"\{[^{}]*\}", " _ ", body))
    return frozenset(re.findall(r"[a-z0-9']+", body.lower())) - COMMON


@pytest.mark.parametrize("part", ["validation", "test"])
def test_no_held_out_wording_has_a_sibling_in_training(part: Split) -> None:
    corpus = load_corpus()
    trained: dict[frozenset[str], list[str]] = defaultdict(list)
    for family in corpus.split("train"):
        for pattern in family.patterns:
            trained[_wording(pattern)].append(pattern)
    held = [p for f in corpus.split(part) for p in f.patterns]
    siblings = {p: trained[_wording(p)] for p in held if len(_wording(p)) > 1 and _wording(p) in trained}
    assert siblings == {}


def test_held_out_families_are_broad() -> None:
    corpus = load_corpus()

    def size(families: tuple[Family, ...]) -> int:
        return sum(len(f.patterns) for f in families)

    assert size(corpus.split("test")) >= 300
    assert size(corpus.split("validation")) >= 120
    for part in ("validation", "test"):
        families = corpus.split(part)
        said = {d for f in families for p in f.patterns for d in usable_domains(p, f, corpus)}
        assert said == set(corpus.judged)
