"""The student in torch: the first layers of MiniLM with three heads; the teacher has all layers and none.

`inner` is how many units each layer has between its two products: MiniLM's, until the student is narrowed.
"""

from __future__ import annotations

import math
from pathlib import Path

import torch
from torch import Tensor, nn

from agents.student.labels import EMBEDDING_WIDTH, SENTENCE_WIDTH, TOKEN_WIDTH

WIDTH, HEADS, INNER, EPSILON = 384, 12, 1536, 1e-12
# So many of 256 states are dropped, a tenth: a byte of chance decides each.
DROPPED = 26


class Layer(nn.Module):
    """One post-norm layer as in BERT (Devlin et al., 2019), queries, keys and values in one product."""

    def __init__(self, inner: int) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm_attention = nn.LayerNorm(WIDTH, EPSILON)
        self.up = nn.Linear(WIDTH, inner)
        self.down = nn.Linear(inner, WIDTH)
        self.norm_feed = nn.LayerNorm(WIDTH, EPSILON)

    def forward(self, x: Tensor, bias: Tensor, noise: torch.Generator | None = None) -> Tensor:
        """Return states `[batch, length, 384]`; `bias` is 0 where a token may be looked at, else -10,000."""
        batch, length = x.shape[0], x.shape[1]
        q, k, v = (
            self.qkv(x).reshape(batch, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4).unbind(0)
        )
        weights = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(WIDTH // HEADS) + bias, dim=-1)
        mixed = (weights @ v).transpose(1, 2).reshape(batch, length, WIDTH)
        x = self.norm_attention(x + dropped(self.out(mixed), noise))
        fed: Tensor = self.norm_feed(x + dropped(self.down(nn.functional.gelu(self.up(x))), noise))
        return fed


class Trunk(nn.Module):
    """Embeddings and layers: token ids in, states out."""

    def __init__(self, vocabulary: int, positions: int, layers: int, inner: int = INNER) -> None:
        super().__init__()
        # A part of a batch has few of the words: its gradients are those alone, not 30 MB of zeros.
        self.words = nn.Embedding(vocabulary, WIDTH, sparse=True)
        self.positions = nn.Embedding(positions, WIDTH)
        self.known = nn.Embedding(1, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, EPSILON)
        self.layers = nn.ModuleList(Layer(inner) for _ in range(layers))

    def forward(
        self, ids: Tensor, mask: Tensor, known: Tensor | None = None, noise: torch.Generator | None = None
    ) -> Tensor:
        """Return states `[batch, length, 384]`.

        `ids` and `mask` are int64 `[batch, length]`, `known` is float32 of that shape: 1 where the catalogue
        has the token's word as a value; without it nothing is known, as of an item's text. `noise` is for
        training: the source of the states that are dropped.
        """
        x = self.words(ids) + self.positions.weight[: ids.shape[1]]
        if known is not None:
            x = x + known[:, :, None] * self.known.weight
        x = dropped(self.norm(x), noise)
        bias = (1.0 - mask[:, None, None, :].to(x.dtype)) * -10000.0
        for layer in self.layers:
            x = layer(x, bias, noise)
        return x


class Student(nn.Module):
    """Token labels, sentence labels and token vectors in one pass.

    The vectors are not normalised: the mean over any span, divided by its length, is that span's embedding.
    """

    def __init__(self, vocabulary: int, positions: int, layers: int, inner: int = INNER) -> None:
        super().__init__()
        self.trunk = Trunk(vocabulary, positions, layers, inner)
        self.token_head = nn.Linear(WIDTH, TOKEN_WIDTH)
        self.sentence_head = nn.Sequential(
            nn.Linear(2 * WIDTH, WIDTH), nn.GELU(), nn.Linear(WIDTH, SENTENCE_WIDTH)
        )
        self.vector_head = nn.Linear(WIDTH, EMBEDDING_WIDTH)

    def forward(
        self, ids: Tensor, mask: Tensor, known: Tensor, noise: torch.Generator | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return `tokens [B, T, K]`, `sentence [B, S]`, `vectors [B, T, 64]`; the inputs are the trunk's."""
        states = self.trunk(ids, mask, known, noise)
        weight = mask[:, :, None].to(states.dtype)
        mean = (states * weight).sum(1) / weight.sum(1)
        sentence = self.sentence_head(torch.cat([states[:, 0], mean], dim=-1))
        return self.token_head(states), sentence, self.vector_head(states)


def half(device: torch.device) -> torch.autocast:
    """Return the context in which networks compute in bfloat16.

    Without its cache: that belongs to the process, and parts of a batch that are worked on side by side would
    use each other's weights or not, as it happens, and make another model each time.
    """
    return torch.autocast(device.type, torch.bfloat16, cache_enabled=False)


def dropped(x: Tensor, noise: torch.Generator | None) -> Tensor:
    """Return `x` with some of its states at zero and the rest as much larger; without `noise` as it is.

    In bfloat16 the factor is rounded, and the mean loses 0.3 %. `torch.nn.Dropout` draws each state alone and
    from one source for all threads: slower, and no two runs of several threads would be alike.
    """
    if noise is None:
        return x
    words = torch.empty(-(-x.numel() // 8), dtype=torch.int64, device=x.device)
    words.random_(-(2**63), None, generator=noise)
    kept = words.view(torch.uint8)[: x.numel()].view(x.shape) >= DROPPED
    return x * kept.to(x.dtype).mul_(256 / (256 - DROPPED))


def load_trunk(weights: Path, layers: int, kept_ids: list[int] | None = None, positions: int = 512) -> Trunk:
    """Load MiniLM's first layers, with the kept rows of its vocabulary, from `model.safetensors`."""
    from safetensors.torch import load_file

    source = load_file(str(weights))
    source = {name.removeprefix("bert."): value for name, value in source.items()}
    words = source["embeddings.word_embeddings.weight"]
    words = words if kept_ids is None else words[torch.tensor(kept_ids)]
    trunk = Trunk(len(words), positions, layers)
    state = {
        "words.weight": words,
        # Of MiniLM's two segments the first joins the positions, which saves an addition, and what tells the
        # second from it marks the words that the catalogue knows.
        "positions.weight": (
            source["embeddings.position_embeddings.weight"]
            + source["embeddings.token_type_embeddings.weight"][0]
        )[:positions],
        "known.weight": (
            source["embeddings.token_type_embeddings.weight"][1:2]
            - source["embeddings.token_type_embeddings.weight"][:1]
        ),
        "norm.weight": source["embeddings.LayerNorm.weight"],
        "norm.bias": source["embeddings.LayerNorm.bias"],
    }
    renamed = {
        "attention.output.dense": "out",
        "attention.output.LayerNorm": "norm_attention",
        "intermediate.dense": "up",
        "output.dense": "down",
        "output.LayerNorm": "norm_feed",
    }
    for n in range(layers):
        at = f"encoder.layer.{n}"
        for part in ("weight", "bias"):
            state[f"layers.{n}.qkv.{part}"] = torch.cat(
                [source[f"{at}.attention.self.{name}.{part}"] for name in ("query", "key", "value")]
            )
            for old, new in renamed.items():
                state[f"layers.{n}.{new}.{part}"] = source[f"{at}.{old}.{part}"]
    trunk.load_state_dict(state)
    return trunk
