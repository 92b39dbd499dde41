"""What is read from the numbers of the model."""

from __future__ import annotations

import numpy as np
import pytest

from agents.student.decode import MOST_SPANS, Reading, read
from agents.student.labels import BIO, SENTENCE_WIDTH, TOKEN_SLICES, TOKEN_WIDTH
from agents.student.session import Output, shipped_session


def said(text: str, shares: dict[str, dict[str, float]]) -> Reading:
    """Decode what a model would say that gives some words the `shares` of their labels, the others none."""
    encoding = shipped_session().tokenizer.encode(text)
    tokens = np.zeros((len(encoding.ids), TOKEN_WIDTH), np.float32)
    labels = np.full((len(encoding.ids), len(BIO)), -20.0, np.float32)
    labels[:, 0] = 0.0
    for n, (start, end) in enumerate(encoding.offsets):
        for name, share in shares.get(text[start:end], {}).items():
            labels[n, BIO.index(name)] = np.log(share)
            labels[n, 0] = np.log(max(1 - sum(shares[text[start:end]].values()), 1e-9))
    tokens[:, TOKEN_SLICES["bio"]] = labels
    sentence, vectors = np.zeros(SENTENCE_WIDTH, np.float32), np.ones((len(encoding.ids), 64), np.float32)
    return read(text, Output(encoding, len(encoding.ids), tokens, sentence, vectors))


@pytest.mark.parametrize(
    ("shares", "mentions"),
    [
        ({}, []),
        ({"bags": {"B-V": 0.4}}, []),
        ({"bags": {"B-V": 0.6}}, [("bags", "V")]),
        ({"cute": {"B-A": 0.9}, "bags": {"B-V": 0.9}}, [("cute", "A"), ("bags", "V")]),
        # An `I` goes on with what is open; the words agree most on the kind.
        ({"cute": {"B-A": 0.9}, "bags": {"I-A": 0.9}}, [("cute bags", "A")]),
        ({"cute": {"B-A": 0.6, "B-V": 0.4}, "bags": {"I-V": 0.9}}, [("cute bags", "V")]),
        ({"bags": {"I-V": 0.9}}, [("bags", "V")]),
    ],
)
def test_mentions_are_runs_of_labelled_words(
    shares: dict[str, dict[str, float]], mentions: list[tuple[str, str]]
) -> None:
    reading = said("show me cute bags today", shares)
    assert [(mention.text, mention.kind) for mention in reading.mentions] == mentions


def test_no_more_than_the_most_mentions_are_read() -> None:
    goods = ["socks", "hats", "bags", "belts", "coats", "shirts", "skirts", "boots", "suits", "jeans", "tops"]
    goods += ["gloves", "scarves", "rings", "watches", "shoes"]
    reading = said(" or ".join(goods), {word: {"B-V": 0.9} for word in goods})
    assert [mention.text for mention in reading.mentions] == goods[:MOST_SPANS]
