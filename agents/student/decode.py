"""From logits to what was said: mentions with their attributes, acts, clarity, each with a probability."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import msgspec
import numpy as np
from msgspec.structs import replace

from agents.corpus.notation import ACTS, CLARITIES, HORIZONS, KINDS, OPS, QUADRANTS
from agents.student.labels import EMBEDDING_WIDTH, SENTENCE_SLICES, TOKEN_SLICES
from agents.student.legible import is_sentence
from agents.student.session import Floats, Output, unit

# A wall of repeated words has as many spans as tokens, and each costs time to read and link.
MOST_SPANS = 12
# The others change or take back something that must be named.
_BARE_ACTS = tuple(ACTS.index(name) for name in ("refine", "reset", "undo", "question", "none"))


class Marked(msgspec.Struct, frozen=True):
    """One mention as the model sees it; `[start, end)` are code points of the text.

    `probability` is that of span, kind and quadrant together, uncalibrated; `vectors`, `float32[n, 64]`,
    are those of its tokens, none where nothing is to be compared by meaning.
    """

    start: int
    end: int
    text: str
    kind: str
    polarity: str
    strength: str
    probability: float
    op: str = "eq"
    op_probability: float = 1.0
    horizon: str = "session"
    retracted: bool = False
    joined: bool = False
    vectors: Floats = msgspec.field(default_factory=lambda: np.zeros((0, EMBEDDING_WIDTH), np.float32))

    def vector(self) -> Floats:
        """Return what the mention means, `float32[64]`, unit or zeros: few are looked up by it."""
        return unit(self.vectors.sum(axis=0))

    def at_least(self, probability: float) -> Marked:
        """Return the mention, no less sure than that: where something else speaks for it."""
        return self if self.probability >= probability else replace(self, probability=probability)


class Reading(msgspec.Struct, frozen=True):
    """One command as the model sees it; the linker turns it into preferences.

    `bare_act` is the likeliest act of those that need no mention: what is meant if none is found. `whole`
    says that the text was read to its end.
    """

    text: str
    mentions: tuple[Marked, ...]
    act: str
    act_probability: float
    acts: tuple[str, ...]
    clarity: str
    clarity_probability: float
    bare_act: str = "none"
    whole: bool = True


def _softmax(logits: Sequence[float]) -> list[float]:
    """Return the probabilities of one small head: below a dozen numbers Python is faster than NumPy."""
    top = max(logits)
    raised = [math.exp(logit - top) for logit in logits]
    total = sum(raised)
    return [one / total for one in raised]


def _best(values: list[float]) -> int:
    return values.index(max(values))


def nothing(text: str) -> Reading:
    """Return the reading of a text that says nothing; no pass of the model is needed for it."""
    return Reading(text, (), "none", 1.0, ("none",), "clear", 1.0)


def read(text: str, output: Output) -> Reading:
    """Decode one output; a text that is no sentence says nothing."""
    if not is_sentence(output.encoding.ids, output.encoding.word_ids[1 : output.length - 1]):
        return nothing(text)
    sentence: list[float] = output.sentence.tolist()
    act = _softmax(sentence[SENTENCE_SLICES["act"]])
    clarity = _softmax(sentence[SENTENCE_SLICES["clarity"]])
    each = sentence[SENTENCE_SLICES["acts"]]
    best, sure = _best(act), _best(clarity)
    acts = tuple(name for n, name in enumerate(ACTS) if n == best or each[n] > 0)
    bare = max(_BARE_ACTS, key=act.__getitem__)
    return Reading(
        text=text,
        mentions=tuple(_marked_all(text, output, _spans(output)[:MOST_SPANS])),
        act=ACTS[best],
        act_probability=act[best],
        acts=acts,
        clarity=CLARITIES[sure],
        clarity_probability=clarity[sure],
        bare_act=ACTS[bare],
        whole=output.length == len(output.encoding.ids),
    )


# The probabilities of the operators where there is none: `eq`, as of every value.
_NO_OPS = [float(op == "eq") for op in OPS]
# First token, end, kind, probability.
_Span = tuple[int, int, str, float]


def _marked_all(text: str, output: Output, spans: Sequence[_Span]) -> Iterator[Marked]:
    if not spans:
        return
    # The sums over every span at once: `reduceat` gives them at even places, at odd ones what nobody needs.
    edges = [edge for first, end, _, _ in spans for edge in (first, end)]
    sums = np.add.reduceat(output.tokens, edges, axis=0)[::2].tolist()
    for span, logits in zip(spans, sums, strict=True):
        yield _marked(text, output, span, logits)


def _spans(output: Output) -> list[_Span]:
    """Return each mention. `I` of another kind goes on with the mention that is open.

    Each word is labelled by its first piece. The kind of a mention is the one that its words agree on most.
    """
    word_ids = output.encoding.word_ids
    first = [n for n in range(1, output.length - 1) if n == 1 or word_ids[n] != word_ids[n - 1]]
    # In lists, as in `_softmax`: behind a pass of the model each function of NumPy comes from far memory.
    rows: list[list[float]] = output.tokens[:, TOKEN_SLICES["bio"]].tolist()
    labels = [_best(rows[n]) for n in first]
    ends = [*first[1:], output.length - 1]
    spans: list[_Span] = []
    at = 0
    while at < len(labels):
        if labels[at] == 0:
            at += 1
            continue
        end = at + 1
        # Odd labels open (`B`), even ones go on (`I`).
        while end < len(labels) and labels[end] != 0 and labels[end] % 2 == 0:
            end += 1
        mass = [_of_kinds(rows[n]) for n in first[at:end]]
        kind = _best(mass[0] if len(mass) == 1 else [sum(column) for column in zip(*mass, strict=True)])
        spans.append((first[at], ends[end - 1], KINDS[kind], min(row[kind] for row in mass)))
        at = end
    return spans


def _of_kinds(logits: list[float]) -> list[float]:
    """Return the probability of each kind for one word: that of its `B` and its `I` together."""
    each = _softmax(logits)
    return [opens + goes_on for opens, goes_on in zip(each[1::2], each[2::2], strict=True)]


def _marked(text: str, output: Output, span: _Span, sums: list[float]) -> Marked:
    first, end, kind, probability = span
    offsets, size = output.encoding.offsets, end - first
    start, stop = offsets[first][0], offsets[end - 1][1]
    quadrants = _softmax([one / size for one in sums[TOKEN_SLICES["quadrant"]]])
    quadrant = _best(quadrants)
    # Of a bound alone the model learned an operator.
    ops = _softmax([one / size for one in sums[TOKEN_SLICES["op"]]]) if kind == "B" else _NO_OPS
    op = _best(ops)
    kept, taken_back = sums[TOKEN_SLICES["retracted"]]
    alone, with_last = sums[TOKEN_SLICES["joined"]]
    sign = QUADRANTS[quadrant]
    return Marked(
        start=start,
        end=stop,
        text=text[start:stop],
        kind=kind,
        polarity="positive" if sign[0] == "+" else "negative",
        strength="hard" if sign[1] == "!" else "soft",
        op=OPS[op],
        op_probability=ops[op],
        horizon=HORIZONS[_best(sums[TOKEN_SLICES["horizon"]])],
        retracted=taken_back > kept,
        joined=with_last > alone,
        probability=probability if taken_back > kept else probability * quadrants[quadrant],
        vectors=output.vectors[first:end],
    )


def calibrated(probability: float, scale: float, shift: float) -> float:
    """Return Platt's calibration of a probability: sigmoid(scale * logit + shift), within [0.01, 0.99]."""
    p = min(max(probability, 1e-4), 1 - 1e-4)
    z = scale * math.log(p / (1 - p)) + shift
    return min(max(1 / (1 + math.exp(-z)), 0.01), 0.99)
