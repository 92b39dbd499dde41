"""The fast version of `python -m benchmarks.fuzz`: bad input is answered, and never by a wild guess."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.parser import Parser
from agents.student.legible import legible
from benchmarks.fuzz import faults, fuzz, times_again
from benchmarks.inputs import KINDS, LANGUAGES
from catalog.items import Catalog

SHOWN = ("1", "2571", "318", "356", "296", "593", "260", "480", "110", "589")


def test_a_thousand_bad_inputs_of_every_kind_keep_the_promises(parser: Parser) -> None:
    report = fuzz(parser, 1200, SHOWN, seed=11)
    assert report.failures == []
    assert set(report.milliseconds) == set(KINDS)


def test_forty_languages_are_answered(parser: Parser) -> None:
    assert len(set(LANGUAGES)) >= 40
    for text in LANGUAGES:
        assert faults("language", text, parser.parse(text)) == []


@pytest.mark.parametrize("text", [text for text in LANGUAGES if not legible(text)])
def test_a_script_that_the_model_never_saw_says_nothing(parser: Parser, text: str) -> None:
    parsed = parser.parse(text)
    assert (parsed.act, parsed.preferences, parsed.retractions) == ("none", (), ())


@pytest.mark.parametrize(
    "text",
    [
        "lorem ipsum dolor sit amet",
        "asdf qwer zxcv",
        "horror " * 200,
        "no " * 90,
        "something like heat but shorter and no horror, it is late and the kids are up " * 5,
    ],
)
def test_senseless_words_change_nothing(parser: Parser, text: str) -> None:
    parsed = parser.parse(text)
    assert parsed.act == "none"
    assert not parsed.preferences


@settings(max_examples=100, deadline=None)
@given(halves=st.lists(st.characters(min_codepoint=0xD800, max_codepoint=0xDFFF), max_size=9))
def test_half_a_surrogate_pair_is_no_error(parser: Parser, halves: list[str]) -> None:
    text = "no horror " + "".join(halves)
    assert parser.parse(text).text == text


def test_a_late_input_is_timed_by_parsers_that_never_saw_it(
    films: Catalog, parser: Parser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.fuzz.LIMIT_MS", 0.0)
    monkeypatch.setattr("benchmarks.fuzz.AGAIN", 1)
    report = fuzz(parser, 12, SHOWN, seed=3)
    assert len(report.late) == report.inputs
    (time,) = times_again(films, report.late[0], SHOWN)
    assert time > 0


def test_keys_struck_at_random_are_no_command(parser: Parser) -> None:
    text = "iwtmlsv ooowbcc wgcp pilzn rqnxpz nobwuna bdyof gfml dqpiip oyb zuqtbuh pdhfie eleeze pexjbcal"
    parsed = parser.parse(text)
    assert (parsed.act, parsed.preferences, parsed.retractions) == ("none", (), ())


def test_a_list_of_names_that_no_dictionary_has_is_a_command(parser: Parser) -> None:
    parsed = parser.parse("something like koyaanisqatsi, nausicaa or yojimbo, and no akira kurosawa")
    assert parsed.act == "refine"
    assert len(parsed.preferences) >= 3


def test_a_long_command_that_is_said_twice_is_read(parser: Parser) -> None:
    twice = " ".join(["something like heat but shorter and no horror, it is late and the kids are up"] * 2)
    fields = {p.field for p in parser.parse(twice).preferences}
    assert {"item", "runtime", "genre"} <= fields


def test_words_in_no_order_are_no_command(parser: Parser) -> None:
    said = "horror less than two again under nothing comedies older fine over me actually show hours but"
    rng, words = Random(3), said.split()
    parsed = parser.parse(" ".join(rng.choice(words) for _ in range(45)))
    assert (parsed.act, parsed.preferences, parsed.retractions) == ("none", (), ())
