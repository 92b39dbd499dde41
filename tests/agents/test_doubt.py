"""Under a calibrated threshold the sure part of a command counts, and the rest is asked for."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from agents.corpus import sample_examples
from agents.doubt import ASK_BELOW, Calibration, choose, did_you_mean, settled, sureness
from agents.evaluation import readings, with_threshold
from agents.parser import Parser, load_calibration
from agents.student.decode import Reading
from agents.student.session import shipped_session
from agents.types import ParsedCommand, Preference, Question
from catalog.domain import Domain, load_domain

CALIBRATION = Calibration(scale=1.0, shift=0.0, ask_below=0.3, teach_below=0.5)
FILMS: Domain = load_domain("movies")


def wish(value: str, confidence: float) -> Preference:
    return Preference(
        field="genre",
        op="eq",
        value=value,
        polarity="positive",
        strength="hard",
        text=value.casefold(),
        confidence=confidence,
    )


def reading(act: float = 0.99, clarity: float = 0.99) -> Reading:
    return Reading("", (), "refine", act, ("refine",), "clear", clarity)


def parsed(*preferences: Preference, question: Question | None = None) -> ParsedCommand:
    return ParsedCommand(
        command_id="c",
        user_id="u",
        text="",
        clarity="clear" if question is None else "infeasible",
        question=question,
        act="refine",
        acts=("refine",),
        preferences=preferences,
    )


def test_a_sure_command_stays_as_it_is():
    command = parsed(wish("Comedy", 0.9))
    after = settled(command, reading(), CALIBRATION, FILMS)
    assert after == msgspec.structs.replace(command, confidence=0.9)
    assert not after.doubtful


def test_the_sure_part_counts_and_the_rest_is_asked_for():
    after = settled(parsed(wish("Comedy", 0.9), wish("Horror", 0.2)), reading(), CALIBRATION, FILMS)
    assert [p.value for p in after.preferences] == ["Comedy"]
    assert (after.clarity, after.doubtful) == ("ambiguous", True)
    assert after.question == Question(
        text="What do you mean by “horror”?", answers=("more horror", "only horror", "no horror")
    )


def test_a_doubtful_command_between_the_thresholds_counts_whole():
    after = settled(parsed(wish("Horror", 0.4)), reading(), CALIBRATION, FILMS)
    assert ([p.value for p in after.preferences], after.clarity, after.doubtful) == (
        ["Horror"],
        "clear",
        True,
    )


@pytest.mark.parametrize("doubt", [{"act": 0.4}, {"clarity": 0.4}])
def test_a_doubt_about_act_or_clarity_makes_a_command_doubtful(doubt):
    assert settled(parsed(), reading(**doubt), CALIBRATION, FILMS).doubtful


def test_what_was_not_read_or_not_to_its_end_is_doubtful_however_sure_the_rest_is(parser: Parser) -> None:
    assert settled(parsed(), reading(), CALIBRATION, FILMS, unread=True).doubtful
    cut = msgspec.structs.replace(reading(), whole=False)
    assert settled(parsed(wish("Comedy", 0.9)), cut, CALIBRATION, FILMS).doubtful
    assert not parser.parse("no more horror").doubtful
    # Not one of these parts is doubtful by itself.
    long = (
        "no more horror, only comedies from the 90s, under two hours, something like Heat, rated at least 7"
    )
    assert not parser.parse(long).doubtful
    longer = ", nothing with Tom Hanks, please no westerns, no films by Martin Scorsese, no musicals, no war"
    assert parser.parse(long + longer).doubtful


def test_one_question_at_a_time():
    asked = Question(text="Nothing is both.", answers=("a", "b"))
    after = settled(parsed(wish("Horror", 0.1), question=asked), reading(), CALIBRATION, FILMS)
    assert (after.question, after.clarity, after.preferences) == (asked, "infeasible", ())


@pytest.mark.parametrize(
    "unsure",
    [
        wish("Horror", 0.1),
        Preference(
            field="runtime",
            op="lt",
            value=120.0,
            polarity="positive",
            strength="hard",
            text="under two hours",
        ),
        Preference(field="runtime", op="low", value=None, polarity="positive", strength="soft", text="short"),
        Preference(
            field="about", op="like", value="trains", polarity="positive", strength="soft", text="trains"
        ),
    ],
)
def test_every_answer_is_a_command_that_the_parser_acts_upon(parser: Parser, unsure: Preference):
    question = did_you_mean(unsure, FILMS)
    assert 2 <= len(question.answers) <= 4
    for answer in question.answers:
        understood = parser.parse(answer)
        assert understood.preferences or understood.retractions, answer


def test_what_is_likely_to_be_wrong_three_times_in_four_is_asked_for():
    calibration = Calibration(scale=1.0, shift=0.0)
    asked = settled(parsed(wish("Horror", 0.24)), reading(), calibration, FILMS)
    taken = settled(parsed(wish("Horror", 0.26)), reading(), calibration, FILMS)
    assert (asked.preferences, asked.clarity) == ((), "ambiguous")
    assert ([p.value for p in taken.preferences], taken.clarity) == (["Horror"], "clear")


def test_what_is_asked_for_does_not_hang_on_a_few_commands():
    few = sample_examples("validation", 1, 1)[:40]
    calibration = with_threshold(Calibration(scale=1.0, shift=0.0), list(readings(shipped_session(), few)))
    assert calibration.ask_below == ASK_BELOW


def test_a_command_is_taught_by_how_often_its_like_were_right():
    rng = np.random.default_rng(7)
    confidence = rng.uniform(0, 1, 20_000)
    right = rng.uniform(0, 1, 20_000) < confidence  # calibrated to perfection
    assert choose(confidence, right) == pytest.approx(0.2, abs=0.02)  # as many as may be sent


def test_a_model_that_is_always_right_is_taught_nothing():
    assert choose(np.full(100, 0.97), np.ones(100, dtype=bool)) == pytest.approx(0.05)


def test_the_shipped_thresholds_are_read_from_the_calibration(parser: Parser):
    calibration = load_calibration(shipped_session())
    assert 0 <= calibration.ask_below <= calibration.teach_below < 1
    assert calibration.ask_below == ASK_BELOW
    for text in (
        "no more horror",
        "blorp the frindle quux",
        "something like Heat",
        "hmm maybe not so whatever",
    ):
        command = parser.parse(text)
        assert command.doubtful == (command.confidence < calibration.teach_below)
        assert all(p.confidence >= calibration.ask_below for p in command.preferences)


def test_sureness_is_that_of_the_least_sure_part():
    assert sureness(reading(act=0.8), (wish("Horror", 0.7), wish("Comedy", 0.9))) == 0.7
