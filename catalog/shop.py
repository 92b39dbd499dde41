"""A synthetic fashion shop of any size, with shoppers whose tastes are known.

It is the second domain and the scale test. Everything comes from one seed and stands for nothing real.
Because the tastes are known, what a recommender finds out about a shopper can be compared with the truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from catalog.columns import (
    CategoryColumn,
    Column,
    DateColumn,
    Floats,
    NumberColumn,
    OrderedColumn,
    TextColumn,
)
from catalog.domain import Domain, load_domain
from catalog.items import Catalog
from catalog.tables import INTERACTIONS

Codes = npt.NDArray[np.int64]

# The usual price in dollars of each category, in the order of the domain's values.
_PRICES = (
    *(79, 49, 45, 49, 22, 59, 55, 52, 119, 109, 169, 259, 64, 75),
    *(36, 29, 39, 89, 99, 129, 49, 69, 29, 25, 32),
)
# How many items a shopper looks at before acting on one; more makes tastes plainer in the events.
CANDIDATES = 12
FIRST_DAY = np.datetime64("2024-01-01", "us")
DAYS = 730


@dataclass(frozen=True)
class Tastes:
    """What each of `s` shoppers likes: codes of the domain's declared values, and a budget in dollars.

    Shapes: `categories` int64[s, 3], `colours` int64[s, 3], `brands` int64[s, 3], `budget` float64[s].
    """

    user_ids: tuple[str, ...]
    categories: Codes
    colours: Codes
    brands: Codes
    budget: Floats


@dataclass(frozen=True)
class Shop:
    """The generated items, what the shoppers did, and what they truly like."""

    catalog: Catalog
    interactions: Any
    tastes: Tastes


def generate_shop(items: int = 10_000, shoppers: int = 500, events: int = 40, seed: int = 7) -> Shop:
    """Return a shop with `events` events of each shopper; the same arguments give the same shop.

    A million items take about seven seconds and 500 MB.
    """
    rng = np.random.default_rng(seed)
    domain = load_domain("shop")
    catalog = _catalog(domain, items, rng)
    tastes = _tastes(domain, shoppers, rng)
    return Shop(catalog, _events(catalog, tastes, events, rng), tastes)


def _catalog(domain: Domain, n: int, rng: np.random.Generator) -> Catalog:
    categories = _draw(domain, "category", n, rng)
    brands = _draw(domain, "brand", n, rng)
    colours = _draw(domain, "colour", n, rng)
    materials = _several(domain, "material", n, (0.08, 0.72, 0.20), rng)
    occasions = _several(domain, "occasion", n, (0.05, 0.60, 0.35), rng)
    # A brand is cheap or dear as a whole: 0.5 to 2.5 times the usual price.
    count = len(domain.field("brand").values)
    tier = np.linspace(0.5, 2.5, count)[rng.permutation(count)]
    usual = np.array(_PRICES, dtype=np.float64)[categories]
    price = np.round(usual * tier[brands] * rng.lognormal(0.0, 0.25, n)) - 0.01
    sales = np.floor(rng.pareto(1.2, n) * 8)
    # An item that hardly anybody bought has no reviews yet.
    rating = np.where(sales >= 2, np.round(np.clip(rng.normal(4.0, 0.5, n), 1, 5), 1), np.nan)
    levels = tuple(domain.field("size").values)
    sizes = rng.choice(len(levels), n, p=(0.08, 0.2, 0.28, 0.24, 0.14, 0.06)).astype(np.int16)
    arrived = FIRST_DAY + rng.integers(0, DAYS, n).astype("timedelta64[D]").astype("timedelta64[us]")
    titles, descriptions = _texts(domain, categories, brands, colours, materials)
    columns: dict[str, Column] = {
        "title": TextColumn(titles),
        "category": _single(domain, "category", categories),
        "brand": _single(domain, "brand", brands),
        "colour": _single(domain, "colour", colours),
        "material": materials,
        "occasion": occasions,
        "price": NumberColumn(price),
        "size": OrderedColumn(levels, sizes),
        "rating": NumberColumn(rating),
        "popularity": NumberColumn(sales),
        "arrived": DateColumn(arrived),
        "description": TextColumn(descriptions),
    }
    return Catalog(domain, pc.binary_join_element_wise("s", _digits(n), ""), columns)


def _digits(n: int) -> Any:
    return pa.array(np.arange(1, n + 1)).cast(pa.string())


def _draw(domain: Domain, field: str, n: int, rng: np.random.Generator) -> Codes:
    """Return int64[n] codes of the declared values, some values three times as frequent as others."""
    count = len(domain.field(field).values)
    weights = np.linspace(3.0, 1.0, count)[rng.permutation(count)]
    return rng.choice(count, n, p=weights / weights.sum())


def _single(domain: Domain, field: str, codes: Codes) -> CategoryColumn:
    values = tuple(domain.field(field).values)
    return CategoryColumn(values, np.arange(len(codes) + 1, dtype=np.int64), codes.astype(np.int32))


def _several(
    domain: Domain, field: str, n: int, shares: tuple[float, float, float], rng: np.random.Generator
) -> CategoryColumn:
    """Return a column with none, one or two values per item, in those shares; none is unknown."""
    values = tuple(domain.field(field).values)
    counts = rng.choice(3, n, p=shares)
    first = _draw(domain, field, n, rng)
    second = (first + rng.integers(1, len(values), n)) % len(values)
    pairs = np.stack([first, second], axis=1)
    indptr = np.concatenate(([0], np.cumsum(counts)))
    indices = pairs[np.arange(2) < counts[:, None]]
    return CategoryColumn(values, indptr.astype(np.int64), indices.astype(np.int32))


def _texts(
    domain: Domain, categories: Codes, brands: Codes, colours: Codes, materials: CategoryColumn
) -> tuple[Any, Any]:
    """Return the titles ("Nordal linen shirt in navy") and the descriptions as Arrow strings."""
    fabrics = np.full(len(categories), len(materials.values))
    fabrics[materials.known] = materials.indices[materials.indptr[:-1][materials.known]]
    fabric = _words([*(value.lower() for value in materials.values), "mixed-fibre"], fabrics)
    brand = _words(list(domain.field("brand").values), brands)
    category = _words([value.lower() for value in domain.field("category").values], categories)
    colour = _words([value.lower() for value in domain.field("colour").values], colours)
    titles = _join(" ", brand, fabric, category, "in", colour)
    descriptions = _join(
        " ", pc.utf8_capitalize(colour), category, "by", _join("", brand, ". Made of"), fabric
    )
    return titles, _join("", descriptions, ".")


def _words(words: list[str], codes: Codes) -> Any:
    return pa.DictionaryArray.from_arrays(
        pa.array(codes.astype(np.int32)), pa.array(words)
    ).dictionary_decode()


def _join(separator: str, *parts: Any) -> Any:
    return pc.binary_join_element_wise(*parts, separator)


def _tastes(domain: Domain, shoppers: int, rng: np.random.Generator) -> Tastes:
    def liked(field: str) -> Codes:
        count = len(domain.field(field).values)
        return np.argsort(rng.random((shoppers, count)), axis=1)[:, :3]

    return Tastes(
        user_ids=tuple(f"shopper-{number}" for number in range(1, shoppers + 1)),
        categories=liked("category"),
        colours=liked("colour"),
        brands=liked("brand"),
        budget=np.round(rng.lognormal(4.4, 0.5, shoppers)),
    )


def _events(catalog: Catalog, tastes: Tastes, events: int, rng: np.random.Generator) -> Any:
    """Let every shopper choose among `CANDIDATES` items, drawn by sales, the one they like most."""
    shoppers = len(tastes.user_ids)
    total = shoppers * events
    who = np.repeat(np.arange(shoppers), events)
    weights = np.cumsum(catalog.number("popularity").values + 1.0)
    drawn = np.searchsorted(weights, rng.random((total, CANDIDATES)) * weights[-1], side="right")
    drawn = np.minimum(drawn, len(catalog) - 1)
    liking = _liking(catalog, tastes, who, drawn)
    chosen = np.argmax(liking + rng.gumbel(0.0, 0.5, liking.shape), axis=1)
    row = np.arange(total)
    item, worth = drawn[row, chosen], liking[row, chosen] + rng.normal(0.0, 0.5, total)
    kinds = np.array(["hide", "skip", "click", "cart", "purchase"])
    kind = np.searchsorted((-1.5, -0.5, 1.5, 2.5), worth)
    moments = (
        FIRST_DAY + np.timedelta64(DAYS, "D") + rng.integers(0, 90 * 86_400, total).astype("timedelta64[s]")
    )
    ids = catalog.id_array.take(pa.array(item))
    return pa.table(
        {
            "user_id": pa.array(np.array(tastes.user_ids, dtype=object)[who], type=pa.string()),
            "item_id": ids,
            "kind": pa.array(kinds[kind], type=pa.string()),
            "value": pa.nulls(total, type=pa.float64()),
            "occurred_at": pa.array(moments.astype("datetime64[us]")).cast(pa.timestamp("us", tz="UTC")),
        },
        schema=INTERACTIONS,
    ).sort_by("occurred_at")


def _liking(catalog: Catalog, tastes: Tastes, who: Codes, drawn: Codes) -> Floats:
    """Return float64[events, candidates]: 1 for each liked category, colour, brand, less what is too dear."""
    liking = np.zeros(drawn.shape)
    for field, liked in (
        ("category", tastes.categories),
        ("colour", tastes.colours),
        ("brand", tastes.brands),
    ):
        codes = catalog.category(field).indices[drawn]
        liking += (codes[:, :, None] == liked[who][:, None, :]).any(axis=2)
    over = catalog.number("price").values[drawn] / tastes.budget[who][:, None] - 1.0
    return liking - np.clip(over, 0.0, 2.0)
