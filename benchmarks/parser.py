"""The time of the parser, int8 against fp32 (`python -m benchmarks.parser`; needs no stack).

One command at a time, one thread. The fp32 model is the shipped one with its int8 weights written out as
floats: the same network and the same decisions, without the quantisation. Writing it needs the package
`onnx` (of the `train` extra) once; the file is kept beside the results.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from agents.parser import load_parser
from agents.student.manifest import default_folder
from agents.student.session import StudentSession, shipped_session
from benchmarks.result import Figure, Result, percentile, print_result
from benchmarks.sentences import COMMANDS
from catalog.settings import home_settings
from catalog.store import load_catalog

ROUNDS = 60
WARM_UP = 5


def measure() -> Result:
    """Return the time of one parse, and of the model's pass beside that of the fp32 model."""
    parser = load_parser(load_catalog())
    shipped = shipped_session()
    whole = _times([lambda text=text: parser.parse(text) for text in COMMANDS])
    exact_folder = _exact_folder()
    remarks: tuple[str, ...] = ()
    if exact_folder is None:
        remarks = ("no fp32 model: install the `train` extra (`onnx`) and run again to compare",)
        passes, exact = _times([lambda text=text: shipped.run([text]) for text in COMMANDS]), None
    else:
        passes, exact = _in_turn(shipped, StudentSession(exact_folder, sealed=False))
    return Result(
        benchmark="parser",
        what=f"one command at a time, one thread, {len(COMMANDS)} commands, {ROUNDS} rounds",
        figures=(
            _figure("model pass int8, p50", passes, 50, "fp32", exact),
            _figure("model pass int8, p99", passes, 99, "fp32", exact),
            _figure("whole parse, p50", whole, 50, "its model pass", passes),
            _figure("whole parse, p99", whole, 99, "its model pass", passes),
        ),
        remarks=remarks,
    )


def _in_turn(shipped: StudentSession, exact: StudentSession) -> tuple[list[float], list[float]]:
    """Time both models command by command, so that whatever else the machine does meets both alike."""
    both = [(lambda text=text: shipped.run([text]), lambda text=text: exact.run([text])) for text in COMMANDS]
    times = _times([work for pair in both for work in pair])
    return times[0::2], times[1::2]


def _times(works: Sequence[Callable[[], object]]) -> list[float]:
    """Return the milliseconds of each call, round by round, after the warm-up."""
    times = []
    for number in range(WARM_UP + ROUNDS):
        for work in works:
            started = time.perf_counter()
            work()
            elapsed = (time.perf_counter() - started) * 1_000
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


def _figure(
    name: str, values: list[float], percent: float, compared_with: str, reference: list[float] | None
) -> Figure:
    return Figure(
        name=name,
        value=percentile(values, percent),
        unit="ms",
        compared_with=compared_with if reference else "",
        reference=percentile(reference, percent) if reference else None,
    )


if __name__ == "__main__":
    print_result(measure)
