"""Does a slate obey? Asked of the raw catalogue file, with none of the code that made the slate.

A hard preference holds for an item when the item's stored value is known and satisfies it; a rejected value
must not be there. Positive alternatives (one command, one group, one field) hold when any of them does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]

# What no column of the catalogue can confirm or deny.
FREE = ("about",)


@dataclass(frozen=True)
class Demand:
    """One hard preference. Demands with the same `alternative` are an "or"."""

    field: str
    op: str
    value: Any
    positive: bool
    label: str
    alternative: str = ""


@dataclass(frozen=True)
class Breach:
    """An item that a demand forbids."""

    item_id: str
    title: str
    label: str
    found: Any


@dataclass
class Tally:
    """What was checked so far, over any number of slates."""

    slates: int = 0
    items: int = 0
    conditions: int = 0
    breaches: list[Breach] = field(default_factory=list)

    @property
    def satisfaction(self) -> float:
        """The share of the conditions that hold, 1 where there was none."""
        return 1.0 - len(self.breaches) / self.conditions if self.conditions else 1.0


class RawCatalogue:
    """The stored items as plain rows, and the order of the ordered vocabularies."""

    def __init__(self, folder: Path) -> None:
        import pyarrow.parquet as pq
        import yaml

        with pq.ParquetFile(folder / "items.parquet") as file:
            self.rows: dict[str, Row] = {row["item_id"]: row for row in file.read().to_pylist()}
        self.fields = [name for name in next(iter(self.rows.values()), {}) if name != "item_id"]
        declared = yaml.safe_load((folder / "domain.yaml").read_text(encoding="utf-8"))["fields"]
        self.order: dict[str, list[str]] = {
            one["name"]: list(one["values"]) for one in declared if one["type"] == "ordered"
        }

    def check(self, item_ids: Sequence[str], demands: Iterable[Demand], tally: Tally) -> None:
        """Check one slate against every demand and add to the tally."""
        sides: dict[str, list[Demand]] = defaultdict(list)
        for number, demand in enumerate(demands):
            sides[demand.alternative or str(number)].append(demand)
        tally.slates += 1
        for item_id in item_ids:
            tally.items += 1
            for alternatives in sides.values():
                tally.conditions += 1
                if not any(self.holds(item_id, demand) for demand in alternatives):
                    tally.breaches.append(self._breach(item_id, alternatives))

    def holds(self, item_id: str, demand: Demand) -> bool:
        """Say whether the item satisfies the demand, by its stored values."""
        satisfied = self._satisfies(item_id, demand)
        return satisfied if demand.positive else not satisfied

    def _satisfies(self, item_id: str, demand: Demand) -> bool:
        if demand.field == "item":
            return item_id == str(demand.value)
        stored = self.rows[item_id].get(demand.field)
        if stored is None or stored == []:
            return False
        if demand.op in ("eq", "like"):
            return demand.value in stored if isinstance(stored, list) else bool(stored == demand.value)
        return _compare(self._rank(demand, stored), demand.op, self._bound(demand))

    def _rank(self, demand: Demand, stored: Any) -> float:
        order = self.order.get(demand.field)
        return float(order.index(stored)) if order else float(stored)

    def _bound(self, demand: Demand) -> tuple[float, float]:
        values = demand.value if isinstance(demand.value, list) else [demand.value, demand.value]
        return self._rank(demand, values[0]), self._rank(demand, values[1])

    def _breach(self, item_id: str, alternatives: Sequence[Demand]) -> Breach:
        row = self.rows[item_id]
        label = " or ".join(demand.label for demand in alternatives)
        return Breach(item_id, str(row.get("title")), label, row.get(alternatives[0].field))


def demands_of(preferences: Iterable[Mapping[str, Any]], known: Iterable[str]) -> tuple[Demand, ...]:
    """Return the hard preferences of an intent (as the API shows it) that the catalogue can check.

    Parameters
    ----------
    known
        The fields that the catalogue holds; `item` is checked as well.
    """
    checkable = {*known, "item"} - set(FREE)
    return tuple(
        Demand(
            field=one["field"],
            op=one["op"],
            value=one["value"],
            positive=one["polarity"] == "positive",
            label=one["label"],
            alternative=f"{one['said_at']} {one['group']} {one['field']}"
            if one["polarity"] == "positive"
            else "",
        )
        for one in preferences
        if one["strength"] == "hard" and one["field"] in checkable and one["op"] not in ("low", "high")
    )


def _compare(value: float, op: str, bound: tuple[float, float]) -> bool:
    low, high = bound
    return {
        "lt": value < high,
        "le": value <= high,
        "gt": value > low,
        "ge": value >= low,
        "between": low <= value <= high,
    }[op]
