"""A person's own log of what happened, as interactions: whoever calls the columns what."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catalog.errors import InputFileError
from catalog.guess import column_key, parse_dates, parse_numbers
from catalog.items import Catalog
from catalog.rows import read_rows
from catalog.tables import INTERACTIONS

_USERS = ("user_id", "user", "userid", "customer_id", "customer", "customerid", "visitor_id", "visitorid")
_USERS_TOO = (
    "reviewer_id",
    "reviewerid",
    "member_id",
    "account_id",
    "client_id",
    "shopper_id",
    "uid",
    "session_id",
)
ITEM_NAMES = (
    *("item_id", "item", "itemid", "product_id", "product", "productid", "movie_id", "movieid", "book_id"),
    *(
        "bookid",
        "article_id",
        "articleid",
        "track_id",
        "song_id",
        "video_id",
        "asin",
        "sku",
        "isbn",
        "stock_code",
    ),
    *("stockcode", "parent_asin", "id"),
)
_TIMES = (
    "occurred_at",
    "timestamp",
    "time",
    "datetime",
    "date",
    "event_time",
    "created_at",
    "ts",
    "invoice_date",
)
_KINDS = ("kind", "event", "event_type", "action", "behavior", "behaviour", "interaction", "type")
_STARS = ("rating", "stars", "score", "overall", "value")
_QUANTITIES = ("quantity", "qty", "amount", "count")

_MEANINGS: dict[str, tuple[str, ...]] = {
    "impression": ("impression", "show", "shown", "display", "exposure"),
    "click": ("click", "view", "detail", "open", "pv", "visit", "pageview"),
    "cart": (
        "cart",
        "addtocart",
        "basket",
        "wishlist",
        "favorite",
        "favourite",
        "save",
        "fav",
        "like",
        "liked",
    ),
    "watch": ("watch", "watched", "play", "played", "listen", "read", "complete", "consume"),
    "rate": ("rate", "rating", "rated", "review"),
    "purchase": ("purchase", "purchased", "buy", "bought", "order", "transaction", "sale", "checkout"),
    "skip": ("skip", "skipped", "removefromcart", "dismiss"),
    "hide": ("hide", "hidden", "dislike", "disliked", "block", "report", "return"),
}
_KIND_OF = {word: kind for kind, words in _MEANINGS.items() for word in words}

# Without times the order of the file is the order in time, a second apart.
_NO_TIME = np.datetime64("2000-01-01", "us")


@dataclass(frozen=True)
class Log:
    """Interactions (`catalog.tables.INTERACTIONS`), and what was noticed on the way, in sentences."""

    table: Any
    notes: tuple[str, ...]


def read_log(path: Path, catalog: Catalog) -> Log:
    """Return the interactions in a CSV or Parquet file with the items of a catalogue.

    Raises
    ------
    InputFileError
        If the file cannot be read, names no user or item, or shares no item with the catalogue.
    """
    rows = read_rows(path)
    names = {column_key(name): name for name in rows.column_names}
    user = _named(names, (*_USERS, *_USERS_TOO))
    item = _named(names, ITEM_NAMES)
    for role, found, example in (("user", user, "user_id"), ("item", item, "item_id")):
        if found is None:
            raise InputFileError(
                f"{path} has no column that names the {role} (it has {', '.join(rows.column_names)}): "
                f"call that column {example}."
            )
    notes: list[str] = []
    user_ids, item_ids = _texts(rows, user), _texts(rows, item)
    kinds, values = _what(rows, names, {user, item}, notes)
    moments = _when(rows, names, notes)
    indices = catalog.indices_of(item_ids)
    kept = (indices >= 0) & user_ids.is_valid().to_numpy(zero_copy_only=False) & ~np.isnat(moments)
    if not kept.any():
        raise InputFileError(
            f"No row of {path} has an item of the catalogue: check that its column {item} holds "
            f"the items' ids (such as {catalog.item_ids[0]}), and that users and times are filled in."
        )
    if not kept.all():
        notes.append(
            f"Left out: {int((~kept).sum())} of {len(kept)} rows, without a known item, user or time."
        )
    table = pa.table(
        {
            "user_id": user_ids,
            "item_id": item_ids,
            "kind": pa.array(kinds, type=pa.string()),
            "value": pa.array(values, mask=np.isnan(values)),
            "occurred_at": pa.array(moments).cast(pa.timestamp("us", tz="UTC")),
        },
        schema=INTERACTIONS,
    )
    return Log(table.filter(pa.array(kept)).sort_by("occurred_at"), tuple(notes))


def _named(names: dict[str, str], wanted: tuple[str, ...]) -> str | None:
    return next((names[name] for name in wanted if name in names), None)


def _texts(rows: Any, name: str | None) -> Any:
    column = rows.column(name).combine_chunks()
    if pa.types.is_floating(column.type):
        column = column.cast(pa.int64(), safe=False)  # pandas writes whole ids as 17.0 where some are missing
    return column.cast(pa.string())


def _numbers(rows: Any, name: str) -> npt.NDArray[np.float64]:
    column = rows.column(name).combine_chunks()
    if pa.types.is_string(column.type):
        return parse_numbers(column.to_pylist())
    numbers: npt.NDArray[np.float64] = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return numbers


def _what(
    rows: Any, names: dict[str, str], used: set[str | None], notes: list[str]
) -> tuple[list[str], npt.NDArray[np.float64]]:
    """Return each row's kind of behaviour and its stars (NaN where it is no rating)."""
    unknown = np.full(rows.num_rows, np.nan)
    free = {name: source for name, source in names.items() if source not in used}
    stars, quantity, kind = _named(free, _STARS), _named(free, _QUANTITIES), _named(free, _KINDS)
    rated = _stars(_numbers(rows, stars), notes) if stars else unknown
    if kind is not None:
        said = [column_key(text or "").replace("_", "") for text in _texts(rows, kind).to_pylist()]
        odd = sorted({word for word in said if word not in _KIND_OF})
        if odd:
            notes.append(f"Behaviours that Heed does not know count as clicks: {', '.join(odd[:5])}.")
        kinds = [_KIND_OF.get(word, "click") for word in said]
        is_rating = np.array([one == "rate" for one in kinds])
        return kinds, np.where(is_rating, rated, np.nan)
    if stars is not None and not np.isnan(rated).all():
        notes.append(f"Every row is a rating: the stars are in the column {stars}.")
        return ["rate"] * rows.num_rows, rated
    if quantity is not None:
        notes.append(f"Every row is a purchase, for there is a column {quantity}; negative ones are returns.")
        counts = _numbers(rows, quantity)
        return ["hide" if count < 0 else "purchase" for count in counts], unknown
    notes.append("Every row is a click, for no column says what happened: name one `kind` to say it.")
    return ["click"] * rows.num_rows, unknown


def _stars(values: npt.NDArray[np.float64], notes: list[str]) -> npt.NDArray[np.float64]:
    """Return ratings of any usual scale as stars of 5."""
    highest = np.nanmax(values, initial=-np.inf)
    scale = next((top for top in (5.0, 10.0, 100.0) if highest <= top), None)
    if scale is None or scale == 5.0:
        return values
    notes.append(f"Ratings of {scale:.0f} count as stars of 5.")
    return values * (5.0 / scale)


def _when(rows: Any, names: dict[str, str], notes: list[str]) -> npt.NDArray[np.datetime64]:
    source = _named(names, _TIMES)
    if source is None:
        notes.append("No column says when: the order of the rows is taken as the order in time.")
        return _NO_TIME + np.arange(rows.num_rows).astype("timedelta64[s]")
    column = rows.column(source).combine_chunks()
    if pa.types.is_temporal(column.type):
        moments: npt.NDArray[np.datetime64] = column.cast(pa.timestamp("us"), safe=False).to_numpy(
            zero_copy_only=False
        )
        return moments.astype("datetime64[us]")
    numbers = (
        _numbers(rows, source) if not pa.types.is_string(column.type) else parse_numbers(column.to_pylist())
    )
    if np.isnan(numbers).mean() > 0.5:
        return parse_dates(column.to_pylist())
    # Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size.
    size = np.nanmedian(np.abs(numbers))
    factor = 1e6 if size < 1e11 else 1e3 if size < 1e14 else 1.0 if size < 1e17 else 1e-3
    filled = np.where(np.isnan(numbers), 0.0, numbers) * factor
    moments = filled.astype(np.int64).astype("datetime64[us]")
    moments[np.isnan(numbers)] = np.datetime64("NaT")
    return moments
