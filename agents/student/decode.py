"""From logits to what was said: mentions with their attributes, acts, clarity, each with a probability."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agents.corpus.notation import ACTS, CLARITIES, HORIZONS, KINDS, OPS, QUADRANTS
from agents.student.labels import SENTENCE_SLICES, TOKEN_SLICES
from agents.student.session import Floats, Output, unit

# Where the Latin letters end: the vocabulary holds no others.
LATIN_ENDS = 0x250
# A wall of repeated words has as many spans as tokens, and each costs 60 microseconds to read.
MOST_SPANS = 20
# The others change or take back something that must be named.
_BARE_ACTS = tuple(ACTS.index(name) for name in ("refine", "reset", "undo", "question", "none"))


@dataclass(frozen=True)
class Marked:
    """One mention as the model sees it; `[start, end)` are code points of the text.

    `probability` is that of span, kind and quadrant together, uncalibrated; `vector` is float32[64], unit.
    """

    start: int
    end: int
    text: str
    kind: str
    polarity: str
    strength: str
    op: str
    op_probability: float
    horizon: str
    retracted: bool
    joined: bool
    probability: float
    vector: Floats


@dataclass(frozen=True)
class Reading:
    """One command as the model sees it; the linker turns it into preferences.

    `bare_act` is the likeliest act of those that need no mention: what is meant if none is found.
    """

    text: str
    mentions: tuple[Marked, ...]
    act: str
    act_probability: float
    acts: tuple[str, ...]
    clarity: str
    clarity_probability: float
    bare_act: str = "none"


def softmax(logits: Floats) -> Floats:
    """Return probabilities along the last axis."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), np.float32)


def read(text: str, output: Output) -> Reading:
    """Decode one output. A text without a letter or digit that the model knows says nothing."""
    if not any(c.isalnum() and ord(c) < LATIN_ENDS for c in text):
        return Reading(text, (), "none", 1.0, ("none",), "clear", 1.0)
    sentence = output.sentence
    act = softmax(sentence[SENTENCE_SLICES["act"]])
    clarity = softmax(sentence[SENTENCE_SLICES["clarity"]])
    each = sentence[SENTENCE_SLICES["acts"]]
    best, sure = int(act.argmax()), int(clarity.argmax())
    acts = tuple(name for n, name in enumerate(ACTS) if n == best or each[n] > 0)
    mentions = tuple(_marked(text, output, span) for span in _spans(output)[:MOST_SPANS])
    bare = max(_BARE_ACTS, key=lambda n: float(act[n]))
    return Reading(
        text, mentions, ACTS[best], float(act[best]), acts, CLARITIES[sure], float(clarity[sure]), ACTS[bare]
    )


def _spans(output: Output) -> list[tuple[int, int, str, float]]:
    """Return `(first token, end, kind, probability)` of each mention.

    A word is labelled as a whole, by its first piece. `I` of another kind goes on with the mention that is
    open: the kind of a mention is the one that its words agree on most.
    """
    words: list[tuple[int, int]] = []
    word_ids = output.encoding.word_ids
    for n in range(1, output.length - 1):
        if words and word_ids[words[-1][0]] == word_ids[n]:
            words[-1] = (words[-1][0], n + 1)
        else:
            words.append((n, n + 1))
    if not words:
        return []
    probabilities = softmax(output.tokens[[first for first, _ in words]][:, TOKEN_SLICES["bio"]])
    labels = probabilities.argmax(axis=1)
    spans: list[tuple[int, int, str, float]] = []
    at = 0
    while at < len(words):
        if labels[at] == 0:
            at += 1
            continue
        end = at + 1
        # Odd labels open (`B`), even ones go on (`I`).
        while end < len(words) and labels[end] != 0 and labels[end] % 2 == 0:
            end += 1
        mass = probabilities[at:end, 1::2] + probabilities[at:end, 2::2]
        kind = int(mass.sum(axis=0).argmax())
        spans.append((words[at][0], words[end - 1][1], KINDS[kind], float(mass[:, kind].min())))
        at = end
    return spans


def _marked(text: str, output: Output, span: tuple[int, int, str, float]) -> Marked:
    first, end, kind, probability = span
    logits = output.tokens[first:end].mean(axis=0)
    start, stop = output.encoding.offsets[first][0], output.encoding.offsets[end - 1][1]

    def best(head: str) -> tuple[int, float]:
        p: npt.NDArray[np.float32] = softmax(logits[TOKEN_SLICES[head]])
        return int(p.argmax()), float(p.max())

    (quadrant, sure), (op, op_sure) = best("quadrant"), best("op")
    retracted = bool(best("retracted")[0])
    sign = QUADRANTS[quadrant]
    return Marked(
        start=start,
        end=stop,
        text=text[start:stop],
        kind=kind,
        polarity="positive" if sign[0] == "+" else "negative",
        strength="hard" if sign[1] == "!" else "soft",
        op=OPS[op],
        op_probability=op_sure,
        horizon=HORIZONS[best("horizon")[0]],
        retracted=retracted,
        joined=bool(best("joined")[0]),
        probability=probability if retracted else probability * sure,
        vector=unit(output.vectors[first:end].mean(axis=0)),
    )


def calibrated(probability: float, scale: float, shift: float) -> float:
    """Return Platt's calibration of a probability: sigmoid(scale * logit + shift), within [0.01, 0.99]."""
    p = min(max(probability, 1e-4), 1 - 1e-4)
    z = scale * math.log(p / (1 - p)) + shift
    return min(max(1 / (1 + math.exp(-z)), 0.01), 0.99)
