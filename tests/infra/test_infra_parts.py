"""Which parts a stack has: the teacher's only where a teacher is set."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

NAMES = "from infra.parts import all_parts; print(*(part.name for part in all_parts()))"


def run(code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own: settings are read once."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("HEED_")}
    environment = {**outside, "HEED_SETTINGS": "/dev/null", **variables}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment
    )


def test_a_stack_has_no_teacher_where_none_is_set():
    assert run(NAMES).stdout.split() == ["broker", "intent-job", "behavior-job", "sink", "api"]


@pytest.mark.parametrize("half", ["HEED_TEACHER_URL", "HEED_TEACHER_MODEL"])
def test_half_a_teacher_is_none(half: str):
    assert "teacher" not in run(NAMES, **{half: "x"}).stdout.split()


def test_a_teacher_that_is_set_is_a_part_and_shows_where_it_is():
    shown = "print(*(f'{p.name}|{p.address}|{p.what}' for p in status().parts), sep='\\n')"
    code = f"from infra.stack import status; {shown}"
    told = run(code, HEED_TEACHER_URL="http://127.0.0.1:1/v1", HEED_TEACHER_MODEL="any").stdout.splitlines()
    assert "teacher|http://127.0.0.1:1/v1|doubtful commands -> any -> a second reading" in told


def test_starting_a_teacher_that_is_not_set_says_what_to_set():
    answer = run("from infra.stack import up; up(['teacher'])")
    assert "HEED_TEACHER_URL and HEED_TEACHER_MODEL" in answer.stderr


def test_ending_everything_says_nothing_of_a_teacher_that_never_was(tmp_path: Path):
    # The parts are ended side by side: each line is written at once, or lines would run into one another.
    report = "lambda name, event, seconds: sys.stdout.write(name + ' ' + event + chr(10))"
    code = f"import sys; from infra.stack import down; down(report={report})"
    told = run(code, HEED_HOME=str(tmp_path)).stdout
    assert "api was not running" in told
    assert "teacher" not in told
