"""Train one network: passes over labelled commands, with a checkpoint after each."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random

import torch
from rich.progress import Progress
from torch import nn

from agents.training.checkpoint import Checkpoint
from agents.training.dataset import Labelled, batches
from agents.training.network import Student
from agents.training.parts import Backward, LossOf, side_by_side

WARM_UP = 0.06
BATCH = 64


@dataclass(frozen=True)
class Schooling:
    """How one network is trained. `name` is that of its checkpoint; `rate` the highest learning rate."""

    name: str
    passes: Sequence[Sequence[Labelled]]
    rate: float
    seed: int
    scratch: Path
    threads: int = 1
    # What else decides what is learned, for the checkpoint's name.
    manner: str = ""

    @cached_property
    def run(self) -> str:
        """A hash of what is taught and how: no checkpoint of another corpus, vocabulary or manner fits it."""
        told = hashlib.sha256(f"{self.name} {self.rate} {self.seed} {BATCH} {self.manner}".encode())
        for items in self.passes:
            told.update(repr(items).encode())
        return told.hexdigest()


def device() -> torch.device:
    """Return the GPU where there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def fit(network: Student, schooling: Schooling, loss_of: LossOf, progress: Progress) -> Student:
    """Train a network and return it, ready to be asked; passes that a checkpoint holds are not done again."""
    where = device()
    network.to(where)
    # The word vectors learn, too: with MiniLM's own kept, unseen wordings are read worse by .04 of F1.
    parameters = list(network.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=schooling.rate, weight_decay=0.01, fused=True)
    steps = sum(math.ceil(len(items) / BATCH) for items in schooling.passes)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda n: _rate_at(n, steps))
    path = schooling.scratch / f"{schooling.name}.pt"
    checkpoint = Checkpoint(path, schooling.run, network, optimizer, schedule)
    with side_by_side(schooling.threads) as pool:
        backward = Backward(loss_of, parameters, pool)
        for epoch in range(checkpoint.resume(), len(schooling.passes)):
            items, number = schooling.passes[epoch], f"{epoch + 1}/{len(schooling.passes)}"
            # Chance starts anew with each pass: a run that goes on makes the model of one that never stopped.
            rng = Random(schooling.seed * 1000 + epoch)
            task = progress.add_task(f"{schooling.name} {number}", total=len(items))
            total = 0.0
            for chosen in batches([len(item.ids) for item in items], BATCH, rng):
                loss = backward([items[n] for n in chosen], rng)
                nn.utils.clip_grad_norm_(parameters, 1.0)
                optimizer.step()
                schedule.step()
                total += loss * len(chosen)
                said = f"{schooling.name} {number} loss {loss:.3f}"
                progress.update(task, advance=len(chosen), description=said)
            checkpoint.save(epoch + 1)
            # A file shows no bar, only what is printed.
            progress.console.print(f"{schooling.name} {number}: mean loss {total / len(items):.3f}")
    network.eval()
    return network


def _rate_at(step: int, steps: int) -> float:
    """Return the share of the learning rate: up in a line, down in half a cosine."""
    warm = max(1, int(WARM_UP * steps))
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))
