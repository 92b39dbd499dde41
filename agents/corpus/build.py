"""From patterns to labelled examples: slots filled, noise added, families split, everything by a seed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal

import yaml

from agents.corpus.noise import Segment, add_noise
from agents.corpus.notation import (
    Family,
    Mention,
    PatternError,
    make_mention,
    read_codes,
    read_families,
    split_line_codes,
)
from agents.corpus.numbers import NUMBERS, Number

Split = Literal["train", "validation", "test"]
_HERE = Path(__file__).parent
MAIN_DOMAIN = "movies"


@dataclass(frozen=True)
class Example:
    """A command with its labels; `mentions` are in the order of the text and do not overlap."""

    text: str
    acts: tuple[str, ...]
    clarity: str
    mentions: tuple[Mention, ...]
    family: str
    domain: str


@dataclass(frozen=True)
class Entry:
    """One way to fill a slot; `gold` names the canonical values where the slot file knows them."""

    text: str
    gold: tuple[str, ...]


@dataclass(frozen=True)
class Slot:
    """A slot of a domain: its entries and, where every entry is a mention, the kind and the field."""

    entries: tuple[Entry, ...]
    kind: str = ""
    field: str = ""


@dataclass(frozen=True)
class Corpus:
    """All families, and the slots of each domain (shared slots included).

    `judged` are the domains in which held-out families are said; the others are met in training alone: a
    parser that has heard of many kinds of goods is less surprised by the next.
    """

    families: tuple[Family, ...]
    slots: dict[str, dict[str, Slot]]
    judged: tuple[str, ...]

    def split(self, part: Split) -> tuple[Family, ...]:
        """Return the families of one part."""
        return tuple(f for f in self.families if f.part == part)


def _read_slot(name: str, raw: object, where: str) -> Slot:
    if isinstance(raw, list):
        return Slot(tuple(Entry(str(e), ()) for e in raw))
    if not isinstance(raw, dict) or "entries" not in raw:
        raise PatternError(
            f"{where}: slot {name!r} is a list, or a mapping with 'kind', 'field' and 'entries'"
        )
    entries = raw["entries"]
    kind, field = str(raw["kind"]), str(raw.get("field", ""))
    if isinstance(entries, dict):
        flat = tuple(
            Entry(str(surface), tuple(str(gold).split("+")))
            for gold, surfaces in entries.items()
            for surface in surfaces
        )
    else:
        flat = tuple(Entry(str(e), ()) for e in entries)
    return Slot(flat, kind, field)


@cache
def load_corpus() -> Corpus:
    """Read every pattern and slot file of this folder.

    Raises
    ------
    PatternError
        Names the file and line of a pattern or slot that cannot be read.
    """
    families: list[Family] = []
    for path in sorted((_HERE / "patterns").glob("*.txt")):
        families.extend(read_families(path.read_text(encoding="utf-8"), path.name))
    names = [f.name for f in families]
    doubled = {n for n in names if names.count(n) > 1}
    if doubled:
        raise PatternError(f"families need names of their own; twice: {', '.join(sorted(doubled))}")
    files = _slot_files(_HERE / "slots")
    shared = files.pop("shared")
    slots = {
        domain: {name: _read_slot(name, raw, domain) for name, raw in {**shared, **own}.items()}
        for domain, own in {**files, **_slot_files(_HERE / "slots" / "training")}.items()
    }
    return Corpus(tuple(families), slots, tuple(files))


def _slot_files(folder: Path) -> dict[str, dict[str, object]]:
    return {p.stem: yaml.safe_load(p.read_text(encoding="utf-8")) for p in sorted(folder.glob("*.yaml"))}


_PARENTHESES = str.maketrans("⟨⟩", "()")
_SLOT = re.compile(r"\{(\w+)([^{}]*)\}")


@dataclass
class _Filling:
    """One expansion under way: the segments and mentions so far."""

    slots: dict[str, Slot]
    rng: Random
    where: str
    segments: list[Segment]
    mentions: list[Mention]
    inside: int = -1
    used: tuple[str, ...] = ()

    def text(self, words: str) -> None:
        if words:
            self.segments.append((words.translate(_PARENTHESES), self.inside))

    def expand(self, pattern: str, codes: dict[str, object]) -> None:
        """Append one reading of `pattern`; `codes` win over the codes of the mentions inside."""
        at = 0
        while at < len(pattern):
            mark = pattern[at]
            if mark == "(":
                end = _closing(pattern, at, "()", self.where)
                self.expand(self.rng.choice(_alternatives(pattern[at + 1 : end])), codes)
            elif mark == "{":
                end = pattern.index("}", at)
                self._slot(pattern[at : end + 1], codes)
            elif mark == "[":
                end = _closing(pattern, at, "[]", self.where)
                body, _, own = pattern[at + 1 : end].rpartition("|")
                self._mention(body, {**read_codes(own, self.where), **codes})
            else:
                end = (
                    min((i for i in (pattern.find(c, at) for c in "({[") if i >= 0), default=len(pattern)) - 1
                )
                self.text(pattern[at : end + 1])
            at = end + 1

    def _mention(
        self, body: str, codes: dict[str, object], field: str = "", gold: tuple[str | float, ...] = ()
    ) -> None:
        if codes.get("mute"):
            self.expand(body, {})
            return
        index = len(self.mentions)
        mention = make_mention(0, 0, codes, self.where)
        self.mentions.append(replace(mention, field=field or mention.field, gold=gold or mention.gold))
        outer, self.inside = self.inside, index
        self.expand(body, {})
        self.inside = outer

    def _slot(self, mark: str, codes: dict[str, object]) -> None:
        match = _SLOT.fullmatch(mark)
        if match is None:
            raise PatternError(f"{self.where}: cannot read {mark!r}")
        name = match[1]
        codes = {**read_codes(match[2], self.where), **codes}
        if name in NUMBERS:
            self._number(NUMBERS[name](self.rng))
            return
        if name not in self.slots:
            raise PatternError(f"{self.where}: no slot {name!r} in this domain")
        slot = self.slots[name]
        entry = self._fresh(slot)
        if not slot.kind:
            self.expand(entry.text, codes)
            return
        before, words, after = marked_words(entry.text)
        self.text(before)
        gold: tuple[str | float, ...] = entry.gold or (words,)
        self._mention(words, {"kind": slot.kind, **codes}, slot.field, gold)
        self.text(after)

    def _fresh(self, slot: Slot) -> Entry:
        """Choose an entry that this command has not used: nobody says 'horror but not horror'."""
        entry = self.rng.choice(slot.entries)
        for _ in range(8):
            if not set(entry.gold or (entry.text,)) & set(self.used):
                break
            entry = self.rng.choice(slot.entries)
        self.used = (*self.used, *(entry.gold or (entry.text,)))
        return entry

    def _number(self, number: Number) -> None:
        self.text(number.surface)
        if self.inside >= 0 and self.mentions[self.inside].kind == "B":
            held = self.mentions[self.inside]
            gold = (*held.gold, *number.values) if held.field == number.field else number.values
            self.mentions[self.inside] = replace(held, field=number.field, gold=gold)


def _closing(pattern: str, at: int, pair: str, where: str) -> int:
    depth = 0
    for i in range(at, len(pattern)):
        depth += (pattern[i] == pair[0]) - (pattern[i] == pair[1])
        if depth == 0:
            return i
    raise PatternError(f"{where}: {pair[0]!r} is never closed in {pattern!r}")


def _alternatives(body: str) -> list[str]:
    parts, depth, last = [], 0, 0
    for i, c in enumerate(body):
        depth += (c in "([{") - (c in ")]}")
        if c == "|" and depth == 0:
            parts.append(body[last:i])
            last = i + 1
    return [*parts, body[last:]]


def marked_words(words: str) -> tuple[str, str, str]:
    """Split `<horror> movies` into what stands before, inside and after the marks."""
    if "<" not in words:
        return "", words, ""
    before, rest = words.split("<", 1)
    inside, after = rest.split(">", 1)
    return before, inside, after


@dataclass(frozen=True)
class Recipe:
    """One pattern of a family, to be said in one domain."""

    pattern: str
    family: Family
    domain: str


def fill(recipe: Recipe, corpus: Corpus, rng: Random, *, noise: bool = True) -> Example:
    """Return one example of a recipe."""
    family, domain = recipe.family, recipe.domain
    body, acts, clarity = split_line_codes(recipe.pattern, family)
    filling = _Filling(corpus.slots[domain], rng, f"{family.name}: {recipe.pattern}", [], [])
    filling.expand(body, {})
    segments = add_noise(filling.segments, rng) if noise else filling.segments
    text, mentions, at = "", list(filling.mentions), 0
    seen: set[int] = set()
    for words, index in segments:
        if index >= 0:
            start = mentions[index].start if index in seen else at
            mentions[index] = replace(mentions[index], start=start, end=at + len(words))
            seen.add(index)
        text += words
        at += len(words)
    return Example(text, acts, clarity, tuple(mentions), family.name, domain)


def usable_domains(pattern: str, family: Family, corpus: Corpus) -> tuple[str, ...]:
    """Return the domains that have every slot a pattern names, among those its family allows."""
    names = {m[1] for m in _SLOT.finditer(pattern)} - set(NUMBERS)
    allowed = family.domains or (tuple(corpus.slots) if family.part == "train" else corpus.judged)
    return tuple(d for d in allowed if names <= set(corpus.slots[d]))


# How a first wish and a second one stand beside each other in one breath.
_JOINERS = (
    ", ",
    ". ",
    " and ",
    " but ",
    "; ",
    ", and ",
    ", but ",
    " - ",
    ", also ",
    " plus ",
    "\n",
    "! ",
    " ",
)
LONGEST_PART = 70
# How many of the examples are two in one: people say several things at once, and no list of patterns holds all pairs.
COMPOSED = 0.3
# How many of these get a third part: spoken requests ramble.
AGAIN = 0.4
# How many get small talk before or behind them, which wishes nothing, whatever it names.
CHATTED = 0.06


def compose(first: Example, second: Example, joiner: str) -> Example:
    """Return both examples in one command; what the first does to the memory governs, unless it does nothing."""
    at = len(first.text) + len(joiner)
    moved = tuple(replace(m, joined=False) for m in _moved(second.mentions, at))
    acts = second.acts if first.acts[0] == "none" else tuple(dict.fromkeys((*first.acts, *second.acts)))
    if first.acts[0] == "replace":
        acts = tuple(a for a in acts if a != "refine")
    return Example(
        first.text + joiner + second.text,
        acts,
        "clear",
        first.mentions + moved,
        f"{first.family}+{second.family}",
        first.domain,
    )


def _moved(mentions: Sequence[Mention], by: int) -> tuple[Mention, ...]:
    return tuple(replace(m, start=m.start + by, end=m.end + by) for m in mentions)


def _composed(examples: list[Example], rng: Random) -> list[Example]:
    openers: dict[str, list[Example]] = {}
    wishes: dict[str, list[Example]] = {}
    for e in examples:
        if e.clarity != "clear" or not 3 < len(e.text) <= LONGEST_PART:
            continue
        if e.acts == ("refine",) and e.mentions:
            wishes.setdefault(e.domain, []).append(e)
        if (e.acts in (("refine",), ("replace",), ("feedback",)) and e.mentions) or e.family in (
            "none-thanks",
            "none-hello",
        ):
            openers.setdefault(e.domain, []).append(e)
    out = []
    for _ in range(int(COMPOSED * len(examples))):
        domain = rng.choice(examples).domain
        if domain in openers and domain in wishes:
            made = compose(rng.choice(openers[domain]), rng.choice(wishes[domain]), rng.choice(_JOINERS))
            if rng.random() < AGAIN and len(made.text) <= LONGEST_PART:
                made = compose(made, rng.choice(wishes[domain]), rng.choice(_JOINERS))
            out.append(made)
    return out


def _chatted(examples: list[Example], rng: Random) -> list[Example]:
    """Return examples with a sentence of small talk beside them; what they mean stays what it was."""
    short = [e for e in examples if e.clarity == "clear" and len(e.text) <= LONGEST_PART]
    talk = [e.text for e in short if e.acts == ("none",) and not e.mentions]
    meant = [e for e in short if e.acts != ("none",)]
    return [with_talk(rng.choice(meant), rng.choice(talk), rng) for _ in range(int(CHATTED * len(examples)))]


def with_talk(meant: Example, talk: str, rng: Random) -> Example:
    """Return `meant` behind `talk`, or one time in three before it, with its own meaning alone."""
    joiner = rng.choice(_JOINERS)
    if rng.random() < 1 / 3:
        return replace(meant, text=meant.text + joiner + talk)
    at = len(talk) + len(joiner)
    return replace(meant, text=talk + joiner + meant.text, mentions=_moved(meant.mentions, at))


def _drawn(domains: list[str], corpus: Corpus, rng: Random) -> str:
    """Draw a domain: as often one of the judged as one of those of training alone, which are many more."""
    unjudged = [d for d in domains if d not in corpus.judged]
    if not unjudged or len(unjudged) == len(domains):
        return rng.choice(domains)
    return rng.choice(unjudged if rng.random() < 0.5 else [d for d in domains if d in corpus.judged])


def sample_examples(
    part: Split, per_pattern: int, seed: int, *, noise: bool = True, leave_out: str = ""
) -> list[Example]:
    """Return examples of one part of the corpus; half of them about movies, the rest of all other domains.

    A pattern without slots is said half as often as one with slots, for it varies by noise alone, but thrice
    at least: said once, "start over" was not learned.

    Parameters
    ----------
    per_pattern
        How many times a pattern with slots is filled.
    leave_out
        A domain to leave out (zero-shot experiments).
    """
    corpus, rng, out = load_corpus(), Random(seed), []
    for family in corpus.split(part):
        for pattern in family.patterns:
            domains = [d for d in usable_domains(pattern, family, corpus) if d != leave_out]
            if not domains:
                continue
            others = [d for d in domains if d != MAIN_DOMAIN] or domains
            for _ in range(per_pattern if "{" in pattern else max(min(3, per_pattern), per_pattern // 2)):
                main = MAIN_DOMAIN in domains and rng.random() < 0.55
                recipe = Recipe(pattern, family, MAIN_DOMAIN if main else _drawn(others, corpus, rng))
                out.append(fill(recipe, corpus, rng, noise=noise))
    return out + _composed(out, rng) + _chatted(out, rng) if part == "train" else out
