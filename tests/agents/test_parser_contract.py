"""Each line of `docs/intent-contract.md` that says what a command means, as a command."""

from __future__ import annotations

import pytest

from agents.parser import Parser
from catalog.items import Catalog

SHOWN = ("1", "2571", "318", "356", "296", "593", "260", "480", "110", "589")

# Text, then what it must mean: sign, strength, field, operator, value (None for low and high).
HARD = [
    ("show me comedies", ["+! genre eq Comedy"]),
    ("find me a thriller", ["+! genre eq Thriller"]),
    ("documentaries please", ["+! genre eq Documentary"]),
    ("any westerns?", ["+! genre eq Western"]),
    ("westerns please, i said westerns please", ["+! genre eq Western"]),
    ("only comedies", ["+! genre eq Comedy"]),
    ("it has to be a thriller", ["+! genre eq Thriller"]),
    ("no horror", ["-! genre eq Horror"]),
    ("not horror", ["-! genre eq Horror"]),
    ("never show me musicals", ["-! genre eq Musical"]),
    ("don't show me war movies", ["-! genre eq War"]),
    ("stop showing me westerns", ["-! genre eq Western"]),
    ("remove all horror", ["-! genre eq Horror"]),
    ("anything but musicals", ["-! genre eq Musical"]),
    ("no more horror", ["-! genre eq Horror"]),
    ("under two hours", ["+! runtime lt 120"]),
    ("after 2010", ["+! year gt 2010"]),
    ("from the 90s", ["+! year between [1990, 1999]"]),
    ("at least 7.5", ["+! rating ge 7.5"]),
]
SOFT = [
    ("more sci-fi", ["+~ genre eq Sci-Fi"]),
    ("less drama", ["-~ genre eq Drama"]),
    ("fewer westerns", ["-~ genre eq Western"]),
    ("i prefer dramas", ["+~ genre eq Drama"]),
    ("in the mood for something romantic", ["+~ genre eq Romance"]),
    ("i feel like a western", ["+~ genre eq Western"]),
    ("not a big fan of musicals", ["-~ genre eq Musical"]),
    ("i'm tired of crime movies", ["-~ genre eq Crime"]),
    ("a bit of comedy would be nice", ["+~ genre eq Comedy"]),
    ("maybe a mystery", ["+~ genre eq Mystery"]),
    ("i love film noir", ["+~ genre eq Film-Noir"]),
    ("i don't like musicals", ["-~ genre eq Musical"]),
    ("i hate horror movies", ["-~ genre eq Horror"]),
    ("ideally under 2 hours", ["+~ runtime lt 120"]),
    ("around 90 minutes", ["+~ runtime between [81, 99]"]),
    ("scary movies", ["+~ about like scary"]),
    ("something short", ["+~ runtime low None"]),
    ("nothing but feel-good films", ["+! about like feel-good"]),
    ("nothing too scary", ["-! about like scary"]),
    ("not too scary", ["-~ about like scary"]),
    ("not enough action", ["+~ genre eq Action"]),
    ("too much drama", ["-~ genre eq Drama"]),
]
BOUNDS = [
    ("no wait, under ninety minutes", ["+! runtime lt 90"]),
    ("nothing longer than 2 hours", ["+! runtime le 120"]),
    ("not older than 2000", ["+! year ge 2000"]),
    ("PG at most", ["+! certificate le PG"]),
    ("early 90s only", ["+! year between [1990, 1993]"]),
    ("thrillers from the nineteen nineties", ["+! genre eq Thriller", "+! year between [1990, 1999]"]),
    ("1971 and older", ["+! year le 1971"]),
    ("only PG or PG-13", ["+! certificate eq PG", "+! certificate eq PG-13"]),
    ("movies from the mid 80s", ["+! year between [1984, 1986]"]),
    ("nothing from the 80s", ["-! year between [1980, 1989]"]),
    ("no longer than 100 minutes", ["+! runtime le 100"]),
    ("2010 or newer", ["+! year ge 2010"]),
    ("since 2005", ["+! year ge 2005"]),
    ("between 1990 and 2000", ["+! year between [1990, 2000]"]),
]
SEVERAL = [
    ("comedies but not romantic ones", ["+! genre eq Comedy", "-! genre eq Romance"]),
    ("thrillers without violence", ["+! genre eq Thriller", "-! about like violence"]),
    ("a rom-com", ["+! genre eq Romance", "+! genre eq Comedy"]),
    ("Loved Amadeus. Something like it?", ["+~ item like 1225"]),
    ("movies based on stephen king books", ["+~ about like based on stephen king books"]),
    ("crime dramas please", ["+! genre eq Crime", "+! genre eq Drama"]),
    (
        "no more horror, something like Heat but under two hours",
        ["-! genre eq Horror", "+~ item like 6", "+! runtime lt 120"],
    ),
]
ACTS = [
    ("actually, dramas", "replace", "clear"),
    ("make it a mystery", "replace", "clear"),
    ("change it to fantasy", "replace", "clear"),
    ("start over", "reset", "clear"),
    ("forget everything", "reset", "clear"),
    ("clear my filters", "reset", "clear"),
    ("undo", "undo", "clear"),
    ("never mind", "undo", "clear"),
    ("go back", "undo", "clear"),
    ("not what I meant", "undo", "clear"),
    ("why this one?", "question", "clear"),
    ("what do you know about me?", "question", "clear"),
    ("thanks!", "none", "clear"),
    ("play it on my TV", "none", "infeasible"),
    ("something lighter", "refine", "ambiguous"),
    ("not that one", "feedback", "ambiguous"),
]
TAKEN_BACK = [
    ("horror is fine again", ("genre", "Horror")),
    ("I don't mind musicals any more", ("genre", "Musical")),
    ("forget the runtime limit", ("runtime", None)),
    ("any year is ok", ("year", None)),
    ("forget the lentgh limit", ("runtime", None)),
]
POINTED = [
    ("the second one looks good", "+~", "2571"),
    ("I've seen the first", "-!", "1"),
    ("seen the third one and loved it", "+~", "318"),
    ("hide number 2", "-~", "2571"),
    ("second one \U0001f44d", "+~", "2571"),
    ("second one \U0001f44e", "-~", "2571"),
]


def meant(parser: Parser, text: str) -> list[str]:
    out = []
    for p in parser.parse(text, shown_item_ids=SHOWN).preferences:
        sign = ("+" if p.polarity == "positive" else "-") + ("!" if p.strength == "hard" else "~")
        out.append(f"{sign} {p.field} {p.op} {p.value}")
    return out


@pytest.mark.parametrize(
    ("text", "wanted"), HARD + SOFT + BOUNDS + SEVERAL, ids=lambda v: v if isinstance(v, str) else ""
)
def test_command_means_what_the_contract_says(parser: Parser, text: str, wanted: list[str]) -> None:
    assert meant(parser, text) == wanted


@pytest.mark.parametrize(("text", "act", "clarity"), ACTS)
def test_act_and_clarity(parser: Parser, text: str, act: str, clarity: str) -> None:
    parsed = parser.parse(text, shown_item_ids=SHOWN)
    assert (parsed.act, parsed.clarity) == (act, clarity)
    assert parsed.acts[0] == act
    if clarity != "clear":
        assert parsed.question is not None
        assert 2 <= len(parsed.question.answers) <= 4


@pytest.mark.parametrize(("text", "wanted"), TAKEN_BACK)
def test_retraction_names_what_is_taken_back(
    parser: Parser, text: str, wanted: tuple[str, str | None]
) -> None:
    parsed = parser.parse(text)
    assert parsed.act == "retract"
    assert [(r.field, r.value) for r in parsed.retractions] == [wanted]
    assert not parsed.preferences


@pytest.mark.parametrize(("text", "sign", "item"), POINTED)
def test_feedback_points_at_the_shown_item(parser: Parser, text: str, sign: str, item: str) -> None:
    assert parser.parse(text, shown_item_ids=SHOWN).act == "feedback"
    assert meant(parser, text) == [f"{sign} item like {item}"]


def test_worked_example_of_the_contract(parser: Parser, films: Catalog) -> None:
    parsed = parser.parse(
        "no more horror, something like Heat but under two hours", command_id="01J", user_id="42"
    )
    assert (parsed.command_id, parsed.user_id, parsed.act, parsed.clarity) == ("01J", "42", "refine", "clear")
    assert [p.text for p in parsed.preferences] == ["horror", "Heat", "under two hours"]
    assert [p.span for p in parsed.preferences] == [(8, 14), (31, 35), (40, 55)]
    assert [p.horizon for p in parsed.preferences] == ["session"] * 3
    assert len({p.group for p in parsed.preferences}) == 3
    assert all(0 < p.confidence < 1 for p in parsed.preferences)
    assert parsed.parser is not None
    assert parsed.parser.version == parser.version


def test_alternatives_share_a_group_and_a_compound_does_not(parser: Parser) -> None:
    either = parser.parse("either a comedy or a musical").preferences
    assert [p.value for p in either] == ["Comedy", "Musical"]
    assert either[0].group == either[1].group
    compound = parser.parse("romantic comedies").preferences
    assert {p.value for p in compound} == {"Comedy", "Romance"}
    assert compound[0].group != compound[1].group


def test_what_no_film_can_be_is_infeasible_with_the_nearest_that_can(parser: Parser) -> None:
    parsed = parser.parse("a western shorter than 3 minutes from 2015")
    assert parsed.clarity == "infeasible"
    assert parsed.question is not None
    assert 2 <= len(parsed.question.answers) <= 4


@pytest.mark.parametrize(
    "bound", ["under 300 pages", "between 100 and 300 pages", "lighter than 500g", "3 or more seasons"]
)
def test_a_measure_that_films_do_not_have_is_no_other_of_their_numbers(parser: Parser, bound: str) -> None:
    parsed = parser.parse(f"something funny, {bound}")
    assert parsed.clarity == "infeasible"
    assert not {p.field for p in parsed.preferences} & {"runtime", "year", "rating", "popularity"}


def test_title_of_several_films_asks_which(parser: Parser) -> None:
    parsed = parser.parse("something like King Kong")
    assert parsed.clarity == "ambiguous"
    assert parsed.question is not None
    assert all(answer.startswith("something like King Kong (") for answer in parsed.question.answers)


def test_lasting_and_passing_wishes(parser: Parser) -> None:
    assert [p.horizon for p in parser.parse("never show me horror again").preferences] == ["lasting"]
    assert [p.horizon for p in parser.parse("just this once a horror film").preferences] == ["feed"]
