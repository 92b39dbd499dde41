"""What a training run is to do. It needs no torch, so that a command can be read before torch is there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What one run does.

    Attributes
    ----------
    out
        Folder for the model set; `scratch` beside it lets an interrupted run go on where it stopped.
    epochs, per_pattern
        Passes over the corpus, and how often a pattern is filled in each; every pass fills anew.
    seed
        Of the fillers, the noise, the order and the weights: one seed gives one model on one kind of machine.
    threads
        CPU threads: one and two make the same model. A GPU is used where there is one.
    teachers
        How many six-layer teachers give soft labels beside the corpus' own, 0 to 2.
    teacher_epochs, teacher_per_pattern
        The same for each teacher's own passes.
    keep_teachers
        A folder for a model set of each teacher, for `heed evaluate parser --teacher`; None keeps none.
    leave_out
        A domain that is left out, to see how the student reads one that it never met.
    labels
        A file of `heed train label`: what a language model said of other commands, taught beside the corpus.
    """

    out: Path
    epochs: int
    per_pattern: int
    seed: int
    threads: int
    teachers: int = 0
    teacher_epochs: int = 2
    teacher_per_pattern: int = 2
    keep_teachers: Path | None = None
    leave_out: str = ""
    labels: Path | None = None

    @property
    def scratch(self) -> Path:
        """The folder beside `out` that lets an interrupted run go on; it goes when the run is done."""
        return self.out.with_name(self.out.name + ".training")
