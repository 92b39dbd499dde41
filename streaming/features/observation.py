"""What a feature sees of an event: the deed, its signal, and what is known of the item."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from catalog.items import Catalog

MICROSECONDS_PER_DAY = 86_400_000_000


class Observation(msgspec.Struct, frozen=True):
    """One event on one item.

    `at` is microseconds since 1970, `signal` what the deed says of the taste in [-1, 1] (`catalog.signal`),
    `categories` positions in the declared values of the domain's affinity field, `numbers` the item's
    value of each declared number field, None where unknown.
    """

    item_id: str
    kind: str
    value: float | None
    signal: float
    at: int
    categories: tuple[int, ...] = ()
    numbers: tuple[float | None, ...] = ()


class ItemFacts:
    """Looks up what the features need of an item; `category_count` and `number_count` are their widths."""

    def __init__(self, catalog: Catalog) -> None:
        domain = catalog.domain
        declared = list(domain.field(domain.affinity_field).values) if domain.affinity_field else []
        names = [field.name for field in domain.fields if field.type == "number"]
        self.category_count = len(declared)
        self.number_count = len(names)
        self._catalog = catalog
        self._position = {value: position for position, value in enumerate(declared)}
        self._categories = (
            catalog.category(domain.affinity_field)
            if declared and catalog.has(domain.affinity_field)
            else None
        )
        self._numbers = [catalog.number(name) if catalog.has(name) else None for name in names]
        self._known: dict[str, tuple[tuple[int, ...], tuple[float | None, ...]]] = {}

    def knows(self, item_id: str) -> bool:
        """Say whether the catalogue holds the item."""
        return self._catalog.index_of(item_id) is not None

    def of(self, item_id: str) -> tuple[tuple[int, ...], tuple[float | None, ...]]:
        """Return the affinity positions and the numbers of an item; nothing known where there is none."""
        facts = self._known.get(item_id)
        if facts is None:
            facts = self._known[item_id] = self._look_up(item_id)
        return facts

    def _look_up(self, item_id: str) -> tuple[tuple[int, ...], tuple[float | None, ...]]:
        index = self._catalog.index_of(item_id)
        if index is None:
            return (), (None,) * self.number_count
        values = self._categories.of_item(index) if self._categories is not None else ()
        categories = tuple(self._position[value] for value in values if value in self._position)
        numbers = tuple(
            float(column.values[index]) if column is not None and column.known[index] else None
            for column in self._numbers
        )
        return categories, numbers
