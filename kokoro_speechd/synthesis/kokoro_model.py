# SPDX-License-Identifier: GPL-3.0-or-later
"""Upstream's `kokoro.KModel` from local files, checked tensor by tensor, without its package's imports.

`import kokoro` brings spaCy, phonemizer and half a second of logging; only `kokoro.model` is needed. KModel
itself loads wrong tensors silently (it falls back to `strict=False`), so the checkpoint is compared with the
model first.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import types
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kokoro_speechd.errors import ModelError
from kokoro_speechd.synthesis.model_files import ModelFiles
from kokoro_speechd.synthesis.torch_file import load_tensors

if TYPE_CHECKING:
    import torch

_REPOSITORY = "hexgrad/Kokoro-82M"  # named so that KModel does not print that it took it for granted
PARTS = ("bert", "bert_encoder", "predictor", "decoder", "text_encoder")


def load_model(files: ModelFiles, device: str = "cpu") -> Any:
    """Return a `kokoro.KModel` in evaluation mode on `device`.

    Raises ModelError that names the file and the reason: missing, truncated, foreign, wrong names or shapes,
    values that are not finite.
    """
    checkpoint = load_tensors(files.weights)
    _check_parts(files, checkpoint)
    kmodel_class = import_kmodel()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # weight_norm and one-layer LSTM dropout: upstream's, not the user's
        try:
            model = kmodel_class(repo_id=_REPOSITORY, config=str(files.config), model=str(files.weights))
        except (
            RuntimeError,
            KeyError,
            TypeError,
            ValueError,
            AttributeError,
            AssertionError,
            OSError,
        ) as error:
            # The configuration builds other layers than the checkpoint has, or lacks something.
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise ModelError(f"{files.config}: does not describe {files.weights.name}: {reason}") from None
        _check_tensors(files, checkpoint, model)
        return model.to(device).eval()


def import_kmodel() -> Any:
    """Return the class `kokoro.KModel`, imported without the rest of its package and unable to download."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    with _bare_package("kokoro"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = importlib.import_module("kokoro.model")
    from loguru import logger

    logger.disable("kokoro")  # it logs the phonemes of everything that is spoken
    return module.KModel


@contextmanager
def _bare_package(name: str) -> Iterator[None]:
    """Let submodules of a package be imported without running its `__init__`; afterwards it can be as usual."""
    if name in sys.modules:
        yield
        return
    spec = importlib.util.find_spec(name)
    if spec is None or spec.submodule_search_locations is None:
        raise ModelError(f"the Python package {name} is not installed")
    package = types.ModuleType(name)
    package.__path__ = list(spec.submodule_search_locations)
    package.__spec__ = spec
    sys.modules[name] = package
    try:
        yield
    finally:
        del sys.modules[name]


def _check_parts(files: ModelFiles, checkpoint: Any) -> None:
    if not isinstance(checkpoint, Mapping) or set(checkpoint) != set(PARTS):
        found = (
            ", ".join(sorted(map(str, checkpoint))[:8]) if isinstance(checkpoint, Mapping) else "one object"
        )
        raise ModelError(f"{files.weights}: not a Kokoro checkpoint (it holds {found})")
    for part, tensors in checkpoint.items():
        if not isinstance(tensors, Mapping):
            raise ModelError(f"{files.weights}: '{part}' holds no tensors")


def _check_tensors(files: ModelFiles, checkpoint: Mapping[str, Any], model: Any) -> None:
    """Compare names, shapes and values of the checkpoint with the model that was built from it."""
    import torch

    for part, tensors in checkpoint.items():
        module: torch.nn.Module = getattr(model, part)
        expected = {_published_name(name): value for name, value in module.state_dict().items()}
        given = {_published_name(name.removeprefix("module.")): value for name, value in tensors.items()}
        unknown = sorted(given.keys() - expected.keys())
        missing = sorted(
            name for name in expected.keys() - given.keys() if not _absent_by_design(module, name)
        )
        for what, names in (("unknown", unknown), ("missing", missing)):
            if names:
                more = f" and {len(names) - 3} more" if len(names) > 3 else ""
                raise ModelError(f"{files.weights}: {what} in {part}: {', '.join(names[:3])}{more}")
        for name, value in given.items():
            if not isinstance(value, torch.Tensor) or value.shape != expected[name].shape:
                raise ModelError(f"{files.weights}: {part}.{name} has another shape than the model's")
            if value.is_floating_point() and not bool(torch.isfinite(value).all()):
                raise ModelError(f"{files.weights}: {part}.{name} holds values that are not finite")


def _published_name(name: str) -> str:
    """Return a tensor's name as in the published file: weight_norm's older names."""
    return name.replace("parametrizations.weight.original0", "weight_g").replace(
        "parametrizations.weight.original1", "weight_v"
    )


def _absent_by_design(module: torch.nn.Module, name: str) -> bool:
    """Say whether the published file leaves a tensor out, so that its initial value counts.

    These are the affine tensors of instance norms, which upstream added after training with ones and zeros,
    and buffers that hold only position numbers.
    """
    import torch

    if name.endswith("position_ids"):
        return True
    owner, _, last = name.rpartition(".")
    try:
        return last in ("weight", "bias") and isinstance(module.get_submodule(owner), torch.nn.InstanceNorm1d)
    except AttributeError:
        return False
