"""A domain from anybody's own data: `heed data init --items items.csv --interactions log.csv`.

Nothing is asked. What was guessed stands in the report and in the written `domain.yaml`, which may be edited.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catalog.behaviours import ITEM_NAMES, Log, read_log
from catalog.columns import Column, NumberColumn, TextColumn
from catalog.domain import Domain, Field, packaged_domains
from catalog.errors import InputFileError
from catalog.guess import Guess, column_key, field_name, guess, left_out
from catalog.items import Catalog
from catalog.rows import read_rows
from catalog.store import data_folder, save
from catalog.tables import INTERACTIONS

_TITLES = (
    "title",
    "name",
    "product_name",
    "product_title",
    "item_name",
    "item_title",
    "movie_title",
    "label",
)
_AFFINITIES = ("genre", "genres", "category", "categories", "type", "department", "style", "topic", "tags")
_POPULARITIES = ("popularity", "sales", "votes", "views", "downloads", "plays", "rating_count", "num_ratings")
TITLE = "title"


@dataclass(frozen=True)
class Report:
    """What was made of the files: the folder, the domain, counts, and what was noticed, in sentences."""

    folder: Path
    domain: Domain
    items: int
    users: int
    interactions: int
    sources: dict[str, str]
    left_out: tuple[str, ...]
    notes: tuple[str, ...]


def infer(items_path: Path, interactions_path: Path | None = None, folder: Path | None = None) -> Report:
    """Make a catalogue of an items file and, if there is one, a log of what happened, and save both.

    Parameters
    ----------
    items_path : Path
        CSV or Parquet with one row per item and a column that identifies it.
    interactions_path : Path, optional
        CSV or Parquet with one row per event: a user, an item, and if known what, when and how many stars.
    folder : Path, optional
        Where to write; by default the folder of the domain, named after the items file, under `HEED_HOME`.

    Raises
    ------
    InputFileError
        If a file cannot become a catalogue, saying why and what to do.
    """
    rows = read_rows(items_path)
    identity = _identity(items_path, rows)
    ids = _ids(items_path, rows, identity)
    title_source = _title_source(rows, identity)
    guesses = _guesses(rows, {identity, title_source})
    titles = ids if title_source is None else rows.column(title_source).combine_chunks().cast(pa.string())
    name = _domain_name(items_path)
    domain = _domain(name, [one.field for one in guesses], title_source)
    columns: dict[str, Column] = {TITLE: TextColumn(titles)}
    columns |= {one.field.name: one.column for one in guesses}
    catalog = Catalog(domain, ids, columns)
    log = Log(INTERACTIONS.empty_table(), ("There is no log: everybody starts without a history.",))
    if interactions_path is not None:
        log = read_log(interactions_path, catalog)
        catalog = _with_popularity(catalog, log.table)
    written = save(catalog, log.table, folder or data_folder(name))
    used = {identity, title_source, *(one.source for one in guesses)}
    return Report(
        folder=written,
        domain=catalog.domain,
        items=len(catalog),
        users=pc.count_distinct(log.table.column("user_id")).as_py(),
        interactions=log.table.num_rows,
        sources={TITLE: title_source or identity, **{one.field.name: one.source for one in guesses}},
        left_out=tuple(source for source in rows.column_names if source not in used),
        notes=log.notes,
    )


def _domain_name(path: Path) -> str:
    """Name the domain after the file; a name that comes with Heed stays Heed's."""
    stem = re.sub(r"\.(csv|tsv|txt|parquet|pq)$", "", path.name.removesuffix(".gz"), flags=re.IGNORECASE)
    name = field_name(stem)
    return f"my_{name}" if name in packaged_domains() else name


def _identity(path: Path, rows: Any) -> str:
    """Return the column that identifies an item: by its name, else the first ...id without repeats."""
    names: dict[str, str] = {column_key(source): source for source in rows.column_names}
    for name in ITEM_NAMES:
        if name in names and name not in ("item", "product"):
            return names[name]
    for name, source in names.items():
        if name.endswith("id") and pc.count_distinct(rows.column(source)).as_py() == rows.num_rows:
            return source
    raise InputFileError(
        f"{path} has no column that identifies an item (it has {', '.join(rows.column_names)}): "
        "call that column item_id."
    )


def _ids(path: Path, rows: Any, identity: str) -> Any:
    column = rows.column(identity).combine_chunks()
    if column.null_count:
        first = column.to_pylist().index(None) + 1
        raise InputFileError(
            f"{path}: {column.null_count} of {len(column)} rows have no {identity}, first row {first}: "
            "fill it in."
        )
    if pa.types.is_floating(column.type):
        column = column.cast(pa.int64(), safe=False)
    ids = pc.utf8_trim_whitespace(column.cast(pa.string()))
    example, times = Counter(ids.to_pylist()).most_common(1)[0]
    if times > 1:
        extra = len(ids) - pc.count_distinct(ids).as_py()
        raise InputFileError(
            f"{path}: {extra} of {len(ids)} rows repeat an item ('{example}' stands {times} times in the "
            f"column {identity}): keep one row for each item."
        )
    return ids


def _title_source(rows: Any, identity: str) -> str | None:
    """Return the column of titles: by its name, else the short texts that repeat least."""
    names: dict[str, str] = {column_key(one): one for one in rows.column_names if one != identity}
    for name in _TITLES:
        if name in names:
            return names[name]
    for name, source in names.items():
        if name.endswith(("title", "name")):
            return source
    best: tuple[float, str] | None = None
    for source in names.values():
        column = rows.column(source)
        if not pa.types.is_string(column.type) or left_out(source) or column.null_count == len(column):
            continue
        sample = [text for text in column.slice(0, 2000).to_pylist() if text]
        wordy = sum(any(letter.isalpha() for letter in text) and len(text) <= 120 for text in sample)
        if sample and wordy >= 0.9 * len(sample):
            distinct = len(set(sample)) / len(sample)
            if distinct > 0.5 and (best is None or distinct > best[0]):
                best = (distinct, source)
    return best[1] if best else None


def _guesses(rows: Any, used: set[str | None]) -> list[Guess]:
    guesses: list[Guess] = []
    taken = {TITLE}
    for source in rows.column_names:
        if source in used or left_out(source):
            continue
        found = guess(source, rows.column(source))
        if found is None:
            continue
        name = found.field.name
        while name in taken:
            name = f"{name}_2"
        taken.add(name)
        if name != found.field.name:
            found = Guess(msgspec.structs.replace(found.field, name=name), found.column, source)
        guesses.append(found)
    return guesses


def _domain(name: str, fields: list[Field], title_source: str | None) -> Domain:
    closed = [field.name for field in fields if field.type == "category" and field.closed]
    preferred = [name for name in _AFFINITIES if name in closed]
    numbers = [field.name for field in fields if field.type == "number"]
    popular = [name for name in _POPULARITIES if name in numbers]
    plural = name.replace("_", " ")
    singular = plural[:-1] if plural.endswith("s") and not plural.endswith("ss") else "item"
    called = column_key(title_source).replace("_", " ") if title_source else ""
    title = Field(name=TITLE, type="text", synonyms=tuple(dict.fromkeys(w for w in ("name", called) if w)))
    return Domain(
        name=name,
        item=singular,
        items=plural if singular != "item" else "items",
        item_words=("item", "items") if singular != "item" else (),
        fields=(title, *fields),
        affinity_field=(preferred or closed or [""])[0],
        popularity_field=(popular or [""])[0],
    )


def _with_popularity(catalog: Catalog, interactions: Any) -> Catalog:
    """Count what happened to each item as its popularity, unless the items say it themselves."""
    domain = catalog.domain
    if domain.popularity_field or domain.declares("popularity"):
        return catalog
    indices = catalog.indices_of(interactions.column("item_id"))
    counts = np.bincount(indices[indices >= 0], minlength=len(catalog)).astype(np.float64)
    field = Field(
        name="popularity",
        type="number",
        unit="events",
        low=("obscure", "little known", "hidden gem", "hidden gems", "niche", "unusual"),
        high=("popular", "famous", "well known", "trending", "what everyone likes"),
    )
    domain = msgspec.structs.replace(domain, fields=(*domain.fields, field), popularity_field="popularity")
    return Catalog(domain, catalog.id_array, {**catalog.columns, "popularity": NumberColumn(counts)})
