"""What must hold of the interactions: who did what with which item, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from batch.checks.rules import Rule, Suite, frame
from catalog.signal import KINDS
from catalog.tables import INTERACTIONS

# Seconds read as milliseconds land in 1970; no log of interactions is older than this.
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)


def suite(table: pa.Table) -> Suite:
    """Return the rules of `interactions`."""
    from great_expectations import expectations as gx

    latest = datetime.now(UTC) + timedelta(days=1)
    rules = [
        Rule("every interaction has a person", gx.ExpectColumnValuesToNotBeNull(column="user_id")),
        Rule(
            "a person's id is not empty",
            _not_empty("user_id"),
        ),
        Rule("every interaction has an item", gx.ExpectColumnValuesToNotBeNull(column="item_id")),
        Rule("an item's id is not empty", _not_empty("item_id")),
        Rule("every interaction has a kind", gx.ExpectColumnValuesToNotBeNull(column="kind")),
        Rule(
            f"the kind is one of {', '.join(KINDS)}",
            gx.ExpectColumnValuesToBeInSet(column="kind", value_set=list(KINDS)),
        ),
        Rule("a rating has stars", gx.ExpectColumnValuesToNotBeNull(column="value"), "ratings"),
        Rule(
            "a rating has 0 to 5 stars",
            gx.ExpectColumnValuesToBeBetween(column="value", min_value=0, max_value=5),
            "ratings",
        ),
        Rule("every interaction has a time", gx.ExpectColumnValuesToNotBeNull(column="occurred_at")),
        Rule(
            "the time lies between 1980 and now",
            gx.ExpectColumnValuesToBeBetween(column="occurred_at", min_value=EARLIEST, max_value=latest),
        ),
        Rule(
            "nobody does the same thing to the same item twice at one moment",
            gx.ExpectCompoundColumnsToBeUnique(column_list=["user_id", "item_id", "kind", "occurred_at"]),
        ),
    ]
    rows = frame(table, INTERACTIONS.names)
    return Suite({"": rows, "ratings": rows[rows["kind"] == "rate"]}, rules)


def _not_empty(column: str) -> Any:
    from great_expectations import expectations as gx

    return gx.ExpectColumnValueLengthsToBeBetween(column=column, min_value=1)
