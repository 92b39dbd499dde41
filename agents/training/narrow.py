"""A trained network with fewer units between the two products of each layer: those that say least go.

A pass costs what its products cost, and two thirds of them are there. Half of the units do seven tenths of
the work; the rest comes back when the narrow network learns once more, from the whole one as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from agents.training.dataset import Labelled, collate
from agents.training.network import Student

_BATCH = 64


def narrowed(student: Student, commands: Sequence[Labelled], inner: int) -> Student:
    """Return the network with the `inner` units of each layer that count most in `commands`.

    A unit counts as its output does, times the weights that carry that on: the root of its summed squares
    over all tokens, times the length of its column (Sun et al., 2024, "A simple and effective pruning
    approach for large language models", equation 1, taken for whole units).
    """
    trunk = student.trunk
    narrow = Student(trunk.words.num_embeddings, trunk.positions.num_embeddings, len(trunk.layers), inner)
    state = student.state_dict()
    for n, used in enumerate(_used(student, commands)):
        at = f"trunk.layers.{n}"
        counts = used.sqrt() * state[f"{at}.down.weight"].norm(dim=0)
        kept = counts.topk(inner).indices.sort().values
        state[f"{at}.up.weight"] = state[f"{at}.up.weight"][kept]
        state[f"{at}.up.bias"] = state[f"{at}.up.bias"][kept]
        state[f"{at}.down.weight"] = state[f"{at}.down.weight"][:, kept]
    narrow.load_state_dict(state)
    return narrow


@torch.no_grad()
def _used(student: Student, commands: Sequence[Labelled]) -> list[Tensor]:
    """Return each layer's summed squares of its units over the tokens of all commands, `[units]`."""
    student.eval()
    where = next(student.parameters()).device
    by_length = sorted(commands, key=lambda item: len(item.ids))
    sums: list[Tensor] = []
    for at in range(0, len(by_length), _BATCH):
        batch = collate(by_length[at : at + _BATCH]).to(where)
        with _units(student) as units:
            student(batch.ids, batch.mask, batch.known)
        real = batch.mask[:, :, None].float()
        new = [(one * real).square().sum((0, 1)) for one in units]
        sums = [a + b for a, b in zip(sums, new, strict=True)] if sums else new
    return sums


@contextmanager
def _units(student: Student) -> Iterator[list[Tensor]]:
    """Give a list that holds what the units of each layer said, `[batch, length, units]`, after a pass."""
    said: list[Tensor] = []

    def keep(_: nn.Module, given: tuple[Tensor, ...]) -> None:
        said.append(given[0])

    hooks = [layer.down.register_forward_pre_hook(keep) for layer in student.trunk.layers]
    try:
        yield said
    finally:
        for hook in hooks:
            hook.remove()
