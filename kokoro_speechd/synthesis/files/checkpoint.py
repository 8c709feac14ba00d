# SPDX-License-Identifier: GPL-3.0-or-later
"""The published checkpoint as plain tensors by name, judged without building upstream's model.

Neither kokoro nor transformers is imported: what a checkpoint must hold is written in `architecture.py`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kokoro_speechd.errors import ModelError
from kokoro_speechd.synthesis.files.architecture import Expected, expected_tensors, unsupported
from kokoro_speechd.synthesis.files.model_config import check_config
from kokoro_speechd.synthesis.files.model_files import ModelFiles
from kokoro_speechd.synthesis.files.tensor_names import PARTS, published_name, some
from kokoro_speechd.synthesis.files.torch_file import is_plain_tensor, load_tensors

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """The tensors below one name of a checkpoint.

    They may be mapped from the file. Who keeps one must keep a copy, since the file can change under a
    process that maps it: `of` and `folded` return copies.
    """

    tensors: Mapping[str, torch.Tensor]
    place: str = ""

    def below(self, name: str) -> Weights:
        """Return the tensors below `name`."""
        return Weights(self.tensors, f"{self.place}{name}.")

    def has(self, name: str) -> bool:
        """Say whether there is a tensor of this name."""
        return self.place + name in self.tensors

    def of(self, name: str) -> torch.Tensor:
        """Return a tensor as float32, contiguous, with memory of its own."""
        import torch

        own: torch.Tensor = self.tensors[self.place + name].detach().to(torch.float32, copy=True).contiguous()
        return own

    def folded(self, name: str) -> torch.Tensor:
        """Return a convolution's weight with its weight norm folded in: w = v · (g / ‖v‖), float32.

        ‖v‖ is taken over all dimensions but the first. Upstream computes the same product at each pass.
        """
        import torch

        length, weight = self.of(f"{name}.weight_g"), self.of(f"{name}.weight_v")
        norm = torch.linalg.vector_norm(weight.flatten(1), dim=1).view(length.shape)
        return weight.mul_(length / norm)


def load_weights(files: ModelFiles) -> tuple[Weights, dict[str, Any]]:
    """Return the checkpoint and the configuration.

    Raises ModelError that names the file and the reason: missing, truncated, foreign, unknown or missing
    names, other shapes, values that are not finite, a configuration that the engine is not written for.
    """
    checkpoint = load_tensors(files.weights)
    if problems := check_config(files.config):
        raise ModelError(problems[0])
    config: dict[str, Any] = json.loads(files.config.read_text(encoding="utf-8"))
    if names := unsupported(config):
        raise ModelError(f"{files.config}: not Kokoro-82M's architecture: {', '.join(names)}")
    tensors = _flat(files, checkpoint)
    _compare(files, tensors, expected_tensors(config))
    return Weights(tensors), config


def _flat(files: ModelFiles, checkpoint: Any) -> dict[str, torch.Tensor]:
    """Return all tensors of a checkpoint by their part and published name."""
    import torch

    if not isinstance(checkpoint, Mapping):
        raise ModelError(f"{files.weights}: not a Kokoro checkpoint (it holds one object)")
    if set(checkpoint) != set(PARTS):
        found = some(sorted(map(str, checkpoint))) or "nothing"
        raise ModelError(f"{files.weights}: not a Kokoro checkpoint (it holds {found})")
    flat: dict[str, torch.Tensor] = {}
    for part, tensors in checkpoint.items():
        if not isinstance(tensors, Mapping) or not all(isinstance(name, str) for name in tensors):
            raise ModelError(f"{files.weights}: {part} holds no tensors by name")
        for given, value in tensors.items():
            name = f"{part}.{published_name(given)}"
            if not is_plain_tensor(value):
                raise ModelError(f"{files.weights}: {name} is not a plain tensor")
            if name in flat:
                raise ModelError(f"{files.weights}: {name} is there twice")
            # What is not finite leaves no finite sum, and a sum is twice as fast as looking at each value.
            if not bool(torch.isfinite(value.sum())) and not bool(torch.isfinite(value).all()):
                raise ModelError(f"{files.weights}: {name} holds values that are not finite")
            flat[name] = value
    return flat


def _compare(files: ModelFiles, given: Mapping[str, torch.Tensor], expected: Expected) -> None:
    shapes = expected.needed | expected.optional
    for what, names in (
        ("unknown", given.keys() - shapes.keys()),
        ("missing", expected.needed.keys() - given.keys()),
        ("of another shape", {name for name in given if tuple(given[name].shape) != shapes.get(name)}),
    ):
        if names:
            raise ModelError(f"{files.weights}: does not fit {files.config}: {what}: {some(sorted(names))}")
