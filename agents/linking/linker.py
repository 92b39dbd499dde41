"""A reading of the student as preferences, retractions and, where needed, one question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from agents.encoder import Encoder
from agents.linking import clarify
from agents.linking.bounds import link_bound
from agents.linking.expiry import expiry
from agents.linking.positions import positions
from agents.linking.values import EXACT_WORD, Named, ValueLinker
from agents.student.decode import Marked, Reading, calibrated
from agents.types import Act, Clarity, Horizon, Op, Polarity, Preference, Question, Retraction, Strength, Value
from catalog.items import Catalog

# Words that make a wish for something that is not in the catalogue's vocabulary an order all the same.
_DEMAND = re.compile(r"\b(?:only|must|nothing but|has to|have to|had to|needs? to|strictly|exclusively|insist|no exceptions|make sure|just|nothing else)\b", re.IGNORECASE)
_LIKE = re.compile(r"\b(?:like|similar to|style of|remind\w* me of|vein of|lines of|fan of)\s+(?:the\s+)?$", re.IGNORECASE)
# Acts that change nothing about what is wanted, whatever words they hold.
_SILENT = ("question", "none", "undo")
_POINTER = re.compile(r"^(?:that|this|it|those|these|them)(?: ones?)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Linked:
    """What a command asks of the memory."""

    act: Act
    acts: tuple[Act, ...]
    clarity: Clarity
    question: Question | None
    preferences: tuple[Preference, ...]
    retractions: tuple[Retraction, ...]


@dataclass
class _Gathered:
    """What has been linked so far of one command."""

    preferences: list[Preference] = field(default_factory=list)
    retractions: list[Retraction] = field(default_factory=list)
    question: Question | None = None
    impossible: Question | None = None
    pointed: bool = False


@dataclass(frozen=True)
class _Said:
    """One command on its way through the linker."""

    reading: Reading
    shown: Sequence[str]
    demand: bool
    expires: datetime | None
    now: datetime


class Linker:
    """Links readings to one catalogue."""

    def __init__(self, catalog: Catalog, encoder: Encoder, scale: float, shift: float) -> None:
        self.catalog = catalog
        self.values = ValueLinker(catalog, encoder)
        self._common = clarify.common_values(catalog)
        self._scale, self._shift = scale, shift

    def link(self, reading: Reading, shown_item_ids: Sequence[str], now: datetime) -> Linked:
        """Return what a reading means in this catalogue."""
        said = _Said(reading, shown_item_ids, bool(_DEMAND.search(reading.text)), expiry(reading.text, now), now)
        out = _Gathered()
        if reading.act not in _SILENT:
            for n, mention in enumerate(reading.mentions):
                self._mention(mention, n, said, out)
        act, acts = _acts(reading, out)
        return self._finish(act, acts, said, out)

    def _finish(self, act: Act, acts: tuple[Act, ...], said: _Said, out: _Gathered) -> Linked:
        reading = said.reading
        preferences = tuple(_grouped(out.preferences, reading.text))
        clarity: Clarity = "clear"
        question = None
        if out.impossible is not None:
            clarity, question = "infeasible", out.impossible
        elif reading.clarity == "infeasible" and act not in ("undo", "reset", "retract", "question"):
            clarity, question = "infeasible", clarify.cannot_do(self.catalog.domain, self._common)
            preferences = preferences if act != "none" else ()
        elif out.question is not None:
            clarity, question = "ambiguous", out.question
        elif reading.clarity == "ambiguous" and act in ("refine", "replace", "feedback") and not (out.pointed and preferences):
            clarity = "ambiguous"
            question = clarify.what_is_meant(reading.text, self.catalog.domain, self._common)
        else:
            question = clarify.infeasible(preferences, self.catalog)
            clarity = "infeasible" if question is not None else "clear"
        return Linked(act, acts, clarity, question, preferences, tuple(dict.fromkeys(out.retractions)))

    def _mention(self, mention: Marked, n: int, said: _Said, out: _Gathered) -> None:
        match mention.kind:
            case "F":
                self._field(mention, said, out)
            case "R":
                self._position(mention, n, said, out)
            case "B":
                self._bound(mention, n, said, out)
            case "T":
                self._title(mention, n, said, out) or self._value(mention, n, said, out)
            case _:
                self._value(mention, n, said, out)

    # -- the kinds, one by one --

    def _field(self, mention: Marked, said: _Said, out: _Gathered) -> None:
        for name in self._fields_named(mention.text):
            out.retractions.append(Retraction(field=name))
            return
        named = self.values.closed(mention.text, None)
        for value in named:
            out.retractions.append(Retraction(field=value.field, value=value.value))
        if not named:
            out.question = out.question or clarify.what_is_meant(said.reading.text, self.catalog.domain, self._common)

    def _fields_named(self, words: str) -> list[str]:
        """Return the fields that words name, whole or in part ("the time limit", "how long it is")."""
        domain, vocabulary = self.catalog.domain, self.values.vocabulary
        pieces = words.split()
        for size in range(len(pieces), 0, -1):
            for at in range(len(pieces) - size + 1):
                found = [m.field for m in vocabulary.fields(" ".join(pieces[at : at + size])) if m.score >= 0.9]
                if found:
                    return found
        hints = {"time": ("minute", "hour"), "budget": ("dollar", "eur", "$", "price"), "cost": ("dollar", "eur", "$")}
        for word, units in hints.items():
            if word in words.casefold():
                found = [f.name for f in domain.fields if any(u in f.unit.casefold() or u == f.name for u in units)]
                if found:
                    return found
        pointed = [p.field for piece in pieces if (p := self.values.direction(piece)) is not None]
        return pointed

    def _position(self, mention: Marked, n: int, said: _Said, out: _Gathered) -> None:
        shown = len(said.shown)
        out.pointed = True
        if _POINTER.match(mention.text.strip()) and shown != 1:
            out.question = out.question or clarify.which_item(shown)
            return
        places = (0,) if shown == 1 and _POINTER.match(mention.text.strip()) else positions(mention.text, shown)
        if not places or shown == 0:
            out.question = out.question or clarify.which_item(shown)
            return
        for place in places:
            if place >= shown:
                out.question = out.question or clarify.beyond_shown(shown)
            elif mention.retracted:
                out.retractions.append(Retraction(field="item", value=said.shown[place]))
            else:
                out.preferences.append(self._preference(mention, n, said, "item", "like", said.shown[place], 1.0))

    def _bound(self, mention: Marked, n: int, said: _Said, out: _Gathered) -> None:
        bound = link_bound(
            said.reading.text, mention.start, mention.end, mention.op, mention.op_probability, self.catalog, self.values.vocabulary, said.now.year
        )
        if bound is None:
            self._value(mention, n, said, out)
            return
        if not bound.field:
            out.impossible = out.impossible or clarify.no_such_field(mention.text, self.catalog.domain)
            return
        if mention.retracted:
            out.retractions.append(Retraction(field=bound.field))
            return
        one_sided = bound.op in ("lt", "le", "gt", "ge")
        out.preferences.append(
            self._preference(
                mention, n, said, bound.field, bound.op, bound.value, 1.0,
                polarity="positive" if one_sided else None,
                strength="soft" if mention.op == "around" else None,
            )
        )

    def _title(self, mention: Marked, n: int, said: _Said, out: _Gathered) -> bool:
        found = self.values.title(mention.text)
        if not found:
            return False
        if len(found) > 1:
            out.question = out.question or clarify.which_title(mention.text, found, self.catalog)
            return True
        item = self.catalog.item_ids[found[0].item]
        if mention.retracted:
            out.retractions.append(Retraction(field="item", value=item))
        else:
            out.preferences.append(self._preference(mention, n, said, "item", "like", item, found[0].score))
        return True

    def _value(self, mention: Marked, n: int, said: _Said, out: _Gathered) -> None:
        words = mention.text
        if self.values.is_item_word(words):
            return
        if mention.kind in ("D", "A") and self._direction(mention, n, said, out):
            return
        named = self._named(mention, said)
        if named:
            for value in named:
                if mention.retracted:
                    out.retractions.append(Retraction(field=value.field, value=value.value))
                else:
                    part = (mention.start + value.start, mention.start + value.end)
                    out.preferences.append(self._preference(mention, n, said, value.field, "eq", value.value, value.score, part=part))
            return
        if mention.kind in ("V", "P", "T", "B") and self._direction(mention, n, said, out):
            return
        if mention.kind in ("V", "A", "P") and _LIKE.search(said.reading.text[: mention.start]) and self.values.title(words, least=EXACT_WORD - 0.02):
            self._title(mention, n, said, out)
            return
        if mention.retracted:
            out.retractions.append(Retraction(field="about", value=words))
            return
        # `about` is soft unless words of demand stand on it (intent contract); a rejection keeps its strength.
        softened: Strength | None = "soft" if mention.polarity == "positive" and mention.kind != "A" and not said.demand else None
        out.preferences.append(self._preference(mention, n, said, "about", "like", words, 0.9, strength=softened))

    def _named(self, mention: Marked, said: _Said) -> tuple[Named, ...]:
        if mention.kind in ("P", "T"):
            person = self.values.person(mention.text, said.reading.text[: mention.start])
            return (person,) if person else self.values.closed(mention.text, least=EXACT_WORD)
        if mention.kind == "V":
            closed = self.values.closed(mention.text, mention.vector)
            if closed:
                return closed
            other = self.values.open_value(mention.text)
            return (other,) if other else ()
        named = self.values.closed(mention.text, least=EXACT_WORD) if not mention.text.casefold().startswith(("the ", "a ")) else ()
        return named if all(v.start == 0 and v.end == len(mention.text) for v in named) else ()

    def _direction(self, mention: Marked, n: int, said: _Said, out: _Gathered) -> bool:
        pointed = self.values.direction(mention.text)
        if pointed is None or (mention.kind == "A" and pointed.score < EXACT_WORD):
            return False
        if mention.retracted:
            out.retractions.append(Retraction(field=pointed.field))
        else:
            out.preferences.append(self._preference(mention, n, said, pointed.field, pointed.end, None, pointed.score))
        return True

    def _preference(
        self, mention: Marked, n: int, said: _Said, name: str, op: Op, value: Value, score: float, *,
        part: tuple[int, int] | None = None, polarity: Polarity | None = None, strength: Strength | None = None,
    ) -> Preference:
        start, end = part or (mention.start, mention.end)
        said_polarity: Polarity = "positive" if mention.polarity == "positive" else "negative"
        said_strength: Strength = "hard" if mention.strength == "hard" else "soft"
        horizons: dict[str, Horizon] = {"feed": "feed", "lasting": "lasting"}
        return Preference(
            field=name,
            op=op,
            value=value,
            polarity=polarity or said_polarity,
            strength=strength or said_strength,
            span=(start, end),
            text=said.reading.text[start:end],
            confidence=round(calibrated(mention.probability * score, self._scale, self._shift), 4),
            horizon=horizons.get(mention.horizon, "session"),
            expires_at=said.expires,
            group=n * 2 + int(not mention.joined),
        )


def _acts(reading: Reading, out: _Gathered) -> tuple[Act, tuple[Act, ...]]:
    """Settle the acts by what was found: pointing at a shown item is feedback, taking nothing back is no retraction."""
    act, acts = reading.act, [a for a in reading.acts if a != reading.act]
    if act not in _SILENT and act != "reset":
        if out.pointed:
            act = "feedback"
        elif act == "feedback":
            act = "refine"
        if out.retractions and not out.preferences:
            act = "retract"
        elif act == "retract" and not out.retractions and out.preferences:
            act = "refine"
    names: dict[str, Act] = {a: a for a in ("refine", "replace", "retract", "reset", "undo", "feedback", "question", "none")}  # type: ignore[misc]  # each is an Act
    kept = [names[a] for a in acts if a not in ("none", act) and not (a == "feedback" and not out.pointed) and not (a == "retract" and not out.retractions)]
    if out.retractions and act != "retract" and "retract" not in kept:
        kept.append("retract")
    return names[act], (names[act], *kept)


def _grouped(preferences: list[Preference], text: str) -> list[Preference]:
    """Number the groups: values of one field said side by side are alternatives, unless the words ask for both."""
    out: list[Preference] = []
    group = -1
    both = re.search(r"\bboth\b", text, re.IGNORECASE)
    for p in preferences:
        last = out[-1] if out else None
        alternative = (
            last is not None
            and p.op == "eq" and last.op == "eq" and p.field == last.field
            and p.polarity == last.polarity == "positive"
            and not both
            and p.span != last.span
            and bool(re.fullmatch(r"[\s,;/+&]*(?:or|and|maybe|either|also|some|an?|good|any|films?|movies?|[\s,/&+])*", text[last.span[1] : p.span[0]], re.IGNORECASE))
            and not re.fullmatch(r"[\s-]*", text[last.span[1] : p.span[0]])
            and (p.strength == last.strength == "hard" or p.group % 2 == 0)
        )
        group += 0 if alternative else 1
        out.append(_with_group(p, group))
    return out


def _with_group(preference: Preference, group: int) -> Preference:
    import msgspec

    return msgspec.structs.replace(preference, group=group)
