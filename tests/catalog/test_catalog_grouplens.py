"""GroupLens folders, with and without people and plots."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from catalog import grouplens
from catalog.errors import InputFileError
from catalog.grouplens import load_grouplens
from catalog.vocabulary import TitleIndex, Vocabulary

MOVIES = """movieId,title,genres
6,Heat (1995),Action|Crime|Thriller
2,"Matrix, The (1999)",Action|Sci-Fi
9,Nameless,(no genres listed)
"""
RATINGS = """userId,movieId,rating,timestamp
1,6,4.0,964982703
2,6,5.0,964982600
1,2,0.5,964982800
3,404,3.0,964982900
"""
TAGS = """userId,movieId,tag,timestamp
1,6,Heist,1
2,6,heist ,2
1,6,my shelf,3
1,2,,4
"""
METADATA = """movieId,directors,actors,keywords,overview_tmdb,runtime_min,language,mpaa,imdb_rating
6,Michael Mann,Al Pacino|Robert De Niro,robbery|police,"A thief,
and a detective.",170,English,R,8.2
2,Lana Wachowski|Lilly Wachowski,Keanu Reeves,,,0,English|French,Not Rated,
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(grouplens, "available", lambda: False)
    for name, text in (("movies.csv", MOVIES), ("ratings.csv", RATINGS), ("tags.csv", TAGS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_folder_without_metadata(folder: Path) -> None:
    catalog, interactions = load_grouplens(folder)
    assert catalog.item_ids == ["2", "6", "9"]
    assert catalog.titles == ["The Matrix", "Heat", "Nameless"]
    assert catalog.display(1)["genre"] == ["Action", "Crime", "Thriller"]
    assert np.isnan(catalog.number("year").values[2])
    assert catalog.number("popularity").values.tolist() == [1, 2, 0]
    assert np.isnan(catalog.number("rating").values[2]), "nobody rated it, so its score is unknown"
    assert catalog.category("keyword").of_item(1) == ("heist",), (
        "a tag that one person used is a private note"
    )
    assert catalog.display(1)["director"] == ["Michael Mann"], "the project itself knows this film"
    assert catalog.display(0)["director"] == [], (
        "movieId 2 is another film to the project: no title, no match"
    )
    assert catalog.display(0)["runtime"] is None
    assert interactions.num_rows == 3, "a rating of a film that is not there is left out"
    assert interactions.column("user_id").to_pylist() == ["2", "1", "1"]


@pytest.mark.parametrize("packed", [False, True])
def test_metadata_add_people_keywords_and_facts(folder: Path, packed: bool) -> None:
    path = folder / ("extra.csv.gz" if packed else "extra.csv")
    path.write_bytes(gzip.compress(METADATA.encode()) if packed else METADATA.encode())
    catalog, _ = load_grouplens(folder, path)
    heat = catalog.display(1)
    assert (heat["director"], heat["cast"]) == (["Michael Mann"], ["Al Pacino", "Robert De Niro"])
    assert (heat["runtime"], heat["certificate"], heat["language"], heat["rating"]) == (
        170,
        "R",
        "English",
        8.2,
    )
    assert catalog.category("keyword").of_item(1) == ("robbery", "police", "heist")
    assert "a detective" in catalog.item_text(1)
    matrix = catalog.display(0)
    assert matrix["runtime"] is None, "a running time of 0 is unknown"
    assert matrix["certificate"] is None, "'Not Rated' is no level"
    assert matrix["language"] == "English"
    assert Vocabulary.of(catalog).lookup("de niro")[0].value == "Robert De Niro"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("movies.csv", None, "There is no file .*movies.csv: give the folder"),
        ("ratings.csv", "userId,movieId,stars\n1,6,4\n", "has no column rating and no timestamp"),
        ("movies.csv", "", "cannot be read as CSV"),
        ("movies.csv", 'movieId,title,genres\n1,"unclosed\n', "cannot be read as CSV"),
    ],
)
def test_folder_that_is_not_whole_is_refused(folder: Path, name: str, text: str | None, message: str) -> None:
    if text is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(text)
    with pytest.raises(InputFileError, match=message):
        load_grouplens(folder)


def test_older_layout_is_named(folder: Path) -> None:
    (folder / "movies.csv").rename(folder / "movies.dat")
    with pytest.raises(InputFileError, match="older layout"):
        load_grouplens(folder)


def test_real_data_set_with_metadata() -> None:
    data = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
    if not (data / "movielens" / "movies.csv").is_file():
        pytest.skip("no ml-latest-small beside the checkout")
    catalog, interactions = load_grouplens(
        data / "movielens", data / "movielens_metadata" / "movies_full.csv.gz"
    )
    assert (len(catalog), interactions.num_rows) == (9742, 100_836)
    for field, least in (
        ("director", 0.9),
        ("cast", 0.9),
        ("keyword", 0.8),
        ("runtime", 0.35),
        ("overview", 0.3),
    ):
        assert catalog.column(field).known.mean() > least
    heat = TitleIndex.of(catalog).find("Heat")[0].item
    assert catalog.display(heat)["director"] == ["Michael Mann"]
    (mann, *_) = Vocabulary.of(catalog).lookup("Michael Mann")
    assert mann.field == "director"
