"""Running the suites: one table, or everything that is loaded and built."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd
import pyarrow as pa
import structlog

from batch.checks import commands, features, files, intents, interactions, items
from batch.checks.lake import accepted_commands, said_intents
from batch.checks.report import CheckReport, Failure, stop_at_failures
from batch.checks.rules import Rule, Suite
from batch.errors import BatchError
from batch.tables import ITEM_POPULARITY, USER_BEHAVIOR, USER_INTENT, item_profile, table_path
from catalog.domain import Domain, load_domain
from catalog.settings import home_settings
from catalog.store import data_folder
from catalog.tables import INTERACTIONS

log = structlog.get_logger(__name__)

_SUITES: Mapping[str, Callable[[pa.Table, Domain], Suite]] = {
    "items": items.suite,
    "interactions": lambda table, _: interactions.suite(table),
    "commands": lambda table, _: commands.suite(table),
    "intents": intents.suite,
    "user_behavior": features.user_behavior,
    "item_popularity": lambda table, _: features.item_popularity(table),
    "item_profile": features.item_profile,
    "user_intent": lambda table, _: features.user_intent(table),
}
TABLES = tuple(_SUITES)


def check(table_name: str, table: pa.Table, domain: Domain | None = None) -> CheckReport:
    """Check one table; `report.require()` stops where a rule is broken.

    Parameters
    ----------
    table_name
        One of `TABLES`.
    table
        The table, with the columns of its schema.
    domain
        What the items are; the served domain where None.

    Raises
    ------
    BatchError
        If there is no such table.
    """
    if table_name not in _SUITES:
        raise BatchError(f"There is no suite for '{table_name}'; use one of {', '.join(TABLES)}.")
    started = perf_counter()
    _keep_quiet()
    suite = _SUITES[table_name](table, domain or load_domain(home_settings().domain))
    failures = tuple(failure for name in suite.parts for failure in _validate(suite, name))
    report = CheckReport(table_name, table.num_rows, len(suite.rules), failures, perf_counter() - started)
    log.info("table_checked", table=table_name, rows=report.rows, rules=report.rules, failed=len(failures))
    return report


def run_all(home: Path | None = None) -> tuple[CheckReport, ...]:
    """Check everything that is loaded and built under `home`: what is not there yet is left out.

    Raises
    ------
    TableFileError
        If a file is half-written, lacks a column or has one that is not declared.
    CheckFailedError
        If a rule is broken, with the first offending row of each, after all tables have been looked at.
    """
    reports = tuple(check_files(home))
    stop_at_failures(reports)
    return reports


def check_files(home: Path | None = None, *, without_features: bool = False) -> Iterator[CheckReport]:
    """Check table by table and yield each report, failed or not, so that progress can be shown.

    `without_features` leaves out what is computed from the others: it may be of an earlier catalogue, and is
    about to be built anew.
    """
    folder = home or home_settings().home
    place = folder / "data" / data_folder().name
    domain = load_domain(place / "domain.yaml" if place.is_dir() else home_settings().domain)
    for source in _sources(folder, place, domain):
        if source.path.exists() and not (without_features and source.computed):
            yield check(source.name, source.read(), domain)


@dataclass(frozen=True)
class _Source:
    """Where a table lies, and how it is read."""

    name: str
    path: Path
    read: Callable[[], pa.Table]
    computed: bool = False


def _sources(home: Path, place: Path, domain: Domain) -> Iterator[_Source]:
    items_file, interactions_file = place / "items.parquet", place / "interactions.parquet"
    reload = "load the data again with `heed data load`"
    yield _Source("items", items_file, partial(_items, items_file, domain))
    yield _Source(
        "interactions", interactions_file, partial(_stored, interactions_file, INTERACTIONS, reload)
    )
    yield _Source("commands", home / "lake" / "user-commands", partial(accepted_commands, home))
    yield _Source("intents", home / "lake" / "active-intents", partial(said_intents, home))
    for table in (USER_BEHAVIOR, ITEM_POPULARITY, item_profile(domain), USER_INTENT):
        path = table_path(home, table.name)
        rebuild = "build it again with `heed backfill`"
        yield _Source(table.name, path, partial(_stored, path, table.schema, rebuild), computed=True)


def _items(path: Path, domain: Domain) -> pa.Table:
    table = files.open_table(path, "load the data again with `heed data load`")
    files.require_fields(path, table, domain)
    return table


def _stored(path: Path, schema: pa.Schema, remedy: str) -> pa.Table:
    table = files.open_table(path, remedy)
    files.require_columns(path, table, schema, remedy)
    return table.select(schema.names)


def _keep_quiet() -> None:
    # Great Expectations reports its use over the network unless told before its import.
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")


def _validate(suite: Suite, part: str) -> Iterator[Failure]:
    """Yield what Great Expectations finds wrong with one part of a table."""
    import great_expectations
    from great_expectations.data_context.types.base import ProgressBarsConfig

    rules = [rule for rule in suite.rules if rule.part == part]
    frame = suite.parts[part]
    if not rules or (frame.empty and part):
        return
    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    batch = (
        context.data_sources.add_pandas("table")
        .add_dataframe_asset("rows")
        .add_batch_definition_whole_dataframe("all")
        .get_batch(batch_parameters={"dataframe": frame})
    )
    # Great Expectations merges equal expectations, so each goes by the place of its rule.
    for number, rule in enumerate(rules):
        rule.expectation.meta = {"rule": number}
    found = batch.validate(
        great_expectations.ExpectationSuite(name="rules", expectations=[rule.expectation for rule in rules]),
        result_format={"result_format": "COMPLETE", "include_unexpected_rows": False},
    )
    for result in found.results:
        if not result.success:
            yield _failure(rules[result.expectation_config.meta["rule"]], result, frame)


def _failure(rule: Rule, result: Any, frame: pd.DataFrame) -> Failure:
    raised = next(iter(result.exception_info.values()), None) if result.exception_info else None
    if isinstance(raised, dict) and raised.get("raised_exception"):
        raise BatchError(f"The rule '{rule.says}' could not be checked: {raised['exception_message']}")
    details = result.result
    column = ", ".join(_columns(rule))
    places = details.get("unexpected_index_list") or []
    if not places:
        return Failure(rule.says, column, None, str(details.get("observed_value")), 1)
    stands = frame.loc[[places[0]], list(_columns(rule))].iloc[0]
    listed = details.get("unexpected_list")
    value = _shown(listed[0]) if listed else _shown(list(stands))
    return Failure(rule.says, column, int(places[0]), value, int(details["unexpected_count"]))


def _columns(rule: Rule) -> tuple[str, ...]:
    expectation = rule.expectation
    if hasattr(expectation, "column_A"):
        return (expectation.column_A, expectation.column_B)
    if hasattr(expectation, "column_list"):
        return tuple(expectation.column_list)
    return (expectation.column,) if hasattr(expectation, "column") else ()


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(_shown(part) for part in value.values())
    if isinstance(value, list | tuple):
        return ", ".join(_shown(part) for part in value)
    return "nothing" if value is None or value is pd.NA or value != value else str(value)  # noqa: PLR0124 - NaN
