"""The shipped student in torch, eager and fp32: what its pass would cost without ONNX and int8.

The weights are read from the fp32 model of `benchmarks.dequantize`, so it is the same network. Needs the
`train` extra.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

from agents.student.labels import MAX_TOKENS
from agents.training.network import Student

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


def eager_pass(exact: Path) -> Callable[[Ints], tuple[Floats, ...]]:
    """Return a function from ids `int64[1, T]` to the network's outputs, computed by torch on one thread."""
    torch.set_num_threads(1)
    weights = _weights(exact)
    layers, inner = _layers(weights), len(weights["trunk.layers.0.up.bias"])
    student = Student(len(weights["trunk.words.weight"]), MAX_TOKENS, layers, inner).eval()
    student.load_state_dict({name: torch.from_numpy(value.copy()) for name, value in weights.items()})
    return _pass_of(student)


def wide_pass(exact: Path) -> Callable[[Ints], tuple[Floats, ...]]:
    """Return the same for a network as it is trained, before it is narrowed; its weights do not count."""
    torch.set_num_threads(1)
    weights = _weights(exact)
    return _pass_of(Student(len(weights["trunk.words.weight"]), MAX_TOKENS, _layers(weights)).eval())


def _pass_of(student: Student) -> Callable[[Ints], tuple[Floats, ...]]:
    def run(ids: Ints) -> tuple[Floats, ...]:
        tokens = torch.from_numpy(ids)
        with torch.inference_mode():
            known = torch.zeros(tokens.shape)
            return tuple(out.numpy() for out in student(tokens, torch.ones_like(tokens), known))

    return run


def _layers(weights: dict[str, Floats]) -> int:
    return 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("trunk.layers."))


def _weights(exact: Path) -> dict[str, Floats]:
    """Return the network's weights by the names that it gives them."""
    graph = onnx.load(str(exact)).graph
    held = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    weights = {
        name: value
        for name, value in held.items()
        if name.startswith(("trunk.", "token_head.", "sentence_head.", "vector_head."))
        and name.endswith((".weight", ".bias"))
    }
    made_by = {output: node for node in graph.node for output in node.output}
    # A linear layer is a product and the addition of a bias that kept its name, or part of an attention.
    for node in graph.node:
        if node.op_type == "Attention":
            weights[node.input[2].removesuffix("bias") + "weight"] = held[node.input[1]].T
        bias = next((name for name in node.input if name in weights and name.endswith(".bias")), None)
        product = next((made_by[name] for name in node.input if name in made_by), None)
        if node.op_type == "Add" and bias and product is not None and product.op_type == "MatMul":
            weights[bias.removesuffix("bias") + "weight"] = held[product.input[1]].T
        if node.op_type == "Gather" and node.input[0].startswith("trunk.words.weight"):
            weights["trunk.words.weight"] = held[node.input[0]]
    return weights
