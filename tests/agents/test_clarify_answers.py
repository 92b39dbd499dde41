"""What is asked back: one short question, two to four answers, each an ordinary command that does something.

An answer is what a person clicks, so it goes through the parser like any other command: it must be clear, and
mean what it says.
"""

from __future__ import annotations

import pytest

from agents.corpus import sample_examples
from agents.parser import Parser, load_parser
from agents.types import ParsedCommand
from batch.parser_report.catalogs import catalog_of
from catalog.items import Catalog

AMBIGUOUS = (
    *("something lighter", "something heavier", "something better", "something else", "something different"),
    *("lighter", "easier", "bigger", "something stronger", "something deeper", "smaller", "something nicer"),
    *("like the last one", "like last time", "more of the same", "something similar", "less of it"),
    *("like King Kong", "something like Robin Hood", "seen Hamlet", "not like Godzilla", "films like Carrie"),
    *("something with Smith", "films by Anderson", "a Coppola film", "no Jackson", "a film with Jones"),
    *(
        "not this one",
        "more like that",
        "that one",
        "i liked it",
        "not those",
        "I've seen that",
        "these please",
    ),
    *("the twelfth one", "not the eleventh one", "I want a different one", "not so many"),
)
INFEASIBLE = (
    *("play it on my TV", "a Kubrick film from 2015", "order me a pizza", "horror rated G", "under $10"),
    *("comedies directed by Hitchcock after 2000", "book me a ticket", "what's the weather", "from 2035"),
    *("noir cartoons from the 20s", "westerns under 3 minutes", "turn up the volume", "rated 12 out of 10"),
)
LEAST_ASKED = 30


@pytest.fixture(scope="module")
def shown(films: Catalog) -> tuple[str, ...]:
    return tuple(films.item_ids[:10])


def does_something(answer: ParsedCommand) -> bool:
    changes = bool(answer.preferences or answer.retractions) or answer.act in ("reset", "undo")
    return answer.clarity == "clear" and changes


def asked(parser: Parser, commands: tuple[str, ...], shown: tuple[str, ...]) -> list[ParsedCommand]:
    parsed = [parser.parse(text, shown_item_ids=shown) for text in commands]
    return [one for one in parsed if one.clarity != "clear"]


def idle_answers(parser: Parser, questions: list[ParsedCommand], shown: tuple[str, ...]) -> list[str]:
    """Return the questions and answers that are not as they should be."""
    wrong = []
    for one in questions:
        answers = one.question.answers if one.question else ()
        if not 2 <= len(answers) <= 4 or len(set(answers)) < len(answers) or len(one.question.text) > 120:
            wrong.append(f"{one.text}: {one.question}")
        for answer in answers:
            parsed = parser.parse(answer, shown_item_ids=shown)
            if not does_something(parsed):
                wrong.append(f"{one.text} > {answer}: {parsed.act} {parsed.clarity} {parsed.preferences}")
    return wrong


def test_every_answer_of_an_ambiguous_command_is_clear_and_does_something(parser, shown):
    questions = asked(parser, AMBIGUOUS, shown)
    assert len(questions) >= LEAST_ASKED, [one.text for one in questions]
    assert idle_answers(parser, questions, shown) == []


def test_every_answer_of_an_infeasible_command_is_clear_and_does_something(parser, shown):
    questions = asked(parser, INFEASIBLE, shown)
    assert len(questions) >= len(INFEASIBLE) - 2, [one.text for one in questions]
    assert idle_answers(parser, questions, shown) == []


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a Kubrick film from 2015", {("director", "Stanley Kubrick"), ("year", "2015")}),
        ("horror rated G", {("genre", "Horror"), ("certificate", "G")}),
    ],
)
def test_the_nearest_that_is_possible_is_possible(parser, text, parts):
    """The first answer of an impossible wish keeps part of it, and is possible."""
    nearest = parser.parse(parser.parse(text).question.answers[0])
    assert nearest.clarity == "clear"
    kept = {(p.field, str(p.value)) for p in nearest.preferences}
    assert kept
    assert kept < parts


def test_an_answer_to_something_declined_declines(parser, shown):
    for text in ("not this one", "not the eleventh one"):
        question = parser.parse(text, shown_item_ids=shown).question
        for answer in question.answers:
            polarities = {p.polarity for p in parser.parse(answer, shown_item_ids=shown).preferences}
            assert polarities == {"negative"}, answer


def test_an_answer_names_what_it_offers(parser, films, shown):
    """Of several of one name, each answer links to one of them, and no two to the same."""
    for text in ("like King Kong", "films by Anderson", "something with Smith"):
        question = parser.parse(text, shown_item_ids=shown).question
        parsed = [parser.parse(answer) for answer in question.answers]
        values = [str(one.preferences[0].value) for one in parsed]
        assert len(set(values)) == len(values) > 1
        for answer, value in zip(question.answers, values, strict=True):
            row = films.index_of(value)
            assert (films.titles[row] if row is not None else value).split(" (")[0] in answer


@pytest.mark.parametrize("domain", ["shop", "books", "health"])
def test_other_catalogues_are_asked_in_their_own_words(domain):
    catalog = catalog_of(domain)
    parser = load_parser(catalog)
    shown = tuple(catalog.item_ids[:10])
    open_wishes = (
        "something better",
        "something lighter",
        "something else",
        "not this one",
        "something bigger",
    )
    questions = asked(parser, (*open_wishes, "play it on my TV", "from the year 3000"), shown)
    assert len(questions) >= 5
    assert idle_answers(parser, questions, shown) == []
    assert not any("film" in answer for one in questions for answer in one.question.answers)


def test_of_unseen_wordings_few_answers_are_idle(parser, films, shown):
    """Of all held-out wordings that are asked about, at most one answer in twenty does nothing."""
    texts = [e.text for e in sample_examples("test", 1, 5) if e.domain == "movies" and e.clarity != "clear"]
    questions = asked(parser, tuple(texts), shown)
    answers = sum(len(one.question.answers) for one in questions)
    assert answers > 50
    idle = idle_answers(parser, questions, shown)
    assert len(idle) <= answers / 20, idle
