"""The columns of a catalogue: one array each, so a million items cost megabytes and a condition milliseconds.

`n` is the number of items and `v` the number of values. An unknown value is unknown, never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catalog.arrow import valid

Bools: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int32]

# A dense bool[n, v] is worth its memory only for vocabularies such as genres, not for 20,000 actors.
DENSE_VALUES = 64


def fold(text: str) -> str:
    """Return `text` as values are compared: without regard to case and outer spaces."""
    return text.strip().casefold()


@dataclass(frozen=True)
class CategoryColumn:
    """The values of each item, as compressed sparse rows.

    Item `i` has `values[k]` for the codes `k` in `indices[indptr[i]:indptr[i + 1]]`; none means unknown.
    Shapes: `indptr` int64[n + 1], `indices` int32[number of pairs].
    """

    values: tuple[str, ...]
    indptr: npt.NDArray[np.int64]
    indices: Codes

    def __len__(self) -> int:
        return len(self.indptr) - 1

    @classmethod
    def of(cls, rows: Iterable[Iterable[str]], values: Sequence[str] = ()) -> CategoryColumn:
        """Build from each item's values; `values` come first, further ones follow as they are met."""
        codes = {value: code for code, value in enumerate(values)}
        indices: list[int] = []
        ends = [0]
        for row in rows:
            indices.extend(dict.fromkeys(codes.setdefault(value, len(codes)) for value in row))
            ends.append(len(indices))
        return cls(tuple(codes), np.array(ends, dtype=np.int64), np.array(indices, dtype=np.int32))

    @cached_property
    def _codes(self) -> dict[str, int]:
        return {fold(value): code for code, value in enumerate(self.values)}

    def code(self, value: str) -> int | None:
        """Return the code of `value`, compared without regard to case, or None if no item could have it."""
        return self._codes.get(fold(value))

    @cached_property
    def _postings(self) -> tuple[npt.NDArray[np.int64], Codes]:
        """Items by value: those of code `k` are `items[starts[k]:starts[k + 1]]`."""
        rows = np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.indptr))
        order = np.argsort(self.indices, kind="stable")
        starts = np.zeros(len(self.values) + 1, dtype=np.int64)
        np.cumsum(np.bincount(self.indices, minlength=len(self.values)), out=starts[1:])
        return starts, rows[order]

    def items_of(self, code: int) -> Codes:
        """Return the items with the value `code`, ascending."""
        starts, items = self._postings
        return items[starts[code] : starts[code + 1]]

    def contains(self, value: str) -> Bools:
        """Return bool[n]: which items have `value`, compared without regard to case."""
        mask = np.zeros(len(self), dtype=np.bool_)
        code = self.code(value)
        if code is not None:
            mask[self.items_of(code)] = True
        return mask

    @cached_property
    def counts(self) -> npt.NDArray[np.int64]:
        """int64[v]: how many items have each value."""
        return np.diff(self._postings[0])

    @cached_property
    def known(self) -> Bools:
        """bool[n]: which items have any value."""
        return np.diff(self.indptr) > 0

    @cached_property
    def matrix(self) -> Bools:
        """bool[n, v]: which item has which value.

        Raises
        ------
        ValueError
            If there are more than `DENSE_VALUES` values: use `contains` or `items_of` then.
        """
        if len(self.values) > DENSE_VALUES:
            raise ValueError(f"{len(self.values)} values are too many for a dense matrix: use `contains`.")
        dense = np.zeros((len(self), len(self.values)), dtype=np.bool_, order="F")
        rows = np.repeat(np.arange(len(self)), np.diff(self.indptr))
        dense[rows, self.indices] = True
        return dense

    def of_item(self, i: int) -> tuple[str, ...]:
        """Return the values of item `i`."""
        return tuple(self.values[code] for code in self.indices[self.indptr[i] : self.indptr[i + 1]])

    def take(self, rows: npt.NDArray[np.int64]) -> CategoryColumn:
        """Return the column of some items, in the order of `rows` (indices; one may stand twice)."""
        counts = np.diff(self.indptr)[rows]
        ends = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        # Where each value of an item stands: its item's first place in this column, and how far behind it.
        behind = np.arange(ends[-1]) - np.repeat(ends[:-1], counts)
        return CategoryColumn(self.values, ends, self.indices[np.repeat(self.indptr[rows], counts) + behind])


@dataclass(frozen=True)
class OrderedColumn:
    """Positions in an ordered vocabulary, lowest first: `levels[codes[i]]`; -1 is unknown."""

    levels: tuple[str, ...]
    codes: npt.NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def known(self) -> Bools:
        """bool[n]: which items have a level."""
        return self.codes >= 0

    def level(self, value: str) -> int | None:
        """Return the position of `value`, compared without regard to case, or None."""
        folded = fold(value)
        return next((code for code, level in enumerate(self.levels) if fold(level) == folded), None)

    def of_item(self, i: int) -> str | None:
        """Return the level of item `i`, or None where unknown."""
        code = int(self.codes[i])
        return self.levels[code] if code >= 0 else None


@dataclass(frozen=True)
class NumberColumn:
    """Numbers in the field's unit; NaN is unknown."""

    values: Floats

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def known(self) -> Bools:
        """bool[n]: which items have a number."""
        return ~np.isnan(self.values)


@dataclass(frozen=True)
class DateColumn:
    """Moments as `datetime64[us]`, UTC; NaT is unknown."""

    values: npt.NDArray[np.datetime64]

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def known(self) -> Bools:
        """bool[n]: which items have a date."""
        return ~np.isnat(self.values)


@dataclass(frozen=True)
class TextColumn:
    """Texts, held in one Arrow string array; null is unknown."""

    array: Any

    @classmethod
    def of(cls, texts: Iterable[str | None]) -> TextColumn:
        """Build from the texts themselves."""
        return cls(pa.array(list(texts), type=pa.string()))

    def __len__(self) -> int:
        return len(self.array)

    @cached_property
    def values(self) -> list[str | None]:
        """Every text as a Python string: made when first asked for."""
        texts: list[str | None] = self.array.to_pylist()
        return texts

    @cached_property
    def known(self) -> Bools:
        """bool[n]: which items have a text."""
        return valid(self.array)

    def of_item(self, i: int) -> str | None:
        """Return the text of item `i`, or None where unknown."""
        text: str | None = self.array[i].as_py()
        return text


Column: TypeAlias = CategoryColumn | OrderedColumn | NumberColumn | DateColumn | TextColumn
