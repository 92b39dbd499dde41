"""Prune MiniLM's word pieces to those that commands and catalogues in Latin script need."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer

SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
# 20,000 rows of 384 bytes are 7.7 MB of the 16 MB that a model may have.
SIZE = 20_000


# Quotes, dashes, ellipsis, euro: what keyboards put into Latin text.
_MARKS = "\u2019\u2018\u201c\u201d\u2013\u2014\u2026\u20ac"


def _latin(piece: str) -> bool:
    return all(ord(c) < 0x250 or c in _MARKS for c in piece.removeprefix("##"))


def prune(tokenizer_file: Path, texts: Iterable[str], size: int = SIZE) -> tuple[str, list[int]]:
    """Return the pruned tokenizer (JSON) and, for each of its ids, the id in the full one.

    Pieces are kept in this order until `size`: specials, whatever `texts` need, Latin characters and
    continuations, then words in the order of the full vocabulary, which is one of frequency.
    """
    full = Tokenizer.from_file(str(tokenizer_file))
    document = json.loads(tokenizer_file.read_text(encoding="utf-8"))
    ids: dict[str, int] = document["model"]["vocab"]
    used = {
        piece
        for encoding in full.encode_batch(list(texts), add_special_tokens=False)
        for piece in encoding.tokens
    }
    pieces = sorted(ids, key=lambda p: ids[p])
    latin = [p for p in pieces if not p.startswith("[unused") and p not in SPECIALS and _latin(p)]
    short = [p for p in latin if len(p.removeprefix("##")) == 1]
    continued = [p for p in latin if p.startswith("##")]
    order = dict.fromkeys(
        [*SPECIALS, *(p for p in pieces if p in used and p not in SPECIALS), *short, *continued, *latin]
    )
    kept = list(order)[:size]
    document["model"]["vocab"] = {piece: n for n, piece in enumerate(kept)}
    document["truncation"] = document["padding"] = None
    for token in document["added_tokens"]:
        token["id"] = SPECIALS.index(token["content"])
    _renumber_template(document)
    return json.dumps(document, ensure_ascii=False), [ids[p] for p in kept]


def _renumber_template(document: dict[str, object]) -> None:
    processor = document["post_processor"]
    if isinstance(processor, dict):
        for name, token in processor.get("special_tokens", {}).items():
            token["ids"] = [SPECIALS.index(name)]
        for key in ("sep", "cls"):
            if key in processor:
                processor[key][1] = SPECIALS.index(processor[key][0])
