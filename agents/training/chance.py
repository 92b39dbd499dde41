"""Where the chance in a training step comes from."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import torch


@dataclass(frozen=True)
class Chance:
    """What one part of a batch draws from: `rng` for what is drawn one by one, `noise` for tensors.

    Each part has its own, so what it draws does not depend on which part is worked on first.
    """

    rng: Random
    noise: torch.Generator

    @classmethod
    def drawn(cls, rng: Random, device: torch.device) -> Chance:
        """Return a new one, its seed drawn from `rng`."""
        seed = rng.getrandbits(63)
        return cls(Random(seed), torch.Generator(device).manual_seed(seed))
