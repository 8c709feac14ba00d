# SPDX-License-Identifier: GPL-3.0-or-later
"""Upstream's `kokoro.KModel` from local files, checked tensor by tensor, without its package's imports.

`import kokoro` brings spaCy, phonemizer and half a second of logging; only `kokoro.model` is needed. KModel
itself loads wrong tensors silently (it falls back to `strict=False`), so the checkpoint is compared with the
model first.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import os
import sys
import types
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kokoro_speechd.errors import ModelError
from kokoro_speechd.synthesis.files.model_config import check_config
from kokoro_speechd.synthesis.files.model_files import ModelFiles
from kokoro_speechd.synthesis.files.tensor_names import PARTS, published_name, short_name, some
from kokoro_speechd.synthesis.files.torch_file import is_plain_tensor, load_tensors

if TYPE_CHECKING:
    import torch

_REPOSITORY = "hexgrad/Kokoro-82M"  # named so that KModel does not print that it took it for granted
# What building or filling a model raises for sizes that do not go together.
_BUILDING = (
    RuntimeError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    NameError,
    OSError,
)


def load_model(files: ModelFiles, device: str = "cpu") -> Any:
    """Return a `kokoro.KModel` in evaluation mode on `device`.

    Raises ModelError that names the file and the reason: missing, truncated, foreign, wrong names or shapes,
    values that are not finite, a configuration that no model can be built from.
    """
    checkpoint = load_tensors(files.weights)
    if problems := check_config(files.config):
        raise ModelError(problems[0])
    _check_checkpoint(files, checkpoint)
    kmodel_class = import_kmodel()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # weight_norm and one-layer LSTM dropout: upstream's, not the user's
        try:
            model = kmodel_class(repo_id=_REPOSITORY, config=str(files.config), model=str(files.weights))
        except _BUILDING as error:
            _check_fit(files, checkpoint, _build_empty(files, kmodel_class))
            raise ModelError(f"{files.weights}: cannot be loaded ({type(error).__name__})") from error
    _check_fit(files, checkpoint, model)
    _check_loaded(files, checkpoint, model)
    return model.to(device).eval()


def _build_empty(files: ModelFiles, kmodel_class: Any) -> Any:
    """Return a model of the configuration without the checkpoint, to say which of the two is wrong."""
    import torch

    nothing = io.BytesIO()
    torch.save({}, nothing)
    nothing.seek(0)
    try:
        return kmodel_class(repo_id=_REPOSITORY, config=str(files.config), model=nothing)
    except _BUILDING as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ModelError(f"{files.config}: no model can be built from it: {reason}") from error


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
    """Let submodules of a package be imported without its `__init__`; afterwards it can be as usual."""
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


def _check_checkpoint(files: ModelFiles, checkpoint: Any) -> None:
    """Check what can be said of a checkpoint without a model: its parts hold finite numbers by name."""
    import torch

    if not isinstance(checkpoint, Mapping):
        raise ModelError(f"{files.weights}: not a Kokoro checkpoint (it holds one object)")
    if set(checkpoint) != set(PARTS):
        found = some(sorted(map(str, checkpoint))) or "nothing"
        raise ModelError(f"{files.weights}: not a Kokoro checkpoint (it holds {found})")
    for part, tensors in checkpoint.items():
        if not isinstance(tensors, Mapping) or not all(isinstance(name, str) for name in tensors):
            raise ModelError(f"{files.weights}: {part} holds no tensors by name")
        for name, value in tensors.items():
            short = short_name(name)
            if not is_plain_tensor(value):
                raise ModelError(f"{files.weights}: {part}.{short} is not a plain tensor")
            if not bool(torch.isfinite(value).all()):
                raise ModelError(f"{files.weights}: {part}.{short} holds values that are not finite")


def _check_fit(files: ModelFiles, checkpoint: Mapping[str, Any], model: Any) -> None:
    """Compare the checkpoint's names and shapes with those of a model."""
    for part, tensors in checkpoint.items():
        module: torch.nn.Module = getattr(model, part)
        expected = {published_name(name): value for name, value in module.state_dict().items()}
        given = {published_name(name): value for name, value in tensors.items()}
        needed = {name for name in expected if not _absent_by_design(module, name)}
        misshapen = [name for name in given if name in expected and given[name].shape != expected[name].shape]
        for what, names in (
            ("unknown", given.keys() - expected.keys()),
            ("missing", needed - given.keys()),
            ("of another shape", misshapen),
        ):
            if names:
                named = some([f"{part}.{name}" for name in sorted(names)])
                raise ModelError(f"{files.weights}: does not fit {files.config}: {what}: {named}")


def _check_loaded(files: ModelFiles, checkpoint: Mapping[str, Any], model: Any) -> None:
    """Make sure that KModel runs what the checkpoint holds: it drops names that it does not expect.

    These may be a newer torch's names of weight_norm, or the same name with and without its prefix.
    """
    import torch

    for part, tensors in checkpoint.items():
        loaded = {published_name(name): value for name, value in getattr(model, part).state_dict().items()}
        for name, value in tensors.items():
            mine = loaded[published_name(name)]
            if not torch.equal(value.to(mine.dtype), mine):
                raise ModelError(f"{files.weights}: {part}.{short_name(name)} was not taken over by KModel")


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
