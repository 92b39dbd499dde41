"""Anybody's CSV or Parquet becomes a catalogue, and nothing is asked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.domain import load_domain
from catalog.errors import InputFileError
from catalog.guess import field_name, guess, parse_dates, parse_numbers
from catalog.infer import Report, infer
from catalog.predicate import satisfies
from catalog.store import load_catalog, load_interactions

BOOKS = """Book ID;Title;Authors;Genres;Pages;Price;Published;Size;about;image_url
b1;Dune;Frank Herbert;Sci-Fi, Adventure;612;$9.99;1965-08-01;M;{long};http://x
b2;Emma;Jane Austen;Romance;474;$7.50;1815-12-23;S;{long};http://y
b3;Persuasion;Jane Austen;Romance, Drama;249;;1817-12-20;S;{long};
b4;Neuromancer;William Gibson;Sci-Fi;271;$8;1984-07-01;L;{long};
b5;It;Stephen King;Horror, Drama;1138;$1,012.10;1986-09-15;XL;{long};
""".format(
    long="A sentence that goes on and on, as sentences on the backs of books do, until nobody reads it."
)
LOG = """customer_id,product_id,event,timestamp
u1,b1,view,1600000000
u1,b2,purchase,1600000100
u2,b9,view,1600000200
u2,b5,addtocart,1600000300
u3,b4,wobble,1600000400
"""


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.fixture
def report(tmp_path: Path) -> Report:
    return infer(write(tmp_path, "books.csv", BOOKS), write(tmp_path, "log.csv", LOG), tmp_path / "out")


def test_types_units_and_ends_are_inferred(report: Report) -> None:
    domain = report.domain
    assert (domain.name, domain.item, domain.items) == ("books", "book", "books")
    assert {field.name: field.type for field in domain.fields} == {
        **{"title": "text", "authors": "person", "genres": "category", "pages": "number", "price": "number"},
        **{"published": "date", "size": "ordered", "about_field": "text", "popularity": "number"},
    }
    assert domain.field("genres").multi and domain.affinity_field == "genres"
    assert tuple(domain.field("size").values) == ("S", "M", "L", "XL")
    assert (domain.field("price").unit, domain.field("price").decimals) == ("dollars", 2)
    assert "cheap" in domain.field("price").low
    assert report.left_out == ("image_url",)
    assert report.sources["title"] == "Title"


def test_written_folder_loads_and_answers(report: Report) -> None:
    catalog = load_catalog(report.folder)
    assert load_domain(report.folder / "domain.yaml") == report.domain
    assert catalog.titles == ["Dune", "Emma", "Persuasion", "Neuromancer", "It"]
    assert satisfies(catalog, "genres", "eq", "sci-fi").tolist() == [True, False, False, True, False]
    assert satisfies(catalog, "price", "lt", 8).tolist() == [False, True, False, False, False]
    assert satisfies(catalog, "published", "lt", "1900").tolist() == [False, True, True, False, False]
    assert catalog.display(4)["price"] == 1012.1
    assert catalog.display(2)["price"] is None
    assert catalog.number("popularity").values.tolist() == [1, 1, 0, 1, 1]


def test_log_is_read_whatever_its_columns_are_called(report: Report) -> None:
    events = load_interactions(report.folder).to_pylist()
    assert [(event["item_id"], event["kind"]) for event in events] == [
        *(("b1", "click"), ("b2", "purchase"), ("b5", "cart"), ("b4", "click"))
    ]
    assert events[0]["occurred_at"] == datetime(2020, 9, 13, 12, 26, 40, tzinfo=UTC)
    assert any("wobble" in note for note in report.notes)
    assert any("Left out: 1 of 5 rows" in note for note in report.notes)


@pytest.mark.parametrize(
    ("log", "kind", "value"),
    [
        ("user,item,rating,date\nu,b1,8,2020-05-06\nv,b2,10,2020-05-07\n", "rate", 4.0),
        ("userId,itemId,stars,ts\nu,b1,4,1600000000000\n", "rate", 4.0),
        ("CustomerID,book_id,Quantity,InvoiceDate\nu,b1,2,2020-05-06 10:11:12\n", "purchase", None),
        ("visitor_id,id\nu,b1\n", "click", None),
        ("user_id,item_id,event_type,time\nu,b1,dislike,2020-05-06T10:11:12Z\n", "hide", None),
    ],
)
def test_log_dialects(tmp_path: Path, log: str, kind: str, value: float | None) -> None:
    made = infer(write(tmp_path, "books.csv", BOOKS), write(tmp_path, "log.csv", log), tmp_path / "out")
    event = load_interactions(made.folder).to_pylist()[0]
    assert (event["user_id"], event["item_id"], event["kind"], event["value"]) == ("u", "b1", kind, value)


def test_parquet_with_lists_numbers_and_times(tmp_path: Path) -> None:
    items = pa.table(
        {
            "sku": [17, 18, 19],
            "name": ["Mug", "Bowl", "Vase"],
            "tags": [["blue", "round"], [], ["round"]],
            "weight_g": [300.0, None, 900.0],
            "added": pa.array([datetime(2020, 1, 1), None, datetime(2021, 1, 1)], type=pa.timestamp("ns")),
            "fragile": [True, False, True],
        }
    )
    pq.write_table(items, tmp_path / "pots.parquet")
    log = pa.table(
        {"user": [1.0, 2.0], "sku": [17.0, 19.0], "time": pa.array([1, 2], type=pa.timestamp("s"))}
    )
    pq.write_table(log, tmp_path / "log.parquet")
    made = infer(tmp_path / "pots.parquet", tmp_path / "log.parquet", tmp_path / "out")
    catalog = load_catalog(made.folder)
    assert catalog.item_ids == ["17", "18", "19"]
    assert catalog.display(1) == {
        **{"title": "Bowl", "tags": [], "weight_g": None, "added": None, "fragile": "false", "popularity": 0}
    }
    assert catalog.display(0)["tags"] == ["blue", "round"]
    assert load_interactions(made.folder).column("user_id").to_pylist() == ["1", "2"]


def test_spreadsheet_encoding_is_read(tmp_path: Path) -> None:
    made = infer(
        write(tmp_path, "cafes.csv", "id,name\n1,Café\n2,Bar\n", encoding="cp1252"), None, tmp_path / "o"
    )
    assert load_catalog(made.folder).titles == ["Café", "Bar"]


def test_without_a_title_items_are_called_by_their_id(tmp_path: Path) -> None:
    made = infer(write(tmp_path, "x.csv", "id,price\nA7,1\nB8,2\n"), None, tmp_path / "o")
    assert load_catalog(made.folder).titles == ["A7", "B8"]
    assert made.users == made.interactions == 0


def test_name_of_a_packaged_domain_stays_its_own(tmp_path: Path) -> None:
    made = infer(write(tmp_path, "movies.csv", "id,title\n1,Heat\n"), None, tmp_path / "o")
    assert made.domain.name == "my_movies"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty: it needs a line that names the columns"),
        ("id,name\n", "has no rows"),
        (
            "name,price\na,1\nb,2\n",
            r"no column that identifies an item \(it has name, price\): call that column",
        ),
        ("id,name\n1,a\n1,b\n2,c\n", r"1 of 3 rows repeat an item \('1' stands 2 times in the column id\)"),
        ("id,name\n1,a\n,b\n", "1 of 2 rows have no id, first row 2"),
        ('{"id": 1}\n', "looks like JSON or HTML"),
        ("<html>\n", "looks like JSON or HTML"),
        ("1,2\n3,4\n", "does not name the columns"),
        ("id,name\n1,a\n2,b,c\n", "is no regular CSV.*Expected 2 columns, got 3"),
        ("\0\1\2PK", "is no text, so no CSV"),
        ("PAR1cut", "cut short or damaged Parquet"),
    ],
)
def test_odd_items_are_refused_in_one_sentence(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputFileError, match=rf"(?s)items\.csv.*{message}"):
        infer(write(tmp_path, "items.csv", text), None, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("log", "message"),
    [
        (
            "who,item_id\nu,b1\n",
            r"no column that names the user \(it has who, item_id\): call that column user_id",
        ),
        ("user_id,what\nu,b1\n", "no column that names the item"),
        ("user_id,item_id\nu,zz\n", r"No row of .*has an item of the catalogue: .* \(such as b1\)"),
    ],
)
def test_odd_logs_are_refused_in_one_sentence(tmp_path: Path, log: str, message: str) -> None:
    with pytest.raises(InputFileError, match=message):
        infer(write(tmp_path, "books.csv", BOOKS), write(tmp_path, "log.csv", log), tmp_path / "out")


@pytest.mark.parametrize("name", ["items.xlsx", "items.json", "none.csv"])
def test_other_files_are_refused(tmp_path: Path, name: str) -> None:
    if not name.startswith("none"):
        (tmp_path / name).write_text("x")
    with pytest.raises(InputFileError, match=r"Heed reads CSV and Parquet|There is no file"):
        infer(tmp_path / name, None, tmp_path / "out")


def test_day_comes_first_if_any_first_number_is_above_twelve() -> None:
    assert str(parse_dates(["03/04/2020", "31/12/2020"])[0])[:10] == "2020-04-03"
    assert str(parse_dates(["03/04/2020", "12/31/2020"])[0])[:10] == "2020-03-04"
    assert np.isnat(parse_dates(["2020-13-01", None, "soon"])).all()


def test_numbers_are_read_through_signs_and_commas() -> None:
    found = parse_numbers(["$1,299.00", " 5 %", "-3", "1e3", "x", None])
    assert found[:4].tolist() == [1299.0, 5.0, -3.0, 1000.0]
    assert np.isnan(found[4:]).all()


@given(st.text(max_size=30))
def test_any_column_name_becomes_a_field_name(text: str) -> None:
    name = field_name(text)
    assert name.isidentifier() and name not in ("about", "item")


@given(st.lists(st.one_of(st.none(), st.text(max_size=12)), min_size=1, max_size=30))
def test_any_column_of_texts_becomes_a_field_or_nothing(texts: list[str | None]) -> None:
    found = guess("some column", pa.array(texts, type=pa.string()))
    if found is not None:
        assert len(found.column) == len(texts)
        assert found.field.name == "some_column"
