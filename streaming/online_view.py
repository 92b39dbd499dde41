"""One view of Feast's online store, written in batches and never backwards."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from streaming.errors import NoFeastRegistryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streaming.online_rows import Row

# Keys whose stored version is known without asking the store.
KNOWN_VERSIONS = 200_000


class OnlineView:
    """Writes rows of one view, each only if its version is newer than the stored one.

    Neither store does that by itself: SQLite lets an older row overwrite a newer one, Redis compares times,
    which a late event does not advance.

    Parameters
    ----------
    store
        The open `feast.FeatureStore`.
    name
        The view.
    join_key
        The column of its entity: "user_id" or "item_id".

    Raises
    ------
    NoFeastRegistryError
        If Feast does not know the view.
    """

    def __init__(self, store: Any, name: str, join_key: str) -> None:
        from feast.errors import FeastObjectNotFoundException

        try:
            self._view = store.get_feature_view(name)
        except FeastObjectNotFoundException as error:
            raise NoFeastRegistryError(store.repo_path, name) from error
        self._config = store.config
        self._online = store._get_provider().online_store
        self._join_key = join_key
        self._versions: OrderedDict[str, int] = OrderedDict()

    def write(self, rows: Sequence[Row]) -> int:
        """Write the rows that are newer than what is stored, in one call; return how many there were.

        `rows` holds each key once.
        """
        self._learn_versions([row.key for row in rows if row.key not in self._versions])
        newer = [row for row in rows if row.version > self._versions[row.key]]
        if newer:
            now = datetime.now(UTC)
            batch = [(self._entity(row.key), row.values, row.at, now) for row in newer]
            self._online.online_write_batch(self._config, self._view, batch, None)
        for row in newer:
            self._note(row.key, row.version)
        return len(newer)

    def _learn_versions(self, keys: list[str]) -> None:
        if not keys:
            return
        entities = [self._entity(key) for key in keys]
        stored = self._online.online_read(self._config, self._view, entities, ["version"])
        for key, (_, values) in zip(keys, stored, strict=True):
            # -1, because the version of an intent that was never said is 0 and may be written.
            self._note(key, values["version"].int64_val if values and "version" in values else -1)

    def _note(self, key: str, version: int) -> None:
        self._versions[key] = version
        self._versions.move_to_end(key)
        if len(self._versions) > KNOWN_VERSIONS:
            self._versions.popitem(last=False)

    def _entity(self, key: str) -> Any:
        from feast.protos.feast.types.EntityKey_pb2 import EntityKey
        from feast.protos.feast.types.Value_pb2 import Value

        return EntityKey(join_keys=[self._join_key], entity_values=[Value(string_val=key)])


def ensure_tables(store: Any) -> None:
    """Create the tables that the online store lacks, so that one that was deleted can be rebuilt.

    `feast apply` would not: its registry says that they exist.
    """
    views = store.list_feature_views()
    store._get_provider().online_store.update(
        store.config, [], views, [], store.list_entities(), partial=True
    )


def prepare_sqlite(store: Any) -> None:
    """Let readers read while the sink writes: SQLite's write-ahead log, set once and kept in the file.

    Without it a feed that reads waits for every write, for up to seconds. With it a crash of the machine
    may lose the last writes, which the topics hold, so the log need not reach the disk at every commit.
    """
    online = store.config.online_store
    if not str(online.type).endswith(("sqlite", "SqliteOnlineStore")):
        return
    path = Path(online.path)
    absolute = path if path.is_absolute() else Path(store.repo_path) / path
    absolute.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(absolute)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()
    # Feast keeps one connection for all reads and writes of this process.
    store._get_provider().online_store._get_conn(store.config).execute("PRAGMA synchronous=NORMAL")
