# SPDX-License-Identifier: GPL-3.0-or-later
"""An ONNX export of Kokoro becomes a float32 checkpoint, the form that loads fastest."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING, Any

from kokoro_speechd.synthesis.conversion.kokoro_graph import checkpoint_of
from kokoro_speechd.synthesis.conversion.onnx_graph import Graph

if TYPE_CHECKING:
    import torch


def published_config() -> str:
    """Return the published config.json's text: exports come without one."""
    return resources.files("kokoro_speechd.synthesis.files").joinpath("kokoro-config.json").read_text("utf-8")


def read_export(data: bytes, place: str) -> tuple[dict[str, dict[str, torch.Tensor]], str]:
    """Return an export's checkpoint and its kind, such as "int8 export". Raises ModelError."""
    graph = Graph(data, place)
    return checkpoint_of(graph, json.loads(published_config())), _kind(graph)


def _kind(graph: Graph) -> str:
    kinds: set[Any] = {node.kind for node in graph.nodes}
    if kinds & {"MatMulInteger", "ConvInteger", "DynamicQuantizeLSTM"}:
        return "int8 export"
    return "float16 export" if graph.is_half() else "float32 export"
