"""Each step once, until what it was made from changes; what holds old outputs is started again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra import pipeline
from infra.console import Tell
from infra.pipeline import Step, run_steps


@contextmanager
def silently(_: str) -> Iterator[Tell]:
    yield lambda step, done, total: None


class Workshop:
    """A source file, an output file, and a step between them that counts its runs."""

    def __init__(self, folder: Path) -> None:
        self.source, self.output, self.runs = folder / "source", folder / "output", 0
        self.source.write_text("one")
        self.step = Step(
            name="step",
            what="make the output",
            rooms=(),
            inputs=lambda: [self.source],
            outputs=lambda: [self.output],
            run=self.run,
            read_by=("api",),
        )

    def run(self, _: Tell) -> None:
        self.runs += 1
        self.output.write_text(self.source.read_text())

    def outdated(self) -> tuple[str, ...]:
        return run_steps(silently, lambda what, seconds: None)


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    made = Workshop(tmp_path)
    monkeypatch.setattr(pipeline, "home", lambda: tmp_path)
    monkeypatch.setattr(pipeline, "steps", lambda: (made.step,))
    return made


def test_a_step_is_done_once(workshop):
    assert workshop.outdated() == ("api",)
    assert workshop.outdated() == ()
    assert workshop.runs == 1


def test_a_changed_input_makes_it_anew_and_names_the_parts_that_hold_the_old_output(workshop):
    workshop.outdated()
    workshop.source.write_text("two")
    assert workshop.outdated() == ("api",)
    assert workshop.output.read_text() == "two"


def test_an_input_that_was_only_touched_changes_nothing(workshop):
    workshop.outdated()
    workshop.source.write_text("one")
    assert workshop.outdated() == ()


def test_a_lost_output_is_made_again(workshop):
    workshop.outdated()
    workshop.output.unlink()
    assert not workshop.step.is_done()
    workshop.outdated()
    assert workshop.output.exists()


def test_a_step_that_fails_is_not_taken_for_done(workshop, monkeypatch):
    def fail(_: Tell) -> None:
        raise ZeroDivisionError

    step = workshop.step
    broken = Step(step.name, step.what, step.rooms, step.inputs, step.outputs, fail)
    monkeypatch.setattr(pipeline, "steps", lambda: (broken,))
    workshop.output.write_text("half")
    with pytest.raises(ZeroDivisionError):
        workshop.outdated()
    assert not step.is_done()


def test_every_real_step_names_code_that_exists_and_parts_that_exist():
    from infra.parts import PART_NAMES
    from infra.settings_file import CHECKOUT

    for step in pipeline.steps():
        assert all((CHECKOUT / room).is_dir() for room in step.rooms)
        assert set(step.read_by) <= set(PART_NAMES)
