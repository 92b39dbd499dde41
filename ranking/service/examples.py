"""Commands to try, made of a domain's own words and items, so that any catalogue brings its own."""

from __future__ import annotations

import numpy as np

from catalog.items import Catalog


def example_commands(catalog: Catalog) -> tuple[str, ...]:
    """Return up to five commands: a likeness, a refusal, a bound, a direction, an order."""
    made = (_likeness(catalog), _bound(catalog), _order(catalog), *_directions(catalog))
    return tuple(command for command in made if command)[:5]


def _values_by_count(catalog: Catalog) -> list[str]:
    field = catalog.domain.affinity_field
    if not catalog.has(field):
        return []
    column = catalog.category(field)
    order = np.argsort(-column.counts, kind="stable")
    return [column.values[code] for code in order if column.counts[code] > 0]


def _best_known(catalog: Catalog) -> int:
    field = catalog.domain.popularity_field
    if not field or not catalog.has(field) or not catalog.number(field).known.any():
        return 0
    return int(np.nanargmax(catalog.number(field).values))


def _likeness(catalog: Catalog) -> str:
    if not len(catalog):
        return ""
    item = _best_known(catalog)
    field = catalog.domain.affinity_field
    has = catalog.category(field).of_item(item) if catalog.has(field) else ()
    other = next((value for value in _values_by_count(catalog) if value not in has), None)
    wish = f"something like {catalog.titles[item]}"
    return f"{wish}, but no {other}" if other else wish


def _bound(catalog: Catalog) -> str:
    for field in catalog.domain.fields:
        if field.type == "number" and field.low and field.unit.isalpha() and catalog.has(field.name):
            values = catalog.number(field.name).values
            if not np.isnan(values).all() and field.name != catalog.domain.popularity_field:
                return f"nothing over {round(float(np.nanmedian(values)), -1):.0f} {field.unit}"
    return ""


def _order(catalog: Catalog) -> str:
    values = _values_by_count(catalog)
    return f"more {values[2]}, less {values[0]}" if len(values) > 2 else ""


def _directions(catalog: Catalog) -> list[str]:
    numbers = [field for field in catalog.domain.fields if field.type == "number" and catalog.has(field.name)]
    popularity = [field for field in numbers if field.name == catalog.domain.popularity_field]
    words = [field.low[:1] for field in popularity] + [field.high[:1] for field in numbers[:1]]
    return [f"something {word[0]}" for word in words if word]
