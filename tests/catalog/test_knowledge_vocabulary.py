"""The words that films are known by: found in any form, related, refused where they contradict each other."""

from __future__ import annotations

import doctest
from pathlib import Path

import numpy as np
import pytest

from catalog.errors import KnowledgeError
from catalog.knowledge import Film, Knowledge, load_knowledge, people, terms
from catalog.knowledge.relations import relation_matrix
from catalog.knowledge.terms import SECTIONS, TermVocabulary, load_vocabulary


@pytest.fixture(scope="module")
def words() -> TermVocabulary:
    return load_vocabulary()


def written(folder: Path, text: str) -> Path:
    file = folder / "vocabulary.yaml"
    file.write_text(text)
    return file


@pytest.mark.parametrize("module", [terms, people])
def test_the_examples_in_the_documentation_hold(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.attempted
    assert not result.failed


def test_every_section_is_as_large_as_promised(words: TermVocabulary) -> None:
    sizes = {section: len(words.section(section)) for section in SECTIONS}
    assert sizes["themes"] >= 230
    assert sizes["moods"] >= 120
    assert sizes["content_notes"] >= 35
    assert sizes["based_on"] >= 15


@pytest.mark.parametrize(
    ("phrase", "section", "term"),
    [
        ("creepy", "moods", "unsettling"),
        ("Feel good", "moods", "feel-good"),
        ("feelgood", "moods", "feel-good"),
        ("bank robbery", "themes", "heist"),
        ("heists", "themes", "heist"),
        ("coming of age", "themes", "coming of age"),
        ("dog dies", "content_notes", "animal death"),
        ("jump-scare", "content_notes", "jump scares"),
        ("based on a true story", "based_on", "true story"),
        ("warmer", "moods", "warm"),
    ],
)
def test_a_phrase_finds_its_term(words: TermVocabulary, phrase: str, section: str, term: str) -> None:
    assert (section, term) in [(found.section, found.term) for found in words.find(phrase)]


def test_a_word_of_two_sections_gives_both_and_the_term_itself_first(words: TermVocabulary) -> None:
    found = words.find("violent")
    assert found[0] == ("moods", "violent", 1.0)
    assert words.find("nothing of the kind") == ()
    assert words.find("heist")[0].score > words.find("heists")[0].score


def test_an_unknown_term_is_named_with_the_nearest(words: TermVocabulary) -> None:
    with pytest.raises(KnowledgeError, match=r"'heits' is no term of the vocabulary \(did you mean 'heist'"):
        words.term("heits")


SMALL = """
themes:
  heist: {synonyms: [caper], near: [tense], definition: A planned theft.}
  wedding: {near: [warm], definition: Two people marry.}
moods:
  tense: {near: [grim], far: [warm], definition: Keeps the nerves tight.}
  warm: {definition: Kind.}
  grim: {definition: Without hope.}
  cosy: {near: [warm], definition: Snug.}
  epic: {definition: Grand.}
content_notes:
  gore: {definition: Blood.}
based_on:
  novel: {definition: A book.}
"""


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("synonyms: [caper]", "synonyms: [wedding]", "'wedding' of 'wedding' is a word for 'heist', too"),
        (
            "near: [warm], definition: Two",
            "near: [warmth], definition: Two",
            "'warmth', which is no other term",
        ),
        ("  grim:", "  heist:", "'heist' stands in both themes and moods"),
        ("  grim:", "  warm:", "'warm' stands twice"),
        ("definition: Kind.", "definition: ''", "the definition of 'warm' has 0 words"),
        ("definition: Kind.", "synonyms: [kind]", "entry 'warm' of moods"),
        ("based_on:", "based_upon:", "must have the sections themes, moods"),
        ("themes:", "themes: [", "cannot be read"),
    ],
)
def test_a_vocabulary_that_contradicts_itself_is_refused(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    assert old in SMALL
    with pytest.raises(KnowledgeError, match=reason):
        load_vocabulary(written(tmp_path, SMALL.replace(old, new)))


def test_terms_are_related_as_the_vocabulary_says(tmp_path: Path) -> None:
    words = load_vocabulary(written(tmp_path, SMALL))
    matrix = relation_matrix(words)
    at = {name: number for number, name in enumerate(words.names)}
    assert matrix[at["heist"], at["heist"]] == 1.0
    assert matrix[at["heist"], at["tense"]] == matrix[at["tense"], at["heist"]] == 0.5
    assert matrix[at["tense"], at["warm"]] == -0.5
    assert matrix[at["heist"], at["grim"]] == 0.2  # a neighbour of its neighbour
    assert matrix[at["heist"], at["warm"]] == -0.2  # the opposite of its neighbour
    assert matrix[at["gore"], at["warm"]] == 0.0


def test_a_film_is_what_its_first_words_say(tmp_path: Path) -> None:
    words = load_vocabulary(written(tmp_path, SMALL))
    films = [
        Film(movie_id=1, title="First", moods=("warm", "epic")),
        Film(movie_id=2, title="Second", moods=("epic", "warm")),
        Film(movie_id=3, title="Near", moods=("cosy",)),
        Film(movie_id=4, title="Nothing known"),
        Film(movie_id=5, title="Opposite", moods=("tense",)),
    ]
    knowledge = Knowledge({film.movie_id: film for film in films}, words)
    first, second, near, unknown, opposite = knowledge.term_scores("warm")
    assert first > second > near > unknown == 0 > opposite
    assert np.isclose(near, 0.9 * 0.5)
    assert knowledge.movie_ids.tolist() == [1, 2, 3, 4, 5]


def test_the_shipped_films_are_scored_within_bounds() -> None:
    knowledge = load_knowledge()
    for term in ("scary", "heist", "animal death", "novel"):
        scores = knowledge.term_scores(term)
        assert scores.shape == (len(knowledge),)
        assert -1 <= scores.min() <= scores.max() <= 1
        assert scores.max() > 0.7
