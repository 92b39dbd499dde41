"""The text encoder of the sink, with what it encoded lately remembered."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

# 20,000 vectors of 64 floats: 5 MB. A person's preferences come again with every command.
CAPACITY = 20_000


class TextEncoder(Protocol):
    """What the sink needs of an encoder (`agents.encoder`)."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return float32[n, 64], rows of length 1."""


class RememberingEncoder:
    """Encodes only what it has not encoded before; called like a function."""

    def __init__(self, encoder: TextEncoder) -> None:
        self._encoder = encoder
        self._known: OrderedDict[str, npt.NDArray[np.float32]] = OrderedDict()

    def __call__(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return float32[n, 64] for n texts."""
        unknown = [text for text in dict.fromkeys(texts) if text not in self._known]
        if unknown:
            for text, vector in zip(unknown, self._encoder.encode(unknown), strict=True):
                self._known[text] = vector
        found = np.stack([self._known[text] for text in texts])
        for text in texts:
            self._known.move_to_end(text)
        while len(self._known) > CAPACITY:
            self._known.popitem(last=False)
        return found
