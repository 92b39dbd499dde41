"""What must hold of the commands that the stream accepted.

A stranger's producer may send anything, and what is no command is in `dead-letters`; so these rules say what
holds of the rest. If one fails, the decoder let something through that the memory was not made for.
"""

from __future__ import annotations

import pyarrow as pa

from batch.checks.rules import Rule, Suite, frame
from batch.tables import MOMENT

COMMANDS = pa.schema(
    [
        ("partition", pa.int32()),
        ("kafka_offset", pa.int64()),
        ("appended_at", MOMENT),
        ("command_id", pa.string()),
        ("user_id", pa.string()),
        ("text_length", pa.int64()),
        ("is_edit", pa.bool_()),
        ("occurred_at", MOMENT),
    ]
)


def suite(table: pa.Table) -> Suite:
    """Return the rules of `commands`, a table of `COMMANDS`: the words themselves are not needed."""
    from great_expectations import expectations as gx

    from streaming.decode import MAX_ID, MAX_TEXT

    rows = frame(table, COMMANDS.names)
    rows["minutes_ahead"] = (rows["occurred_at"] - rows["appended_at"]).dt.total_seconds() / 60.0
    rules = [
        Rule(
            "a message is copied once",
            gx.ExpectCompoundColumnsToBeUnique(column_list=["partition", "kafka_offset"]),
        ),
        Rule("every command has an id", gx.ExpectColumnValuesToNotBeNull(column="command_id")),
        Rule(
            f"a person's id has 1 to {MAX_ID} characters",
            gx.ExpectColumnValueLengthsToBeBetween(column="user_id", min_value=1, max_value=MAX_ID),
        ),
        Rule(
            f"a text has 1 to {MAX_TEXT} characters",
            gx.ExpectColumnValuesToBeBetween(column="text_length", min_value=1, max_value=MAX_TEXT),
            "texts",
        ),
        Rule(
            "no command comes from the future",
            gx.ExpectColumnValuesToBeBetween(column="minutes_ahead", max_value=5.0),
        ),
    ]
    return Suite({"": rows, "texts": rows[~rows["is_edit"]]}, rules)
