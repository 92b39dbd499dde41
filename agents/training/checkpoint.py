"""What lets a run that was killed go on: one file for each network in training, written after each pass."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch

from agents.training.network import Student


@dataclass(frozen=True)
class Checkpoint:
    """All that changes from pass to pass, kept in `path`.

    `run` names what is taught and how; a file of another run is not taken up.
    """

    path: Path
    run: str
    network: Student
    optimizer: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.LambdaLR

    def save(self, done: int) -> None:
        """Write the state after `done` passes; a kill while writing leaves the one before."""
        parts = {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
        }
        new = self.path.with_suffix(".new")
        torch.save({**parts, "run": self.run, "done": done}, new)
        new.replace(self.path)

    def resume(self) -> int:
        """Take up the state of the same run, if there is one; return how many passes it has done."""
        if not self.path.exists():
            return 0
        state = torch.load(self.path, weights_only=True, map_location="cpu")
        if state["run"] != self.run:
            return 0
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        return int(state["done"])
