"""The index of names finds what comparing all names would find."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from catalog.fuzzy import FuzzyNames

NAMES = ("horror", "horrors", "western", "comedy", "romantic comedy", "scorsese", "kubrick", "ab", "überfall")


@pytest.mark.parametrize(
    ("query", "name"), [("horor", "horror"), ("scorcese", "scorsese"), ("kubrcik", "kubrick")]
)
def test_one_error_is_found(query: str, name: str) -> None:
    index = FuzzyNames(NAMES)
    assert [index.names[position] for position, _ in index.find(query)][:1] == [name]


def trigrams(name: str) -> set[str]:
    edged = f"^{name}$"
    return {edged[n : n + 3] for n in range(len(edged) - 2)}


def test_without_names_nothing_is_found() -> None:
    assert FuzzyNames([]).find("horror") == ()


@settings(max_examples=150, deadline=None)
@example(seed=499, errors=2, cutoff=0.8)
@given(seed=st.integers(0, 10_000), errors=st.integers(0, 2), cutoff=st.sampled_from([0.8, 0.84]))
def test_finds_the_same_as_comparing_all(seed: int, errors: int, cutoff: float) -> None:
    rng = Random(seed)
    names = sorted({"".join(rng.choices("abcde ", k=rng.randrange(5, 20))) for _ in range(300)})
    query = list(rng.choice(names))
    for _ in range(errors):
        query[rng.randrange(len(query))] = rng.choice(("", "a", "xy"))
    asked = "".join(query)
    # Two errors in eight letters may leave no three letters in a row: such a name is not found.
    alike = [name for name in names if trigrams(asked) & trigrams(name)]
    compared = sorted((OSA.normalized_similarity(asked, name) for name in alike), reverse=True)
    wanted = [score for score in compared if score >= cutoff][:3]
    assert [score for _, score in FuzzyNames(names).find(asked, cutoff=cutoff, limit=3)] == wanted
