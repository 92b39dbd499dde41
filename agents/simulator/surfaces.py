"""How a claim is put into words, slot by slot: "horror films", "under two hours", "the fourth one"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from agents.simulator.claims import Claim
from agents.simulator.facts import Facts
from agents.types import Op, Value

# bare word, several, one
_GENRES: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "Action": (("action",), ("<action> films", "<action> movies"), ("an <action> film", "an <action> movie")),
    "Adventure": (("adventure",), ("<adventure> films", "<adventure> movies"), ("an <adventure> film",)),
    "Animation": (("animation", "animated"), ("<animated> films", "cartoons"), ("an <animated> film",)),
    "Children": (("children's", "kids"), ("<children's> films", "<kids> movies"), ("a <children's> film",)),
    "Comedy": (("comedy",), ("comedies", "<comedy> films"), ("a <comedy>",)),
    "Crime": (("crime",), ("<crime> films", "<crime> movies"), ("a <crime> film", "a <crime> story")),
    "Documentary": (("documentary",), ("documentaries",), ("a <documentary>",)),
    "Drama": (("drama",), ("dramas",), ("a <drama>",)),
    "Fantasy": (("fantasy",), ("<fantasy> films", "<fantasy> movies"), ("a <fantasy> film",)),
    "Film-Noir": (("film noir", "noir"), ("<noir> films",), ("a <film noir>",)),
    "Horror": (("horror",), ("<horror> films", "<horror> movies"), ("a <horror> film", "a <horror> movie")),
    "Musical": (("musical",), ("musicals",), ("a <musical>",)),
    "Mystery": (("mystery",), ("mysteries", "<mystery> films"), ("a <mystery>",)),
    "Romance": (
        ("romance", "romantic"),
        ("romances", "<romantic> films"),
        ("a <romance>", "a <romantic> film"),
    ),
    "Sci-Fi": (
        ("sci-fi", "science fiction"),
        ("<sci-fi> films", "<science fiction> movies"),
        ("a <sci-fi> film",),
    ),
    "Thriller": (("thriller",), ("thrillers",), ("a <thriller>",)),
    "War": (("war",), ("<war> films", "<war> movies"), ("a <war> film",)),
    "Western": (("western",), ("westerns",), ("a <western>",)),
    "IMAX": (("imax",), ("<imax> films",), ("an <imax> film",)),
}
_HOURS = {
    60: ("an hour", "60 minutes"),
    75: ("75 minutes", "an hour and a quarter"),
    90: ("an hour and a half", "90 minutes", "90 mins", "ninety minutes"),
    120: ("two hours", "2 hours", "120 minutes", "2h"),
    150: ("two and a half hours", "2.5 hours", "150 minutes"),
    180: ("three hours", "3 hours", "180 minutes"),
}
_DECADES = {
    1940: "forties",
    1950: "fifties",
    1960: "sixties",
    1970: "seventies",
    1980: "eighties",
    1990: "nineties",
}
_BOUNDS: dict[tuple[str, Op], tuple[str, ...]] = {
    ("year", "ge"): ("from {0} on", "made in {0} or later", "no older than {0}", "released in {0} or after"),
    ("year", "lt"): ("from before {0}", "made before {0}", "older than {0}"),
    ("runtime", "lt"): ("under {0}", "shorter than {0}", "that run less than {0}", "below {0}"),
    ("runtime", "gt"): ("over {0}", "longer than {0}", "that run more than {0}"),
}
_DIRECTIONS: dict[tuple[str, Op], tuple[tuple[str, ...], tuple[str, ...]]] = {
    ("year", "low"): (("old", "old-fashioned", "vintage"), ("older",)),
    ("year", "high"): (("recent", "modern", "new"), ("newer", "more recent", "more modern")),
    ("runtime", "low"): (("short", "brief"), ("shorter",)),
    ("runtime", "high"): (("long", "lengthy"), ("longer",)),
}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_FIELDS = {
    "year": ("year", "release year", "decade"),
    "runtime": ("running time", "length", "runtime"),
    "genre": ("genre", "genres"),
}


@dataclass(frozen=True)
class Said:
    """A claim in words: what stands before, inside and after the mention, and what it means by itself."""

    before: str
    inside: str
    after: str
    op: Op
    value: Value


def put(claim: Claim, form: str, facts: Facts, rng: Random, shown: Sequence[str] = ()) -> Said:
    """Return one way to say a claim in a form of `families.SLOTS`, over the shown item ids."""
    op, value = claim.op, claim.value
    match claim.aspect:
        case "genre":
            words = _genre(str(value), form, rng)
        case "year" | "runtime":
            words = _bound(claim, rng)
        case "around":
            words = f"around {_length(_middle(value), rng)}"
        case "direction":
            words = rng.choice(_DIRECTIONS[claim.field, op][form == "comparative"])
        case "theme" | "mood":
            words = rng.choice(facts.spoken(str(value)))
            value = words
        case "title":
            index = facts.catalog.index_of(str(value))
            words = facts.catalog.titles[index or 0]
        case "ref":
            words = _place(shown.index(str(value)), len(shown), rng)
        case "field":
            words = rng.choice(_FIELDS.get(claim.field, (claim.field,)))
        case _:
            words = str(value)
    if "<" in words:
        before, rest = words.split("<", 1)
        inside, after = rest.split(">", 1)
        return Said(before, inside, after, op, value)
    return Said("", words, "", op, value)


def _genre(name: str, form: str, rng: Random) -> str:
    bare, many, one = _GENRES.get(
        name, ((name.lower(),), (f"<{name.lower()}> films",), (f"a <{name.lower()}> film",))
    )
    return rng.choice({"bare": bare, "many": many, "one": one}[form])


def _bound(claim: Claim, rng: Random) -> str:
    if isinstance(claim.value, list):
        return _decade(int(float(claim.value[0])), rng)
    number = int(float(str(claim.value)))
    words = str(number) if claim.aspect == "year" else _length(number, rng)
    return rng.choice(_BOUNDS[claim.field, claim.op]).format(words)


def _decade(start: int, rng: Random) -> str:
    names = [f"from the {start}s", f"out of the {start}s"]
    if start in _DECADES:
        names += [f"from the {start % 100}s", f"from the {_DECADES[start]}", f"of the {start % 100}s"]
    return rng.choice(names)


def _length(minutes: float, rng: Random) -> str:
    plain = (f"{minutes:g} minutes", f"{minutes:g} mins", f"{minutes:g} min")
    return rng.choice(_HOURS.get(int(minutes), plain))


def _middle(value: Value) -> float:
    if not isinstance(value, list):
        raise TypeError(f"a length in words has two ends, not {value!r}")
    return round((float(value[0]) + float(value[1])) / 2)


def _place(position: int, shown: int, rng: Random) -> str:
    names = [f"the {_ORDINALS[position]} one", f"number {position + 1}", f"#{position + 1}"]
    if position == 0:
        names.append("the one on top")
    if position == shown - 1:
        names += ["the last one", "the one at the bottom"]
    return rng.choice(names)
