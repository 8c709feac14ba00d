# SPDX-License-Identifier: GPL-3.0-or-later
"""An ONNX file as operators and constant arrays. Nothing in it is run; the package `onnx` reads it.

The format: https://onnx.ai/onnx/repo-docs/IR.html
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from kokoro_speechd.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ADVICE = "reading ONNX files needs the package onnx: pip install 'kokoro-speechd[onnx]'"
# Operators that exporters leave between a weight and its use; constant, as their inputs are.
_FOLDABLE = {
    "Identity", "Constant", "Cast", "Transpose", "Reshape", "Unsqueeze", "Squeeze", "Concat", "Slice",
    "Mul", "Div", "Add", "Sub", "Pow", "Sqrt", "Abs", "ReduceL2", "ReduceSum", "DequantizeLinear",
}  # fmt: skip
_BROADCASTING = {"Mul", "Div", "Add", "Sub", "Pow"}
_DEEPEST = 24  # operators between a weight and its use
_LARGEST = 1 << 24  # values that one of them may make; the largest weight has 4 million


@dataclass(frozen=True, slots=True)
class Node:
    """An operator: its type and name, the names of its inputs ("" for those left out) and outputs."""

    kind: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    numbers: dict[str, int]  # its attributes that are whole numbers


class Graph:
    """The operators and constants of a file.

    `used` has the names of the stored constants that were asked for.
    """

    def __init__(self, data: bytes, place: str) -> None:
        """Read the file's bytes; `place` names it in errors. Raises ModelError."""
        try:
            import onnx
            from google.protobuf.message import DecodeError
        except ImportError:
            raise ModelError(f"{place}: {ADVICE}") from None

        self.place = place
        self.used: set[str] = set()
        model = onnx.ModelProto()
        try:
            model.ParseFromString(data)
        except DecodeError:
            raise ModelError(f"{place}: cut off, damaged, or not an ONNX file") from None
        if not model.graph.node:
            raise ModelError(f"{place}: not an ONNX file with a graph")
        self._stored = {each.name: each for each in model.graph.initializer}
        self._makers = {output: node for node in model.graph.node for output in node.output}
        self.nodes = [_node(each) for each in model.graph.node]

    def names(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Yield the stored constants' names and shapes."""
        for name, each in self._stored.items():
            yield name, tuple(each.dims)

    def other_names(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Yield names for what is stored under another one: exporters keep equal constants once."""
        for node in self.nodes:
            if node.kind == "Identity" and node.inputs[0] in self._stored:
                yield node.outputs[0], tuple(self._stored[node.inputs[0]].dims)

    def has(self, name: str) -> bool:
        """Say whether a constant of this name is stored."""
        return name in self._stored

    def is_half(self) -> bool:
        """Say whether most of the stored values are 16-bit numbers."""
        from onnx import TensorProto

        half = sum(
            len(each.raw_data) for each in self._stored.values() if each.data_type == TensorProto.FLOAT16
        )
        return 2 * half > sum(len(each.raw_data) for each in self._stored.values())

    def stored(self, name: str) -> NDArray[np.float64]:
        """Return a stored constant. Raises ModelError for one that is missing, damaged or in another file."""
        import numpy as np

        return self._array(name).astype(np.float64)

    def constant(self, name: str) -> NDArray[np.float64] | None:
        """Return a stored constant, or one computed from such; None for what depends on the graph's inputs.

        Raises ModelError.
        """
        import numpy as np

        found = self._folded(name, 0)
        return None if found is None or found.dtype.kind not in "fiu" else found.astype(np.float64)

    def _array(self, name: str) -> NDArray[Any]:
        from onnx import TensorProto, numpy_helper

        if name not in self._stored:
            raise ModelError(f"{self.place}: {name} is missing")
        tensor = self._stored[name]
        self.used.add(name)
        if tensor.data_location == TensorProto.EXTERNAL:
            raise ModelError(
                f"{self.place}: its weights are in another file; only exports in one file are read"
            )
        try:
            return numpy_helper.to_array(tensor)
        except (ValueError, TypeError, KeyError, OverflowError, MemoryError) as error:
            raise ModelError(f"{self.place}: {name} is damaged ({type(error).__name__})") from None

    def _folded(self, name: str, depth: int) -> NDArray[Any] | None:
        if self.has(name):
            return self._array(name)
        maker = self._makers.get(name)
        if maker is None or maker.op_type not in _FOLDABLE:
            return None
        if depth == _DEEPEST:
            raise ModelError(f"{self.place}: {name} is computed by too many operators")
        inputs: dict[str, NDArray[Any]] = {}
        for each in maker.input:
            if each and each not in inputs:
                found = self._folded(each, depth + 1)
                if found is None:
                    return None
                inputs[each] = found
        return self._computed(maker, inputs)

    def _computed(self, node: Any, inputs: dict[str, NDArray[Any]]) -> NDArray[Any]:
        from onnx.reference import ReferenceEvaluator

        if _most_values(node, inputs) > _LARGEST:
            raise ModelError(f"{self.place}: {node.name} makes more than Kokoro's weights have")
        try:
            result: NDArray[Any] = cast("Any", ReferenceEvaluator(node)).run(None, inputs)[0]
        except Exception as error:  # noqa: BLE001 - whatever a strange graph makes numpy raise
            raise ModelError(
                f"{self.place}: {node.name} cannot be computed ({type(error).__name__})"
            ) from None
        return result


def _node(proto: Any) -> Node:
    from onnx import AttributeProto

    numbers = {each.name: int(each.i) for each in proto.attribute if each.type == AttributeProto.INT}
    return Node(proto.op_type, proto.name, tuple(proto.input), tuple(proto.output), numbers)


def _most_values(node: Any, inputs: dict[str, NDArray[Any]]) -> int:
    """Return how many values an operator makes at most: broadcasting multiplies sizes, nothing else does."""
    sizes = [inputs[name].shape for name in node.input if name]
    if node.op_type not in _BROADCASTING:
        return sum(math.prod(shape) for shape in sizes)
    rank = max((len(shape) for shape in sizes), default=0)
    padded = [(1,) * (rank - len(shape)) + shape for shape in sizes]
    return math.prod(max(axis) for axis in zip(*padded, strict=True))
