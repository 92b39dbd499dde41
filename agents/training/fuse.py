"""The quantised graph with attention and GELU as one operator each: the same numbers in less time.

The exporter writes GELU as five nodes in an order that ONNX Runtime does not recognise, and attention, with
the product that holds its queries, keys and values, as twenty-eight that copy every tensor several times. One
command is a dozen tokens, so the cost is in the nodes.
"""

from __future__ import annotations

from pathlib import Path

import onnx
from onnx import GraphProto, NodeProto, TensorProto, helper

# ONNX Runtime's own operators.
_DOMAIN = "com.microsoft"
_MASK = "mask_of_keys"


def fuse(path: Path, heads: int) -> None:
    """Rewrite the int8 model at `path` in place, without the exporter's notes; `heads` are attention heads.

    Raises
    ------
    ValueError
        If the graph holds no attention or GELU of the form that exporter and quantiser write: then nothing
        would be faster, and nobody would notice.
    """
    model = onnx.load(str(path))
    graph = model.graph
    made_by = {output: node for node in graph.node for output in node.output}
    used_by: dict[str, list[NodeProto]] = {}
    for node in graph.node:
        for name in node.input:
            used_by.setdefault(name, []).append(node)
    fused: dict[str, list[NodeProto]] = {}
    for node in graph.node:
        if node.op_type == "Erf":
            fused.update(_gelu(node, made_by, used_by))
        elif node.op_type == "Softmax":
            fused.update(_attention(node, made_by, used_by, heads))
    if not {"Gelu", "QAttention"} <= {node.op_type for nodes in fused.values() for node in nodes}:
        raise ValueError(f"{path} holds no int8 attention and GELU as they are written here.")
    nodes = [helper.make_node("Cast", ["mask"], [_MASK], to=TensorProto.INT32)]
    for node in graph.node:
        replacing = next((fused[output] for output in node.output if output in fused), None)
        nodes.extend([node] if replacing is None else replacing)
    _keep(graph, _needed(nodes, {output.name for output in graph.output}))
    _without_notes(graph)
    model.opset_import.append(helper.make_opsetid(_DOMAIN, 1))
    onnx.save(model, str(path))


def _gelu(
    erf: NodeProto, made_by: dict[str, NodeProto], used_by: dict[str, list[NodeProto]]
) -> dict[str, list[NodeProto]]:
    """`x * (0.5 * (1 + erf(x / sqrt 2)))` as one node."""
    x = made_by[erf.input[0]].input[0]
    (one_more,) = used_by[erf.output[0]]
    (halved,) = used_by[one_more.output[0]]
    (product,) = used_by[halved.output[0]]
    if product.op_type != "Mul" or x not in product.input:
        return {}
    out = product.output[0]
    return {out: [helper.make_node("Gelu", [x], [out], name=f"gelu_{out}", domain=_DOMAIN)]}


def _attention(
    softmax: NodeProto, made_by: dict[str, NodeProto], used_by: dict[str, list[NodeProto]], heads: int
) -> dict[str, list[NodeProto]]:
    """Attention from the quantised states to the rows it gives, as one node."""
    (mixed,) = used_by[softmax.output[0]]
    (turned,) = used_by[mixed.output[0]]
    (rows,) = used_by[turned.output[0]]
    # The values come from the int8 product of queries, keys and values, back through these.
    steps = ("Squeeze", "Slice", "Transpose", "Reshape", "Add", "Mul", "Cast", "MatMulInteger")
    back = [made_by[mixed.input[1]]]
    while len(back) < len(steps) and back[-1].input[0] in made_by:
        back.append(made_by[back[-1].input[0]])
    if tuple(node.op_type for node in back) != steps or turned.op_type != "Transpose":
        return {}
    added, scaled, _, product = back[4:]
    states, weights, zero, zeros = product.input
    scale, scales = made_by[scaled.input[1]].input
    out = rows.output[0]
    inputs = [states, weights, added.input[1], scale, scales, _MASK, zero, zeros]
    node = helper.make_node(
        "QAttention", inputs, [out], name=f"attention_{out}", domain=_DOMAIN, num_heads=heads
    )
    return {out: [node]}


def _needed(nodes: list[NodeProto], outputs: set[str]) -> list[NodeProto]:
    """Leave out, from the end, every node whose output nobody reads any more."""
    wanted = set(outputs)
    kept: list[NodeProto] = []
    for node in reversed(nodes):
        if wanted & set(node.output):
            kept.append(node)
            wanted |= set(node.input)
    return kept[::-1]


def _without_notes(graph: GraphProto) -> None:
    """Leave out what the exporter notes about each part: the file and line that it comes from.

    One run in two folders made two files, and the file told where it was made.
    """
    del graph.metadata_props[:]
    for part in (*graph.node, *graph.input, *graph.output, *graph.initializer):
        del part.metadata_props[:]
        part.doc_string = ""


def _keep(graph: GraphProto, nodes: list[NodeProto]) -> None:
    del graph.node[:]
    graph.node.extend(nodes)
    read = {name for node in nodes for name in node.input}
    weights = [one for one in graph.initializer if one.name in read]
    del graph.initializer[:]
    graph.initializer.extend(weights)
    del graph.value_info[:]
