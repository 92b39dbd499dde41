"""What must hold of the items: each has one id and a title, and says only what the domain declares."""

from __future__ import annotations

import pyarrow as pa

from batch.checks.rules import Rule, Suite, exploded, frame
from catalog.domain import Domain


def suite(table: pa.Table, domain: Domain) -> Suite:
    """Return the rules of `items`: `item_id` and one column per declared field that has data."""
    from great_expectations import expectations as gx

    held = [field for field in domain.fields if field.name in table.column_names]
    flat = [field for field in held if not field.multi]
    lists = [field for field in held if field.multi]
    parts = {"": frame(table, ["item_id", *(field.name for field in flat)])}
    parts |= {field.name: exploded(table, field.name) for field in lists}
    rules = [
        Rule("there is at least one item", gx.ExpectTableRowCountToBeBetween(min_value=1)),
        Rule("every item has an id", gx.ExpectColumnValuesToNotBeNull(column="item_id")),
        Rule("an id is not empty", gx.ExpectColumnValueLengthsToBeBetween(column="item_id", min_value=1)),
        Rule("an id stands once", gx.ExpectColumnValuesToBeUnique(column="item_id")),
        Rule("every item has a title", gx.ExpectColumnValuesToNotBeNull(column=domain.title_field)),
    ]
    for field in held:
        part = field.name if field.multi else ""
        if field.closed:
            rule = f"{field.name} is one of the values that the domain declares"
            values = gx.ExpectColumnValuesToBeInSet(column=field.name, value_set=list(field.values))
            rules.append(Rule(rule, values, part))
        if field.type == "number":
            # Infinity passes for a number and makes every mean infinite.
            finite = gx.ExpectColumnValuesToBeBetween(column=field.name, min_value=-1e15, max_value=1e15)
            rules.append(Rule(f"{field.name} is a finite number", finite))
    return Suite(parts, rules)
