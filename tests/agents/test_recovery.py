"""What the catalogue knows of words that the model was not sure of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from agents.encoder import load_encoder
from agents.linking.recovery import recovered
from agents.linking.values import ValueLinker
from agents.student.decode import FAINT_MENTION, FAINT_VALUE, Marked, Reading
from agents.student.decode import read as decode
from agents.student.labels import BIO, SENTENCE_WIDTH, TOKEN_SLICES, TOKEN_WIDTH
from agents.student.session import Output, shipped_session
from batch.parser_report.catalogs import catalog_of


@pytest.fixture(scope="module")
def values() -> ValueLinker:
    return ValueLinker(catalog_of("shop"), load_encoder())


def mark(text: str, words: str, *, kind: str = "A", probability: float = 0.9) -> Marked:
    start = text.index(words)
    return Marked(
        start=start,
        end=start + len(words),
        text=words,
        kind=kind,
        polarity="positive",
        strength="soft",
        op="eq",
        op_probability=1.0,
        horizon="session",
        retracted=False,
        joined=False,
        probability=probability,
        vector=np.zeros(64, np.float32),
    )


def read(text: str, moods: Sequence[str], faint: Sequence[str], act: str = "refine") -> Reading:
    return Reading(
        text=text,
        mentions=tuple(mark(text, words) for words in moods),
        act=act,
        act_probability=1.0,
        acts=(act,),
        clarity="clear",
        clarity_probability=1.0,
        faint=tuple(mark(text, words, probability=FAINT_MENTION) for words in faint),
    )


@pytest.mark.parametrize(
    ("text", "moods", "faint", "found"),
    [
        ("could i have bags that are cheap", ["cheap"], ["bags"], ["bags", "cheap"]),
        ("cute dresses under 40", ["cute dresses"], ["dresses"], ["cute", "dresses"]),
        ("a belt in teal", ["a belt in teal"], ["belt"], ["belt", "teal"]),
        ("a belt", ["a belt"], ["belt"], ["belt"]),
        ("sandals and boots", [], ["sandals and boots"], ["sandals", "boots"]),
        ("could i have hugs", [], ["hugs"], []),
        ("to go with my boots", [], ["boots"], []),
    ],
)
def test_faint_words_are_mentions_where_the_catalogue_has_them(
    values: ValueLinker, text: str, moods: list[str], faint: list[str], found: list[str]
) -> None:
    reading = read(text, moods, faint)
    out = recovered(reading.mentions, reading, values)
    assert [mention.text for mention in out] == found
    assert all(text[mention.start : mention.end] == mention.text for mention in out)


def test_what_a_correction_puts_right_stays_overlooked(values: ValueLinker) -> None:
    reading = read("boots, er, sandals", ["sandals"], ["boots"], act="replace")
    assert recovered(reading.mentions, reading, values) == reading.mentions


def test_a_mention_that_the_model_is_sure_of_is_left_alone(values: ValueLinker) -> None:
    text = "a shirt like Boots"
    reading = read(text, [], ["Boots"])
    sure = (mark(text, "like Boots", kind="T"),)
    assert recovered(sure, reading, values) == sure


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
    return decode(text, Output(encoding, len(encoding.ids), tokens, sentence, vectors))


@pytest.mark.parametrize(
    ("shares", "mentions", "faint"),
    [
        ({"bags": {"B-V": 0.2}}, [], ["bags"]),
        ({"bags": {"B-V": FAINT_MENTION / 2}}, [], []),
        ({"cute": {"B-A": 0.9}, "bags": {"I-A": 0.9, "I-V": 0.05}}, ["cute bags"], ["bags"]),
        ({"cute": {"B-A": 0.9}, "bags": {"I-A": 0.9, "I-V": FAINT_VALUE / 2}}, ["cute bags"], []),
        ({"cute": {"B-P": 0.9}, "bags": {"I-P": 0.9, "I-V": 0.05}}, ["cute bags"], []),
        ({"cute": {"B-A": 0.9}, "bags": {"B-V": 0.2}}, ["cute"], ["bags"]),
        ({"cute": {"B-V": 0.2}, "bags": {"I-V": 0.2}}, [], ["cute bags"]),
    ],
)
def test_words_are_faint_that_may_be_a_value(
    shares: dict[str, dict[str, float]], mentions: list[str], faint: list[str]
) -> None:
    reading = said("show me cute bags today", shares)
    assert [mention.text for mention in reading.mentions] == mentions
    assert [mention.text for mention in reading.faint] == faint
