"""What must hold of the feature tables: unique keys, counts that fit, lists of declared lengths."""

from __future__ import annotations

import pyarrow as pa

from batch.backfill import RECENT_LENGTH, SEEN_LENGTH
from batch.checks.rules import Rule, Suite, frame, lengths
from batch.tables import EMBEDDING_WIDTH
from catalog.domain import Domain


def user_behavior(table: pa.Table, domain: Domain) -> Suite:
    """Return the rules of `features/user_behavior.parquet`."""
    from great_expectations import expectations as gx

    affinities = len(domain.field(domain.affinity_field).values) if domain.affinity_field else 0
    numbers = sum(field.type == "number" for field in domain.fields)
    lists = ("category_affinity", "number_mean", "number_count", "recent_item_ids", "seen_item_ids")
    rows = frame(table, [name for name in table.column_names if name not in lists])
    rows = rows.join(lengths(table, lists))
    rules = [
        *_keys("user_id"),
        *_counts("event_count", "positive_count"),
        _at_most("rating_count", "event_count", "ratings are events"),
        Rule(
            "activity is not negative", gx.ExpectColumnValuesToBeBetween(column="activity_30d", min_value=0)
        ),
        Rule(
            "there is one affinity per declared value",
            gx.ExpectColumnValuesToBeInSet(column="category_affinity length", value_set=[affinities]),
        ),
        Rule(
            "there is one mean per number field",
            gx.ExpectColumnValuesToBeInSet(column="number_mean length", value_set=[numbers]),
        ),
        Rule(
            "there is one count per number field",
            gx.ExpectColumnValuesToBeInSet(column="number_count length", value_set=[numbers]),
        ),
        Rule(
            f"at most {RECENT_LENGTH} recent items are kept",
            gx.ExpectColumnValuesToBeBetween(column="recent_item_ids length", max_value=RECENT_LENGTH),
        ),
        Rule(
            f"at most {SEEN_LENGTH} seen items are kept",
            gx.ExpectColumnValuesToBeBetween(column="seen_item_ids length", max_value=SEEN_LENGTH),
        ),
    ]
    return Suite({"": rows}, rules)


def item_popularity(table: pa.Table) -> Suite:
    """Return the rules of `features/item_popularity.parquet`."""
    from great_expectations import expectations as gx

    rows = frame(table, table.column_names)
    rows["share_left"] = rows["popularity_30d"] / rows["positive_count"].clip(lower=1)
    rules = [
        *_keys("item_id"),
        *_counts("event_count", "positive_count"),
        Rule(
            "decay leaves no more than the positive events",
            # A sum of powers of two that are scaled back may be off by a rounding.
            gx.ExpectColumnValuesToBeBetween(column="share_left", min_value=0.0, max_value=1.0 + 1e-9),
        ),
    ]
    return Suite({"": rows}, rules)


def item_profile(table: pa.Table, domain: Domain) -> Suite:
    """Return the rules of `features/item_profile.parquet`."""
    from great_expectations import expectations as gx

    rules = [
        Rule("every item has one profile", gx.ExpectColumnValuesToBeUnique(column="item_id")),
        Rule("every profile has a title", gx.ExpectColumnValuesToNotBeNull(column=domain.title_field)),
    ]
    return Suite({"": frame(table, ["item_id", domain.title_field])}, rules)


def user_intent(table: pa.Table) -> Suite:
    """Return the rules of `features/user_intent.parquet`."""
    from great_expectations import expectations as gx

    lists = ("positive_embedding", "negative_embedding")
    flat = [name for name in table.column_names if name not in (*lists, "recent_command_ids")]
    rules = [
        *_keys("user_id"),
        Rule("every row has an intent", gx.ExpectColumnValuesToNotBeNull(column="intent")),
    ]
    for name in ("positive_hard", "positive_soft", "negative_hard", "negative_soft"):
        counted = gx.ExpectColumnValuesToBeBetween(column=name, min_value=0)
        rules.append(Rule(f"{name} is not negative", counted))
    for name in lists:
        wide = gx.ExpectColumnValuesToBeInSet(column=f"{name} length", value_set=[EMBEDDING_WIDTH])
        rules.append(Rule(f"{name} has {EMBEDDING_WIDTH} numbers", wide))
    return Suite({"": frame(table, flat).join(lengths(table, lists))}, rules)


def _keys(entity: str) -> list[Rule]:
    from great_expectations import expectations as gx

    return [
        Rule(f"every row has a {entity}", gx.ExpectColumnValuesToNotBeNull(column=entity)),
        Rule("every row has a time", gx.ExpectColumnValuesToNotBeNull(column="event_timestamp")),
        # An ASOF join picks among equal times arbitrarily, so a training set would change from run to run.
        Rule(
            f"no two rows have the same {entity} and time",
            gx.ExpectCompoundColumnsToBeUnique(column_list=[entity, "event_timestamp"]),
        ),
        Rule("versions count from 1", gx.ExpectColumnValuesToBeBetween(column="version", min_value=1)),
    ]


def _counts(whole: str, part: str) -> list[Rule]:
    from great_expectations import expectations as gx

    return [
        *(Rule(f"{name} is known", gx.ExpectColumnValuesToNotBeNull(column=name)) for name in (whole, part)),
        Rule(f"{part} is not negative", gx.ExpectColumnValuesToBeBetween(column=part, min_value=0)),
        _at_most(part, whole, "a part is no more than the whole"),
        Rule(
            "a mean of stars lies between 0 and 5",
            gx.ExpectColumnValuesToBeBetween(column="rating_mean", min_value=0, max_value=5),
        ),
    ]


def _at_most(smaller: str, larger: str, why: str) -> Rule:
    from great_expectations import expectations as gx

    fits = gx.ExpectColumnPairValuesAToBeGreaterThanB(column_A=larger, column_B=smaller, or_equal=True)
    return Rule(f"{smaller} is at most {larger}: {why}", fits)
