"""What is answered where a command changed nothing."""

from __future__ import annotations

import msgspec
import pytest

from agents.types import Act, Change, Intent, Question, empty_intent
from ranking.service.wording import reply


def after(act: Act) -> Intent:
    return msgspec.structs.replace(empty_intent("42"), version=3, act=act)


def test_a_question_is_answered_with_what_is_known() -> None:
    answer = reply(after("question"), ["no Horror", "runtime under 120 minutes"])
    assert answer is not None
    assert answer.startswith("You asked for: no Horror, runtime under 120 minutes.")


def test_a_question_of_somebody_who_asked_for_nothing_says_so() -> None:
    assert "asked for nothing so far" in (reply(after("question"), []) or "")


def test_chit_chat_is_told_that_nothing_changed() -> None:
    assert reply(after("none"), ["no Horror"]) == "There was no wish in that, so nothing changed."


@pytest.mark.parametrize(
    "intent",
    [
        empty_intent("42"),
        after("refine"),
        msgspec.structs.replace(after("none"), question=Question(text="Which one?", answers=("a", "b"))),
        msgspec.structs.replace(after("question"), changes=(Change(kind="expired", reason="over"),)),
    ],
)
def test_where_something_else_speaks_there_is_no_reply(intent: Intent) -> None:
    assert reply(intent, []) is None
