# SPDX-License-Identifier: GPL-3.0-or-later
"""Weights of a graph by the operator that uses them, whether they are stored as floats or as 8-bit numbers.

onnxruntime's `quantize_dynamic` makes of a weight X the constants `X_quantized` and `X_scale`. Its zero point
is an input of the operator; equal ones are stored once. The weight is (q - zero point) · scale; both are
single numbers or belong to an axis: the columns of a matrix, the first axis of everything else. In float64
that is exact; only the step to float32 rounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kokoro_speechd.errors import ModelError
from kokoro_speechd.synthesis.conversion.onnx_graph import Graph, Node

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_QUANTIZED, _SCALE = "_quantized", "_scale"
# Operator -> the place of its weight's zero point among its inputs.
_ZERO_POINT = {"MatMulInteger": 3, "ConvInteger": 3}


def is_quantized(name: str) -> bool:
    """Say whether a constant has the name of 8-bit numbers."""
    return name.endswith(_QUANTIZED)


def weight_of(graph: Graph, node: Node, place: int = 1) -> NDArray[np.float64] | None:
    """Return the weight among an operator's inputs; None for what is computed from the graph's.

    Raises ModelError.
    """
    name = node.inputs[place]
    if (zero := _ZERO_POINT.get(node.kind)) is None:
        return graph.constant(name)
    if not graph.has(name):
        return None
    scale = name.removesuffix(_QUANTIZED) + _SCALE
    return _dequantized(graph, name, scale, node.inputs[zero] if len(node.inputs) > zero else "")


def table_of(graph: Graph, node: Node) -> NDArray[np.float64] | None:
    """Return the table that a Gather takes rows from. Raises ModelError."""
    name = node.inputs[0]
    if not is_quantized(name):
        return graph.constant(name)
    for user in graph.nodes:  # the rows that were taken are dequantized behind it
        if user.kind == "DequantizeLinear" and user.inputs[:1] == node.outputs[:1]:
            return _dequantized(graph, name, user.inputs[1], user.inputs[2] if len(user.inputs) > 2 else "")
    raise ModelError(f"{graph.place}: {name} has no scale")


def recurrent_weights(graph: Graph, node: Node) -> tuple[NDArray[np.float64], ...]:
    """Return an LSTM's weights [2, 4·hidden, in] and [2, 4·hidden, hidden], and biases [2, 8·hidden].

    The first axis is the direction; both biases are in one row. Raises ModelError.
    """
    quantized = (
        node.kind == "DynamicQuantizeLSTM"
    )  # onnxruntime's: matrices turned, scales and zero points at 8 to 11
    if len(node.inputs) < (12 if quantized else 4):
        raise ModelError(f"{graph.place}: {node.name} lacks weights")
    biases = graph.constant(node.inputs[3])
    if quantized:
        ws, wz, rs, rz = node.inputs[8:12]
        inputs = _dequantized(graph, node.inputs[1], ws, wz)
        states = _dequantized(graph, node.inputs[2], rs, rz)
        if inputs.ndim != 3 or states.ndim != 3:
            raise ModelError(f"{graph.place}: {node.name} has weights of another shape")
        return _all_there(graph, node, inputs.transpose(0, 2, 1), states.transpose(0, 2, 1), biases)
    return _all_there(graph, node, graph.constant(node.inputs[1]), graph.constant(node.inputs[2]), biases)


def _all_there(
    graph: Graph, node: Node, *weights: NDArray[np.float64] | None
) -> tuple[NDArray[np.float64], ...]:
    there = tuple(each for each in weights if each is not None)
    if len(there) < len(weights):
        raise ModelError(f"{graph.place}: the weights of {node.name} are not stored in it")
    if [each.ndim for each in there] != [3, 3, 2] or any(
        len(each) != 2 or each.shape[1] % 8 for each in there
    ):
        raise ModelError(f"{graph.place}: {node.name} has weights of another shape")
    return there


def _dequantized(graph: Graph, name: str, scale: str, zero_point: str) -> NDArray[np.float64]:
    import numpy as np

    q = graph.stored(name)
    zero = graph.stored(zero_point) if zero_point else np.zeros(())
    try:
        result: NDArray[np.float64] = (q - _along(zero, q)) * _along(graph.stored(scale), q)
    except ValueError:
        raise ModelError(f"{graph.place}: {name} does not fit its scale") from None
    return result


def _along(values: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shape a weight's scales or zero points so that they meet their axis."""
    if values.size == 1:
        return values.reshape(())
    if weight.ndim == 2:
        return values.reshape(1, -1)
    return values.reshape(-1, *(1 for _ in weight.shape[1:]))
