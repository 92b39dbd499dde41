"""How the student is trained: `heed train parser`. Everything here needs the `train` extra."""

from __future__ import annotations

from pathlib import Path

__all__ = ["train_parser"]


def train_parser(  # noqa: PLR0913 - each says one thing about the run, by name
    out: Path,
    *,
    epochs: int = 5,
    per_pattern: int = 4,
    seed: int = 7,
    threads: int = 1,
    teachers: int = 0,
    leave_out: str = "",
    labels: Path | None = None,
) -> Path:
    """Train teachers and student, export, calibrate and score the student; return the model folder.

    Parameters
    ----------
    out
        Folder for the model set; `<out>.training` beside it lets an interrupted run go on where it stopped.
    epochs, per_pattern
        Passes over the corpus, and how often a pattern is filled in each; every pass fills anew.
    seed
        Of the fillers, the noise, the order and the weights: one seed gives one model on one machine.
    threads
        CPU threads; 0 leaves the choice to torch. A GPU is used where there is one.
    teachers
        How many six-layer teachers give soft labels beside the corpus' own, 0 to 2.
    leave_out
        A domain that is left out, to see how the student reads one that it never met.
    labels
        A file of `heed train label`: what a language model said of other commands, taught beside the corpus.

    Raises
    ------
    TrainingError
        The domain to leave out is none of the corpus.
    """
    from agents.training.train import Plan, run

    return run(
        Plan(
            out=out,
            epochs=epochs,
            per_pattern=per_pattern,
            seed=seed,
            threads=threads,
            teachers=teachers,
            leave_out=leave_out,
            labels=labels,
        )
    )
