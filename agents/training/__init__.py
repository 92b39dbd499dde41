"""How the student is trained: `heed train parser`. Everything here needs the `train` extra."""

from __future__ import annotations

from pathlib import Path

__all__ = ["train_parser"]


def train_parser(
    out: Path, *, epochs: int = 4, per_pattern: int = 8, seed: int = 7, threads: int = 1
) -> Path:
    """Train, export, calibrate and score the student; return the model folder.

    Parameters
    ----------
    out
        Folder for the model set; `<out>.training` beside it lets an interrupted run go on where it stopped.
    epochs, per_pattern
        Passes over the corpus, and how often a pattern is filled in each; every pass fills anew.
    seed
        Of the fillers, the noise, the order and the weights: one seed gives one model on one machine.
    threads
        CPU threads; 0 leaves the choice to torch.
    """
    from agents.training.train import Plan, run

    return run(Plan(out=out, epochs=epochs, per_pattern=per_pattern, seed=seed, threads=threads))
