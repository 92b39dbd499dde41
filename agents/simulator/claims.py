"""What somebody could say: what is true of the film in mind, and what is wrong with the feed that is shown.

A claim that holds for every film of the goal may be put hard; one that holds for the film in mind alone is a
matter of taste. Fields that sum up the future (fame, mean score) are never spoken of.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from statistics import median

import numpy as np

from agents.simulator.facts import PEOPLE, TERMS, Facts
from agents.simulator.people import Goal
from agents.types import Op, Value

# How likely somebody knows this of the film in mind: nobody can name all of a film that they have not seen.
KNOWN = {"year": 0.8, "runtime": 0.5, "director": 0.2, "cast": 0.3, "theme": 0.35, "mood": 0.5, "title": 0.6}
# How much it matters to people, where the feed lacks it as much.
WEIGHT = {
    "genre": 1.0,
    "year": 0.7,
    "runtime": 0.5,
    "around": 0.3,
    "direction": 0.5,
    "director": 0.8,
    "cast": 0.8,
    "theme": 0.8,
    "mood": 0.7,
    "title": 0.7,
    "ref": 0.6,
}
# A format of projection among the genres of MovieLens: nobody asks for it as a kind of film.
NO_KIND = ("IMAX",)
# A genre or a term that fills this part of a feed without being wanted is worth a word.
TOO_MUCH = 0.3
# How far apart years and minutes are, before somebody calls a film older, or longer.
FELT = {"year": 8.0, "runtime": 15.0}
LENGTHS = (60, 75, 80, 85, 90, 95, 100, 105, 110, 120, 135, 140, 150, 180)
YEARS = (1950, 1960, 1970, 1975, 1980, 1985, 1990, 1995, 2000, 2005, 2010)
AROUND = 0.1  # "around 90 minutes" is ten per cent either way (intent contract)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Something to be said of films: what is wanted, or (not `positive`) what is not.

    `sure` says that it holds for the whole goal; `urgency` how badly the shown feed lacks it, 0 to 1.
    """

    aspect: str
    field: str
    op: Op
    value: Value
    positive: bool = True
    sure: bool = True
    urgency: float = 0.0

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from other claims."""
        return self.field, self.op, str(self.value)


def goal_claims(facts: Facts, goal: Goal, liked: Sequence[int], rng: Random) -> list[Claim]:
    """Return what somebody knows of the goal; the same for the same generator."""
    claims = _genres(facts, goal)
    for name, make in (("year", _years), ("runtime", _lengths)):
        if rng.random() < KNOWN[name]:
            claims += make(facts, goal)
    for name in (*PEOPLE, *TERMS):
        for value in facts.values(name, goal.target):
            if rng.random() < KNOWN[name] and _can_say(facts, name, value):
                claims.append(_of_value(facts, goal, name, value))
    if rng.random() < KNOWN["title"]:
        claims += _titles(facts, goal, liked)
    return claims


def _genres(facts: Facts, goal: Goal) -> list[Claim]:
    shared = set(facts.genres_of(goal.items).tolist())
    field = facts.catalog.domain.affinity_field
    return [
        Claim(aspect="genre", field=field, op="eq", value=facts.genre_names[code], sure=code in shared)
        for code in facts.genres_of([goal.target]).tolist()
        if facts.genre_names[code] not in NO_KIND
    ]


def _years(facts: Facts, goal: Goal) -> list[Claim]:
    years = [facts.number("year", item) for item in goal.items]
    if any(math.isnan(year) for year in years):
        return []
    claims = [_bound("year", "ge", max((y for y in YEARS if y <= min(years)), default=0))]
    claims.append(_bound("year", "lt", min((y for y in YEARS if y > max(years)), default=0)))
    if min(years) // 10 == max(years) // 10:
        decade = min(years) // 10 * 10
        claims.append(Claim(aspect="year", field="year", op="between", value=[decade, decade + 9]))
    return [claim for claim in claims if claim.value]


def _lengths(facts: Facts, goal: Goal) -> list[Claim]:
    lengths = [facts.number("runtime", item) for item in goal.items]
    own = lengths[0]
    claims = []
    if not math.isnan(own) and 70 <= own <= 200:
        near = min(LENGTHS, key=lambda length: abs(length - own))
        low, high = near * (1 - AROUND), near * (1 + AROUND)
        if low <= own <= high:
            ends: list[float | str] = [round(low), round(high)]
            claims.append(Claim(aspect="around", field="runtime", op="between", value=ends, sure=False))
    if not any(math.isnan(length) for length in lengths):
        claims.append(_bound("runtime", "lt", min((n for n in LENGTHS if n > max(lengths)), default=0)))
        claims.append(_bound("runtime", "gt", max((n for n in LENGTHS if 90 <= n < min(lengths)), default=0)))
    return [claim for claim in claims if claim.value]


def _bound(field: str, op: Op, value: float) -> Claim:
    return Claim(aspect=field, field=field, op=op, value=float(value))


def _can_say(facts: Facts, name: str, value: str) -> bool:
    return facts.plays_one_part(value, name) if name in PEOPLE else bool(facts.spoken(value))


def _of_value(facts: Facts, goal: Goal, name: str, value: str) -> Claim:
    sure = all(value in facts.values(name, item) for item in goal.items)
    if name in PEOPLE:
        return Claim(aspect=name, field=name, op="eq", value=value, sure=sure)
    return Claim(aspect=name, field="about", op="like", value=value, sure=sure)


def _titles(facts: Facts, goal: Goal, liked: Sequence[int]) -> list[Claim]:
    """Name the liked film that has most in common with the one in mind: genres first, then terms."""
    past = [item for item in liked if item not in goal.items]
    if not past:
        return []
    mine = facts.genres[goal.target]
    common = (facts.genres[past] & mine).sum(axis=1) / np.maximum((facts.genres[past] | mine).sum(axis=1), 1)
    terms = set(facts.values("theme", goal.target))
    score = common + 0.1 * np.array([len(terms & set(facts.values("theme", item))) for item in past])
    for at in np.argsort(-score, kind="stable")[:3]:
        if score[at] >= 0.5 and facts.has_own_title(past[at]):
            value = facts.catalog.item_ids[past[at]]
            return [Claim(aspect="title", field="item", op="like", value=value, sure=False)]
    return []


def holds(facts: Facts, claim: Claim, item: int) -> bool:
    """Say whether a film is known to be what a claim says; a likeness to a film is nowhere known to hold."""
    match claim.aspect:
        case "genre":
            return bool(facts.genres[item, facts.genre_names.index(str(claim.value))])
        case "year" | "runtime" | "around":
            return _within(facts.number(claim.field, item), claim.op, claim.value)
        case "theme" | "mood" | "cast" | "director":
            return str(claim.value) in facts.values(claim.aspect, item)
        case _:
            return False


def _within(number: float, op: Op, value: Value) -> bool:
    if isinstance(value, list):
        return float(value[0]) <= number <= float(value[1])
    bound = float(str(value))
    return {"lt": number < bound, "le": number <= bound, "gt": number > bound, "ge": number >= bound}[op]


def shown_claims(facts: Facts, goal: Goal, shown: Sequence[int]) -> list[Claim]:
    """Return what is wrong with the shown films, measured by the film in mind."""
    if not shown:
        return []
    return [
        *_unwanted_genres(facts, goal, shown),
        *_unwanted_terms(facts, goal, shown),
        *_off(facts, goal, shown),
    ]


def _unwanted_genres(facts: Facts, goal: Goal, shown: Sequence[int]) -> list[Claim]:
    shares = facts.genres[list(shown)].mean(axis=0)
    wanted = facts.genres[list(goal.items)].any(axis=0)
    field = facts.catalog.domain.affinity_field
    return [
        Claim(
            aspect="genre", field=field, op="eq", value=facts.genre_names[code], positive=False, urgency=share
        )
        for code in np.flatnonzero((shares >= TOO_MUCH) & ~wanted)
        if facts.genre_names[code] not in NO_KIND and (share := float(shares[code]))
    ]


def _unwanted_terms(facts: Facts, goal: Goal, shown: Sequence[int]) -> list[Claim]:
    """Find themes and moods of several shown films far from the goal's; where it has none, nobody knows."""
    claims = []
    for name in TERMS:
        own = [facts.values(name, item) for item in goal.items]
        if not all(own):
            continue
        mine = [term for terms in own for term in terms]
        counts = Counter(term for item in shown for term in facts.values(name, item))
        for term, count in counts.most_common(6):
            share = count / len(shown)
            if share < TOO_MUCH or facts.is_near(term, mine) or not facts.spoken(term):
                continue
            claims.append(
                Claim(
                    aspect=name,
                    field="about",
                    op="like",
                    value=term,
                    positive=False,
                    urgency=share * WEIGHT[name],
                )
            )
    return claims


def _off(facts: Facts, goal: Goal, shown: Sequence[int]) -> list[Claim]:
    """Say in which direction the film in mind lies from most of the shown ones: older, shorter."""
    claims = []
    for name, felt in FELT.items():
        own = facts.number(name, goal.target)
        others = [n for item in shown if not math.isnan(n := facts.number(name, item))]
        if math.isnan(own) or len(others) < len(shown) / 2:
            continue
        middle = median(others)
        if abs(own - middle) < felt:
            continue
        end: Op = "low" if own < middle else "high"
        share = sum(n > own + felt if end == "low" else n < own - felt for n in others) / len(others)
        urgency = share * WEIGHT["direction"]
        claims.append(Claim(aspect="direction", field=name, op=end, value=None, sure=False, urgency=urgency))
        # "Too long" where shorter is wanted.
        other: Op = "high" if end == "low" else "low"
        claims.append(
            Claim(
                aspect="direction",
                field=name,
                op=other,
                value=None,
                positive=False,
                sure=False,
                urgency=urgency,
            )
        )
    return claims
