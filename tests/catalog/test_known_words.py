from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.domain import load_domain
from catalog.known_words import MOST_WRONG, KnownWords
from catalog.names import plain
from catalog.vocabulary import Vocabulary, no_word


@pytest.mark.parametrize(
    ("names", "text", "found"),
    [
        (["horror"], "no HORROR, please", ["HORROR"]),
        (["horror"], "horrors", []),
        (["sci fi"], "a Sci-Fi film", ["Sci-Fi"]),
        (["sci fi"], "sci / fi", ["sci / fi"]),
        (["levis"], "Levi's or Levi\u2019s", ["Levi's", "Levi\u2019s"]),
        (["pokemon"], "Pokémon", ["Pokémon"]),
        # The longest name counts, and what is in it is not found again.
        (["science", "science fiction"], "science fiction and science", ["science fiction", "science"]),
        (["science fiction film"], "science fiction", []),
        (["new york", "york minster"], "new york minster", ["new york"]),
        # Idle words are brands of shoes, too.
        (["on", "hoka"], "put hoka on", ["hoka"]),
        ([], "anything", []),
        (["r and b"], "", []),
    ],
)
def test_names_are_found_where_they_stand(names: list[str], text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in KnownWords(names).spans(text)] == found


NAMES = ["horror", "sci fi", "film noir", "cafe", "k pop", "noir"]


@given(st.text(max_size=80) | st.lists(st.sampled_from([*NAMES, "Sci-Fi", "no", "!"])).map(" ".join))
def test_what_is_found_is_a_name_and_overlaps_no_other(text: str) -> None:
    spans = KnownWords(NAMES).spans(text)
    assert all(plain(text[start:end]) in NAMES for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("like War Horse", []),
        ("war horses", ["war"]),
        ("no war, horse", ["war"]),
        ("The Art of War and war", ["war"]),
        ("art of love and war", ["war"]),
        ("the kid and some kid", ["kid", "kid"]),
        ("film noir", ["film noir"]),
    ],
)
def test_what_is_a_part_of_another_name_is_not_found(text: str, found: list[str]) -> None:
    others = ["war horse", "the art of war", "art of war", "the kid", "film noir", "heat", "black book"]
    known = KnownWords(["war", "kid", "noir", "film noir"], others)
    assert [text[start:end] for start, end in known.spans(text)] == found


def test_a_vocabulary_knows_its_categories_and_levels_and_no_directions_or_fields() -> None:
    known = KnownWords(Vocabulary(load_domain("movies")).category_names())
    text = "short comedies, rated PG-13, with a good rating"
    assert [text[start:end] for start, end in known.spans(text)] == ["comedies", "rated PG-13"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("no hroror, more sci-fi", ["hroror", "sci-fi"]),
        ("no hroror, more zebras", ["hroror"]),
        ("more film hroror", ["hroror"]),
        ("sci fi", ["sci fi"]),
        (" ".join(["hroror"] * (MOST_WRONG + 2)), ["hroror"] * MOST_WRONG),
    ],
)
def test_words_with_a_typing_error_are_found_beside_names(text: str, found: list[str]) -> None:
    known = KnownWords(["horror", "sci fi"])
    # "Sci" is none by itself, and asked of no further: it stands in a name that is spelt right.
    spans = known.spans_mistyped(
        text, {"hroror", "zebras", "sci"}.__contains__, {"hroror", "sci"}.__contains__
    )
    assert [text[start:end] for start, end in spans] == found


def test_no_word_says_nothing_of_short_words_and_reads_as_names_are_read() -> None:
    words = {"horror", "levis"}
    assert no_word("more hroror", words.__contains__)
    assert not no_word("Horror abc Levi's", words.__contains__)
