# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes ONNX exports of a checkpoint, with the operators and names that kokoro-onnx's int8 export has.

Only what carries weights is written, so that the graph cannot be run.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper

Kind = Literal["int8", "float32", "float16"]
_SEQUENCES = re.compile(r"(asr_res|cnn\.\d)\.(\d)$")
_CALLED_ALONE = re.compile(r"^predictor\.(?=F0|N|shared)")


class Export:
    """An export of a checkpoint; `expected` has the tensors that it must become again."""

    def __init__(self, checkpoint: dict[str, dict[str, Any]], kind: Kind) -> None:
        self.kind = kind
        self.nodes: list[Any] = []
        self.constants: dict[str, np.ndarray] = {}
        self.expected: dict[str, np.ndarray] = {}
        self._count = 0
        tensors = {
            f"{part}.{name.removeprefix('module.')}": value.float().numpy()
            for part, parts in checkpoint.items()
            for name, value in parts.items()
        }
        for name, value in tensors.items():
            self._add(name, value, tensors)

    def write(self, path: Path) -> Path:
        """Write the file."""
        path.write_bytes(self.model().SerializeToString())
        return path

    def model(self) -> Any:
        constants = [numpy_helper.from_array(value, name) for name, value in self.constants.items()]
        graph = helper.make_graph(self.nodes, "kokoro", [], [], constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)])

    def _add(self, name: str, value: np.ndarray, tensors: dict[str, np.ndarray]) -> None:
        owner, _, last = name.rpartition(".")
        if owner == "bert.pooler":
            self.expected[name] = np.zeros_like(value)
        elif last == "weight_v":
            self._convolution(owner, value * (tensors[f"{owner}.weight_g"] / _lengths(value)), value, tensors)
        elif last == "weight_ih_l0":
            self._lstm(owner, tensors)
        elif last == "weight" and value.ndim == 3:
            self._convolution(owner, value, None, tensors)
        elif name.endswith("embeddings.weight") or owner == "text_encoder.embedding":
            self._table(owner, value)
        elif last == "weight" and value.ndim == 2:
            self._product(owner, value)
        elif last == "weight_g" or "_l0" in last or last == "position_ids":
            pass
        else:
            self.constants[_stored(name)] = self._as_stored(value)
            self.expected[name] = self.constants[_stored(name)].astype(np.float32)

    def _as_stored(self, value: np.ndarray) -> np.ndarray:
        return value.astype(np.float16 if self.kind == "float16" else np.float32)

    def _next(self, operator: str) -> str:
        self._count += 1
        return f"onnx::{operator}_{self._count}"

    def _node(self, kind: str, name: str, inputs: list[str], **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [f"{name}_output_0"], name, **attributes))
        return f"{name}_output_0"

    def _quantized(
        self, name: str, weight: np.ndarray, axis: int | None, dtype: type = np.uint8
    ) -> tuple[np.ndarray, str]:
        """Store 8-bit numbers; return the weight that they stand for, and the zero point's name."""
        other = None if axis is None else tuple(each for each in range(weight.ndim) if each != axis)
        low = np.minimum(weight.min(axis=other), 0)
        high = np.maximum(weight.max(axis=other), 0)
        scale = np.maximum((high - low) / 255, 1e-9).astype(np.float32)
        least = int(np.iinfo(dtype).min)
        zero = np.round(least - low / scale).astype(dtype)
        shape = [-1 if each == axis else 1 for each in range(weight.ndim)]
        wide, shift = (each.reshape(shape) if axis is not None else each for each in (scale, zero))
        q = np.clip(np.round(weight / wide) + shift, least, least + 255).astype(dtype)
        self.constants[f"{name}_quantized"] = q
        self.constants[f"{name}_scale"] = scale
        self.constants[f"{name}_zero_point"] = zero
        return (q.astype(float) - shift.astype(float)) * np.asarray(wide, float), f"{name}_zero_point"

    def _product(self, owner: str, value: np.ndarray) -> None:
        stored = f"{_stored(owner)}.weight" if owner.endswith(".fc") else self._next("MatMul")
        places = [_place(owner)]
        if "albert_layers" in owner:  # one layer, used again and again
            places += [f"{places[0]}_1", f"{places[0]}_2"]
        if self.kind == "int8":
            operator = "Gemm_MatMul_quant" if owner.endswith(".fc") else "MatMul_quant"
            weight, zero = self._quantized(stored, value.T, 1)
            for place in places:
                inputs = [f"{place}_x", f"{stored}_quantized", f"{place}_z", zero]
                self._node("MatMulInteger", f"{place}/{operator}", inputs)
            self.expected[f"{owner}.weight"] = weight.T.astype(np.float32)
            return
        weight = self._as_stored(value)
        if owner.endswith(".fc"):
            self.constants[stored] = weight
            self._node("Gemm", f"{places[0]}/Gemm", [f"{places[0]}_x", stored], transB=1)
        else:
            self.constants[stored] = np.ascontiguousarray(weight.T)
            for place in places:
                self._node("MatMul", f"{place}/MatMul", [f"{place}_x", stored])
        self.expected[f"{owner}.weight"] = weight.astype(np.float32)

    def _convolution(
        self,
        owner: str,
        weight: np.ndarray,
        direction: np.ndarray | None,
        tensors: dict[str, np.ndarray],
    ) -> None:
        place = _place(owner)
        operator = "ConvTranspose" if ".ups." in owner or owner.endswith(".pool") else "Conv"
        stored = f"{_stored(owner)}.weight" if direction is None else f"{place}/Mul_output_0"
        if self.kind == "int8" and operator == "Conv":
            value, zero = self._quantized(stored, weight, None, np.int8)
            inputs = [f"{place}_x", f"{stored}_quantized", f"{place}_z", zero]
            self._node("ConvInteger", f"{place}/Conv_quant", inputs)
        elif self.kind != "int8" and direction is not None and ".generator." in owner:
            # Not folded: length and direction are there, under their own names.
            for last in ("weight_g", "weight_v"):
                name = f"{owner}.{last}"
                self.constants[_stored(name)] = self._as_stored(tensors[name])
                self.expected[name] = self.constants[_stored(name)].astype(np.float32)
            self._node(operator, f"{place}/{operator}", [f"{place}_x", stored])
            return
        elif self.kind != "int8" and direction is not None and ".decode." in owner:
            # Not folded either, and the names lost.
            length, way = (self._next("Conv") for _ in range(2))
            self.constants[length] = self._as_stored(_lengths(weight))
            self.constants[way] = self._as_stored(weight / _lengths(weight))
            product = self._node("Mul", f"{place}/Mul", [length, way])
            self._node(operator, f"{place}/{operator}", [f"{place}_x", product])
            value = (self.constants[length] * self.constants[way]).astype(np.float32)
        else:
            self.constants[stored] = value = self._as_stored(weight)
            self._node(operator, f"{place}/{operator}", [f"{place}_x", stored])
            value = value.astype(np.float32)
        if direction is None:
            self.expected[f"{owner}.weight"] = value.astype(np.float32)
            return
        self.expected[f"{owner}.weight_g"] = _lengths(value).astype(np.float32)
        self.expected[f"{owner}.weight_v"] = value.astype(np.float32)

    def _table(self, owner: str, value: np.ndarray) -> None:
        stored, place = f"{_stored(owner)}.weight", _place(owner)
        if self.kind != "int8":
            self.constants[stored] = self._as_stored(value)
            self._node("Gather", f"{place}/Gather", [stored, "tokens"])
            self.expected[f"{owner}.weight"] = self.constants[stored].astype(np.float32)
            return
        weight, zero = self._quantized(stored, value, None)
        rows = self._node("Gather", f"{place}/Gather_quant", [f"{stored}_quantized", "tokens"])
        inputs = [rows, f"{stored}_scale", zero]
        self._node("DequantizeLinear", f"{place}/Gather_quant_DequantizeLinear", inputs)
        self.expected[f"{owner}.weight"] = weight.astype(np.float32)

    def _lstm(self, owner: str, tensors: dict[str, np.ndarray]) -> None:
        place = _place(owner)

        def both(kind: str) -> np.ndarray:
            return np.stack([_onnx_gates(tensors[f"{owner}.{kind}_l0{end}"]) for end in ("", "_reverse")])

        inputs, states = both("weight_ih"), both("weight_hh")
        biases = np.concatenate([both("bias_ih"), both("bias_hh")], axis=1)
        names = [self._next("LSTM") for _ in range(3)]
        self.constants[names[2]] = self._as_stored(biases)
        if self.kind == "int8":
            turned = []
            zeros = []
            for name, value in zip(names, (inputs, states), strict=False):
                weight, zero = self._quantized(name, value.transpose(0, 2, 1), 0)
                turned.append(weight.transpose(0, 2, 1))
                zeros.append(zero)
            scales = [names[0] + "_scale", zeros[0], names[1] + "_scale", zeros[1]]
            given = [
                f"{place}_x",
                names[0] + "_quantized",
                names[1] + "_quantized",
                names[2],
                *[""] * 4,
                *scales,
            ]
            self._node("DynamicQuantizeLSTM", f"{place}/LSTM_quant", given)
            inputs, states = turned
        else:
            self.constants[names[0]], self.constants[names[1]] = map(self._as_stored, (inputs, states))
            self._node("LSTM", f"{place}/LSTM", [f"{place}_x", *names])
            inputs, states = (self.constants[name].astype(np.float32) for name in names[:2])
        half = biases.shape[1] // 2
        stored = self.constants[names[2]].astype(np.float32)
        for direction, end in enumerate(("", "_reverse")):
            for kind, value in (
                ("weight_ih", inputs[direction]),
                ("weight_hh", states[direction]),
                ("bias_ih", stored[direction, :half]),
                ("bias_hh", stored[direction, half:]),
            ):
                self.expected[f"{owner}.{kind}_l0{end}"] = _torch_gates(value).astype(np.float32)


def _lengths(weight: np.ndarray) -> np.ndarray:
    lengths = np.sqrt(np.square(weight.reshape(len(weight), -1).astype(np.float64)).sum(1))
    return lengths.reshape(-1, *[1] * (weight.ndim - 1))


def _onnx_gates(value: np.ndarray) -> np.ndarray:
    quarter = len(value) // 4
    order = [0, 3, 1, 2]  # torch has i, f, c, o; ONNX i, o, f, c
    return np.concatenate([value[quarter * gate : quarter * (gate + 1)] for gate in order])


def _torch_gates(value: np.ndarray) -> np.ndarray:
    quarter = len(value) // 4
    return np.concatenate([value[quarter * gate : quarter * (gate + 1)] for gate in (0, 2, 3, 1)])


def _stored(name: str) -> str:
    """Return a parameter's name in the export: two modules surround the model's parts."""
    return f"decoder.{name}" if name.startswith("decoder.") else f"encoder.{name}"


def _place(owner: str) -> str:
    """Return a module's place in the names of operators: `/encoder/F0.0/conv1`."""
    around = "/decoder" if owner.startswith("decoder.") else "/encoder"
    owner = _SEQUENCES.sub(r"\1/\1.\2", _CALLED_ALONE.sub("", owner))
    return f"{around}/" + re.sub(r"\.(?!\d)", "/", owner)


def checkpoint(tensors: dict[str, np.ndarray]) -> dict[str, dict[str, torch.Tensor]]:
    """Return tensors by part and name, as a published file holds them."""
    parts: dict[str, dict[str, torch.Tensor]] = {}
    for name, value in tensors.items():
        part, _, rest = name.partition(".")
        parts.setdefault(part, {})[f"module.{rest}"] = torch.from_numpy(np.ascontiguousarray(value))
    return parts


def load(path: Path) -> Any:
    """Return a file's model."""
    return onnx.load(str(path), load_external_data=False)
