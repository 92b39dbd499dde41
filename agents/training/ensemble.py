"""The offline teachers: six-layer MiniLMs that are trained as the student is, and asked together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import torch
from rich.progress import Progress
from tokenizers import Tokenizer
from torch import Tensor

from agents.training.chance import Chance
from agents.training.dataset import Batch, Labelled
from agents.training.fit import Schooling, fit
from agents.training.losses import Logits, gold, weighed
from agents.training.network import Student, half, load_trunk
from agents.training.teacher import LAYERS

# Six layers forget MiniLM's own states at the student's rate.
RATE = 1.5e-4


@dataclass(frozen=True)
class Member:
    """One teacher. `masked` is the share of words hidden from it: it must read a wish from fewer words."""

    name: str
    seed: int
    masked: float


# Members that err alike teach no more than one: other fillings, another order, other inputs.
MEMBERS = (Member("teacher-1", 101, 0.0), Member("teacher-2", 202, 0.1))


@dataclass(frozen=True)
class School:
    """What members and student share: files, and the word pieces, so that logits fall on like tokens."""

    tokenizer: Tokenizer
    kept: list[int]
    minilm: Path
    scratch: Path
    positions: int


class Ensemble:
    """Trained teachers that answer together: the mean of their logits, a geometric mean of what they believe.

    (Hinton et al., 2015, section 2, allow either mean.) `members` are as `fit` returns them, trained.
    """

    def __init__(self, members: Sequence[Student]) -> None:
        self.members = members

    def one(self, rng: Random) -> Ensemble:
        """Return one member alone: drawn anew each time, they teach what all do in half the time."""
        return Ensemble([rng.choice(self.members)])

    def __call__(self, ids: Tensor, mask: Tensor, known: Tensor) -> Logits:
        """Return float32 logits of the tokens and of the sentence."""
        with torch.no_grad(), half(ids.device):
            answers = [member(ids, mask, known) for member in self.members]
        tokens = torch.stack([answer[0].float() for answer in answers]).mean(0)
        return tokens, torch.stack([answer[1].float() for answer in answers]).mean(0)


def train_member(
    member: Member, passes: Sequence[Sequence[Labelled]], school: School, threads: int, progress: Progress
) -> Student:
    """Train one teacher on passes of its own, or take it up where its checkpoint says that it is done."""
    torch.manual_seed(member.seed)
    network = Student(len(school.kept), school.positions, LAYERS)
    network.trunk = load_trunk(school.minilm / "model.safetensors", LAYERS, school.kept, school.positions)
    hidden = school.tokenizer.token_to_id("[MASK]")

    def loss_of(batch: Batch, _: Sequence[Labelled], chance: Chance) -> Tensor:
        ids = batch.ids
        if member.masked:
            drawn = torch.rand(ids.shape, device=ids.device, generator=chance.noise)
            chosen = (drawn < member.masked) & (batch.bio >= 0)
            ids = ids.masked_fill(chosen, hidden)
        with half(ids.device):
            tokens, sentence, _vectors = network(ids, batch.mask, batch.known, chance.noise)
        return weighed(gold((tokens, sentence), batch))

    manner = f"masked {member.masked}"
    schooling = Schooling(member.name, passes, RATE, member.seed, school.scratch, threads, manner)
    return fit(network, schooling, loss_of, progress)
