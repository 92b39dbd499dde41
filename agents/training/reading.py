"""What a network in torch reads, scored as the shipped model is: for teachers, which are never exported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from agents.corpus import Example
from agents.corpus.known import known_spans
from agents.evaluation import Pair
from agents.student.decode import read
from agents.student.labels import COMMAND_TOKENS, EMBEDDING_WIDTH
from agents.student.session import Output, is_word, known_tokens
from agents.training.dataset import pad
from agents.training.fit import device
from agents.training.losses import Logits

BATCH = 64


def readings_of(
    answer: Callable[[Tensor, Tensor, Tensor], Logits], examples: Sequence[Example], tokenizer: Tokenizer
) -> list[Pair]:
    """Read examples with any network that returns logits; the vectors of the readings are zero."""
    encodings = tokenizer.encode_batch([example.text for example in examples])
    knows = partial(is_word, tokenizer)
    out: list[Pair] = []
    for at in range(0, len(examples), BATCH):
        rows = [encoding.ids[:COMMAND_TOKENS] for encoding in encodings[at : at + BATCH]]
        ids, mask = pad(rows)
        told = [known_spans(e.text, e.domain, knows) for e in examples[at : at + BATCH]]
        marks = [known_tokens(encodings[at + n], len(row), told[n]) for n, row in enumerate(rows)]
        known = pad(marks)[0].float()
        with torch.inference_mode():
            tokens, sentence = answer(ids.to(device()), mask.to(device()), known.to(device()))
        for n, row in enumerate(rows):
            output = Output(
                encodings[at + n],
                len(row),
                tokens[n, : len(row)].cpu().numpy(),
                sentence[n].cpu().numpy(),
                np.zeros((len(row), EMBEDDING_WIDTH), np.float32),
            )
            example = examples[at + n]
            out.append((example, read(example.text, output)))
    return out
