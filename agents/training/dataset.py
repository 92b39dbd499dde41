"""Labelled commands and texts to embed, as padded tensors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor

from agents.corpus import Example, Mention
from agents.corpus.notation import ACTS, CLARITIES, HORIZONS, OPS, QUADRANTS
from agents.student.labels import BIO, MAX_TOKENS, TOKEN_HEADS

# Cross entropy leaves these out: padding, and attributes of tokens that are in no mention.
IGNORED = -100


@dataclass(frozen=True)
class Labelled:
    """One command: its ids, a label row per token head, its sentence labels, and where its mentions lie.

    `spans` holds `(first token, end token)` of each mention, to distil what it means out of context.
    """

    ids: list[int]
    tokens: npt.NDArray[np.int64]
    acts: npt.NDArray[np.float32]
    act: int
    clarity: int
    spans: tuple[tuple[int, int], ...]
    surfaces: tuple[str, ...]


@dataclass(frozen=True)
class Batch:
    """Padded tensors of some commands; `span_rows` are `(row, first, end)` of every mention in the batch."""

    ids: Tensor
    mask: Tensor
    tokens: dict[str, Tensor]
    acts: Tensor
    act: Tensor
    clarity: Tensor
    span_rows: list[tuple[int, int, int]]
    surfaces: list[str]


def span_tokens(encoding: Encoding, mention: Mention) -> tuple[int, int] | None:
    """Return the tokens `[first, end)` that overlap a mention, or None where it was cut off."""
    inside = [
        i for i, (a, b) in enumerate(encoding.offsets) if b > a and a < mention.end and b > mention.start
    ]
    return (inside[0], inside[-1] + 1) if inside else None


def label(example: Example, tokenizer: Tokenizer) -> Labelled:
    """Turn an example into label rows, in the order of `TOKEN_HEADS`."""
    encoding = tokenizer.encode(example.text)
    ids = encoding.ids[:MAX_TOKENS]
    rows = np.full((len(TOKEN_HEADS), len(ids)), IGNORED, np.int64)
    rows[0, 1:-1] = 0
    spans, surfaces = [], []
    for mention in example.mentions:
        span = span_tokens(encoding, mention)
        if span is None or span[1] > len(ids):
            continue
        first, end = span
        rows[0, first:end] = BIO.index(f"I-{mention.kind}")
        rows[0, first] = BIO.index(f"B-{mention.kind}")
        rows[1, first:end] = QUADRANTS.index(mention.quadrant) if not mention.retracted else IGNORED
        rows[2, first:end] = OPS.index(mention.op) if mention.kind == "B" else IGNORED
        rows[3, first:end] = HORIZONS.index(mention.horizon)
        rows[4, first:end] = int(mention.retracted)
        rows[5, first:end] = int(mention.joined)
        spans.append(span)
        surfaces.append(example.text[mention.start : mention.end])
    acts = np.zeros(len(ACTS), np.float32)
    acts[[ACTS.index(a) for a in example.acts]] = 1
    return Labelled(
        ids,
        rows,
        acts,
        ACTS.index(example.acts[0]),
        CLARITIES.index(example.clarity),
        tuple(spans),
        tuple(surfaces),
    )


def pad(rows: Sequence[Sequence[int]], fill: int = 0) -> tuple[Tensor, Tensor]:
    """Return ids and mask, int64 `[batch, longest]`."""
    longest = max(map(len, rows))
    ids = torch.full((len(rows), longest), fill, dtype=torch.int64)
    mask = torch.zeros((len(rows), longest), dtype=torch.int64)
    for n, row in enumerate(rows):
        ids[n, : len(row)] = torch.tensor(row)
        mask[n, : len(row)] = 1
    return ids, mask


def collate(items: Sequence[Labelled]) -> Batch:
    """Pad some labelled commands into one batch."""
    ids, mask = pad([item.ids for item in items])
    tokens = {
        name: pad([item.tokens[h].tolist() for item in items], IGNORED)[0]
        for h, (name, _) in enumerate(TOKEN_HEADS)
    }
    return Batch(
        ids,
        mask,
        tokens,
        torch.from_numpy(np.stack([item.acts for item in items])),
        torch.tensor([item.act for item in items]),
        torch.tensor([item.clarity for item in items]),
        [(n, a, b) for n, item in enumerate(items) for a, b in item.spans],
        [surface for item in items for surface in item.surfaces],
    )


def batches(lengths: Sequence[int], size: int, rng: Random) -> Iterator[list[int]]:
    """Yield shuffled batches of indices with like lengths together, so little is padding."""
    order = sorted(range(len(lengths)), key=lambda i: lengths[i] + rng.random() * 4)
    chunks = [order[i : i + size] for i in range(0, len(order), size)]
    rng.shuffle(chunks)
    yield from chunks
