"""An int8 ONNX model as the fp32 model of the same network, to measure what quantisation saves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import NodeProto, helper, numpy_helper

Floats = NDArray[np.float32]


def dequantize(source: Path, target: Path) -> None:
    """Write the model with every dynamically quantised product and look-up replaced by its fp32 form.

    Understands what `onnxruntime.quantization.quantize_dynamic` writes: DynamicQuantizeLinear, MatMulInteger,
    Cast and Mul for a product; Gather and DequantizeLinear for an embedding. QAttention, which
    `agents.training.fuse` makes of some, is Attention in fp32.
    """
    model = onnx.load(str(source))
    graph = model.graph
    weights = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    made_by = {output: node for node in graph.node for output in node.output}
    used_by: dict[str, list[NodeProto]] = {}
    for node in graph.node:
        for name in node.input:
            used_by.setdefault(name, []).append(node)
    dropped: set[str] = set()
    added: dict[str, NodeProto] = {}
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            (cast,) = used_by[node.output[0]]
            (scaled,) = used_by[cast.output[0]]
            (scales,) = (made_by[name] for name in scaled.input if name != cast.output[0])
            scale = next(weights[name] for name in scales.input if name in weights)
            exact = _exact(weights[node.input[1]], weights[node.input[3]], scale)
            name = f"{node.input[1]}_exact"
            graph.initializer.append(numpy_helper.from_array(exact, name))
            activation = made_by[node.input[0]].input[0]
            added[scaled.output[0]] = helper.make_node("MatMul", [activation, name], [scaled.output[0]])
            dropped |= {node.output[0], cast.output[0], scales.output[0]}
        if node.op_type == "QAttention":
            states, held, bias, _, scale, mask, _, zero = node.input
            exact = _exact(weights[held], weights[zero], weights[scale])
            name = f"{held}_exact"
            graph.initializer.append(numpy_helper.from_array(exact, name))
            inputs = [made_by[states].input[0], name, bias, mask]
            attention = helper.make_node("Attention", inputs, node.output, domain=node.domain)
            attention.attribute.extend(node.attribute)
            added[node.output[0]] = attention
        if node.op_type == "DequantizeLinear":
            gather = made_by[node.input[0]]
            exact = _exact(weights[gather.input[0]], weights[node.input[2]], weights[node.input[1]])
            name = f"{gather.input[0]}_exact"
            graph.initializer.append(numpy_helper.from_array(exact, name))
            added[node.output[0]] = helper.make_node("Gather", [name, gather.input[1]], [node.output[0]])
            dropped.add(gather.output[0])
    nodes = []
    for node in graph.node:
        if node.op_type == "DynamicQuantizeLinear" or set(node.output) & dropped:
            continue
        nodes.append(next((added[output] for output in node.output if output in added), node))
    del graph.node[:]
    graph.node.extend(nodes)
    needed = {name for node in nodes for name in node.input}
    kept = [one for one in graph.initializer if one.name in needed]
    del graph.initializer[:]
    graph.initializer.extend(kept)
    del graph.value_info[:]
    onnx.checker.check_model(model)
    onnx.save(model, str(target))


def _exact(quantized: NDArray[np.int8], zero: NDArray[np.int8], scale: NDArray[np.float32]) -> Floats:
    exact: Floats = (quantized.astype(np.int32) - zero.astype(np.int32)).astype(np.float32) * scale
    return exact
