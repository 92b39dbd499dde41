"""What the catalogue knows of words that the model was not sure of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from marks import mark

from agents.encoder import load_encoder
from agents.linking.claims import Said
from agents.linking.linker import Linker
from agents.linking.recovery import recovered
from agents.linking.strengths import asked_for
from agents.linking.values import ValueLinker
from agents.student.decode import FAINT_MENTION, FAINT_VALUE, MOST_SPANS, Reading
from agents.student.decode import read as decode
from agents.student.labels import BIO, SENTENCE_WIDTH, TOKEN_SLICES, TOKEN_WIDTH
from agents.student.session import Output, shipped_session
from batch.parser_report.catalogs import catalog_of
from catalog.items import Catalog


@pytest.fixture(scope="module")
def values() -> ValueLinker:
    return ValueLinker(catalog_of("shop"), load_encoder())


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
        ("a belt in teal", ["a belt in teal"], ["belt"], ["a belt", "teal"]),
        ("a belt", ["a belt"], ["belt"], ["a belt"]),
        ("sandals and boots", [], ["sandals and boots"], ["sandals", "boots"]),
        ("could i have hugs", [], ["hugs"], []),
        ("to go with my boots", [], ["boots"], []),
        ("to go with my boots", [], ["my boots"], []),
        ("to go with my sister\u2019s boots", [], ["boots"], []),
        ("show me women's dresses", [], ["dresses"], ["dresses"]),
        ("cute red dresses", ["cute red dresses"], ["red dresses"], ["cute", "red", "dresses"]),
        ("a-line dresses", ["a-line dresses"], ["dresses"], ["a-line", "dresses"]),
        ("red with short sleeves", ["short sleeves"], ["short"], ["short sleeves"]),
        ("jeans for work", ["jeans for work"], ["jeans"], ["jeans", "work"]),
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


def test_what_lies_beyond_the_most_mentions_is_not_faint() -> None:
    goods = ["socks", "hats", "bags", "belts", "coats", "shirts", "skirts", "boots", "suits", "jeans"] * 2
    reading = said(" or ".join(goods), {word: {"B-V": 0.9} for word in goods})
    assert len(reading.mentions) == MOST_SPANS
    assert reading.faint == ()


@pytest.mark.parametrize(
    ("text", "demand", "asked"),
    [
        ("dresses under 40", 0.0, True),
        ("i like dresses", 0.0, False),
        ("i like dresses", 0.1, True),
        ("ideally dresses", 0.1, False),
        ("dresses if possible", 0.1, False),
        ("ideally red. dresses", 0.0, True),
    ],
)
def test_a_category_taken_for_a_mood_is_a_demand_by_doubt_or_by_its_words(
    text: str, demand: float, asked: bool
) -> None:
    reading = read(text, ["dresses"], [])
    here = Said.of(reading, (), datetime(2026, 1, 1, tzinfo=UTC), (1.0, 0.0))
    assert asked_for(replace(reading.mentions[0], demand=demand), here) is asked


def test_a_wish_that_was_overlooked_in_a_replacement_replaces(values: ValueLinker) -> None:
    linker = Linker(values.catalog, load_encoder(), 1.0, 0.0)
    reading = read("actually, bags instead", [], ["bags"], act="replace")
    linked = linker.link(reading, (), datetime(2026, 1, 1, tzinfo=UTC))
    assert (linked.act, [p.field for p in linked.preferences]) == ("replace", ["category"])


def test_whom_the_catalogue_does_not_know_may_be_in_a_title(films: Catalog) -> None:
    text = "any erin brockovich"
    reading = Reading(
        text, (mark(text, "erin brockovich", kind="P"),), "refine", 1.0, ("refine",), "clear", 1.0
    )
    linked = Linker(films, load_encoder(), 1.0, 0.0).link(reading, (), datetime(2026, 1, 1, tzinfo=UTC))
    (wish,) = linked.preferences
    assert (wish.field, films.titles[films.index_of(str(wish.value)) or 0]) == ("item", "Erin Brockovich")
