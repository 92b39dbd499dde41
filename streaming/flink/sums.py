"""Sums by item over short spans of time, in the JVM.

A record costs 66 microseconds to enter Python and as much again to keep what it changes, and all operators
of a job share one interpreter's lock. What only has to be added up is therefore added up by Flink SQL, and
Python gets one record per item and span.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from streaming.features import Demand

if TYPE_CHECKING:
    from pyflink.common import Row
    from pyflink.datastream import DataStream, StreamExecutionEnvironment

_SUMS = """
SELECT
    item_id,
    ROW(
        item_id, SUM(event_count), SUM(positive_count), SUM(rating_count), SUM(rating_total), SUM(positives),
        MAX(last_event_at)
    ) AS demand
FROM TABLE(TUMBLE(TABLE demand, DESCRIPTOR(arrived_at), INTERVAL '{seconds:.3f}' SECOND(6, 3)))
GROUP BY window_start, window_end, item_id
"""


@cache
def demand_rows() -> Any:
    """Return the type of rows (item, its demand): what `summed_by_item` takes."""
    from pyflink.common import Types

    columns = {field.name: field.type for field in msgspec.structs.fields(Demand)}
    # msgspec gives annotations as they are: here int and float.
    types = [Types.DOUBLE() if kind is float else Types.LONG() for kind in columns.values()]
    return Types.ROW_NAMED(["item_id", *columns], [Types.STRING(), *types])


def demand_row(item_id: str, demand: Demand) -> Row:
    """Return one row of `demand_rows`."""
    from pyflink.common import Row

    return Row(item_id, *msgspec.structs.astuple(demand))


def summed_by_item(environment: StreamExecutionEnvironment, demand: DataStream, seconds: float) -> DataStream:
    """Return rows (item, sums), for `keyed`: what each item got in each span of `seconds`, at its end.

    Sums that are under way are in each checkpoint.
    """
    from pyflink.common import Types
    from pyflink.table import Schema, StreamTableEnvironment

    tables = StreamTableEnvironment.create(environment)
    # Names of their own beside the source's, which another table environment gives.
    tables.get_config().set("table.exec.uid.format", "<id>_<transformation>_demand")
    arrival = Schema.new_builder().column_by_expression("arrived_at", "PROCTIME()").build()
    tables.create_temporary_view("demand", demand, arrival)
    rows = tables.to_data_stream(tables.sql_query(_SUMS.format(seconds=seconds)))
    # They are plain rows, but typed as the table API's own, which Python operators do not take nested.
    plain = Types.ROW([Types.STRING(), demand_rows()]).get_java_type_info()
    rows._j_data_stream.getTransformation().setOutputType(plain)
    return rows


def summed_demand(row: Row) -> tuple[str, Demand]:
    """Return the item and what it got: what an operator after `keyed(summed_by_item(...))` gets."""
    item_id, *sums = row
    return item_id, Demand(*sums)
