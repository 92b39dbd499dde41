"""Items and words in one space: what the matcher compares.

Both sides go through the same encoder, so an item and a wish are near each other when their texts
mean something similar. Encoding a catalogue takes seconds, so the matrix is kept on disk under a
name made of the encoder and the texts: another encoder or another catalogue makes another file.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from catalog.items import Catalog
from catalog.settings import home_settings
from ranking.interactions import Floats
from ranking.lexical import LexicalIndex

# Enough for everybody who is talking at the moment; one costs 256 bytes.
REMEMBERED_TEXTS = 4096
# One batch of the encoder: large enough to be quick, small enough to show progress.
BATCH = 256
# So many matrices are kept: going back to an earlier encoder or catalogue is then quick.
KEPT = 4
# What the encoder says of it is its fingerprint: the same weights give the same vector.
_PROBE = "a quiet film about people who miss each other"

Matrix = NDArray[np.float32]


class TextEncoder(Protocol):
    """Puts texts into a space: `agents.encoder.Encoder` is the real one."""

    def encode(self, texts: list[str]) -> Matrix:
        """Return float32[n, d], rows of length 1."""
        ...


class SemanticIndex:
    """Every item's place, and the place of any text.

    Attributes
    ----------
    items : float32[n, d]
        One row of length 1 per item, in the catalogue's order.
    words : LexicalIndex
        The words of the same texts.
    """

    def __init__(self, encoder: TextEncoder, items: Matrix, words: LexicalIndex | None = None) -> None:
        self.items = items
        self.words = words or LexicalIndex(len(items), {})
        self._text = lru_cache(REMEMBERED_TEXTS)(lambda text: _row(encoder, text))

    def text(self, text: str) -> Floats:
        """Return the place of a text: float32[d], of length 1."""
        return self._text(text)

    def similarity(self, place: Floats) -> Floats:
        """Return the cosine of every item with a place: float32[n]."""
        cosines: Floats = self.items @ place
        return cosines


def build_index(
    catalog: Catalog,
    encoder: TextEncoder,
    folder: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> SemanticIndex:
    """Encode a catalogue, or read it where this encoder has encoded these texts before.

    Parameters
    ----------
    folder
        Where the matrix is kept; `HEED_HOME/models/items` by default.
    progress
        Called with (items done, items in all) while encoding.
    """
    texts = [catalog.item_text(i) for i in range(len(catalog))]
    place = (folder or home_settings().home / "models" / "items") / f"{_key(encoder, texts)}.npy"
    items = _read(place, len(texts))
    nouns = (catalog.domain.item, catalog.domain.items, *catalog.domain.item_words)
    if items is None:
        items = _encode(encoder, texts, progress)
        _write(place, items)
    return SemanticIndex(encoder, items, LexicalIndex.of(texts, nouns))


def unit(vector: Floats) -> Floats:
    """Return a vector at length 1; zeros stay zeros."""
    length = float(np.linalg.norm(vector))
    return vector / np.float32(length) if length > 0 else vector


def _row(encoder: TextEncoder, text: str) -> Floats:
    row = np.asarray(encoder.encode([text])[0], dtype=np.float32)
    row.setflags(write=False)
    return row


def _key(encoder: TextEncoder, texts: Sequence[str]) -> str:
    # Rounded, so that the last bits of another processor do not look like another encoder.
    probe = np.round(np.asarray(encoder.encode([_PROBE]), dtype=np.float64), 3) + 0.0
    digest = hashlib.sha256(probe.tobytes())
    for text in texts:
        digest.update(text.encode())
        digest.update(b"\0")
    return digest.hexdigest()[:24]


def _encode(encoder: TextEncoder, texts: list[str], progress: Callable[[int, int], None] | None) -> Matrix:
    batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
    rows: list[Matrix] = []
    # The model runs on one thread, without the interpreter's lock: batches side by side use the other cores.
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        for row in pool.map(encoder.encode, batches):
            rows.append(np.asarray(row, dtype=np.float32))
            if progress is not None:
                progress(min(len(rows) * BATCH, len(texts)), len(texts))
    return np.ascontiguousarray(np.concatenate(rows)) if rows else np.zeros((0, 0), dtype=np.float32)


def _read(place: Path, count: int) -> Matrix | None:
    """Return the kept matrix, or None where there is none that is whole: it can always be made again."""
    try:
        items: Matrix = np.load(place, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    whole = items.ndim == 2 and len(items) == count and items.dtype == np.float32
    return items if whole else None


def _write(place: Path, items: Matrix) -> None:
    """Write beside the target and move into place, so that a crash leaves no half-written matrix."""
    place.parent.mkdir(parents=True, exist_ok=True)
    content = io.BytesIO()
    np.save(content, items)
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    beside.write_bytes(content.getvalue())
    beside.replace(place)
    others = sorted(place.parent.glob("*.npy"), key=lambda path: path.stat().st_mtime, reverse=True)
    for outdated in others[KEPT:]:
        outdated.unlink(missing_ok=True)
