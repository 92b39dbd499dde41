"""From the trained network to the files that serve: ONNX in int8, tokenizer, calibration, card, manifest."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from agents.student.labels import MAX_TOKENS

if TYPE_CHECKING:
    from agents.evaluation import Scores
    from agents.training.network import Student

OPSET = 18


def export_float(student: Student, path: Path) -> None:
    """Write the network as fp32 ONNX with free batch and length."""
    ids = torch.ones((2, 8), dtype=torch.int64)
    batch, length = (
        torch.export.Dim("batch", min=1, max=4096),
        torch.export.Dim("length", min=2, max=MAX_TOKENS),
    )
    program = torch.onnx.export(
        student.eval(),
        (ids, torch.ones_like(ids), torch.ones_like(ids, dtype=torch.float32)),
        dynamo=True,
        opset_version=OPSET,
        input_names=["ids", "mask", "known"],
        output_names=["tokens", "sentence", "vectors"],
        dynamic_shapes={name: {0: batch, 1: length} for name in ("ids", "mask", "known")},
        verbose=False,
    )
    program.save(str(path))


def quantize(source: Path, target: Path) -> None:
    """Quantise weights, embeddings included, to int8; activations are quantised as they come."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        str(source), str(target), weight_type=QuantType.QInt8, per_channel=True, reduce_range=False
    )


def write_model_set(
    student: Student, tokenizer: str, out: Path, taught: Scores | None = None, leave_out: str = ""
) -> Path:
    """Write `model.onnx` and `tokenizer.json`, then calibrate and score what was written, and seal it.

    `taught` (the teachers' scores) and `leave_out` (a domain) stand in the card.
    """
    from agents.evaluation import calibrate, write_card
    from agents.student.manifest import seal
    from agents.training.fuse import fuse
    from agents.training.network import HEADS

    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        exact = Path(scratch) / "float.onnx"
        export_float(student, exact)
        quantize(exact, out / "model.onnx")
        fuse(out / "model.onnx", HEADS)
    (out / "tokenizer.json").write_text(tokenizer, encoding="utf-8")
    calibrate(out)
    layers = student.trunk.layers
    write_card(out, len(layers), layers[0].up.out_features, taught, leave_out)
    seal(out)
    return out
