# SPDX-License-Identifier: GPL-3.0-or-later
"""onnxruntime with the model exported from the same weights, where the extra `bench` is installed."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kokoro_speechd.synthesis.files.model_files import ModelFiles
from kokoro_speechd.synthesis.reference.kokoro_model import import_kmodel

_NEEDED = ("onnx", "onnxruntime", "onnxscript")
_EXAMPLE = 60  # phonemes of the phrase that the export is traced with


def missing() -> list[str]:
    """Return the packages that are not installed."""
    return [name for name in _NEEDED if find_spec(name) is None]


def load(files: ModelFiles, style: Any, folder: Path, threads: int) -> Callable[[Any, Any, float], object]:
    """Export upstream's model into `folder`, load it in onnxruntime, and return what runs it.

    That takes tokens, int64 [1, n], a style, float32 [1, 256], and a speed. `style` is any such style.
    """
    import onnxruntime

    path = folder / "kokoro.onnx"
    with _quiet():
        _export(files, style, path)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(tokens: Any, style: Any, speed: float) -> object:
        import numpy as np

        inputs = {"tokens": tokens.numpy(), "style": style.numpy(), "speed": np.array([speed], np.float32)}
        return session.run(None, inputs)

    return run


def _export(files: ModelFiles, style: Any, path: Path) -> None:
    """Write the model as upstream prepares it for ONNX: a class of its own, no complex numbers."""
    import importlib

    import torch

    kmodel = import_kmodel()
    for_onnx = importlib.import_module("kokoro.model").KModelForONNX
    model = kmodel(
        repo_id="none", config=str(files.config), model=str(files.weights), disable_complex=True
    ).eval()
    numbers = sorted(model.vocab.values())
    tokens = torch.tensor([[0, *(numbers[place % len(numbers)] for place in range(_EXAMPLE)), 0]])
    with torch.no_grad():
        torch.onnx.export(
            for_onnx(model).eval(),
            (tokens, style, torch.tensor([1.0])),
            str(path),
            input_names=["tokens", "style", "speed"],
            output_names=["samples", "durations"],
            dynamic_axes={"tokens": {1: "n"}, "samples": {0: "samples"}},
            opset_version=17,
            dynamo=False,
        )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep what the exporter says of each recurrent layer, from Python and from C++, off the terminal."""
    sys.stderr.flush()
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    os.close(nothing)
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
        os.dup2(kept, 2)
        os.close(kept)
