"""A catalogue small enough to see, an encoder that needs no model, and short ways to say things."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import cache

import numpy as np

from agents.memory import consolidate, empty_memory
from agents.types import Intent, ParsedCommand, Preference
from catalog.columns import CategoryColumn, DateColumn, NumberColumn, OrderedColumn, TextColumn
from catalog.domain import Domain, Field
from catalog.items import Catalog
from ranking.behavior import BehaviorFeatures
from ranking.collaborative import Collaborative
from ranking.context import CatalogState, FeedContext, catalog_state
from ranking.lexical import LexicalIndex
from ranking.popularity import Popularity
from ranking.semantic import SemanticIndex
from ranking.taste import Taste, taste_of

NOW = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)

GENRES = ("Action", "Comedy", "Crime", "Drama", "Horror", "Romance", "Sci-Fi")

FILMS = Domain(
    name="films",
    item="film",
    items="films",
    affinity_field="genre",
    fields=(
        Field(name="title", type="text"),
        Field(name="genre", type="category", multi=True, values=dict.fromkeys(GENRES, ())),
        Field(name="year", type="number"),
        Field(name="runtime", type="number", unit="minutes"),
        Field(name="certificate", type="ordered", values={"G": (), "PG": (), "R": ()}),
        Field(name="released", type="date"),
        Field(name="director", type="person", multi=True),
        Field(name="overview", type="text"),
    ),
)

NAN = float("nan")
# id, title, genres, year, runtime, certificate, released, overview
ROWS = [
    ("h", "Heat", ["Action", "Crime"], 1995, 170, "R", "1995-12-15", "a robbery in a city at night"),
    ("t", "Thief", ["Crime", "Drama"], 1981, 122, "R", "1981-03-27", "a robbery of a safe at night"),
    ("f", "Fargo", ["Comedy", "Crime"], 1996, 98, "R", "1996-03-08", "a robbery in the snow goes wrong"),
    ("a", "Airplane!", ["Comedy"], 1980, 88, "PG", "1980-07-02", "jokes on a flight"),
    ("s", "Spaceballs", ["Comedy", "Sci-Fi"], 1987, 96, "PG", "1987-06-24", "jokes in space"),
    ("b", "Babe", ["Comedy", "Drama"], 1995, 91, "G", "1995-08-04", "a pig learns to herd sheep"),
    ("x", "The Exorcist", ["Horror"], 1973, 122, "R", "1973-12-26", "a priest fights a demon"),
    ("c", "The Cabin", ["Horror", "Comedy"], 2011, 95, "R", "2012-04-13", "friends in a cabin meet a demon"),
    ("m", "Before Morning", ["Romance", "Drama"], 1995, 101, "R", "1995-01-27", "two people talk all night"),
    (
        "n",
        "Notting Hill",
        ["Comedy", "Romance"],
        1999,
        124,
        "PG",
        "1999-05-28",
        "a bookseller meets an actress",
    ),
    (
        "i",
        "Interstellar",
        ["Sci-Fi", "Drama"],
        2014,
        169,
        "PG",
        "2014-11-07",
        "a father travels in space and time",
    ),
    ("p", "Primer", ["Sci-Fi"], 2004, 77, "PG", "2004-10-08", "time travel in a garage"),
    ("u", "Unknown Reel", ["Comedy"], NAN, NAN, None, None, None),
    ("z", "Lost Film", [], NAN, 90, None, None, None),
]
IDS = [row[0] for row in ROWS]


@cache
def direction(word: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
    return np.random.default_rng(seed).standard_normal(64, dtype=np.float32)


class BagOfWords:
    """Each word is a fixed direction; a text is the sum of its words. Deterministic, and no model."""

    def encode(self, texts: list[str]) -> np.ndarray:
        rows = np.zeros((len(texts), 64), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().replace(",", " ").replace(".", " ").split():
                rows[row] += direction(word)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def films() -> Catalog:
    dates = np.array([row[6] or "NaT" for row in ROWS], dtype="datetime64[us]")
    levels = {"G": 0, "PG": 1, "R": 2, None: -1}
    return Catalog(
        FILMS,
        IDS,
        {
            "title": TextColumn.of([row[1] for row in ROWS]),
            "genre": CategoryColumn.of([row[2] for row in ROWS], GENRES),
            "year": NumberColumn(np.array([row[3] for row in ROWS], dtype=np.float64)),
            "runtime": NumberColumn(np.array([row[4] for row in ROWS], dtype=np.float64)),
            "certificate": OrderedColumn(
                ("G", "PG", "R"), np.array([levels[row[5]] for row in ROWS], dtype=np.int16)
            ),
            "released": DateColumn(dates),
            "overview": TextColumn.of([row[7] for row in ROWS]),
        },
    )


def together(*pairs: tuple[str, str, float]) -> Collaborative:
    """Item-item weights of the named pairs, both ways; every item warm."""
    weights = np.zeros((len(IDS), len(IDS)), dtype=np.float32)
    for one, other, weight in pairs:
        weights[IDS.index(one), IDS.index(other)] = weights[IDS.index(other), IDS.index(one)] = weight
    everything = np.arange(len(IDS), dtype=np.int32)
    return Collaborative(everything, everything, weights, regularisation=1.0, item_digest="")


LIKED_TOGETHER = together(("h", "t", 0.5), ("h", "f", 0.2), ("a", "s", 0.4), ("a", "b", 0.3), ("i", "p", 0.4))


def state(**changes) -> CatalogState:
    catalog = films()
    encoder = BagOfWords()
    texts = [catalog.item_text(i) for i in range(len(catalog))]
    index = SemanticIndex(encoder, encoder.encode(texts), LexicalIndex.of(texts))
    events = np.arange(len(IDS), 0, -1).astype(np.float32) * 10
    popularity = Popularity(events, events / 2, np.full(len(IDS), 3.5, np.float32), events / events.sum())
    return catalog_state(catalog, index, popularity, **{"collaborative": LIKED_TOGETHER, **changes})


def context(*preferences: Preference, liked: str = "", **changes) -> FeedContext:
    """A person who liked the items with these ids, oldest first, and wants what is given."""
    own = state(**changes)
    behavior = BehaviorFeatures(recent_item_ids=tuple(liked))
    nothing = np.zeros(len(IDS), dtype=np.float32)
    history = np.array([IDS.index(one) for one in liked], dtype=np.int32)
    taste = (
        Taste(history, nothing, nothing)
        if own.collaborative is None
        else taste_of(behavior, own.catalog, own.collaborative)
    )
    return FeedContext(own, behavior, taste, preferences, now=0)


def want(field: str, value=None, op: str = "eq", **more) -> Preference:
    return Preference(
        **{"field": field, "op": op, "value": value, "polarity": "positive", "strength": "hard", **more}
    )


def reject(field: str, value=None, op: str = "eq", **more) -> Preference:
    return want(field, value, op, **{"polarity": "negative", **more})


def like(field: str, value=None, op: str = "eq", **more) -> Preference:
    return want(field, value, op, **{"strength": "soft", **more})


def dislike(field: str, value=None, op: str = "eq", **more) -> Preference:
    return want(field, value, op, **{"strength": "soft", "polarity": "negative", **more})


def intent_of(*preferences: Preference) -> Intent:
    """The intent after saying all of it in one command."""
    parsed = ParsedCommand(
        command_id="c1",
        user_id="u",
        text="",
        clarity="clear",
        question=None,
        act="refine",
        acts=("refine",),
        preferences=preferences,
    )
    return consolidate(empty_memory("u"), parsed, said_at=NOW, domain=FILMS).intent
