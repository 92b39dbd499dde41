"""`heed parse --explain` and `heed parse -`: spans over their meaning, colour only where it is wanted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from rich.cells import cell_len

from agents.types import ParsedCommand, ParserInfo, Preference, Question, Retraction
from infra.explained import explained


def preference(text: str, words: str, **keys) -> Preference:
    at = text.index(words)
    usual = {"op": "eq", "value": words, "polarity": "positive", "strength": "hard", "confidence": 0.9}
    return Preference(**{**usual, **keys}, span=(at, at + len(words)), text=words)


def parsed(text: str, *preferences: Preference, **keys) -> ParsedCommand:
    usual = {"clarity": "clear", "question": None, "act": "refine", "acts": ("refine",)}
    return ParsedCommand(command_id="", user_id="", text=text, preferences=preferences, **{**usual, **keys})


def lines(command: ParsedCommand, width: int = 100) -> list[str]:
    return [line.plain for line in explained(command, width, lambda item_id: f"Title {item_id}")]


def test_a_meaning_stands_beneath_the_words_that_say_it():
    text = "no horror, more comedies"
    shown = lines(
        parsed(
            text,
            preference(text, "horror", field="genre", value="Horror", polarity="negative"),
            preference(text, "comedies", field="genre", value="Comedy", strength="soft"),
        )
    )
    assert shown[0] == text
    assert shown[1].index("-! genre=Horror 0.90") == text.index("horror")
    # The second does not fit beside the first, so it takes a line of its own, in its place all the same.
    assert shown[2].index("+~ genre=Comedy 0.90") == text.index("comedies")


def test_wide_letters_before_a_span_take_two_cells():
    text = "映画 comedies"
    shown = lines(parsed(text, preference(text, "comedies", field="genre", value="Comedy")))
    assert shown[1].index("+!") == cell_len("映画 ") == 5


def test_a_long_command_is_broken_and_every_meaning_stands_under_its_own_line():
    text = "word " * 30 + "horror " + "word " * 30 + "westerns"
    shown = lines(
        parsed(
            text,
            preference(text, "horror", field="genre", value="Horror"),
            preference(text, "westerns", field="genre", value="Western"),
        ),
        width=60,
    )
    for words, said in (("horror", "genre=Horror"), ("westerns", "genre=Western")):
        at = next(n for n, line in enumerate(shown) if words in line)
        assert said in shown[at + 1]
    assert all(len(line) <= 60 for line in shown)
    assert "".join(line for line in shown if "word" in line or line == "westerns") == text


def test_everything_that_a_command_says_is_there():
    text = "under two hours tonight, like that one"
    shown = "\n".join(
        lines(
            parsed(
                text,
                preference(
                    text,
                    "under two hours",
                    field="runtime",
                    op="lt",
                    value=120,
                    horizon="lasting",
                    expires_at=datetime(2026, 1, 2, 4, tzinfo=UTC),
                ),
                preference(text, "that one", field="item", op="like", value="6", strength="soft"),
                act="feedback",
                acts=("feedback", "refine"),
                clarity="ambiguous",
                question=Question(text="Which one?", answers=("the first one", "the last one")),
                retractions=(Retraction(field="year"), Retraction(field="genre", value="War")),
                parser=ParserInfo(name="student", version="", milliseconds=1.25),
                confidence=0.42,
                doubtful=True,
            )
        )
    )
    for said in (
        "+! runtime<120 (lasting) until 2026-01-02 04:00 0.90",
        "+~ like Title 6 0.90",
        "act: feedback, refine",
        "clarity: ambiguous",
        "sure: 0.42, doubtful",
        "1.25 ms",
        "takes back: year",
        "takes back: genre=War",
        "asks: Which one?",
        "> the first one",
        "> the last one",
    ):
        assert said in shown


def test_line_breaks_and_control_characters_do_not_move_a_span():
    text = "no\nhorror\x1b[31m"
    shown = lines(parsed(text, preference(text, "horror", field="genre")))
    assert "\x1b" not in "".join(shown)
    assert shown[1].index("+!") == 3


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A loaded catalogue, as `heed data load` leaves it: the report's books, for they are few."""
    from batch.parser_report.catalogs import catalog_of
    from catalog.store import save
    from catalog.tables import INTERACTIONS

    folder = tmp_path_factory.mktemp("home")
    save(catalog_of("books"), INTERACTIONS.empty_table(), folder / "data" / "books")
    return folder


def heed(home, *words: str, **variables: str) -> str:
    answer = run(home, *words, **variables)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def run(home, *words: str, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    return subprocess.run(
        [sys.executable, "-m", "infra.cli", "parse", "--domain", "books", *words],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env={**environment, "HEED_HOME": str(home), **variables},
    )


def test_pipes_and_no_color_are_respected(home):
    words = ("--explain", "no horror")
    plain = heed(home, *words)
    assert "\x1b" not in plain
    assert "-! genre=horror" in plain
    assert "\x1b[1;31m" in heed(home, *words, FORCE_COLOR="1", TERM="xterm-256color")
    # Bold stays without colour: it is no colour (https://no-color.org).
    assert "31m" not in heed(home, *words, FORCE_COLOR="1", NO_COLOR="1", TERM="xterm-256color")


def test_a_line_that_was_meant_as_json_is_said_to_be_none(home):
    lines = ['{"text": "no horror"', '{"words": "no horror"}', "{no json", '{"text": "no horror"}']
    answer = run(home, "-", stdin="\n".join(lines) + "\n")
    assert [json.loads(line)["text"] for line in answer.stdout.splitlines()] == [*lines[:3], "no horror"]
    told = [line for line in answer.stderr.splitlines() if line.startswith("Line")]
    assert told[0].startswith("Line 1 is no JSON object (") and told[0].endswith(
        "it was read as plain words."
    )
    assert told[1:] == ["Line 2 has no `text` in words: it was read as plain words."]


def test_each_line_of_text_or_json_is_answered_in_order(home):
    document = {"text": "the second one looks good", "shown_item_ids": ["1", 6], "command_id": "c1"}
    sent = ["no horror", json.dumps(document), '{"text": "hi", "shown_item_ids": 5}', "{no json", ""]
    answers = [json.loads(line) for line in heed(home, "-", stdin="\n".join(sent) + "\n").splitlines()]
    assert [a["text"] for a in answers] == ["no horror", document["text"], "hi", "{no json", ""]
    assert answers[0]["preferences"][0]["value"] == "horror"
    assert answers[1]["command_id"] == "c1"
    assert [(p["field"], p["value"]) for p in answers[1]["preferences"]] == [("item", "6")]
    explanations = heed(home, "-", "--explain", stdin="no horror\nmore mystery\n")
    assert explanations.index("genre=horror") < explanations.index("genre=mystery")
