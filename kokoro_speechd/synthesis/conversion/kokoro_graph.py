# SPDX-License-Identifier: GPL-3.0-or-later
"""An ONNX export of Kokoro as the checkpoint that it was made of: tensors by part and published name.

Exporters keep two things: the names of parameters that they did not touch (biases, norms, Snake's
frequencies), and the names of the modules, in those of the operators (`/encoder/F0.0/conv1/Conv`). So each
other weight is found by the module whose operator uses it:

* products: [in, out] in the graph, [out, in] in the checkpoint
* convolutions: weight norm is folded in; it is unfolded as g = ‖row‖, v = row
* LSTMs: both directions in one array, gates in the order i, o, f, c; torch wants i, f, c, o
* ALBERT's one layer is used twelve times, under names that end in _1 … _11

The pooler of ALBERT is in no graph, since nothing uses its result: zeros stand for it.
Read off the int8 export of kokoro-onnx's release model-files-v1.0, and off exports by torch 2.13. The
float32 and float16 files of that release have not been tried.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kokoro_speechd.errors import ModelError
from kokoro_speechd.synthesis.conversion.onnx_graph import Graph, Node
from kokoro_speechd.synthesis.conversion.quantized_weights import recurrent_weights, table_of, weight_of
from kokoro_speechd.synthesis.files.architecture import expected_tensors
from kokoro_speechd.synthesis.files.tensor_names import PARTS, published_name, some

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_PRODUCTS = {"MatMul", "MatMulInteger", "Gemm", "FusedMatMul"}
_CONVOLUTIONS = {"Conv", "ConvInteger", "ConvTranspose"}
_LSTMS = {"LSTM", "DynamicQuantizeLSTM"}
_UNUSED = ("bert.pooler.weight", "bert.pooler.bias")
# What an operator's name has behind that of its module.
_OPERATOR = re.compile(r"/(?:Gemm|MatMul|Conv|ConvTranspose|LSTM|Gather)\w*$")
_REPEATED = re.compile(r"_\d+$")
_FOURIER = re.compile(r"i?stft")  # constants of these transforms are no weights
_LARGE = 1024  # values; smaller constants may be anything
_RECOGNIZED = 0.5  # of the tensors; with fewer this is another network


def checkpoint_of(graph: Graph, config: dict[str, Any]) -> dict[str, dict[str, torch.Tensor]]:
    """Return the checkpoint, float32, as torch.save takes it.

    Raises ModelError that says why the graph is not Kokoro's: too few of its weights, foreign ones.
    """
    import numpy as np
    import torch

    expected = expected_tensors(config)
    tensors = _Tensors(graph, expected.needed | expected.optional)
    tensors.take_named()
    for node in graph.nodes:
        tensors.take_from(node)
    weights = {name for name in expected.needed if name not in _UNUSED}
    found = len(weights & tensors.found.keys())
    if found < _RECOGNIZED * len(weights):
        raise ModelError(f"{graph.place}: not Kokoro's graph ({found} of {len(weights)} tensors are there)")
    if foreign := [*tensors.foreign, *_large_leftovers(graph)]:
        raise ModelError(f"{graph.place}: not Kokoro's graph alone, it also holds {some(foreign)}")
    if missing := sorted(weights - tensors.found.keys()):
        raise ModelError(f"{graph.place}: not the whole of Kokoro's graph, it lacks {some(missing)}")
    for name in _UNUSED:
        tensors.found[name] = np.zeros(expected.needed[name], np.float32)
    checkpoint: dict[str, dict[str, torch.Tensor]] = {part: {} for part in PARTS}
    for name, value in tensors.found.items():
        part, _, rest = name.partition(".")
        checkpoint[part][f"module.{rest}"] = torch.from_numpy(value)
    return checkpoint


class _Tensors:
    """What was found so far, float32 by published name, and what belongs to no module of Kokoro's."""

    def __init__(self, graph: Graph, shapes: dict[str, tuple[int, ...]]) -> None:
        self._graph, self._shapes = graph, shapes
        self.found: dict[str, NDArray[np.float32]] = {}
        self.foreign: list[str] = []
        self._sources: dict[str, str] = {}  # the constant that a tensor was taken from
        self._named: set[str] = set()  # those that are stored under their own name

    def take_named(self) -> None:
        """Take the parameters that are stored under their own name, whatever modules surround the model."""
        for stored, shape in [*self._graph.names(), *self._graph.other_names()]:
            name = next((name for name in _shorter(published_name(stored)) if name in self._shapes), None)
            # A product's matrix may be turned, and would look right where it is square.
            if name is None or (len(shape) == 2 and name.endswith(".weight")):
                continue
            if shape != self._shapes[name]:
                raise self._wrong_shape(name, shape)
            value = self._graph.constant(stored)
            if value is None:
                raise ModelError(f"{self._graph.place}: {stored} holds no numbers")
            self._put(name, stored, value)
            self._named.add(name)

    def take_from(self, node: Node) -> None:
        """Take the weights that an operator uses."""
        if node.kind in _LSTMS:
            self._take_lstm(node)
        elif node.kind == "Gather" and node.inputs:
            self._take_table(node)
        elif node.kind in _PRODUCTS | _CONVOLUTIONS and len(node.inputs) > 1:
            self._take_weight(node)

    def _take_weight(self, node: Node) -> None:
        path, source = self._module(node), node.inputs[1]
        if path is None:
            value = weight_of(self._graph, node)
            if value is not None and value.size >= _LARGE and not _FOURIER.search(node.name):
                self.foreign.append(node.name or source)
            return
        if node.kind in _PRODUCTS:
            first, unfolded = f"{path}.weight", False
        else:
            unfolded = f"{path}.weight_v" in self._shapes
            first = f"{path}.weight_v" if unfolded else f"{path}.weight"
        if self._sources.get(first) == source or first in self._named:
            return
        value = weight_of(self._graph, node)
        if value is None:
            return  # a product of two things that are computed
        if unfolded:
            self._put_unfolded(path, source, value)
        else:
            as_stored = node.kind in _CONVOLUTIONS or node.numbers.get("transB") == 1
            self._put(first, source, value if as_stored else value.T)

    def _take_table(self, node: Node) -> None:
        path = self._module(node)
        if path is None or len(self._shapes.get(f"{path}.weight", ())) != 2:
            return
        table = table_of(self._graph, node)
        if table is not None and table.ndim == 2:
            self._put(f"{path}.weight", node.inputs[0], table)

    def _take_lstm(self, node: Node) -> None:
        path = self._module(node)
        if path is None or f"{path}.weight_ih_l0" not in self._shapes:
            self.foreign.append(node.name or node.kind)
            return
        if f"{path}.weight_ih_l0" in self.found:
            return
        inputs, states, biases = recurrent_weights(self._graph, node)
        half = biases.shape[1] // 2
        for direction, end in enumerate(("", "_reverse")):
            for name, value in (
                ("weight_ih", inputs[direction]),
                ("weight_hh", states[direction]),
                ("bias_ih", biases[direction, :half]),
                ("bias_hh", biases[direction, half:]),
            ):
                self._put(f"{path}.{name}_l0{end}", node.inputs[1], _torch_gates(value))

    def _module(self, node: Node) -> str | None:
        """Return the published name of the module that an operator belongs to; None if it is not Kokoro's."""
        parts: list[str] = []
        for part in _OPERATOR.sub("", node.name).strip("/").split("/"):
            clean = _REPEATED.sub("", part)
            if parts and clean.startswith(
                f"{parts[-1]}."
            ):  # a child of a sequence repeats the sequence's name
                parts.pop()
            parts.append(clean)
        for name in _shorter(".".join(parts)):
            # Exporters see the predictor's modules called one by one, so that its own name is lost.
            for path in (name, f"predictor.{name}"):
                if any(f"{path}.{last}" in self._shapes for last in ("weight", "weight_v", "weight_ih_l0")):
                    return path
        return None

    def _put_unfolded(self, path: str, source: str, weight: Array) -> None:
        import numpy as np

        length = np.sqrt(np.square(weight.reshape(len(weight), -1)).sum(1)).reshape(
            -1, *(1,) * (weight.ndim - 1)
        )
        self._put(f"{path}.weight_g", source, length)
        # A row that was rounded to nothing has no direction; any will do, since its length is 0.
        self._put(f"{path}.weight_v", source, np.where(length > 0, weight, 1.0))

    def _put(self, name: str, source: str, value: Array) -> None:
        import numpy as np

        if value.shape != self._shapes.get(name):
            raise self._wrong_shape(name, value.shape)
        given = np.ascontiguousarray(value, dtype=np.float32)
        if name not in self.found:
            self.found[name], self._sources[name] = given, source
        elif self._sources[name] != source and not np.array_equal(self.found[name], given):
            raise ModelError(f"{self._graph.place}: {name} is there twice, with different values")

    def _wrong_shape(self, name: str, shape: tuple[int, ...]) -> ModelError:
        there, wanted = ("×".join(map(str, each)) for each in (shape, self._shapes.get(name, ())))
        return ModelError(f"{self._graph.place}: not Kokoro's graph, {name} is {there}, not {wanted}")


def _torch_gates(value: Array) -> Array:
    import numpy as np

    i, o, f, c = np.split(value, 4)
    return np.concatenate([i, f, c, o])


def _shorter(name: str) -> Iterator[str]:
    """Yield a dotted name, then the same without its first parts: `a.b.c`, `b.c`, `c`."""
    while name:
        yield name
        name = name.partition(".")[2]


def _large_leftovers(graph: Graph) -> list[str]:
    """Return stored constants with more than one axis that nothing of Kokoro's uses."""
    return [
        name
        for name, shape in graph.names()
        if name not in graph.used
        and len(shape) > 1
        and math.prod(shape) >= _LARGE
        and not _FOURIER.search(name)
    ]
