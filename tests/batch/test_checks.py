"""A table that breaks a rule stops the pipeline, and the answer names row, value and rule."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from plants import interactions, moment, plants, put_in_lake

from batch.backfill import backfill_tables
from batch.behaviors import BEHAVIORS
from batch.checks import check, check_files, run_all
from batch.checks.lake import accepted_commands, said_intents
from batch.database import connect
from batch.errors import BatchError, CheckFailedError, TableFileError
from catalog.domain import Domain
from catalog.items import Catalog
from catalog.store import save
from catalog.tables import to_table

DEEDS = [
    ("u", "a", "rate", 5.0, 0.0),
    ("u", "b", "watch", None, 60.0),
    ("v", "c", "rate", 0.5, 60.0),
    ("v", "e", "hide", None, 90.0),
]
SAID = {
    "user_id": "u",
    "version": 1,
    "command_id": "1",
    "act": "refine",
    "clarity": "clear",
    "updated_at": "2020-01-01T00:00:00Z",
    "preferences": [
        {"field": "colour", "op": "eq", "value": "red", "polarity": "negative", "strength": "hard",
         "horizon": "session", "confidence": 0.9}
    ],
}  # fmt: skip


def changed(table: pa.Table, column: str, row: int, value: object) -> pa.Table:
    """Return the table with one value replaced."""
    values = table.column(column).to_pylist()
    values[row] = value
    place = table.column_names.index(column)
    return table.set_column(
        place, table.schema.field(column), pa.array(values, table.schema.field(column).type)
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home where everything is loaded and built from five plants."""
    folder = tmp_path_factory.mktemp("home")
    catalog = plants()
    save(catalog, interactions(DEEDS), folder / "data" / "movies")
    with closing(connect()) as database:
        backfill_tables(database, catalog, interactions(DEEDS), BEHAVIORS.empty_table(), folder)
    put_in_lake(folder, "user-commands", [({"user_id": "u", "text": "no red"}, 0.0), (b"no json", 1.0)])
    put_in_lake(folder, "active-intents", [(SAID, 0.0), (SAID, 1.0)])
    return folder


def test_what_heed_builds_itself_keeps_every_rule(home: Path) -> None:
    reports = run_all(home)
    assert [(report.table, report.rows) for report in reports] == [
        ("items", 5),
        ("interactions", 4),
        ("commands", 1),
        ("intents", 2),
        ("user_behavior", 4),
        ("item_popularity", 4),
        ("item_profile", 5),
    ]
    assert all(report.rules > 0 for report in reports)


ITEMS_BROKEN = [
    (
        "item_id",
        2,
        "a",
        "Row 0 of items has item_id = a (and 1 more row), against the rule 'an id stands once'.",
    ),
    ("item_id", 2, "", "Row 2 of items has item_id = , against the rule 'an id is not empty'."),
    ("title", 3, None, "Row 3 of items has title = nothing, against the rule 'every item has a title'."),
    ("colour", 3, ["red", "pink"], "Row 3 of items has colour = pink, against the rule 'colour is one of"),
    (
        "price",
        1,
        float("inf"),
        "Row 1 of items has price = inf, against the rule 'price is a finite number'.",
    ),
]


@pytest.mark.parametrize("broken", ITEMS_BROKEN, ids=lambda broken: broken[3])
def test_a_broken_item_is_named(
    catalog: Catalog, domain: Domain, broken: tuple[str, int, object, str]
) -> None:
    column, row, value, sentence = broken
    report = check("items", changed(to_table(catalog), column, row, value), domain)
    with pytest.raises(CheckFailedError) as caught:
        report.require()
    assert str(caught.value).startswith(sentence)
    assert "nothing was built from it" in str(caught.value)


def test_an_empty_catalogue_is_refused(catalog: Catalog, domain: Domain) -> None:
    with pytest.raises(CheckFailedError, match="there is at least one item"):
        check("items", to_table(catalog).slice(0, 0), domain).require()


DEEDS_BROKEN = [
    ("kind", 1, "liked", "Row 1 of interactions has kind = liked, against the rule 'the kind is one of"),
    ("value", 2, 9.0, "Row 2 of interactions has value = 9.0, against the rule 'a rating has 0 to 5 stars'."),
    ("value", 0, None, "Row 0 of interactions has value = nothing, against the rule 'a rating has stars'."),
    (
        "user_id",
        3,
        None,
        "Row 3 of interactions has user_id = nothing, against the rule 'every interaction has a",
    ),
    ("occurred_at", 2, moment(-60 * 365 * 86_400), "Row 2 of interactions has occurred_at = 1960-"),
    ("occurred_at", 2, datetime.now(UTC) + timedelta(days=400), "Row 2 of interactions has occurred_at = "),
]


@pytest.mark.parametrize("broken", DEEDS_BROKEN, ids=lambda broken: broken[3])
def test_a_broken_interaction_is_named(domain: Domain, broken: tuple[str, int, object, str]) -> None:
    column, row, value, sentence = broken
    report = check("interactions", changed(interactions(DEEDS), column, row, value), domain)
    assert [failure.sentence("interactions")[: len(sentence)] for failure in report.failures] == [sentence]


def test_the_same_deed_twice_is_named(domain: Domain) -> None:
    report = check("interactions", interactions([*DEEDS, DEEDS[2]]), domain)
    (failure,) = report.failures
    assert failure.sentence("interactions").startswith("Row 2 of interactions has user_id, item_id, kind,")
    assert "v, c, rate, 2020-01-01 00:01:00" in failure.sentence("interactions")


FEATURES_BROKEN = [
    ("user_behavior", "version", 0, "versions count from 1"),
    ("user_behavior", "positive_count", 99, "positive_count is at most event_count"),
    ("user_behavior", "rating_count", 99, "rating_count is at most event_count"),
    ("user_behavior", "rating_mean", 7.0, "a mean of stars lies between 0 and 5"),
    ("user_behavior", "category_affinity", [1.0], "there is one affinity per declared value"),
    ("user_behavior", "number_mean", [], "there is one mean per number field"),
    ("item_popularity", "popularity_30d", 3.5, "decay leaves no more than the positive events"),
    ("item_popularity", "event_count", None, "event_count is known"),
    ("item_profile", "title", None, "every profile has a title"),
]


@pytest.mark.parametrize("broken", FEATURES_BROKEN, ids=lambda broken: broken[3])
def test_a_broken_feature_is_named(home: Path, domain: Domain, broken: tuple[str, str, object, str]) -> None:
    table, column, value, rule = broken
    whole = pq.read_table(home / "features" / f"{table}.parquet")
    report = check(table, changed(whole, column, 1, value), domain)
    assert {failure.row for failure in report.failures} == {1}
    assert any(failure.rule.startswith(rule) for failure in report.failures)


def test_two_rows_of_one_person_and_time_are_named(home: Path, domain: Domain) -> None:
    whole = pq.read_table(home / "features" / "user_behavior.parquet")
    report = check("user_behavior", pa.concat_tables([whole, whole.slice(0, 1)]), domain)
    assert [failure.rule for failure in report.failures] == ["no two rows have the same user_id and time"]


INTENTS_BROKEN: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (lambda intent: intent.update(version=0), "versions count from 1"),
    (lambda intent: intent.update(act="shrug"), "the act is of the contract"),
    (lambda intent: intent["preferences"][0].update(field="smell"), "field is one of about, item, title"),
    (lambda intent: intent["preferences"][0].update(op="="), "op is one of"),
    (lambda intent: intent["preferences"][0].update(confidence=1.5), "confidence lies between 0 and 1"),
]


@pytest.mark.parametrize(("break_it", "rule"), INTENTS_BROKEN)
def test_a_broken_intent_is_named(
    tmp_path: Path, domain: Domain, break_it: Callable[[dict[str, Any]], None], rule: str
) -> None:
    broken = {**SAID, "user_id": "v", "preferences": [dict(SAID["preferences"][0])]}  # type: ignore[index,call-overload]
    break_it(broken)
    put_in_lake(tmp_path, "active-intents", [(SAID, 0.0), (broken, 1.0)])
    (failure,) = check("intents", said_intents(tmp_path), domain).failures
    assert failure.row == 1
    assert failure.rule.startswith(rule)


def test_one_version_that_says_two_things_is_named(tmp_path: Path, domain: Domain) -> None:
    put_in_lake(tmp_path, "active-intents", [(SAID, 0.0), ({**SAID, "act": "reset"}, 1.0)])
    (failure,) = check("intents", said_intents(tmp_path), domain).failures
    assert failure.rule == "a version of a person's intent says one thing"


def test_a_command_from_the_future_that_slipped_through_is_named(tmp_path: Path, domain: Domain) -> None:
    put_in_lake(tmp_path, "user-commands", [({"user_id": "u", "text": "no red"}, 0.0)])
    table = changed(accepted_commands(tmp_path), "occurred_at", 0, moment(3_600))
    (failure,) = check("commands", table, domain).failures
    assert failure.rule == "no command comes from the future"


def test_an_unknown_table_is_answered_with_the_known_ones(domain: Domain) -> None:
    with pytest.raises(BatchError, match="user_behavior"):
        check("users", interactions(DEEDS), domain)


# Files


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A home with loaded data only."""
    save(plants(), interactions(DEEDS), tmp_path / "data" / "movies")
    return tmp_path


def test_features_of_an_earlier_catalogue_do_not_stop_what_they_are_built_from(files: Path) -> None:
    outdated = files / "features" / "item_profile.parquet"
    outdated.parent.mkdir()
    pq.write_table(pa.table({"item_id": ["1"]}), outdated)
    with pytest.raises(TableFileError, match="has no column"):
        run_all(files)
    assert [report.table for report in check_files(files, without_features=True)] == ["items", "interactions"]


def test_a_half_written_file_is_named(files: Path) -> None:
    path = files / "data" / "movies" / "interactions.parquet"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(TableFileError, match=r"interactions\.parquet is half-written or damaged"):
        run_all(files)


def test_a_missing_column_is_named(files: Path) -> None:
    path = files / "data" / "movies" / "interactions.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["kind"]), path)
    with pytest.raises(TableFileError, match="has no column 'kind'"):
        run_all(files)


def test_a_field_that_the_domain_does_not_declare_is_named(files: Path) -> None:
    path = files / "data" / "movies" / "items.parquet"
    items = pq.read_table(path)
    pq.write_table(items.append_column("smell", pa.array(["sweet"] * 5)), path)
    with pytest.raises(
        TableFileError, match="has a column 'smell', and the domain 'plants' declares no such"
    ):
        run_all(files)


def test_a_column_of_another_type_is_named(files: Path) -> None:
    path = files / "data" / "movies" / "items.parquet"
    items = pq.read_table(path)
    place = items.column_names.index("price")
    pq.write_table(items.set_column(place, "price", pa.array(["10"] * 5)), path)
    with pytest.raises(TableFileError, match="holds 'price' as string instead of double"):
        run_all(files)
