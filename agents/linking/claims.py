"""From what a mention claims to a preference, and the numbering of alternatives."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from agents.linking.expiry import expiry
from agents.memory.conflict import same_content
from agents.student.decode import Marked, Reading, calibrated
from agents.types import Horizon, Op, Polarity, Preference, Strength, Value
from catalog.known_words import Span

# Words that make a wish for something that is not in the catalogue's vocabulary an order all the same.
_DEMAND = re.compile(
    r"\b(?:only|must|nothing but|has to|have to|had to|needs? to|strictly|exclusively|insist|no exceptions"
    r"|make sure|just|nothing else)\b"
)
_SENTENCE_END = re.compile(r"[.!?;\n]\s")
# Plain words of time stand over what the model read.
_LASTING = re.compile(
    r"\b(?:from now on|ever again|never\b.*\bagain|do(?:n['\u2019]?t| not) ever|for good|permanently"
    r"|from here on out|in (?:the )?future|as a rule|forever)\b"
)
_PASSING = re.compile(r"\b(?:just|only) (?:for )?this (?:once|time)\b|\bthis once\b|\bfor this feed\b")
# What may stand between values that are listed. Possessive: a run of commas is read in one way only, or
# reading it would take forever.
LISTED = re.compile(
    r"[\s;]*+(?:(?:or\s+(?:in|from|by|with|of|for)\b"
    r"|or|and|n|maybe|either|also|some|an?|one|good|any|films?|movies?|[,/&+])[\s,;/&+]*+)+",
    re.IGNORECASE,
)
# A hedge behind a wish and what goes with it: "french films, if possible".
_HEDGE = r"\bif (?:it(?:['\u2019]?s| is)? )?(?:at all )?possible\b"
_POSSIBLE = re.compile(_HEDGE, re.IGNORECASE)
_IF_POSSIBLE = re.compile(rf"(?:\s+(?:films?|movies?|ones?|please))*,?\s+{_HEDGE}", re.IGNORECASE)
_BOTH = re.compile(r"\bboth\b", re.IGNORECASE)
_AND = re.compile(r"\b(?:and|n)\b|[&+]", re.IGNORECASE)


# So many letters are right before a mention.
_NEAR = 30


class Claim(msgspec.Struct, frozen=True):
    """What a mention says in the catalogue's terms.

    `part` is the stretch of the text that says it, where that is less than the mention; `polarity` and
    `strength` stand over the model's where the contract fixes them. An `alternative` is one to the claim
    before it of the same mention ("the Coens": a film of either).
    """

    field: str
    op: Op
    value: Value
    score: float = 1.0
    part: tuple[int, int] | None = None
    polarity: Polarity | None = None
    strength: Strength | None = None
    alternative: bool = False


class Said(msgspec.Struct, frozen=True):
    """One command on its way through the linker.

    `demand` is where words of demand stand in it, `horizon` what its words of time say, if there are any;
    `known` is where it has words for categories.
    """

    reading: Reading
    shown: Sequence[str]
    now: datetime
    calibration: tuple[float, float]
    expires: datetime | None
    demand: tuple[int, ...]
    horizon: Horizon | None
    known: Sequence[Span] = ()

    @classmethod
    def of(
        cls,
        reading: Reading,
        shown: Sequence[str],
        now: datetime,
        calibration: tuple[float, float],
        known: Sequence[Span] = (),
    ) -> Said:
        """Look at the words of a command once, at what the model read of them and no more."""
        # In small letters once: an expression that takes both kinds looks four times as long.
        words = reading.text.casefold()
        horizon: Horizon | None = None
        if _PASSING.search(words):
            horizon = "feed"
        elif _LASTING.search(words):
            horizon = "lasting"
        demand = tuple(match.start() for match in _DEMAND.finditer(words))
        return cls(reading, shown, now, calibration, expiry(words, now), demand, horizon, known)

    def before(self, mention: Marked) -> str:
        """Return the words before a mention."""
        return self.reading.text[: mention.start]

    def right_before(self, mention: Marked) -> str:
        """Return the last words before a mention: what is looked for there stands right in front of it."""
        return self.reading.text[max(0, mention.start - _NEAR) : mention.start]

    def after(self, mention: Marked) -> str:
        """Return the words behind a mention."""
        return self.reading.text[mention.end :]

    def by_degree(self, mention: Marked) -> Strength | None:
        """Return the strength that the contract fixes for wishes of degree: soft, but for words of demand."""
        if mention.polarity == "negative":
            return None
        text = self.reading.text
        # What is demanded in another sentence is something else.
        demanded = any(not _SENTENCE_END.search(text, *sorted((at, mention.start))) for at in self.demand)
        return None if demanded else "soft"

    def preference(self, mention: Marked, claim: Claim) -> Preference:
        """Return a claim as a preference; its group is not numbered yet: 1 where the model read an "or"."""
        start, end = claim.part or (mention.start, mention.end)
        polarity: Polarity = "positive" if mention.polarity == "positive" else "negative"
        strength: Strength = "hard" if mention.strength == "hard" else "soft"
        value = claim.value
        if claim.field == "about" and isinstance(value, str):
            value = " ".join(value.split())
        return Preference(
            field=claim.field,
            op=claim.op,
            value=value,
            polarity=claim.polarity or polarity,
            strength=claim.strength or strength,
            span=(start, end),
            text=self.reading.text[start:end],
            confidence=round(calibrated(mention.probability * claim.score, *self.calibration), 4),
            horizon=self.horizon or _as_horizon(mention.horizon),
            expires_at=self.expires,
            group=_OF_ONE_MENTION if claim.alternative else int(mention.joined),
        )


# Stands for the number of a group until there is one; 1 stands for an "or" that the model read.
_OF_ONE_MENTION = 2


def _as_horizon(name: str) -> Horizon:
    horizons: dict[str, Horizon] = {"feed": "feed", "lasting": "lasting"}
    return horizons.get(name, "session")


def grouped(
    preferences: Sequence[Preference], text: str, at_once: Callable[[Preference, Preference], bool]
) -> tuple[Preference, ...]:
    """Number the groups: values of one field side by side are alternatives, unless the words ask for both.

    `at_once` says of two values joined by "and" whether both can be meant of one item, where that is usual.
    """
    both = len(preferences) > 1 and _BOTH.search(text) is not None
    out: list[Preference] = []
    number = -1
    for p in preferences:
        if not out or not _alternatives(out[-1], p, text, both, at_once):
            number += 1
        out.append(msgspec.structs.replace(p, group=number))
    return tuple(out)


def hedged(preferences: Sequence[Preference], text: str) -> tuple[Preference, ...]:
    """Return the grouped preferences, soft where "if possible" stands behind them or behind their like.

    It covers the alternatives of a wish and what stands right before it: "red dresses, if possible". Before
    all wishes it covers all: "if possible, a red dress".
    """
    if not _POSSIBLE.search(text):
        return tuple(preferences)
    out = list(preferences)
    opening = text[: out[0].span[0]] if out else ""
    for at, p in enumerate(preferences):
        if p.polarity == "negative":
            continue
        if _POSSIBLE.search(opening):
            out[at] = msgspec.structs.replace(p, strength="soft")
        if not _IF_POSSIBLE.match(text, p.span[1]):
            continue
        for n in range(at, -1, -1):
            apart = n < at and text[out[n].span[1] : out[n + 1].span[0]].strip("- ")
            if out[n].polarity == "negative" or (apart and out[n].group != p.group):
                break
            out[n] = msgspec.structs.replace(out[n], strength="soft")
    return tuple(out)


def alike(preferences: Sequence[Preference], text: str) -> tuple[Preference, ...]:
    """Return the preferences, all of a list soft whose first is: "I like Pacino and also De Niro"."""
    out: list[Preference] = []
    for p in preferences:
        last = out[-1] if out else None
        listed = (
            last is not None
            and (last.field, last.op, last.polarity, last.strength) == (p.field, p.op, "positive", "soft")
            and p.polarity == "positive"
            and LISTED.fullmatch(text[last.span[1] : p.span[0]]) is not None
        )
        out.append(msgspec.structs.replace(p, strength="soft") if listed else p)
    return tuple(out)


def narrowed(preferences: Sequence[Preference], text: str) -> tuple[Preference, ...]:
    """Return the preferences, those that reject what is asked for narrowed to the words beside it.

    "A western, but not a spaghetti western" and "comedies, but no romantic comedies" reject a kind of it.
    """
    wanted = {(p.field, p.value) for p in preferences if p.op == "eq" and p.polarity == "positive"}
    out: list[Preference] = []
    for p in preferences:
        last = out[-1] if out else None
        if p.op != "eq" or p.polarity == "positive" or (p.field, p.value) not in wanted:
            out.append(p)
        elif any(one.span == p.span and one.value != p.value for one in preferences):
            continue  # one of the values of a compound
        elif last is None or last.polarity == "positive" or text[last.span[1] : p.span[0]].strip("- "):
            out.append(p)
        elif last.field == "about":
            words = text[last.span[0] : p.span[1]]
            out[-1] = msgspec.structs.replace(last, value=words, text=words, span=(last.span[0], p.span[1]))
    return tuple(out)


def agreeing(preferences: Sequence[Preference]) -> tuple[Preference, ...]:
    """Return the preferences, of one that is wanted and rejected the surer: "no Nolan, all pick Nolan"."""
    if len(preferences) < 2:
        return tuple(preferences)
    # Of two equally sure ones the first.
    sure = [(p.confidence, -n) for n, p in enumerate(preferences)]
    return tuple(
        p
        for p, own in zip(preferences, sure, strict=True)
        if not any(
            other > own and p.polarity != q.polarity and same_content(p, q)
            for q, other in zip(preferences, sure, strict=True)
        )
    )


def _alternatives(
    last: Preference, p: Preference, text: str, both: bool, at_once: Callable[[Preference, Preference], bool]
) -> bool:
    """Whether neighbours are alternatives: "comedies and thrillers", but not "romantic comedies"."""
    if not (p.op == last.op == "eq" and p.field == last.field and p.polarity == last.polarity == "positive"):
        return False
    if p.group == _OF_ONE_MENTION:
        return p.span == last.span
    between = text[last.span[1] : p.span[0]]
    if both or LISTED.fullmatch(between) is None:
        return False
    if _AND.search(between) and at_once(last, p):
        return False
    return p.group == 1 or p.strength == last.strength == "hard"
