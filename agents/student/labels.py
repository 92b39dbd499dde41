"""The label spaces of the student: what each output of the model stands for."""

from __future__ import annotations

from agents.corpus.notation import ACTS, CLARITIES, HORIZONS, KINDS, OPS, QUADRANTS

# O, then B-kind and I-kind for every kind of mention.
BIO = ("O", *(f"{mark}-{kind}" for kind in KINDS for mark in "BI"))
EMBEDDING_WIDTH = 64
# The model has so many positions; item texts are cut there.
MAX_TOKENS = 96
# Commands are cut earlier: nobody says more at once, and the answer must come within 5 ms.
COMMAND_TOKENS = 48

# The token head's logits, side by side: name, width.
TOKEN_HEADS: tuple[tuple[str, int], ...] = (
    ("bio", len(BIO)),
    ("quadrant", len(QUADRANTS)),
    ("op", len(OPS)),
    ("horizon", len(HORIZONS)),
    ("retracted", 2),
    ("joined", 2),
)
# The sentence head's logits: every act by itself, the one that governs, clarity.
SENTENCE_HEADS: tuple[tuple[str, int], ...] = (
    ("acts", len(ACTS)),
    ("act", len(ACTS)),
    ("clarity", len(CLARITIES)),
)


def slices(heads: tuple[tuple[str, int], ...]) -> dict[str, slice]:
    """Return where each head's logits stand: `slices(TOKEN_HEADS)["quadrant"]`."""
    out: dict[str, slice] = {}
    at = 0
    for name, width in heads:
        out[name] = slice(at, at + width)
        at += width
    return out


TOKEN_SLICES = slices(TOKEN_HEADS)
SENTENCE_SLICES = slices(SENTENCE_HEADS)
TOKEN_WIDTH = sum(width for _, width in TOKEN_HEADS)
SENTENCE_WIDTH = sum(width for _, width in SENTENCE_HEADS)
