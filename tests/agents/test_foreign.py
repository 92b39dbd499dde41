"""A command in another language gets a reason and no guess; a name in another language is a name."""

from __future__ import annotations

import pytest

from agents.linking.clarify import LEAST_ANSWERS, MOST_ANSWERS
from agents.parser import Parser
from benchmarks.inputs import LANGUAGES


@pytest.mark.parametrize(
    "text",
    [
        *LANGUAGES,
        # Read as English the first rejects both, the second asks for horror, the third for a surname.
        "vreau o comedie romantica",
        "mos më shfaq filma horror",
        "quelque chose comme Amélie",
        "zeig mir Komödien aus den 90ern",
        "chcę obejrzeć komedię",
        "jeg vil gerne se en komedie",
        "УЖАСЫ",
    ],
)
def test_another_language_is_told_and_nothing_is_guessed(parser: Parser, text: str) -> None:
    parsed = parser.parse(text)
    assert (parsed.act, parsed.clarity) == ("none", "infeasible")
    assert not parsed.preferences
    assert not parsed.retractions
    assert parsed.question is not None
    assert "English" in parsed.question.text
    assert LEAST_ANSWERS <= len(parsed.question.answers) <= MOST_ANSWERS
    assert parsed.doubtful


@pytest.mark.parametrize(
    "text",
    [
        # Titles and people that the catalogue has, by themselves.
        "Das Boot",
        "La vita è bella",
        "El laberinto del fauno",
        "Jules et Jim",
        "Hayao Miyazaki",
        "Kurosawa, Ozu, Mizoguchi",
        # English with strange names, and with strange spelling.
        "something like Das Boot",
        "more Almodóvar",
        "Les Misérables but not the musical",
        "show me films directed by Akira Kurosawa",
        "nevr show me ornage agian",
        "plesse undo taht",
        "smth funny pls",
        "lol nope",
        "gr8 m8",
    ],
)
def test_names_and_bad_spelling_are_english(parser: Parser, text: str) -> None:
    question = parser.parse(text).question
    assert question is None or "English" not in question.text


def test_what_was_a_name_all_the_same_is_one_answer_away(parser: Parser) -> None:
    parsed = parser.parse("Ocho apellidos vascos")
    assert parsed.question is not None
    (answer,) = (one for one in parsed.question.answers if "Ocho" in one)
    (wish,) = parser.parse(answer).preferences
    assert (wish.field, wish.polarity) == ("about", "positive")
    assert str(wish.value).startswith("Ocho apellidos")
