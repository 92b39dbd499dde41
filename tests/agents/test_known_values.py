"""The student is told which words the catalogue has; it hears of goods that nobody foresaw."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from marks import mark

from agents.corpus import load_corpus
from agents.corpus.known import known_spans, known_words
from agents.encoder import load_encoder
from agents.linking.linker import Linker
from agents.linking.values import ValueLinker
from agents.parser import Parser
from agents.student.decode import Reading
from agents.student.session import known_tokens, shipped_session
from batch.parser_report.catalogs import catalog_of
from catalog.columns import CategoryColumn, TextColumn
from catalog.domain import Domain, Field
from catalog.items import Catalog
from catalog.known_words import Span
from catalog.shop import generate_shop


def shop_of(*kinds: str) -> Catalog:
    """Return a catalogue of goods of these kinds, two of each."""
    domain = Domain(
        name="oddments",
        item="thing",
        items="things",
        fields=(Field(name="title", type="text"), Field(name="kind", type="category", multi=True)),
        affinity_field="kind",
    )
    rows = [kind for kind in kinds for _ in range(2)]
    columns = {
        "title": TextColumn.of([f"No {n}" for n, _ in enumerate(rows)]),
        "kind": CategoryColumn.of([[kind] for kind in rows]),
    }
    return Catalog(domain, [str(n) for n, _ in enumerate(rows)], columns)


# Words that stand in no slot of the corpus.
ODD = ("zorble", "quandrant", "fribble", "marlinspike", "thole pin")


@pytest.fixture(scope="module")
def odd_shop() -> Parser:
    return Parser(shop_of(*ODD), shipped_session())


@pytest.mark.parametrize(
    ("text", "kind", "polarity"),
    [
        ("no more zorbles", "zorble", "negative"),
        ("i want zorbles", "zorble", "positive"),
        ("show me marlinspikes", "marlinspike", "positive"),
        ("i would love a thole pin", "thole pin", "positive"),
        ("i hate fribbles", "fribble", "negative"),
        ("only quandrants please", "quandrant", "positive"),
    ],
)
def test_values_that_nobody_foresaw_are_read(odd_shop: Parser, text: str, kind: str, polarity: str) -> None:
    (preference,) = odd_shop.parse(text).preferences
    assert (preference.field, preference.value, preference.polarity) == ("kind", kind, polarity)


@pytest.fixture(scope="module")
def shop() -> Parser:
    return Parser(catalog_of("shop"), shipped_session())


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("could i have bags that are cheap", ["bags!", "price~"]),
        ("cute dresses under 40", ["cute~", "dress!", "price!"]),
        ("a belt in teal", ["belt!", "teal~"]),
        ("a belt", ["belt!"]),
        ("sandals and boots", ["sandals!", "boots!"]),
        ("could i have teddy bears", ["teddy bears~"]),
        # What is somebody's is not wished for.
        ("to go with my boots", ["my boots~"]),
        ("to go with my sister\u2019s boots", ["my sister\u2019s boots~"]),
        ("show me women's dresses", ["women's!", "dress!"]),
        ("cute red dresses", ["cute~", "red!", "dress!"]),
        # Short sleeves are no shorts.
        ("red with short sleeves", ["red!", "short sleeves~"]),
        ("jeans for work", ["jeans!", "work~"]),
        ("dresses under 40", ["dress!", "price!"]),
        ("i like dresses", ["dress~"]),
        ("ideally dresses", ["dress~"]),
        ("dresses if possible", ["dress~"]),
        ("if at all possible, a dress", ["dress~"]),
        ("ideally red. dresses", ["red~", "dress!"]),
    ],
)
def test_goods_are_told_from_moods_and_demands_from_likings(
    shop: Parser, text: str, wanted: list[str]
) -> None:
    preferences = shop.parse(text).preferences
    found = [
        f"{p.field if p.value in (None, 40) else p.value}{'!~'[p.strength == 'soft']}" for p in preferences
    ]
    assert found == wanted
    assert all(p.polarity == "positive" and text[slice(*p.span)] == p.text for p in preferences)


@pytest.fixture(scope="module")
def fashion() -> Parser:
    return Parser(generate_shop(items=4000, shoppers=2, events=1).catalog, shipped_session())


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("can i see dresses in green or in blue", ["Dress! 0", "Green! 1", "Blue! 1"]),
        ("need a backpack, canvas if possible", ["Bag! 0", "Canvas~ 1"]),
        ("red dresses if at all possible", ["Red~ 0", "Dress~ 1"]),
        ("boots or sandals please, if it\u2019s possible", ["Boots~ 0", "Sandals~ 0"]),
        ("show me boots if you can find any", ["Boots! 0"]),
        ("only shirts of colour white", ["Shirt! 0", "White! 1"]),
        ("show me structured blazers in burgundy", ["structured~ 0", "Blazer! 1", "Burgundy! 2"]),
        ("find me some leathr botos", ["Leather! 0", "Boots! 1"]),
    ],
)
def test_goods_of_a_declared_shop_are_read(fashion: Parser, text: str, wanted: list[str]) -> None:
    parsed = fashion.parse(text)
    found = [f"{p.value}{'!~'[p.strength == 'soft']} {p.group}" for p in parsed.preferences]
    assert (parsed.clarity, found) == ("clear", wanted)


def test_words_that_are_marked_with_a_category_are_told_from_it() -> None:
    text = "show me tailored blazers in burgundy"
    marks = (mark(text, "tailored blazers", "V"), mark(text, "burgundy", "V"))
    reading = Reading(text, marks, "refine", 1.0, ("refine",), "clear", 1.0)
    linker = Linker(generate_shop(items=4000, shoppers=2, events=1).catalog, load_encoder(), 1.0, 0.0)
    linked = linker.link(reading, (), datetime(2026, 11, 30, tzinfo=UTC))
    assert [p.value for p in linked.preferences] == ["tailored", "Blazer", "Burgundy"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("spanish language only", [("language", "Spanish")]),
        ("japaneese animaton", [("language", "Japanese"), ("genre", "Animation")]),
    ],
)
def test_a_category_is_believed_where_the_words_say_no_more(
    parser: Parser, text: str, wanted: list[tuple[str, str]]
) -> None:
    parsed = parser.parse(text)
    assert (parsed.clarity, [(p.field, p.value) for p in parsed.preferences]) == ("clear", wanted)


@pytest.mark.parametrize("text", ["musical chairs", "french doors"])
def test_a_category_that_is_a_part_of_something_else_is_asked_for(parser: Parser, text: str) -> None:
    parsed = parser.parse(text)
    assert (parsed.clarity, parsed.preferences) == ("ambiguous", ())


def test_what_is_wished_instead_replaces(shop: Parser) -> None:
    parsed = shop.parse("actually, bags instead")
    assert (parsed.act, [p.value for p in parsed.preferences]) == ("replace", ["bags"])


@pytest.mark.parametrize(
    ("known", "marked"),
    [
        ([], []),
        ([(5, 11)], ["sci", "-", "fi"]),
        ([(0, 4), (12, 18)], ["more", "movies"]),
        ([(400, 410)], []),
    ],
)
def test_hints_stand_on_the_tokens_of_their_words(known: list[Span], marked: list[str]) -> None:
    encoding = shipped_session().tokenizer.encode("more sci-fi movies")
    flags = known_tokens(encoding, len(encoding.ids), known)
    assert [token for token, flag in zip(encoding.tokens, flags, strict=True) if flag] == marked


def test_hints_reach_the_model_alone_and_in_a_batch() -> None:
    session = shipped_session()
    texts = ["more zorbles please", "thanks", "a zorble that is not too dear, and no fribbles"]
    known = [[(5, 12)], [], [(2, 8), (37, 45)]]
    together = session.run(texts, known)
    for text, spans, output in zip(texts, known, together, strict=True):
        alone = session.run_one(text, spans)
        # int8 scales follow the largest number of a pass, so a batch differs a little.
        np.testing.assert_allclose(output.tokens, alone.tokens, atol=1.5)
        told = session.run_one(text)
        assert np.array_equal(told.tokens, alone.tokens) == (not spans)


def test_a_corpus_domain_knows_the_fillers_of_its_value_slots() -> None:
    text = "a pair of jeans, cheap and casual, or Boots"
    assert [text[start:end] for start, end in known_words("shop").spans(text)] == ["jeans", "Boots"]
    for domain in load_corpus().slots:
        assert known_words(domain).names
    assert known_words("gravel").spans("coarse gravel") == ()


def test_a_corpus_domain_knows_a_value_with_a_typing_error_as_serving_does(films: Catalog) -> None:
    text = "no hroror, more comdy and zebras"
    words = {"no", "more", "and", "zebras"}
    spans = known_spans(text, "movies", words.__contains__)
    assert [text[start:end] for start, end in spans] == ["hroror", "comdy"]
    assert ValueLinker(films, load_encoder()).known(text) == spans
    assert known_spans(text, "movies", lambda word: True) == ()
