"""Arrow arrays as NumPy arrays, straight from their buffers.

`pyarrow.Array.to_numpy` and `pyarrow.array` import pandas, a second that `heed parse` does not have.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]


def valid(array: Any) -> Bools:
    """Return bool[n]: which entries are not null."""
    bitmap = array.buffers()[0]
    if bitmap is None or not array.null_count:
        return np.ones(len(array), dtype=np.bool_)
    bits = np.unpackbits(np.frombuffer(bitmap, dtype=np.uint8), bitorder="little")
    return bits[array.offset : array.offset + len(array)].astype(np.bool_)


def fixed(array: Any, dtype: npt.DTypeLike, null: Any) -> npt.NDArray[Any]:
    """Return the entries of a fixed-width array as `dtype`, with `null` where they are null.

    `dtype` must be as wide as the array's own type.
    """
    if not len(array):
        return np.empty(0, dtype=dtype)
    values = np.frombuffer(array.buffers()[1], dtype=dtype)[array.offset : array.offset + len(array)]
    if not array.null_count:
        return values
    return np.where(valid(array), values, null)
