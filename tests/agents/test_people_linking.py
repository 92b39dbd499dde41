"""People in commands: who is meant, as what, and when to ask."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agents.linking.people import PeopleLinker
from agents.linking.values import ValueLinker
from agents.parser import Parser, load_parser
from catalog.columns import CategoryColumn, Column, NumberColumn, TextColumn
from catalog.domain import load_domain
from catalog.items import Catalog
from catalog.titles import TitleIndex
from catalog.vocabulary import Vocabulary

SHARED = Path(__file__).parents[3] / "shared" / "data"
METADATA = SHARED / "movielens_metadata" / "movies_core.csv"

# Title, directors, cast, year, popularity.
FILMS: tuple[tuple[str, list[str], list[str], int, int], ...] = (
    ("The Grand Inn", ["Wes Anderson"], ["Bill Murray"], 2014, 200),
    ("Rushed", ["Wes Anderson"], ["Bill Murray"], 1998, 150),
    ("Oil", ["Paul Thomas Anderson"], ["Daniel Day-Lewis"], 2007, 220),
    ("Porcelain", ["Paul Thomas Anderson"], ["Tom Cruise", "Julianne Moore"], 1999, 160),
    ("Snowed In", ["Joel Coen", "Ethan Coen"], ["Frances McDormand"], 1996, 300),
    ("The Rug", ["Joel Coen", "Ethan Coen"], ["Jeff Bridges"], 1998, 310),
    ("Birds Above", ["Alfred Hitchcock"], ["Tippi Hedren"], 1963, 120),
    ("The Shower", ["Alfred Hitchcock"], ["Janet Leigh"], 1960, 250),
    ("Dusty Guns", ["Sergio Leone"], ["Clint Eastwood"], 1966, 240),
    ("More Guns", ["Sergio Leone"], ["Clint Eastwood"], 1964, 150),
    ("Forgiven", ["Clint Eastwood"], ["Clint Eastwood", "Gene Hackman"], 1992, 200),
    ("Space Fear", ["Ridley Scott"], ["Sigourney Weaver"], 1979, 280),
    ("More Fear", ["James Cameron"], ["Sigourney Weaver"], 1986, 260),
    ("Nice Black Suit", ["Shane Black"], ["Robert Downey"], 2005, 90),
    ("Black Rain", ["Ridley Scott"], ["Michael Douglas"], 1989, 60),
    ("Black Water", ["Someone Else"], ["Colin Eastwood"], 1989, 2),
    ("The Diner", ["Barry Levinson"], ["Robert De Niro", "Al Pacino"], 1995, 200),
    ("The Scar", ["Brian De Palma"], ["Al Pacino"], 1983, 200),
    ("The Bull", ["Martin Scorsese"], ["Robert De Niro"], 1980, 240),
    ("Alleys", ["Martin Scorsese"], ["Robert De Niro"], 1973, 140),
)


def catalogue() -> Catalog:
    columns: dict[str, Column] = {
        "title": TextColumn.of(film[0] for film in FILMS),
        "director": CategoryColumn.of(film[1] for film in FILMS),
        "cast": CategoryColumn.of(film[2] for film in FILMS),
        "year": NumberColumn(np.array([film[3] for film in FILMS], np.float64)),
        "popularity": NumberColumn(np.array([film[4] for film in FILMS], np.float64)),
    }
    return Catalog(load_domain("movies"), [str(n) for n in range(len(FILMS))], columns)


@pytest.fixture(scope="module")
def linker() -> PeopleLinker:
    catalog = catalogue()
    return PeopleLinker(catalog, Vocabulary.of(catalog), TitleIndex.of(catalog))


@pytest.fixture(scope="module")
def parser_of_people() -> Parser:
    return load_parser(catalogue())


@pytest.mark.parametrize(
    ("around", "name", "wanted"),
    [
        (("a ", " film"), "Hitchcock", ("Alfred Hitchcock", "director")),
        (("something by ", ""), "Hichcock", ("Alfred Hitchcock", "director")),
        (("anything by ", ""), "Scorcese", ("Martin Scorsese", "director")),
        (("films with ", ""), "Sigorney Weaver", ("Sigourney Weaver", "cast")),
        (("", " in space"), "sigourney weaver", ("Sigourney Weaver", "cast")),
        (("with ", ""), "Eastwood", ("Clint Eastwood", "cast")),
        (("directed by ", ""), "Eastwood", ("Clint Eastwood", "director")),
        (("westerns starring ", ""), "clint eastwood", ("Clint Eastwood", "cast")),
        (("", " films"), "Hitchcock's", ("Alfred Hitchcock", "director")),
        (("with De Niro and ", ""), "Pacino", ("Al Pacino", "cast")),
        (("a ", " movie"), "de niro", ("Robert De Niro", "cast")),
    ],
)
def test_name_means_a_person_in_a_role(
    linker: PeopleLinker, around: tuple[str, str], name: str, wanted: tuple[str, str]
) -> None:
    meant = linker.who(name, *around, "P")
    assert meant is not None
    assert [(one.name, where) for one, where in meant.people] == [wanted]


def test_surname_of_several_directors_is_asked_about(linker: PeopleLinker) -> None:
    meant = linker.who("Anderson", "directed by ", "", "P")
    assert meant is not None
    assert not meant.people
    assert {person.name for person, _ in meant.rivals} == {"Wes Anderson", "Paul Thomas Anderson"}


def test_the_far_better_known_bearer_is_meant(linker: PeopleLinker) -> None:
    meant = linker.who("Eastwood", "with ", "", "P")
    assert meant is not None
    assert [person.name for person, _ in meant.people] == ["Clint Eastwood"]


@pytest.mark.parametrize("words", ["the Coens", "Coen brothers", "the coen bros"])
def test_family_means_all_who_worked_together(linker: PeopleLinker, words: str) -> None:
    meant = linker.who(words, "anything by ", "", "P")
    assert meant is not None
    assert {(one.name, where) for one, where in meant.people} == {
        ("Joel Coen", "director"),
        ("Ethan Coen", "director"),
    }


def test_an_ordinary_word_is_no_surname_unless_it_is_said_of_a_person(linker: PeopleLinker) -> None:
    assert linker.who("black", "", " comedies", "V") is None
    assert linker.who("black", "films by ", "", "P") is not None


@pytest.mark.parametrize("words", ["Bob De Niro", "rob de niro", "robert de niro"])
def test_a_person_is_found_by_what_friends_say(linker: PeopleLinker, words: str) -> None:
    meant = linker.who(words, "films with ", "", "P")
    assert meant is not None
    assert [(person.name, field) for person, field in meant.people] == [("Robert De Niro", "cast")]


@pytest.mark.parametrize(
    ("words", "kind", "named"),
    [
        ("Scorcese", "P", True),
        ("Scorcese", "T", False),
        ("Martin Scorcese", "T", True),
        ("Scorsese", "T", True),
    ],
)
def test_a_title_is_no_surname_with_a_typing_error(
    linker: PeopleLinker, words: str, kind: str, named: bool
) -> None:
    assert (linker.who(words, "mad for ", "", kind) is not None) == named


@pytest.mark.parametrize(
    ("after", "field"), [(" is my favorite actor", "cast"), (" is my favorite", "director")]
)
def test_somebodys_favourite_actor_plays(values: ValueLinker, after: str, field: str) -> None:
    meant = values.people.who("clint eastwood", "", after, "P")
    assert meant is not None
    assert [where for _, where in meant.people] == [field]


def test_unknown_name_means_nobody(linker: PeopleLinker) -> None:
    assert linker.who("Zorblax", "with ", "", "P") is None


def test_people_in_commands(parser_of_people: Parser) -> None:
    def meant(text: str) -> list[tuple[str, object, str]]:
        return [(p.field, p.value, p.polarity) for p in parser_of_people.parse(text).preferences]

    assert meant("films by Alfred Hitchcock") == [("director", "Alfred Hitchcock", "positive")]
    assert meant("nothing with Clint Eastwood") == [("cast", "Clint Eastwood", "negative")]
    coens = parser_of_people.parse("films by the Coen brothers").preferences
    assert {p.value for p in coens} == {"Joel Coen", "Ethan Coen"}
    assert len({p.group for p in coens}) == 1


def test_question_about_a_surname_offers_ordinary_commands(parser_of_people: Parser) -> None:
    parsed = parser_of_people.parse("something directed by Anderson")
    assert parsed.clarity == "ambiguous"
    assert parsed.question is not None
    answers = [parser_of_people.parse(answer) for answer in parsed.question.answers]
    assert [[p.value for p in one.preferences] for one in answers] == [
        ["Paul Thomas Anderson"],
        ["Wes Anderson"],
    ]


def test_person_without_such_a_film_is_infeasible(parser_of_people: Parser) -> None:
    parsed = parser_of_people.parse("films by Alfred Hitchcock from 2014")
    assert parsed.clarity == "infeasible"
    assert parsed.question is not None
    assert "films by Alfred Hitchcock" in parsed.question.answers


@pytest.mark.skipif(not METADATA.is_file(), reason="the shared MovieLens metadata are not here")
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("anything by Scorcese", [("director", "Martin Scorsese")]),
        ("with Sigorney Weaver, not horror", [("cast", "Sigourney Weaver"), ("genre", "Horror")]),
        ("films by the Coen brothers", [("director", "Joel Coen"), ("director", "Ethan Coen")]),
        ("films by Paul W.S. Anderson", [("director", "Paul W.S. Anderson")]),
        ("movies by J.J. Abrams", [("director", "J.J. Abrams")]),
        ("something with De Niro and Pacino", [("cast", "Robert De Niro"), ("cast", "Al Pacino")]),
    ],
)
def test_people_of_movielens(movielens: Parser, text: str, wanted: list[tuple[str, str]]) -> None:
    assert [(p.field, p.value) for p in movielens.parse(text).preferences] == wanted


@pytest.mark.skipif(not METADATA.is_file(), reason="the shared MovieLens metadata are not here")
@pytest.mark.parametrize("text", ["films by Coppola", "directed by Anderson"])
def test_ambiguous_surname_of_movielens_is_asked_about(movielens: Parser, text: str) -> None:
    parsed = movielens.parse(text)
    assert parsed.clarity == "ambiguous"
    assert parsed.question is not None
    assert 2 <= len(parsed.question.answers) <= 4


@pytest.fixture(scope="module")
def movielens() -> Parser:
    from catalog.grouplens import load_grouplens

    return load_parser(load_grouplens(SHARED / "movielens", METADATA)[0])
