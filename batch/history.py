"""What a person had liked and seen as of any moment, for tables that are point-in-time right.

`features/user_behavior.parquet` holds the two item lists only in a person's newest row: a list in every row
would be the sum of all prefixes, 25 million ids for 100,000 ratings. Nothing is lost, because the lists
follow from the events; here they are made for the moments that are asked for.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from batch.backfill import RECENT_LENGTH, SEEN_KINDS, SEEN_LENGTH
from batch.database import query


def item_lists(database: duckdb.DuckDBPyConnection, moments: pa.Table) -> pa.Table:
    """Return `recent_item_ids` and `seen_item_ids` as they were just before each moment.

    Parameters
    ----------
    database : duckdb connection
        After `batch.backfill.prepare`.
    moments : pyarrow.Table of `moment` (int64, unique), `user_id` (string), `asked_us` (int64)
        The moments, in microseconds since 1970.

    Returns
    -------
    pyarrow.Table of `moment`, `recent_item_ids`, `seen_item_ids`
        One row per moment, in the order of `moment`; empty lists for a person without a past.
    """
    database.register("moments", moments)
    parameters = {
        "recent_length": RECENT_LENGTH,
        "seen_length": SEEN_LENGTH,
        "seen_kinds": list(SEEN_KINDS),
    }
    table: pa.Table = database.sql(query("user_history"), params=parameters).to_arrow_table()
    database.unregister("moments")
    return table
