"""How the student is trained: `heed train parser`. Everything here but `Plan` needs the `train` extra."""

from __future__ import annotations

from pathlib import Path

from agents.training.plan import Plan

__all__ = ["Plan", "train_parser"]


def train_parser(plan: Plan) -> Path:
    """Train teachers and student, export, calibrate and score the student; return the model folder.

    Raises
    ------
    TrainingError
        The domain to leave out is none of the corpus.
    """
    from agents.training.train import run

    return run(plan)
