"""What a column of somebody's own data is: guessed from its name and its values, never asked.

The rules are plain and in this order: a known scale (sizes, certificates), dates, numbers, several values in
one cell, people, categories, texts.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from catalog.columns import CategoryColumn, Column, DateColumn, NumberColumn, OrderedColumn, TextColumn
from catalog.domain import RESERVED_NAMES, Field, FieldType

# So many rows decide what a column is; all rows are then read as that.
SAMPLE = 20_000
# The share of values that must fit: real files hold a few stray ones.
MOSTLY = 0.95
# More values than that are no list that a person would choose from, so the category stays open.
CLOSED_VALUES = 60

SCALES: tuple[tuple[str, ...], ...] = (
    ("XXS", "XS", "S", "M", "L", "XL", "XXL", "XXXL"),
    ("G", "PG", "PG-13", "R", "NC-17"),
    ("low", "medium", "high"),
    ("small", "medium", "large"),
    ("easy", "medium", "hard"),
    ("beginner", "intermediate", "advanced"),
)

# Words in a number's name, and what people call its ends.
_ENDS: tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    (("price", "cost", "fee"), ("cheap", "affordable", "inexpensive"), ("expensive", "premium", "luxury")),
    (("year", "released", "published"), ("old", "classic", "older"), ("new", "recent", "modern", "latest")),
    (
        ("rating", "score", "stars"),
        ("badly rated", "worst"),
        ("well rated", "highly rated", "best", "top rated"),
    ),
    (
        ("popularity", "sales", "views", "votes", "downloads", "plays", "purchases"),
        ("obscure", "little known", "hidden gem"),
        ("popular", "famous", "best-selling", "trending"),
    ),
    (("runtime", "duration", "length", "minutes", "pages", "time"), ("short", "quick"), ("long", "lengthy")),
    (("weight",), ("light", "lightweight"), ("heavy",)),
    (("calories",), ("light", "low-calorie"), ("rich", "filling")),
    (("distance",), ("near", "nearby", "close"), ("far", "far away")),
)
_DATE_ENDS = (("old", "older", "oldest"), ("new", "newest", "recent", "latest"))
_PEOPLE = ("director", "author", "actor", "cast", "artist", "writer", "creator", "singer", "composer", "chef")
_UNITS = {"$": "dollars", "€": "euros", "£": "pounds", "%": "percent"}
_UNIT_WORDS = ("minutes", "hours", "days", "pages", "dollars", "euros", "kg", "km", "grams")
_LEFT_OUT = ("url", "link", "image", "img", "thumbnail", "uuid", "hash", "href")
_NUMBER = re.compile(r"^[$€£]?\s*-?\d[\d,]*\.?\d*(?:e[+-]?\d+)?\s*[%$€£]?$", re.IGNORECASE)
_ISO = re.compile(r"^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?$")
_SLASHED = re.compile(r"^\d{1,2}[/.]\d{1,2}[/.]\d{4}$")
_LIST_MARKS = re.compile(r"^[\[({]|[\])}]$|['\"]")


@dataclass(frozen=True)
class Guess:
    """A field, its data, and the column of the file that it came from."""

    field: Field
    column: Column
    source: str


def column_key(source: str) -> str:
    """Return the name of a column as such names are compared: `userId`, `User ID` and `user_id` are one."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", unicodedata.normalize("NFKC", source).strip())
    letters = (letter if ("_" + letter).isidentifier() else "_" for letter in parted.casefold())
    return re.sub(r"_+", "_", "".join(letters)).strip("_")


def field_name(source: str) -> str:
    """Return the name of a column as a field may be called: an identifier that intents leave free."""
    name = column_key(source)
    if not name.isidentifier():
        name = f"field_{name}".rstrip("_")
    return f"{name}_field" if name in RESERVED_NAMES else name


def left_out(source: str) -> bool:
    """Whether a column is an address or another table's key, which nobody asks a feed for."""
    words = column_key(source).split("_")
    return words[-1] in ("id", "key", "index") or any(word in _LEFT_OUT for word in words)


def guess(source: str, array: Any) -> Guess | None:
    """Return what the column `source` is, or None if it holds nothing."""
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    if array.null_count == len(array):
        return None
    name = field_name(source)
    if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        rows = [[str(one) for one in row or () if one is not None] for row in array.to_pylist()]
        return _categories(source, name, rows, multi=True)
    if pa.types.is_temporal(array.type) and not pa.types.is_time(array.type):
        moments = array.cast(pa.timestamp("us"), safe=False).to_numpy(zero_copy_only=False)
        return _date(source, name, moments)
    if pa.types.is_integer(array.type) or pa.types.is_floating(array.type) or pa.types.is_decimal(array.type):
        return _number(source, name, np.array(array.cast(pa.float64()).to_numpy(zero_copy_only=False)), "")
    texts = array.cast(pa.string()).to_pylist()
    return _from_texts(source, name, [text.strip() or None if text else None for text in texts])


def _from_texts(source: str, name: str, texts: list[str | None]) -> Guess | None:
    sample = [text for text in texts[:SAMPLE] if text] or [text for text in texts if text][:SAMPLE]
    if not sample:
        return None
    scale = _scale(sample)
    if scale:
        return _ordered(source, name, texts, scale)
    if _share(_ISO, sample) >= MOSTLY or _share(_SLASHED, sample) >= MOSTLY:
        return _date(source, name, parse_dates(texts))
    if _share(_NUMBER, sample) >= MOSTLY:
        unit = next((_UNITS[sign] for sign in _UNITS if sign in sample[0]), "")
        return _number(source, name, parse_numbers(texts), unit)
    separator = _separator(sample)
    people = any(word in name for word in _PEOPLE)
    if separator or _repeats(sample) or people:
        rows = [_split(text, separator) if text else [] for text in texts]
        return _categories(source, name, rows, multi=bool(separator), people=people)
    long = sum(map(len, sample)) / len(sample) > 80
    field = Field(name=name, type="text", display=not long, synonyms=_called(name))
    return Guess(field, TextColumn.of(texts), source)


def parse_numbers(texts: list[str | None]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return float64[n]: the numbers in texts such as "$1,299.00"; what is none is unknown (NaN)."""

    def read(text: str | None) -> float:
        if not text or not _NUMBER.match(text):
            return float("nan")
        return float(re.sub(r"[^\d.eE+-]", "", text))

    return np.array([read(text) for text in texts], dtype=np.float64)


def parse_dates(texts: list[str | None]) -> np.ndarray[Any, np.dtype[np.datetime64]]:
    """Return datetime64[us][n], UTC. `03/04/2020` is in April if any row has a first number above 12."""
    slashed = [re.split(r"[/.]", text) for text in texts if text and _SLASHED.match(text)]
    day_first = any(int(first) > 12 for first, _, _ in slashed)
    form = "%d/%m/%Y" if day_first else "%m/%d/%Y"

    def read(text: str | None) -> np.datetime64:
        if not text:
            return np.datetime64("NaT")
        try:
            if _SLASHED.match(text):
                moment = datetime.strptime(text.replace(".", "/"), form)
            else:
                moment = datetime.fromisoformat(text)
        except ValueError:
            return np.datetime64("NaT")
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
        return np.datetime64(moment, "us")

    return np.array([read(text) for text in texts], dtype="datetime64[us]")


def _share(pattern: re.Pattern[str], sample: list[str]) -> float:
    return sum(bool(pattern.match(text)) for text in sample) / len(sample)


def _scale(sample: list[str]) -> tuple[str, ...] | None:
    """Return the levels of a known scale that occur, if all values are of it."""
    found = {text.casefold() for text in sample}
    for scale in SCALES:
        folded = [level.casefold() for level in scale]
        if len(found) >= 2 and found <= set(folded):
            return tuple(level for level in scale if level.casefold() in found)
    return None


def _ordered(source: str, name: str, texts: list[str | None], levels: tuple[str, ...]) -> Guess:
    codes = {level.casefold(): code for code, level in enumerate(levels)}
    column = OrderedColumn(
        levels, np.array([codes.get((t or "").casefold(), -1) for t in texts], dtype=np.int16)
    )
    values: dict[str, tuple[str, ...]] = dict.fromkeys(levels, ())
    return Guess(Field(name=name, type="ordered", values=values, synonyms=_called(name)), column, source)


def _date(source: str, name: str, moments: Any) -> Guess:
    low, high = _DATE_ENDS
    field = Field(name=name, type="date", low=low, high=high, synonyms=_called(name))
    return Guess(field, DateColumn(moments.astype("datetime64[us]")), source)


def _number(source: str, name: str, values: Any, unit: str) -> Guess:
    words = name.split("_")
    low, high = next(
        ((low, high) for keys, low, high in _ENDS if any(key in words for key in keys)), ((), ())
    )
    known = values[~np.isnan(values)]
    whole = bool(np.all(known == np.round(known)))
    cents = bool(np.allclose(known * 10, np.round(known * 10), atol=1e-6))
    field = Field(
        name=name,
        type="number",
        unit=unit or next((word for word in words if word in _UNIT_WORDS), ""),
        decimals=0 if whole else 1 if cents else 2,
        low=low,
        high=high,
        synonyms=_called(name),
    )
    return Guess(field, NumberColumn(values.astype(np.float64)), source)


def _separator(sample: list[str]) -> str | None:
    """Return what parts several values in one cell, if the parts come again in other cells."""
    for separator in ("|", ";", ","):
        holding = [text for text in sample if separator in text]
        if len(holding) < max(2, 0.02 * len(sample)):
            continue
        parts = Counter(part for text in sample for part in _split(text, separator))
        mean_words = sum(len(part.split()) for part in parts) / max(len(parts), 1)
        # Sentences have commas, too, but their parts have many words and seldom come twice.
        if mean_words <= 3.5 and sum(parts.values()) >= 1.5 * len(parts):
            return separator
    return None


def _split(text: str, separator: str | None) -> list[str]:
    if separator is None:
        return [text]
    parts = (_LIST_MARKS.sub("", part.strip()).strip() for part in _LIST_MARKS.sub("", text).split(separator))
    return list(dict.fromkeys(part for part in parts if part))


def _repeats(sample: list[str]) -> bool:
    """Whether the values are names that come again, as categories do, and not texts."""
    distinct = len(set(sample))
    longest = max(map(len, sample))
    return longest <= 60 and (distinct <= 0.5 * len(sample) or (distinct < len(sample) and distinct <= 12))


def _categories(
    source: str, name: str, rows: list[list[str]], *, multi: bool, people: bool = False
) -> Guess | None:
    counts = Counter(value for row in rows for value in row)
    if not counts:
        return None
    kind: FieldType = "person" if people else "category"
    ordered = sorted(counts)
    closed = not people and len(ordered) <= CLOSED_VALUES
    values: dict[str, tuple[str, ...]] = dict.fromkeys(ordered, ()) if closed else {}
    field = Field(name=name, type=kind, multi=multi, values=values, synonyms=_called(name))
    return Guess(field, CategoryColumn.of(rows, ordered), source)


def _called(name: str) -> tuple[str, ...]:
    """Return what people call the field besides its name: the column's name in words."""
    words = name.replace("_", " ")
    singular = words[:-1] if words.endswith("s") and not words.endswith("ss") else ""
    return tuple(dict.fromkeys(word for word in (words, singular) if word and word != name))
