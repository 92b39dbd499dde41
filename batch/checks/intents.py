"""What must hold of the intents: every preference keeps to the contract, about a declared field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import pyarrow as pa

from agents.types import Act, Clarity, Horizon, Op, Polarity, Strength
from batch.checks.rules import Rule, Suite, exploded, frame
from batch.tables import MOMENT
from catalog.domain import RESERVED_NAMES, Domain

PREFERENCE = pa.struct(
    [
        ("field", pa.string()),
        ("op", pa.string()),
        ("polarity", pa.string()),
        ("strength", pa.string()),
        ("horizon", pa.string()),
        ("confidence", pa.float64()),
    ]
)

INTENTS = pa.schema(
    [
        ("user_id", pa.string()),
        ("version", pa.int64()),
        ("act", pa.string()),
        ("clarity", pa.string()),
        ("updated_at", MOMENT),
        # How many different intents carry this person's version: a replay writes the same one again.
        ("readings", pa.int64()),
        ("preferences", pa.list_(PREFERENCE)),
    ]
)


def suite(table: pa.Table, domain: Domain) -> Suite:
    """Return the rules of `intents`, a table of `INTENTS`."""
    from great_expectations import expectations as gx

    fields = [*RESERVED_NAMES, *(field.name for field in domain.fields)]
    closed: dict[str, Sequence[str]] = {
        "field": fields,
        "op": get_args(Op),
        "polarity": get_args(Polarity),
        "strength": get_args(Strength),
        "horizon": get_args(Horizon),
    }
    rules = [
        Rule("every intent has a person", gx.ExpectColumnValuesToNotBeNull(column="user_id")),
        Rule("versions count from 1", gx.ExpectColumnValuesToBeBetween(column="version", min_value=1)),
        Rule(
            "a version of a person's intent says one thing",
            gx.ExpectColumnValuesToBeInSet(column="readings", value_set=[1]),
        ),
        Rule("the act is of the contract", _one_of("act", get_args(Act))),
        Rule("the clarity is of the contract", _one_of("clarity", get_args(Clarity))),
        *(
            Rule(f"{name} is one of {', '.join(values)}", _one_of(name, values), "preferences")
            for name, values in closed.items()
        ),
        Rule(
            "confidence lies between 0 and 1",
            gx.ExpectColumnValuesToBeBetween(column="confidence", min_value=0, max_value=1),
            "preferences",
        ),
    ]
    flat = [name for name in INTENTS.names if name != "preferences"]
    preferences = exploded(table, "preferences")
    return Suite({"": frame(table, flat), "preferences": preferences}, rules)


def _one_of(column: str, values: Sequence[str]) -> Any:
    from great_expectations import expectations as gx

    return gx.ExpectColumnValuesToBeInSet(column=column, value_set=list(values))
