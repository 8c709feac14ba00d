# SPDX-License-Identifier: GPL-3.0-or-later
"""The fast engine's own reading of a checkpoint: strict, and without upstream's packages."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from kokoro_speechd.errors import ModelError
from kokoro_speechd.synthesis.fast.styles import StyleTable
from kokoro_speechd.synthesis.files.architecture import expected_tensors
from kokoro_speechd.synthesis.files.checkpoint import load_weights
from kokoro_speechd.synthesis.files.model_files import ModelFiles, find_model
from kokoro_speechd.synthesis.files.tensor_names import PARTS
from kokoro_speechd.synthesis.files.torch_file import load_tensors
from kokoro_speechd.synthesis.reference.kokoro_model import load_model

Checkpoint = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def files(random_model: Path) -> ModelFiles:
    found = find_model(random_model).files
    assert found is not None
    return found


@pytest.fixture
def checkpoint(files: ModelFiles) -> Checkpoint:
    """Every tensor spread from a single number, so that a file of the right shapes is small."""
    return {
        part: {name: torch.tensor(0.01).expand(value.shape) for name, value in tensors.items()}
        for part, tensors in load_tensors(files.weights).items()
    }


@pytest.fixture
def refused(files: ModelFiles, tmp_path: Path) -> Callable[[object], str]:
    def load(value: object) -> str:
        torch.save(value, tmp_path / "weights.pth")
        with pytest.raises(ModelError) as caught:
            load_weights(replace(files, weights=tmp_path / "weights.pth"))
        message = str(caught.value)
        assert "\n" not in message
        prefix = f"{tmp_path / 'weights.pth'}: "
        assert message.startswith(prefix)
        return message.removeprefix(prefix).replace(str(files.config), "CONFIG")

    return load


@pytest.mark.slow
def test_the_expected_tensors_are_upstreams(files: ModelFiles) -> None:
    model = load_model(files)
    theirs = {}
    for part in PARTS:
        for name, value in getattr(model, part).state_dict().items():
            published = name.replace("parametrizations.weight.original0", "weight_g")
            published = published.replace("parametrizations.weight.original1", "weight_v")
            theirs[f"{part}.{published}"] = tuple(value.shape)
    expected = expected_tensors(json.loads(files.config.read_text()))
    optional = {name: shape for name, shape in expected.optional.items() if not name.endswith("position_ids")}
    assert expected.needed | optional == theirs


def test_a_checkpoint_is_taken_over(files: ModelFiles) -> None:
    weights, config = load_weights(files)
    assert config["vocab"]
    assert sum(value.numel() for value in weights.tensors.values()) == 81_763_410
    convolution = weights.below("decoder").folded("encode.conv1")
    assert convolution.shape == (1024, 514, 3)
    direction, length = (weights.of(f"decoder.encode.conv1.weight_{kind}") for kind in "vg")
    assert torch.allclose(convolution, torch._weight_norm(direction, length, 0))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda parts: parts["decoder"].pop("module.F0_conv.bias"), "missing: decoder.F0_conv.bias"),
        (
            lambda parts: parts["text_encoder"].update({f"module.{x}": torch.zeros(1) for x in "stuvwxyz"}),
            "unknown: " + ", ".join(f"text_encoder.{x}" for x in "stuvw") + " and 3 more",
        ),
        (
            lambda parts: parts["bert_encoder"].update({"module.weight": torch.zeros(768, 512)}),
            "of another shape: bert_encoder.weight",
        ),
        (
            lambda parts: parts["predictor"].update({"module.lstm.bias_hh_l0": torch.tensor(0.0)}),
            "of another shape: predictor.lstm.bias_hh_l0",
        ),
    ],
)
def test_names_and_shapes_are_compared(
    checkpoint: Checkpoint,
    refused: Callable[[object], str],
    change: Callable[[Checkpoint], object],
    reason: str,
) -> None:
    change(checkpoint)
    assert refused(checkpoint) == f"does not fit CONFIG: {reason}"


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_values_that_are_not_finite(
    checkpoint: Checkpoint, refused: Callable[[object], str], bad: float
) -> None:
    checkpoint["decoder"]["module.generator.conv_post.bias"] = torch.tensor([0.0] * 21 + [bad])
    assert refused(checkpoint) == "decoder.generator.conv_post.bias holds values that are not finite"


def test_a_tensor_under_two_names(checkpoint: Checkpoint, refused: Callable[[object], str]) -> None:
    checkpoint["bert_encoder"]["bias"] = torch.zeros(512)
    assert refused(checkpoint) == "bert_encoder.bias is there twice"


def test_other_objects(checkpoint: Checkpoint, refused: Callable[[object], str]) -> None:
    assert refused(torch.zeros(3)) == "not a Kokoro checkpoint (it holds one object)"
    assert refused({"weights": {}}) == "not a Kokoro checkpoint (it holds weights)"
    assert refused(checkpoint | {"bert": torch.zeros(3)}) == "bert holds no tensors by name"
    checkpoint["bert_encoder"]["module.bias"] = torch.zeros(512, dtype=torch.complex64)
    assert refused(checkpoint) == "bert_encoder.bias is not a plain tensor"


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"upsample_kernel_sizes": [20, 13]}, "istftnet.upsample_kernel_sizes"),
        ({"resblock_kernel_sizes": [3, 7, 10]}, "istftnet.resblock_kernel_sizes"),
        ({"gen_istft_n_fft": 24}, "istftnet.gen_istft_n_fft"),
        ({"upsample_rates": [10, 5]}, "istftnet.upsample_rates"),
        ({"resblock_dilation_sizes": [[1, 3]] * 3}, "istftnet.resblock_dilation_sizes"),
    ],
)
def test_an_architecture_that_it_is_not_written_for(
    files: ModelFiles, tmp_path: Path, change: dict[str, Any], name: str
) -> None:
    config = json.loads(files.config.read_text())
    config["istftnet"].update(change)
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config))
    with pytest.raises(ModelError, match="not Kokoro-82M's architecture") as caught:
        load_weights(replace(files, config=path))
    assert str(caught.value).startswith(f"{path}: ")
    assert name in str(caught.value)


def test_norms_of_their_own_are_used() -> None:
    """Upstream's file leaves the instance norms' scale and shift out; another one may not."""
    from kokoro_speechd.synthesis.files.checkpoint import Weights

    torch.manual_seed(0)
    fully = {
        "fc.weight": torch.randn(8, 128), "fc.bias": torch.randn(8),
        "norm.weight": torch.randn(4), "norm.bias": torch.randn(4),
    }  # fmt: skip
    bare = {name: value for name, value in fully.items() if name.startswith("fc")}
    table = StyleTable()
    numbers = [table.add(Weights(tensors)) for tensors in (fully, bare)]
    style, x = torch.randn(1, 128), torch.randn(4)
    gamma, beta = torch.nn.functional.linear(style, fully["fc.weight"], fully["fc.bias"])[0].chunk(2)
    expected = ((1 + gamma) * (x * fully["norm.weight"] + fully["norm.bias"]) + beta, (1 + gamma) * x + beta)
    for _ in range(2):  # computed, then remembered
        for number, value in zip(numbers, expected, strict=True):
            scale, shift = table.of(style)[number]
            torch.testing.assert_close(scale * x + shift, value)
    other = table.of(style + 1)[0][0]
    assert not torch.equal(other, table.of(style)[0][0])


@pytest.mark.slow
def test_nothing_of_upstreams_is_imported(files: ModelFiles) -> None:
    script = f"""
import sys
from pathlib import Path

import torch

from kokoro_speechd.synthesis.fast.model import FastModel
from kokoro_speechd.synthesis.files.model_files import find_model

model = FastModel(find_model(Path({str(files.weights.parent)!r})).files)

tokens, style = torch.tensor([[0, 43, 44, 0]]), torch.zeros(1, 256)

assert model.render(model.prosody(tokens, style), style).isfinite().all()

foreign = ("kokoro", "transformers", "spacy", "huggingface_hub", "loguru", "misaki")

print([name for name in foreign if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=240, check=True
    )
    assert done.stdout == "[]\n"
