"""Commands with words exchanged for near ones, for which only the teachers know what they say.

TinyBERT (Jiao et al., 2020, algorithm 1) enlarges the task's data so; here the near words come from MiniLM's
own word vectors. "Less" may become "more": that is why the corpus' labels are not kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import torch
from tokenizers import Tokenizer
from torch import Tensor

from agents.training.dataset import pad

NEAR = 8
SHARE = 0.25
# Whole words come first in the vocabulary: what the corpus uses, then the most frequent.
WORDS = 9000
_CHUNK = 1000


class Rewording:
    """Exchanges words.

    Parameters
    ----------
    vectors
        Word vectors `[vocabulary, 384]`.
    """

    def __init__(self, tokenizer: Tokenizer, vectors: Tensor) -> None:
        pieces = {n: piece for piece, n in tokenizer.get_vocab().items()}
        self._continues = {n for n, piece in pieces.items() if piece.startswith("##")}
        words = [n for n in sorted(pieces) if pieces[n].isascii() and pieces[n].isalpha()][:WORDS]
        chosen = vectors[words].float()
        # About their mean: all word vectors share one direction, which says nothing.
        chosen = torch.nn.functional.normalize(chosen - chosen.mean(0), dim=-1)
        self._near: dict[int, list[int]] = {}
        for at in range(0, len(words), _CHUNK):
            # The nearest of all is the word itself.
            near = (chosen[at : at + _CHUNK] @ chosen.T).topk(NEAR + 1, dim=1).indices[:, 1:]
            for n, row in enumerate(near.tolist()):
                self._near[words[at + n]] = [words[other] for other in row]

    def reword(self, ids: Sequence[int], rng: Random) -> list[int]:
        """Return ids with about a quarter of the whole words exchanged; pieces of rare words stay."""
        out = list(ids)
        for n in range(1, len(ids) - 1):
            if ids[n] in self._near and ids[n + 1] not in self._continues and rng.random() < SHARE:
                out[n] = rng.choice(self._near[ids[n]])
        return out

    def batch(self, rows: Sequence[Sequence[int]], rng: Random) -> tuple[Tensor, Tensor]:
        """Return reworded ids and their mask."""
        return pad([self.reword(row, rng) for row in rows])
