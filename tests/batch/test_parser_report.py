"""The whole report: every reader judged on the same commands, and a page that says what was measured."""

from __future__ import annotations

from hashlib import sha256

import numpy as np
import pytest

from agents.student.manifest import default_folder
from agents.student.session import shipped_session
from batch.parser_report.evaluate import Asked, Report, evaluate_parser
from batch.parser_report.markdown import as_markdown
from batch.parser_report.readers import Together


@pytest.fixture(scope="module")
def report() -> Report:
    return evaluate_parser(Asked(per_pattern=1), lambda step, done, total: None)


def test_understanding_beats_vocabulary_and_likeness(report):
    """All three go through one linker: what is left is what they understand."""
    student, *simpler = report.systems
    assert [one.name for one in report.systems] == ["student", "nearest neighbour", "rules only"]
    for one in simpler:
        assert one.scores.commands == student.scores.commands == report.commands
        assert student.scores.preference_f1.low > one.scores.preference_f1.high, one.name
        assert student.scores.command_accuracy.low > one.scores.command_accuracy.high, one.name


def test_the_splits_add_up(report):
    for system in report.systems:
        for kind in ("act", "domain", "family"):
            assert sum(s.commands for s in system.by[kind].values()) == report.commands
            assert sum(s.preferences for s in system.by[kind].values()) == system.scores.preferences
        assert sum(s.preferences for s in system.by["field"].values()) == system.scores.preferences
    assert len(report.systems[0].by["family"]) == report.families


def test_every_score_lies_in_its_interval(report):
    names = (
        *("preference_f1", "preference_f1_without_strength", "command_accuracy"),
        *("act_accuracy", "clarity_accuracy"),
    )
    for system in report.systems:
        for name in names:
            one = getattr(system.scores, name)
            assert 0 <= one.low <= one.value <= one.high <= 1, (system.name, name)


def test_the_page_says_what_was_measured_on_what_and_how_to_do_it_again(report):
    page = as_markdown(report, "heed evaluate parser --report here.md")
    assert "`heed evaluate parser --report here.md`" in page
    assert sha256((default_folder() / "model.onnx").read_bytes()).hexdigest() in page
    assert f"{report.machine.cores} cores" in page
    student = report.systems[0].scores.preference_f1
    assert f"| student | {student.value:.3f} [{student.low:.3f}, {student.high:.3f}] |" in page
    widths = {line.count("|") for line in page.splitlines() if line.startswith("| student |")}
    assert widths == {8}
    for system in report.systems:
        assert f"| {system.name} |" in page


def test_teachers_that_agree_answer_as_one_of_them():
    session = shipped_session()
    together = Together([default_folder(), default_folder()])
    texts = ["no more horror, something like Heat but under two hours", "thanks"]
    known = [[(8, 14)], []]
    for one, other in zip(session.run(texts, known), together.run(texts, known), strict=True):
        np.testing.assert_allclose(one.tokens, other.tokens, atol=1e-5)
        np.testing.assert_allclose(one.sentence, other.sentence, atol=1e-5)
