"""Names and film titles in one normal form; the examples of the docstrings hold."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

import catalog.film_titles
import catalog.names
import catalog.signal
import catalog.vocabulary
from catalog.film_titles import FilmTitle, read_film_title
from catalog.names import plain, title_key


@pytest.mark.parametrize(
    "module",
    [catalog.film_titles, catalog.names, catalog.signal, catalog.vocabulary],
    ids=lambda m: m.__name__,
)
def test_documented_examples_hold(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.attempted and not result.failed


@pytest.mark.parametrize(
    ("raw", "film"),
    [
        ("Heat (1995)", FilmTitle("Heat", 1995, ())),
        ("Matrix, The (1999)", FilmTitle("The Matrix", 1999, ())),
        (
            "Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)",
            FilmTitle("Amelie", 2001, ("Le Fabuleux destin d'Amélie Poulain",)),
        ),
        ("City of Lost Children, The (Cité des enfants perdus, La)", None),
        ("Alien³ (a.k.a. Alien 3) (1992)", FilmTitle("Alien³", 1992, ("Alien 3",))),
        ("(500) Days of Summer (2009)", FilmTitle("(500) Days of Summer", 2009, ())),
        (
            "Birdman: Or (The Unexpected Virtue of Ignorance) (2014)",
            FilmTitle("Birdman: Or (The Unexpected Virtue of Ignorance)", 2014, ()),
        ),
        ("Fawlty Towers (1975-1979)", FilmTitle("Fawlty Towers", 1975, ())),
        ("2001: A Space Odyssey (1968)", FilmTitle("2001: A Space Odyssey", 1968, ())),
        ("Avventura, L' (Adventure, The) (1960)", FilmTitle("L'Avventura", 1960, ("The Adventure",))),
        ("Babylon 5", FilmTitle("Babylon 5", None, ())),
    ],
)
def test_film_title_is_taken_apart(raw: str, film: FilmTitle | None) -> None:
    expected = film or FilmTitle("The City of Lost Children", None, ("La Cité des enfants perdus",))
    assert read_film_title(raw) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rocky IV", "rocky 4"),
        ("The Godfather: Part II", "Godfather, part two"),
        ("Amélie", "AMELIE"),
        ("Fast & Furious", "fast and furious"),
        ("Ocean's Eleven", "oceans 11"),
        ("Spider-Man", "spider man"),
        ("Schindler\u2019s List", "schindlers list"),
    ],
)
def test_two_spellings_have_one_key(one: str, other: str) -> None:
    assert title_key(one) == title_key(other)


@given(st.text())
def test_normal_form_is_its_own_normal_form(text: str) -> None:
    once = plain(text)
    assert plain(once) == once


@given(st.text())
def test_any_text_is_a_title(text: str) -> None:
    assert isinstance(read_film_title(text).title, str)
    assert isinstance(title_key(text), str)
