"""Words to values, directions and fields."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.domain import load_domain
from catalog.items import Catalog
from catalog.vocabulary import Match, Vocabulary, word_forms

MOVIES = Vocabulary(load_domain("movies"))


WAYS = {
    "Horror": ("horror", "Horror films", "HORROR FLICKS", "any horror movies"),
    "Sci-Fi": ("sci-fi", "scifi", "sci fi", "science fiction movies"),
    "Comedy": ("comedies", "comedic", "a comedy"),
    "Romance": ("romantic", "romances", "love stories"),
    "Animation": ("cartoons", "animated movies", "animation"),
    "Children": ("kids' movies", "children\u2019s films", "for kids"),
    "Documentary": ("docs", "documentaries"),
    "Film-Noir": ("film noir", "noir", "film-noirs"),
    "Mystery": ("murder mystery", "mysteries"),
    "War": ("war films", "wars"),
    "Western": ("westerns", "a western"),
    "PG-13": ("pg-13", "pg13", "PG 13"),
    "R": ("r", "r-rated", "rated R"),
}


@pytest.mark.parametrize(("value", "phrase"), [(value, one) for value in WAYS for one in WAYS[value]])
def test_phrase_names_the_value(value: str, phrase: str) -> None:
    (match,) = MOVIES.lookup(phrase)
    assert match.value == value
    assert match.score >= 0.98


@pytest.mark.parametrize(
    "phrase", ["funny", "scary", "superhero", "family-friendly", "warm", "", "?!", "never"]
)
def test_moods_and_other_words_name_no_value(phrase: str) -> None:
    assert MOVIES.lookup(phrase) == ()


@pytest.mark.parametrize(
    ("phrase", "value"), [("horor", "Horror"), ("thrilers", "Thriller"), ("documentry", "Documentary")]
)
def test_typing_error_still_names_the_value_less_surely(phrase: str, value: str) -> None:
    (match,) = MOVIES.lookup(phrase)
    assert match.value == value
    assert 0.8 <= match.score < 0.98


@pytest.mark.parametrize("phrase", ["rom-com", "romcoms", "romantic comedy", "romantic comedies"])
def test_compound_names_all_its_values_at_once(phrase: str) -> None:
    found = MOVIES.lookup(phrase)
    assert [match.value for match in found] == ["Romance", "Comedy"]
    assert {match.compound for match in found} == {"romantic comedy"}


@pytest.mark.parametrize(
    ("phrase", "field", "end"),
    [
        ("short", "runtime", "low"),
        ("longer", "runtime", "high"),
        ("hidden gems", "popularity", "low"),
        ("well-known", "popularity", "high"),
        ("classics", "year", "low"),
        ("recent movies", "year", "high"),
        ("acclaimed", "rating", "high"),
    ],
)
def test_phrase_names_the_end_of_a_scale(phrase: str, field: str, end: str) -> None:
    (direction,) = MOVIES.directions(phrase)
    assert (direction.field, direction.end) == (field, end)


def test_never_is_not_newer() -> None:
    assert MOVIES.directions("never") == ()


@pytest.mark.parametrize(
    ("phrase", "field"),
    [
        ("running time", "runtime"),
        ("length", "runtime"),
        ("genres", "genre"),
        ("actors", "cast"),
        ("year", "year"),
    ],
)
def test_phrase_names_the_field(phrase: str, field: str) -> None:
    assert MOVIES.fields(phrase)[0].field == field


def test_words_of_a_catalogue_are_known_beside_the_declared_ones(hats: Catalog) -> None:
    vocabulary = Vocabulary.of(hats)
    assert vocabulary.lookup("red hats") == (Match("colour", "Red", 0.98),)
    assert vocabulary.lookup("toppers")[0].value == "Top Hat"
    assert vocabulary.lookup("Ann Lee") == (Match("maker", "Ann Lee", 1.0),)
    assert vocabulary.lookup("van Dam") == (Match("maker", "Bo van Dam", 0.9),)
    assert vocabulary.lookup("medium")[0].value == "M"
    assert vocabulary.directions("cheap")[0].field == "price"


@given(st.text(max_size=40))
def test_no_text_breaks_the_lookup(text: str) -> None:
    for match in MOVIES.lookup(text):
        assert match.value in MOVIES.domain.field(match.field).values
        assert 0.0 < match.score <= 1.0


@pytest.mark.parametrize("name", ["movies", "shop"])
def test_every_declared_word_form_is_found(name: str) -> None:
    vocabulary = Vocabulary(load_domain(name))
    for field in vocabulary.domain.fields:
        if field.described:
            continue  # words that the parser leaves as they were said
        for value, synonyms in field.values.items():
            for word in (value, *synonyms):
                for form, _ in word_forms(word):
                    assert value in {match.value for match in vocabulary.lookup(form)}, form
