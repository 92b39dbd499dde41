"""Labelled commands and texts to embed, as padded tensors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from random import Random

import numpy as np
import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor

from agents.corpus import Example, Mention
from agents.corpus.notation import ACTS, CLARITIES, HORIZONS, OPS, QUADRANTS
from agents.student.labels import BIO, MAX_TOKENS, TOKEN_HEADS
from agents.student.session import known_tokens
from catalog.known_words import Span

# Cross entropy leaves these out: padding, and attributes that a mention does not have.
IGNORED = -100
# What is said about a mention, in the order of the columns of `Labelled.attributes`.
ATTRIBUTES = tuple(name for name, _ in TOKEN_HEADS if name != "bio")


@dataclass(frozen=True)
class Labelled:
    """One command: its ids, a span label per token, its sentence labels, and its mentions.

    `known` is 1 where a token's word is a value of the catalogue; `spans` holds `(first token, end token)` of
    each mention, `attributes` a label per name in `ATTRIBUTES`, `surfaces` its words.
    """

    ids: list[int]
    known: list[int]
    bio: list[int]
    spans: tuple[tuple[int, int], ...]
    attributes: tuple[tuple[int, ...], ...]
    surfaces: tuple[str, ...]
    acts: tuple[int, ...]
    clarity: int


@dataclass(frozen=True)
class Batch:
    """Some commands as tensors.

    `ids`, `mask` and `bio` are int64 `[batch, length]`, `known` is float32 of that shape; `pool` is float32
    `[mentions, batch * length]` and averages the tokens of each mention; `attributes` is int64
    `[mentions, 5]`; `acts` is float32 `[batch, acts]`; `act` and `clarity` are int64 `[batch]`.
    """

    ids: Tensor
    mask: Tensor
    known: Tensor
    bio: Tensor
    pool: Tensor
    attributes: Tensor
    acts: Tensor
    act: Tensor
    clarity: Tensor
    surfaces: list[str]

    def to(self, device: torch.device) -> Batch:
        """Return the batch with its tensors on a device."""
        tensors = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "surfaces"}
        return replace(self, **{name: tensor.to(device) for name, tensor in tensors.items()})


def span_tokens(encoding: Encoding, mention: Mention) -> tuple[int, int] | None:
    """Return the tokens `[first, end)` that overlap a mention, or None where it was cut off."""
    inside = [
        i for i, (a, b) in enumerate(encoding.offsets) if b > a and a < mention.end and b > mention.start
    ]
    return (inside[0], inside[-1] + 1) if inside else None


def attributes_of(mention: Mention) -> tuple[int, ...]:
    """Return the labels of a mention in the order of `ATTRIBUTES`; what is taken back has no quadrant."""
    return (
        IGNORED if mention.retracted else QUADRANTS.index(mention.quadrant),
        OPS.index(mention.op) if mention.kind == "B" else IGNORED,
        HORIZONS.index(mention.horizon),
        int(mention.retracted),
        int(mention.joined),
    )


def label(example: Example, tokenizer: Tokenizer, known: Sequence[Span] = ()) -> Labelled:
    """Turn an example into labels; its words at `known` are values. The marks at both ends have no label."""
    encoding = tokenizer.encode(example.text)
    ids = encoding.ids[:MAX_TOKENS]
    bio = [IGNORED, *[0] * (len(ids) - 2), IGNORED]
    kept: list[tuple[tuple[int, int], Mention]] = []
    for mention in example.mentions:
        span = span_tokens(encoding, mention)
        if span is None or span[1] > len(ids):
            continue
        first, end = span
        bio[first:end] = [BIO.index(f"I-{mention.kind}")] * (end - first)
        bio[first] = BIO.index(f"B-{mention.kind}")
        kept.append((span, mention))
    return Labelled(
        ids=ids,
        known=known_tokens(encoding, len(ids), known),
        bio=bio,
        spans=tuple(span for span, _ in kept),
        attributes=tuple(attributes_of(mention) for _, mention in kept),
        surfaces=tuple(example.text[mention.start : mention.end] for _, mention in kept),
        acts=tuple(ACTS.index(act) for act in example.acts),
        clarity=CLARITIES.index(example.clarity),
    )


def pad(rows: Sequence[Sequence[int]], fill: int = 0) -> tuple[Tensor, Tensor]:
    """Return ids and mask, int64 `[batch, longest]`."""
    longest = max(map(len, rows))
    ids = np.full((len(rows), longest), fill, np.int64)
    mask = np.zeros((len(rows), longest), np.int64)
    for n, row in enumerate(rows):
        ids[n, : len(row)] = row
        mask[n, : len(row)] = 1
    return torch.from_numpy(ids), torch.from_numpy(mask)


def collate(items: Sequence[Labelled]) -> Batch:
    """Pad some labelled commands into one batch."""
    ids, mask = pad([item.ids for item in items])
    length = ids.shape[1]
    spans = [(n * length, *span) for n, item in enumerate(items) for span in item.spans]
    # In torch's own memory, which is aligned: elsewhere a product of the same numbers may differ in a bit.
    pool = torch.zeros(len(spans), ids.numel())
    for row, (at, first, end) in enumerate(spans):
        pool[row, at + first : at + end] = 1 / (end - first)
    attributes = [one for item in items for one in item.attributes]
    acts = np.zeros((len(items), len(ACTS)), np.float32)
    for n, item in enumerate(items):
        acts[n, list(item.acts)] = 1
    return Batch(
        ids=ids,
        mask=mask,
        known=pad([item.known for item in items])[0].float(),
        bio=pad([item.bio for item in items], IGNORED)[0],
        pool=pool,
        attributes=torch.tensor(attributes, dtype=torch.int64).reshape(-1, len(ATTRIBUTES)),
        acts=torch.from_numpy(acts),
        act=torch.tensor([item.acts[0] for item in items]),
        clarity=torch.tensor([item.clarity for item in items]),
        surfaces=[surface for item in items for surface in item.surfaces],
    )


def batches(lengths: Sequence[int], size: int, rng: Random) -> Iterator[list[int]]:
    """Yield shuffled batches of indices, of one length where there are enough: hardly anything is padding."""
    order = sorted(range(len(lengths)), key=lambda i: lengths[i] + rng.random())
    chunks = [order[i : i + size] for i in range(0, len(order), size)]
    rng.shuffle(chunks)
    yield from chunks
