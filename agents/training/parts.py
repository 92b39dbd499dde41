"""A batch in parts that are worked on side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce
from random import Random

import torch
from torch import Tensor

from agents.training.chance import Chance
from agents.training.dataset import Batch, Labelled, collate

# It does not depend on the number of threads, so one thread and two make the same model, bit by bit.
PARTS = 2

# The loss of a part of a batch, given the commands in it and its source of chance.
LossOf = Callable[[Batch, Sequence[Labelled], Chance], Tensor]


@dataclass(frozen=True)
class Backward:
    """Takes the gradients of batches, their parts side by side on the threads of `pool`."""

    loss_of: LossOf
    parameters: Sequence[Tensor]
    pool: ThreadPoolExecutor

    def __call__(self, commands: Sequence[Labelled], rng: Random) -> float:
        """Set the gradients of a batch, added up over its parts in their order; return the parts' mean loss.

        Each part weighs as many as its commands.
        """
        where = self.parameters[0].device
        parts = [part for n in range(PARTS) if (part := commands[n::PARTS])]
        chances = [Chance.drawn(rng, where) for _ in parts]
        shares = [len(part) / len(commands) for part in parts]
        done = list(self.pool.map(self._gradients, parts, chances, shares))
        for n, parameter in enumerate(self.parameters):
            found = [gradient for _, gradients in done if (gradient := gradients[n]) is not None]
            parameter.grad = _dense(reduce(Tensor.add_, found), parameter.grad) if found else None
        return sum(loss for loss, _ in done)

    def _gradients(
        self, part: Sequence[Labelled], chance: Chance, share: float
    ) -> tuple[float, tuple[Tensor | None, ...]]:
        """Return the loss and the gradients of a part, both times its share of the batch."""
        batch = collate(part).to(self.parameters[0].device)
        loss = share * self.loss_of(batch, part, chance)
        return loss.item(), torch.autograd.grad(loss, self.parameters, allow_unused=True)


def _dense(gradient: Tensor, last: Tensor | None) -> Tensor:
    """Return a gradient that the optimizer takes: a sparse one in the memory of the last."""
    if not gradient.is_sparse:
        return gradient
    return gradient.to_dense() if last is None else last.zero_().add_(gradient)


def side_by_side(threads: int) -> ThreadPoolExecutor:
    """Return a pool of `threads` threads, of one for each part at most."""
    # Gradients near zero are denormal numbers, with which a CPU computes many times slower.
    return ThreadPoolExecutor(
        min(threads, PARTS), "part", initializer=torch.set_flush_denormal, initargs=(True,)
    )
