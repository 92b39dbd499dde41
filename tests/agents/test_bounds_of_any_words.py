"""A bound of any words, read with any operator, is linked or left: never an exception or a broken region."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from agents.corpus.notation import OPS
from agents.linking.bounds import link_bound
from agents.linking.values import ValueLinker
from agents.student.decode import Marked
from agents.types import Op

BEFORE = (
    *("", "under ", "over ", "at most ", "at least ", "around ", "between ", "from ", "since ", "before "),
    *(
        "after ",
        "less than ",
        "no more than ",
        "not older than ",
        "exactly ",
        "within ",
        "up to ",
        "newer than ",
    ),
)
AMOUNTS = (
    *(
        "two hours",
        "90",
        "an hour and a half",
        "five years old",
        "ten years",
        "the last ten years",
        "the 90s",
    ),
    *(
        "early 80s",
        "1994",
        "five and ten years old",
        "1990 and 2000",
        "7.5",
        "4 stars",
        "$20",
        "PG-13",
        "G or R",
    ),
    *("300 pages", "two", "0", "99999999999", "1/0", "-5 minutes", "half", "a couple of hours"),
)
AFTER = ("", " or less", " or newer", " ago", " old", " max", " or so", " and up")


def marked(text: str, words: str, op: str, polarity: str) -> Marked:
    start = text.index(words)
    end = start + len(words)
    return Marked(start, end, words, "B", polarity, "hard", 0.9, op=op, op_probability=0.9)


@pytest.mark.parametrize("polarity", ["positive", "negative"])
@pytest.mark.parametrize("op", OPS)
def test_any_words_with_any_operator(values: ValueLinker, op: str, polarity: str) -> None:
    linked = 0
    for before, amount, after in product(BEFORE, AMOUNTS, AFTER):
        words = f"{before}{amount}{after}"
        text = f"nothing {words} please" if polarity == "negative" else f"films {words} please"
        bound = link_bound(text, marked(text, words, op, polarity), values, 2026)
        if bound is None or not bound.field:
            continue
        linked += 1
        assert bound.op in get_args(Op), text
        if bound.op == "between":
            low, high = bound.value
            assert isinstance(low, str) or low <= high, text
        else:
            assert isinstance(bound.value, (int, float, str)), text
    assert linked > len(BEFORE) * len(AMOUNTS) * len(AFTER) / 2
