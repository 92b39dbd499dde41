"""The time of the parser, int8 against fp32 (`python -m benchmarks.parser`; needs no stack).

One command at a time, one thread, and batches; times are of the processor, because waiting for a busy one is
not the parser's. The fp32 model is the shipped one with its int8 weights
written out as floats: the same network and the same decisions, without the quantisation, in ONNX Runtime and
in torch. Writing it needs the package `onnx`, torch comes with the `train` extra; what is missing is said.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agents.corpus import sample_examples
from agents.parser import Parser, Request, load_parser
from agents.student.manifest import default_folder
from agents.student.session import StudentSession, shipped_session
from benchmarks.result import Figure, Result, latency_figure, percentile, print_result
from benchmarks.sentences import COMMANDS
from catalog.settings import home_settings
from catalog.store import load_catalog

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

ROUNDS = 60
# Requests in one batch, as many times the commands.
BATCHED = 16
GOAL_MS, GOAL_A_SECOND = 1.0, 1000.0
WARM_UP = 5


def measure() -> Result:
    """Return the time of one parse, and of the model's pass beside that of the fp32 model."""
    parser = load_parser(load_catalog())
    shipped = shipped_session()
    whole = _times([partial(parser.parse, text) for text in COMMANDS])
    once = _once(parser)
    requests = [Request(text=text) for text in COMMANDS] * BATCHED
    batch = percentile(_times([partial(parser.parse_many, requests)]), 50) / len(requests)
    figures = [
        latency_figure("whole parse, p50", whole, 50, goal=GOAL_MS),
        latency_figure("whole parse, p99", whole, 99),
        latency_figure(f"whole parse of {len(once)} texts never seen before, p50", once, 50, goal=GOAL_MS),
        Figure(
            name="in batches",
            value=1000 / batch,
            unit="commands/s",
            goal=GOAL_A_SECOND,
            better="higher",
        ),
    ]
    exact_folder = _exact_folder()
    if exact_folder is None:
        passes = _times([partial(shipped.run_one, text) for text in COMMANDS])
        figures.append(latency_figure("model pass int8, p50", passes, 50))
        remarks = ["no fp32 model: install the `train` extra (`onnx`) and run again to compare"]
    else:
        compared, remarks = _compared(shipped, exact_folder)
        figures += compared
    return Result(
        benchmark="parser",
        what=f"{len(COMMANDS)} commands one at a time, one thread, {ROUNDS} rounds, processor time",
        figures=tuple(figures),
        remarks=tuple(remarks),
    )


def _once(parser: Parser) -> list[float]:
    """Return the milliseconds of texts of which each is parsed once: nothing is remembered of them."""
    texts = dict.fromkeys(example.text for example in sample_examples("test", 1, 1))
    times = []
    for text in texts:
        started = time.thread_time()
        parser.parse(text)
        times.append((time.thread_time() - started) * 1000)
    return times


def _compared(shipped: StudentSession, exact_folder: Path) -> tuple[list[Figure], list[str]]:
    """Time the passes in turn, round by round, so that whatever else the machine does meets all alike.

    In its turn each reads all commands twice, and the second time counts: a service runs one model, whose
    weights stay in the cache, and the one before has driven them out.
    """
    exact = StudentSession(exact_folder, sealed=False)
    named: dict[str, Callable[[str], object]] = {"int8": shipped.run_one, "fp32 ONNX": exact.run_one}
    remarks = []
    try:
        from benchmarks.eager import eager_pass, wide_pass
    except ModuleNotFoundError as error:
        if error.name not in ("torch", "safetensors"):
            raise
        remarks.append("no torch here: install the `train` extra and run again to compare with it")
    else:
        eager = eager_pass(exact_folder / "model.onnx")
        _check_same(eager, exact)
        wide = wide_pass(exact_folder / "model.onnx")
        named["fp32 torch eager"] = lambda text: eager(shipped.ids(text))
        named["fp32 torch eager, not narrowed"] = lambda text: wide(shipped.ids(text))
    works = [partial(run, text) for run in named.values() for text in COMMANDS * 2]
    times = np.array(_times(works)).reshape(ROUNDS, len(named), 2, len(COMMANDS))
    by_name = {name: times[:, n, 1].ravel().tolist() for n, name in enumerate(named)}
    figures = []
    for name, other in by_name.items():
        if name != "int8":
            figures.append(latency_figure("model pass int8, p50", by_name["int8"], 50, name, other))
            figures.append(latency_figure("model pass int8, p99", by_name["int8"], 99, name, other))
    return figures, remarks


def _check_same(eager: Callable[[Ints], tuple[Floats, ...]], exact: StudentSession) -> None:
    """Make sure that torch runs the very network that ONNX Runtime does."""
    for text in COMMANDS:
        ours, theirs = eager(exact.ids(text)), exact.run_one(text)
        for one, other in zip(ours, (theirs.tokens, theirs.sentence, theirs.vectors), strict=True):
            np.testing.assert_allclose(one[0], other, atol=1e-3)


def _times(works: Sequence[Callable[[], object]]) -> list[float]:
    """Return the milliseconds of each call, round by round, after the warm-up."""
    times = []
    for number in range(WARM_UP + ROUNDS):
        for work in works:
            started = time.thread_time()
            work()
            elapsed = (time.thread_time() - started) * 1_000
            if number >= WARM_UP:
                times.append(elapsed)
    return times


def _exact_folder() -> Path | None:
    """Return a model set with fp32 weights, written now if it is not there yet; None without `onnx`."""
    model = default_folder() / "model.onnx"
    digest = hashlib.sha256(model.read_bytes()).hexdigest()[:12]
    folder = home_settings().home / "benchmarks" / f"parser-fp32-{digest}"
    if (folder / "model.onnx").exists():
        return folder
    try:
        from benchmarks.dequantize import dequantize
    except ModuleNotFoundError as error:
        if error.name != "onnx":
            raise
        return None
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(default_folder() / "tokenizer.json", folder)
    dequantize(model, folder / "model.onnx")
    return folder


if __name__ == "__main__":
    print_result(measure)
