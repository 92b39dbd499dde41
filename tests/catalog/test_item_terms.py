"""What people say in words of degree, looked up in the terms of items."""

from __future__ import annotations

import numpy as np
import pytest

from catalog.columns import CategoryColumn, TextColumn
from catalog.domain import Domain, DomainFileError, Field, parse_domain
from catalog.item_terms import ItemTerms
from catalog.items import Catalog
from catalog.knowledge.terms import load_vocabulary

GENRES = ("Comedy", "Crime", "Horror")
FILMS = Domain(
    name="films",
    item="film",
    items="films",
    affinity_field="genre",
    fields=(
        Field(name="title", type="text"),
        Field(name="genre", type="category", multi=True, values=dict.fromkeys(GENRES, ())),
        Field(name="theme", type="category", multi=True, described=True, terms="themes"),
        Field(name="mood", type="category", multi=True, described=True, terms="moods"),
        Field(name="content_note", type="category", multi=True, described=True, terms="content_notes"),
        Field(
            name="country",
            type="category",
            multi=True,
            described=True,
            values={"United Kingdom": ("British", "UK"), "Japan": ("Japanese",)},
        ),
    ),
)
# title, genres, themes, moods, content notes, countries; the last two are of those that nobody has described
ROWS: list[tuple[str, tuple[str, ...], ...]] = [  # type: ignore[misc]  # a title, then tuples
    ("Vault", ("Crime",), ("heist", "twist ending"), ("tense",), (), ("United Kingdom",)),
    ("Till", ("Crime", "Comedy"), ("heist",), ("funny", "warm"), (), ("Japan",)),
    ("Attic", ("Horror",), ("haunted house",), ("unsettling", "scary"), ("animal death",), ()),
    ("Cellar", ("Horror",), ("serial killer",), ("terrifying", "gory"), ("gore",), ()),
    ("Picnic", ("Comedy",), ("summer",), ("feel-good", "warm"), (), ()),
    ("Unseen Fright", ("Horror",), (), (), (), ()),
    ("Unseen Fun", ("Comedy",), (), (), (), ()),
]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    columns = {
        "title": TextColumn.of(row[0] for row in ROWS),
        "genre": CategoryColumn.of((row[1] for row in ROWS), GENRES),
        "theme": CategoryColumn.of(row[2] for row in ROWS),
        "mood": CategoryColumn.of(row[3] for row in ROWS),
        "content_note": CategoryColumn.of(row[4] for row in ROWS),
        "country": CategoryColumn.of((row[5] for row in ROWS), ("United Kingdom", "Japan")),
    }
    return Catalog(FILMS, [str(i) for i in range(len(ROWS))], columns)


@pytest.fixture(scope="module")
def terms(catalog: Catalog) -> ItemTerms:
    assert catalog.terms is not None
    return catalog.terms


@pytest.mark.parametrize(
    ("phrase", "found"),
    [
        ("creepy", [("mood", "unsettling")]),
        ("a bit creepier", [("mood", "unsettling")]),
        ("heist with a twist", [("theme", "heist"), ("theme", "twist ending")]),
        ("animal deaths", [("content_note", "animal death")]),
        ("warmer", [("mood", "warm")]),
        ("British", [("country", "United Kingdom")]),
        ("long takes", []),
        ("", []),
    ],
)
def test_phrases_name_terms(terms: ItemTerms, phrase: str, found: list[tuple[str, str]]) -> None:
    assert [(one.field, one.term) for one in terms.find(phrase)] == found


def test_no_phrase_waits_for_the_index_of_words(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    terms = ItemTerms(catalog, load_vocabulary(), {"mood": "moods"})
    monkeypatch.setattr("catalog.vocabulary.word_forms", None)
    assert [one.term for one in terms.find("creepy")] == ["unsettling"]


def test_a_phrase_is_covered_where_terms_say_all_of_it(terms: ItemTerms) -> None:
    assert terms.is_covered("heist with a twist")
    assert terms.is_covered("would you show them my kind of film, a heist")
    assert not terms.is_covered("heist without a twist")
    assert not terms.is_covered("heist on the moon of Saturn")
    assert not terms.is_covered("long takes")


def test_degrees_follow_terms_their_neighbours_and_opposites(terms: ItemTerms) -> None:
    degrees = terms.degrees("creepy")
    assert degrees is not None
    by_title = {row[0]: float(degree) for row, degree in zip(ROWS, degrees, strict=True)}
    assert by_title["Attic"] > 0.85
    assert by_title["Cellar"] > 0.3 > by_title["Picnic"]
    assert terms.degrees("long takes") is None


def test_what_nobody_described_is_taken_for_its_kind(terms: ItemTerms) -> None:
    degrees = terms.degrees("scary")
    assert degrees is not None
    fright, fun = float(degrees[5]), float(degrees[6])
    assert 0 <= fun < fright < 1, "a horror film is scarier than a comedy, though nobody has said so"
    assert fright < float(degrees[2]), "what is said counts more than what is supposed"


def test_a_theme_holds_where_it_is_the_items_own_and_a_mood_by_degree(terms: ItemTerms) -> None:
    assert terms.holds("heist").tolist() == [True, True, False, False, False, False, False]
    assert terms.holds("animal deaths").tolist() == [False, False, True, False, False, False, False]
    assert terms.holds("scary")[[2, 3]].all() and not terms.holds("scary")[[0, 1, 4, 5, 6]].any()
    assert not terms.holds("long takes").any()


def test_one_item_says_what_the_whole_catalogue_says(terms: ItemTerms) -> None:
    for phrase in ("heist", "scary", "animal deaths", "British", "heist with a twist", "long takes"):
        holds = terms.holds(phrase)
        for item in range(len(ROWS)):
            said = terms.says(phrase, item)
            assert (said is True) == bool(holds[item]), (phrase, item)
            assert (said is None) == (not terms.described[item])


def test_reasons_show_the_items_own_terms(terms: ItemTerms) -> None:
    assert terms.own("creepy", 2) == ("unsettling",)
    assert terms.own("heist with a twist", 1) == ("heist",)
    assert terms.own("creepy", 5) == ()


def test_a_domain_without_described_fields_has_no_terms() -> None:
    plain = Domain(name="d", item="i", items="is", fields=(Field(name="title", type="text"),))
    assert Catalog(plain, ["1"], {"title": TextColumn.of(["one"])}).terms is None


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("{name: year, type: number, described: true}", "cannot be `described`"),
        ("{name: mood, type: category, terms: moods}", "draws on `terms` without being `described`"),
        ("{name: mood, type: category, described: true, terms: smells}", "declared wrongly"),
    ],
)
def test_wrong_declarations_are_refused(entry: str, reason: str) -> None:
    text = f"name: d\nitem: i\nitems: is\nfields:\n  - {{name: title, type: text}}\n  - {entry}\n"
    with pytest.raises(DomainFileError, match=reason):
        parse_domain(text)


def test_values_of_described_fields_are_no_categories_to_the_parser(catalog: Catalog) -> None:
    from catalog.vocabulary import Vocabulary

    vocabulary = Vocabulary.of(catalog)
    assert vocabulary.lookup("heist") == ()
    assert vocabulary.lookup("British") == ()
    assert np.array([match.field for match in vocabulary.lookup("comedy")]).tolist() == ["genre"]
