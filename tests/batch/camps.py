"""Records and listeners of two camps: enough to train on in seconds, and a taste that can be learned."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa
from plants import interactions

from batch.backfill import backfill_tables
from batch.behaviors import BEHAVIORS
from batch.database import connect
from batch.moments import Past
from catalog.columns import CategoryColumn, NumberColumn, TextColumn
from catalog.domain import Domain, Field
from catalog.items import Catalog
from catalog.store import save
from catalog.tables import INTERACTIONS
from ranking.interactions import interactions_of

GENRES = ("jazz", "metal", "live")
DOMAIN = Domain(
    name="records",
    item="record",
    items="records",
    affinity_field="genre",
    popularity_field="sales",
    fields=(
        Field(name="title", type="text"),
        Field(name="genre", type="category", multi=True, values=dict.fromkeys(GENRES, ())),
        Field(name="year", type="number"),
        Field(name="sales", type="number"),
    ),
)
ITEMS, LISTENERS, HEARD = 80, 60, 30


class Hashed:
    """An encoder that needs no model: every word is a fixed direction."""

    def encode(self, texts: list[str]) -> np.ndarray:
        rows = np.array([sum(map(_direction, text.lower().split())) for text in texts], dtype=np.float32)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def _direction(word: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
    return np.random.default_rng(seed).standard_normal(64)


def records() -> Catalog:
    """Even records are jazz, odd ones metal, every third is live; the year of every tenth is unknown."""
    years = np.array([np.nan if item % 10 == 9 else 1960 + item for item in range(ITEMS)])
    return Catalog(
        DOMAIN,
        [f"r{item}" for item in range(ITEMS)],
        {
            "title": TextColumn.of([f"Record {item}" for item in range(ITEMS)]),
            "genre": CategoryColumn.of(
                [[GENRES[item % 2], *["live"] * (item % 3 == 0)] for item in range(ITEMS)], GENRES
            ),
            "year": NumberColumn(years),
            "sales": NumberColumn(np.arange(ITEMS, dtype=np.float64)),
        },
    )


def listening(seed: int = 0) -> pa.Table:
    """Each listener rates 30 records over some days, 5 stars for two in three of their camp's, 1 for others.

    Several ratings share an instant, as they do in MovieLens; the first records are heard most.
    """
    rng = np.random.default_rng(seed)
    weights = 1 / (np.arange(ITEMS) // 2 + 5)
    rows = []
    for listener in range(LISTENERS):
        begin = listener * 86_400.0
        heard = rng.choice(ITEMS, HEARD, replace=False, p=weights / weights.sum())
        for place, item in enumerate(heard):
            liked = item % 2 == listener % 2 and rng.random() < 0.67
            second = begin + 3_600.0 * (place // 2) * 8
            rows.append((f"u{listener:02}", f"r{item}", "rate", 5.0 if liked else 1.0, second))
    rows.sort(key=lambda row: row[4])
    return interactions(rows)


def home_of(folder: Path, table: pa.Table | None = None) -> Path:
    """Return a HEED_HOME with the records loaded and their features backfilled."""
    deeds = listening() if table is None else table
    catalog = records()
    save(catalog, deeds, folder / "data" / "records")
    backfill_tables(connect(), catalog, deeds.cast(INTERACTIONS), BEHAVIORS.empty_table(), folder)
    return folder


def past_of(folder: Path, table: pa.Table | None = None) -> Past:
    """Return the same as a `Past`."""
    deeds = listening() if table is None else table
    catalog = records()
    return Past(home_of(folder, deeds), catalog, interactions_of(deeds, catalog))
