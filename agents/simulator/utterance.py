"""An utterance: its text, and what it means by the intent contract, both from the same filled template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from agents.corpus import Example, Mention
from agents.simulator.claims import Claim
from agents.simulator.facts import Facts
from agents.simulator.families import SlotUse, Template, Wording
from agents.simulator.personas import Persona
from agents.simulator.slips import Segment, slip, unpolished, without_articles
from agents.simulator.surfaces import Said, put
from agents.types import Act, Clarity, ParsedCommand, Preference, Retraction

# How a second wish follows a first one in one breath.
JOINERS = (", ", " and ", ". ", ", and ", " - ", "; ", ", oh and ", ", plus ")
SLIP_AND_ALL = 0.5  # who mistypes also drops capitals and commas this often

Filled = tuple[Template, tuple[Claim, ...]]


@dataclass(frozen=True)
class Utterance:
    """What somebody said: `gold` is what it means, `mentions` where, `families` whose wording it is."""

    text: str
    gold: ParsedCommand
    mentions: tuple[Mention, ...]
    families: tuple[str, ...]

    def as_example(self) -> Example:
        """Return it as the corpus has examples, so that a student can be taught on it."""
        name = "+".join(self.families)
        return Example(
            self.text, self.gold.acts, self.gold.clarity, self.mentions, f"simulator-{name}", "movies"
        )


@dataclass
class _Draft:
    segments: list[Segment] = field(default_factory=list)
    filled: list[tuple[SlotUse, Claim, Said]] = field(default_factory=list)


def compose(  # noqa: PLR0913 - who says what over which feed, in whose words
    parts: Sequence[Filled],
    persona: Persona,
    wording: Wording,
    facts: Facts,
    rng: Random,
    *,
    shown: Sequence[str] = (),
    command_id: str = "",
    user_id: str = "",
) -> Utterance:
    """Put filled templates into one command, as the persona would type it."""
    draft = _Draft()
    for at, (template, claims) in enumerate(parts):
        if at:
            draft.segments.append((rng.choice(JOINERS), -1))
        _add(draft, template, claims, facts, rng, shown)
    segments = _typed(draft.segments, persona, wording, rng)
    text, spans = _laid_out(segments, len(draft.filled))
    first = parts[0][0]
    acts: tuple[Act, ...] = tuple(dict.fromkeys(act for template, _ in parts for act in template.acts))  # type: ignore[misc]  # load_wording checked them
    clarity: Clarity = first.clarity  # type: ignore[assignment]  # and this
    gold = ParsedCommand(
        command_id=command_id,
        user_id=user_id,
        text=text,
        clarity=clarity,
        question=None,
        act=acts[0],
        acts=acts,
        preferences=tuple(_preferences(draft.filled, text, spans)),
        retractions=tuple(
            _retraction(slot, said, claim) for slot, claim, said in draft.filled if slot.retracted
        ),
    )
    mentions = tuple(
        _mention(slot, said, claim, span)
        for (slot, claim, said), span in zip(draft.filled, spans, strict=True)
    )
    return Utterance(text, gold, mentions, tuple(template.family for template, _ in parts))


def _add(  # noqa: PLR0913, PLR0917 - what `compose` was given
    draft: _Draft,
    template: Template,
    claims: Sequence[Claim],
    facts: Facts,
    rng: Random,
    shown: Sequence[str],
) -> None:
    waiting = iter(claims)
    for piece in template.pieces:
        if isinstance(piece, str):
            draft.segments.append((piece, -1))
            continue
        claim = next(waiting)
        said = put(claim, piece.form, facts, rng, shown)
        if said.before:
            draft.segments.append((said.before, -1))
        draft.segments.append((said.inside, len(draft.filled)))
        if said.after:
            draft.segments.append((said.after, -1))
        draft.filled.append((piece, claim, said))


def _typed(segments: list[Segment], persona: Persona, wording: Wording, rng: Random) -> list[Segment]:
    out = list(segments)
    if rng.random() < persona.around:
        out.insert(0, (rng.choice(wording.before), -1))
    if rng.random() < persona.around / 2:
        out.append((rng.choice(wording.after), -1))
    if persona.drops_articles:
        out = without_articles(out, rng, persona.drops_articles)
    if persona.slips:
        out = slip(out, rng, persona.slips)
    if persona.slips or rng.random() < SLIP_AND_ALL:
        out = unpolished(out, rng)
    return out


def _laid_out(segments: Sequence[Segment], count: int) -> tuple[str, list[tuple[int, int]]]:
    text, spans = "", [(0, 0)] * count
    for words, index in segments:
        if index >= 0:
            spans[index] = (len(text), len(text) + len(words))
        text += words
    return text, spans


def _preferences(
    filled: Sequence[tuple[SlotUse, Claim, Said]], text: str, spans: Sequence[tuple[int, int]]
) -> list[Preference]:
    found: list[Preference] = []
    group = -1
    for (slot, claim, said), (start, end) in zip(filled, spans, strict=True):
        if slot.retracted:
            continue
        group += not slot.joined
        found.append(
            Preference(
                field=claim.field,
                op=said.op,
                # The user's own words, with their typing errors.
                value=text[start:end] if claim.field == "about" else said.value,
                polarity="positive" if slot.positive else "negative",
                strength="hard" if slot.hard else "soft",
                span=(start, end),
                text=text[start:end],
                group=group,
            )
        )
    return found


def _retraction(slot: SlotUse, said: Said, claim: Claim) -> Retraction:
    return Retraction(field=claim.field, value=None if slot.kind == "F" else said.value)


def _mention(slot: SlotUse, said: Said, claim: Claim, span: tuple[int, int]) -> Mention:
    value = said.value
    gold = tuple(value) if isinstance(value, list) else () if value is None else (value,)
    op = "eq"
    if slot.kind == "B":
        op = "around" if slot.aspect == "around" else str(said.op)
    return replace(
        Mention(*span, slot.kind, slot.quadrant),
        op=op,
        retracted=slot.retracted,
        joined=slot.joined,
        field=claim.field if slot.kind in "VBD" else "",
        gold=gold,
    )
