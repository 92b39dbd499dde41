"""Declaring the feature views and filling the online store from the offline tables.

What `feast apply` and `feast materialize` do, with two differences. A row never replaces one of a higher
version: the stream may be ahead of the tables, and Feast's SQLite store would take the older row. And every
key is read back, so a row that the store dropped is an error, not a surprise in somebody's feed.
"""

from __future__ import annotations

import contextlib
import io
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import Any, TypeVar

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import structlog

from agents.types import Intent
from batch.errors import BatchError, MaterializeError
from batch.tables import ITEM_POPULARITY, USER_BEHAVIOR, USER_INTENT, Table, table_path
from catalog.settings import home_settings
from streaming.events import BehaviorFeatures, ItemPopularity
from streaming.online_rows import Row, behavior_row, intent_row, popularity_row
from streaming.online_view import OnlineView, prepare_sqlite

log = structlog.get_logger(__name__)

# Keys that are read back with one call.
_READ = 2_000
_S = TypeVar("_S", bound=msgspec.Struct)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class MaterializeReport:
    """By view: how many keys the offline table has, and how many of them were newer than what was online."""

    keys: Mapping[str, int]
    written: Mapping[str, int]
    seconds: float


def materialize() -> MaterializeReport:
    """Apply the feature repository and bring the online store up to the offline tables under `HEED_HOME`.

    Raises
    ------
    BatchError
        If the tables have not been built.
    MaterializeError
        If a key does not come back from the online store as it was written.
    """
    from feature_repo.store import apply, open_store

    started = perf_counter()
    _require_tables()
    with _quiet():
        apply()
        store = open_store()
        prepare_sqlite(store)
        _write_profiles(store)
    tables = {table.name: _newest(table) for table in (USER_BEHAVIOR, ITEM_POPULARITY, USER_INTENT)}
    written = {}
    for table, newest in zip((USER_BEHAVIOR, ITEM_POPULARITY, USER_INTENT), tables.values(), strict=True):
        written[table.name] = OnlineView(store, table.name, table.key).write(_rows(table, newest))
        _assert_versions(store, table, newest)
    profiles = pq.read_table(table_path(home_settings().home, "item_profile"), columns=["item_id"])
    _assert_profiles(store, profiles)
    keys = {name: len(newest) for name, newest in tables.items()} | {"item_profile": len(profiles)}
    written["item_profile"] = len(profiles)
    seconds = perf_counter() - started
    log.info("materialized", seconds=round(seconds, 1), **written)
    return MaterializeReport(keys, written, seconds)


def _require_tables() -> None:
    for name in (USER_BEHAVIOR.name, ITEM_POPULARITY.name, USER_INTENT.name, "item_profile"):
        path = table_path(home_settings().home, name)
        if not path.is_file():
            raise BatchError(f"There is no {path}; compute the features first with `heed backfill`.")


def _newest(table: Table) -> pa.Table:
    """Return the row with the highest version of each key."""
    rows = pq.read_table(table_path(home_settings().home, table.name))
    ordered = rows.sort_by([(table.key, "ascending"), ("version", "ascending")])
    keys = ordered.column(table.key).to_numpy(zero_copy_only=False)
    if not len(keys):
        return ordered
    return ordered.take(pa.array(np.flatnonzero(np.r_[keys[1:] != keys[:-1], True])))


def _rows(table: Table, newest: pa.Table) -> list[Row]:
    """Return offline rows as the sink writes them."""
    match table.name:
        case "user_behavior":
            return [behavior_row(_struct(row, BehaviorFeatures)) for row in newest.to_pylist()]
        case "item_popularity":
            return [
                popularity_row(_struct({**row, "last_event_at": _microseconds(row)}, ItemPopularity))
                for row in newest.to_pylist()
            ]
        case _:
            return _intent_rows(newest)


def _struct(row: dict[str, Any], kind: type[_S]) -> _S:
    known = {field.name for field in msgspec.structs.fields(kind)}
    return msgspec.convert({name: value for name, value in row.items() if name in known}, kind)


def _microseconds(row: dict[str, Any]) -> int:
    at: datetime = row["event_timestamp"]
    elapsed = at - _BEGINNING
    return (elapsed.days * 86_400 + elapsed.seconds) * 1_000_000 + elapsed.microseconds


def _intent_rows(newest: pa.Table) -> list[Row]:
    if not len(newest):
        return []
    from agents.encoder import load_encoder
    from streaming.encoding import RememberingEncoder

    encode = RememberingEncoder(load_encoder())
    said = [msgspec.json.decode(text, type=Intent) for text in newest.column("intent").to_pylist()]
    return [intent_row(intent, encode) for intent in said]


def _write_profiles(store: Any) -> None:
    """A profile has no version: it is what the catalogue says, and Feast itself writes it."""
    store.materialize(_BEGINNING, datetime.now(UTC), feature_views=["item_profile"])


def _assert_versions(store: Any, table: Table, newest: pa.Table) -> None:
    """Every key must be online with the version of its newest row, or a higher one from the stream."""
    expected = newest.column("version").to_numpy()
    keys = newest.column(table.key).to_pylist()
    found = _read_back(store, f"{table.name}:version", table.key, keys)
    for key, version, online in zip(keys, expected, found, strict=True):
        if online is None or online < version:
            raise MaterializeError(
                f"Feast's online store holds version {online} of {table.name} for {table.key} '{key}' and "
                f"not {version}; remove {home_settings().home / 'feast'} and run `heed up` again."
            )


def _assert_profiles(store: Any, profiles: pa.Table) -> None:
    keys = profiles.column("item_id").to_pylist()
    title = next(field.name for field in store.get_feature_view("item_profile").features)
    found = _read_back(store, f"item_profile:{title}", "item_id", keys)
    missing = [key for key, value in zip(keys, found, strict=True) if value is None]
    if missing:
        raise MaterializeError(
            f"Feast's online store holds no profile of {len(missing):,} items, '{missing[0]}' among them; "
            f"remove {home_settings().home / 'feast'} and run `heed up` again."
        )


def _read_back(store: Any, feature: str, key: str, keys: Sequence[str]) -> list[Any]:
    found: list[Any] = []
    for start in range(0, len(keys), _READ):
        entities = [{key: value} for value in keys[start : start + _READ]]
        answer = store.get_online_features(features=[feature], entity_rows=entities).to_dict()
        found.extend(answer[feature.split(":")[1]])
    return found


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    # Feast prints what it creates and warns of its own use of DuckDB: neither is for the person who waits.
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def main() -> int:
    """`python -m batch.materialize`: fill the online store and say how many rows each view took."""
    try:
        report = materialize()
    except BatchError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    views = ", ".join(f"{name} {report.written[name]:,} of {keys:,}" for name, keys in report.keys.items())
    sys.stdout.write(f"Written in {report.seconds:.1f} s: {views}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
