"""The items of a domain, in columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from catalog.arrow import fixed
from catalog.columns import (
    CategoryColumn,
    Column,
    DateColumn,
    NumberColumn,
    OrderedColumn,
    TextColumn,
)
from catalog.domain import Domain, Field
from catalog.errors import CatalogError, MissingColumnError

if TYPE_CHECKING:
    from catalog.item_terms import ItemTerms

# A text for the matcher names at most so many values of one field: the encoder reads a few dozen tokens.
TEXT_VALUES = 12

COLUMN_TYPES: dict[str, type] = {
    "category": CategoryColumn,
    "person": CategoryColumn,
    "ordered": OrderedColumn,
    "number": NumberColumn,
    "date": DateColumn,
    "text": TextColumn,
}

DisplayValue = str | int | float | list[str] | None


class Catalog:
    """What can be recommended: `n` items of one domain.

    An item is known outside by its id (a string) and inside by its index (0 to n - 1). Declared fields for
    which there is no data have no column.

    Parameters
    ----------
    domain : Domain
        The declaration of the fields.
    item_ids : sequence of str, or an Arrow string array
        The id of each item; each once.
    columns : mapping of field name to column
        The data, each column with one row per item and of the declared type.

    Raises
    ------
    CatalogError
        If an id stands twice, or a column is of another length or type than declared.
    UnknownFieldError
        If a column is not declared.
    """

    def __init__(self, domain: Domain, item_ids: Sequence[str] | Any, columns: Mapping[str, Column]) -> None:
        self.domain = domain
        self.columns = dict(columns)
        self.id_array: Any = (
            item_ids if isinstance(item_ids, pa.Array) else pa.array(list(item_ids), type=pa.string())
        )
        distinct = pc.count_distinct(self.id_array, mode="all").as_py()
        if distinct != len(self.id_array):
            twice = len(self.id_array) - distinct
            raise CatalogError(f"{twice} item ids of '{domain.name}' stand twice; keep one row for each id.")
        for name, column in self.columns.items():
            field = domain.field(name)
            if not isinstance(column, COLUMN_TYPES[field.type]):
                raise CatalogError(
                    f"The column '{name}' is not of the declared type {field.type}; convert it."
                )
            if field.closed and _vocabulary_of(column) != tuple(field.values):
                declared = ", ".join(field.values)
                raise CatalogError(
                    f"The column '{name}' must have the declared values {declared} in that order; "
                    "declare what it holds besides, or leave it out."
                )
            if len(column) != len(self):
                raise CatalogError(f"The column '{name}' has {len(column)} rows for {len(self)} items.")
        if domain.title_field not in self.columns:
            raise MissingColumnError(domain.name, domain.title_field, self.columns)

    def __len__(self) -> int:
        return len(self.id_array)

    @cached_property
    def item_ids(self) -> list[str]:
        """The id of each item."""
        ids: list[str] = self.id_array.to_pylist()
        return ids

    @cached_property
    def titles(self) -> list[str]:
        """The title of each item as a person reads it; an item without one is called by its id."""
        texts = self.column(self.domain.title_field)
        assert isinstance(texts, TextColumn)  # noqa: S101 - the constructor has checked it; this tells the type checker
        filled: list[str] = pc.coalesce(texts.array, self.id_array).to_pylist()
        return filled

    @cached_property
    def _index(self) -> dict[str, int]:
        return {item_id: i for i, item_id in enumerate(self.item_ids)}

    def index_of(self, item_id: str) -> int | None:
        """Return the index of an item, or None if the catalogue does not hold it."""
        return self._index.get(item_id)

    def indices_of(self, item_ids: Sequence[str] | Any) -> npt.NDArray[np.int64]:
        """Return int64[k]: the index of each of `k` ids, -1 where the catalogue does not hold it."""
        given = isinstance(item_ids, pa.Array | pa.ChunkedArray)
        asked = item_ids if given else pa.array(item_ids, type=pa.string())
        found = pc.index_in(asked, value_set=self.id_array)
        if isinstance(found, pa.ChunkedArray):
            found = found.combine_chunks()
        return fixed(found, np.int32, -1).astype(np.int64)

    @cached_property
    def terms(self) -> ItemTerms | None:
        """The terms that describe the items; None where the domain has none, or no data for them."""
        described = {field.name: field.terms for field in self.domain.fields if field.described}
        fields = {name: section for name, section in described.items() if name in self.columns}
        if not fields:
            return None
        from catalog.item_terms import ItemTerms
        from catalog.knowledge.terms import load_vocabulary

        vocabulary = load_vocabulary() if any(fields.values()) else None
        return ItemTerms(self, vocabulary, fields)

    def has(self, field: str) -> bool:
        """Whether there is data for `field`."""
        return field in self.columns

    def column(self, field: str) -> Column:
        """Return the data of a field.

        Raises
        ------
        UnknownFieldError
            If the domain does not declare it.
        MissingColumnError
            If this catalogue has no data for it.
        """
        self.domain.field(field)
        try:
            return self.columns[field]
        except KeyError:
            raise MissingColumnError(self.domain.name, field, self.columns) from None

    def category(self, field: str) -> CategoryColumn:
        """Return the data of a category or person field; `CatalogError` if the field is of another type."""
        column = self.column(field)
        if not isinstance(column, CategoryColumn):
            raise CatalogError(f"The field '{field}' is no category but {self.domain.field(field).type}.")
        return column

    def number(self, field: str) -> NumberColumn:
        """Return the data of a number field; `CatalogError` if the field is of another type."""
        column = self.column(field)
        if not isinstance(column, NumberColumn):
            raise CatalogError(f"The field '{field}' is no number but {self.domain.field(field).type}.")
        return column

    def display(self, i: int) -> dict[str, DisplayValue]:
        """Return what a page shows of item `i`: every display field by name.

        A multi-valued field is a list, empty where unknown; any other is None where unknown.
        """
        return {field.name: self._shown(field, i) for field in self.domain.fields if field.display}

    def _shown(self, field: Field, i: int) -> DisplayValue:
        if field.name == self.domain.title_field:
            return self.titles[i]
        match self.columns.get(field.name):
            case None:
                return [] if field.multi else None
            case CategoryColumn() as column:
                values = list(column.of_item(i))
                return values if field.multi else (values[0] if values else None)
            case NumberColumn(values=numbers):
                return _number(float(numbers[i]), field.decimals)
            case DateColumn(values=moments):
                return None if np.isnat(moments[i]) else str(moments[i].astype("datetime64[D]"))
            case column:
                return column.of_item(i)

    def item_text(self, i: int) -> str:
        """Return item `i` in words, which is what the matcher embeds: title, categories, people, texts."""
        parts = [self.titles[i]]
        year = self._year_of(i)
        if year:
            parts[0] += f" ({year})"
        texts: list[str] = []
        for field in self.domain.fields:
            column = self.columns.get(field.name)
            if field.name in (self.domain.title_field, self.domain.alias_field):
                continue
            if isinstance(column, CategoryColumn):
                values = column.of_item(i)[:TEXT_VALUES]
                if values:
                    parts.append(", ".join(values))
            elif isinstance(column, TextColumn):
                text = column.of_item(i)
                if text:
                    texts.append(text)
        return ". ".join(part.rstrip(".") for part in parts + texts)

    def _year_of(self, i: int) -> int | None:
        column = self.columns.get("year")
        if not isinstance(column, NumberColumn) or np.isnan(column.values[i]):
            return None
        return int(column.values[i])


def _vocabulary_of(column: Column) -> tuple[str, ...]:
    match column:
        case CategoryColumn(values=values):
            return values
        case OrderedColumn(levels=levels):
            return levels
        case _:
            return ()


def _number(value: float, decimals: int) -> int | float | None:
    if np.isnan(value):
        return None
    return round(value, decimals) if decimals else round(value)
