"""The very words of a wish."""

from __future__ import annotations

import pytest

from ranking.lexical import LexicalIndex, words

TEXTS = ["Time Bandits. time travel", "The Time Machine", "Heat. heist", "Babies and robots", ""]


def test_case_and_the_plural_do_not_matter():
    assert words("ROBOTS, galaxies & a glass") == {"robot", "galaxy", "a", "glass"}


def test_words_that_every_wish_or_item_has_are_not_looked_for():
    index = LexicalIndex.of(["a film about the sea", "robots"], nouns=("film", "films"))
    assert not index.scores("something about films").any()
    assert index.scores("a film about robots").tolist() == [0, 1]
    assert index.scores("not rather too much of robots").tolist() == [0, 1]


def test_an_item_with_all_the_words_has_it_all_and_rare_words_count_more():
    scores = LexicalIndex.of(TEXTS).scores("time travel")
    assert scores.tolist()[0] == pytest.approx(1)
    assert 0 < scores[1] < 0.5
    assert not scores[2:].any()


def test_a_word_that_nobody_has_keeps_the_rest_from_being_everything():
    assert LexicalIndex.of(TEXTS).scores("heist zeppelin")[2] <= 0.5


@pytest.mark.parametrize("text", ["", "of the", "!!!", "zeppelin"])
def test_a_wish_without_known_words_scores_nothing(text):
    assert not LexicalIndex.of(TEXTS).scores(text).any()
