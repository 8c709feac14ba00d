# SPDX-License-Identifier: GPL-3.0-or-later
"""The model loads, or says which tensor of which file is wrong.

Most checkpoints here are the random model's with every tensor spread from a single number, so that a file
of the right names and shapes has a few hundred kilobytes instead of 327 megabytes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from kokoro_speechd.errors import ModelError, VoiceError
from kokoro_speechd.synthesis.files.model_files import ModelFiles, find_model
from kokoro_speechd.synthesis.files.tensor_names import PARTS
from kokoro_speechd.synthesis.reference.kokoro_model import load_model

Checkpoint = dict[Any, Any]


@pytest.fixture(scope="module")
def files(random_model: Path) -> ModelFiles:
    found = find_model(random_model).files
    assert found is not None
    return found


@pytest.fixture(scope="module")
def shapes(files: ModelFiles) -> dict[str, dict[str, torch.Size]]:
    checkpoint = torch.load(files.weights, mmap=True)
    return {
        part: {name: value.shape for name, value in tensors.items()} for part, tensors in checkpoint.items()
    }


@pytest.fixture
def checkpoint(shapes: dict[str, dict[str, torch.Size]]) -> Checkpoint:
    return {
        part: {name: torch.tensor(0.01).expand(shape) for name, shape in tensors.items()}
        for part, tensors in shapes.items()
    }


@pytest.fixture
def saved(files: ModelFiles, tmp_path: Path) -> Callable[[object], ModelFiles]:
    def save(value: object) -> ModelFiles:
        torch.save(value, tmp_path / "weights.pth")
        return replace(files, weights=tmp_path / "weights.pth")

    return save


def refused(files: ModelFiles, blamed: Path | None = None) -> str:
    """Return why a model does not load, after checking that the message begins with the file to blame."""
    with pytest.raises(ModelError) as caught:
        load_model(files)
    message = str(caught.value)
    assert not isinstance(caught.value, VoiceError)
    assert message.startswith(f"{blamed or files.weights}: ")
    assert "\n" not in message
    return message.removeprefix(f"{blamed or files.weights}: ")


@pytest.mark.slow
def test_the_model_holds_what_the_file_holds(files: ModelFiles) -> None:
    model = load_model(files)
    assert not any(module.training for module in model.modules())
    state = {
        name.replace("parametrizations.weight.original0", "weight_g").replace(
            "parametrizations.weight.original1", "weight_v"
        ): value
        for name, value in model.state_dict().items()
    }
    loaded = 0
    for part, tensors in torch.load(files.weights, mmap=True).items():
        for name, value in tensors.items():
            assert torch.equal(state[f"{part}.{name.removeprefix('module.')}"], value), name
            loaded += value.numel()
    assert loaded == 81_763_410  # parameters of Kokoro-82M, without the norms that its file leaves out
    assert model.vocab == json.loads(files.config.read_text())["vocab"]


@pytest.mark.slow
def test_a_spread_checkpoint_loads(checkpoint: Checkpoint, saved: Callable[[object], ModelFiles]) -> None:
    """So whatever is refused below is refused for its one change."""
    model = load_model(saved(checkpoint))
    assert set(model.decoder.encode.conv1.bias.tolist()) == {torch.tensor(0.01).item()}


@pytest.mark.slow
def test_half_precision_is_taken_over(checkpoint: Checkpoint, saved: Callable[[object], ModelFiles]) -> None:
    value = torch.tensor(0.3).half()
    checkpoint["bert_encoder"]["module.bias"] = value.expand(512)
    model = load_model(saved(checkpoint))
    assert set(model.bert_encoder.bias.tolist()) == {value.item()}


@pytest.mark.slow
def test_names_without_the_prefix_are_taken_over(
    checkpoint: Checkpoint, saved: Callable[[object], ModelFiles]
) -> None:
    for part, tensors in checkpoint.items():
        checkpoint[part] = {name.removeprefix("module."): value for name, value in tensors.items()}
    model = load_model(saved(checkpoint))
    assert set(model.decoder.encode.conv1.bias.tolist()) == {torch.tensor(0.01).item()}


def newer_names(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {
        name.replace("weight_g", "parametrizations.weight.original0").replace(
            "weight_v", "parametrizations.weight.original1"
        ): value
        for name, value in tensors.items()
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            lambda parts: parts["decoder"].pop("module.F0_conv.bias"),
            "does not fit CONFIG: missing: decoder.F0_conv.bias",
        ),
        (
            lambda parts: parts["decoder"].update({"module.more": torch.zeros(1), "another": torch.zeros(1)}),
            "does not fit CONFIG: unknown: decoder.another, decoder.more",
        ),
        (
            lambda parts: parts["text_encoder"].update({f"module.{x}": torch.zeros(1) for x in "stuvwxyz"}),
            "does not fit CONFIG: unknown: "
            + ", ".join(f"text_encoder.{x}" for x in "stuvw")
            + " and 3 more",
        ),
        (
            lambda parts: parts["bert_encoder"].update({"module.weight": torch.zeros(768, 512)}),
            "does not fit CONFIG: of another shape: bert_encoder.weight",
        ),
        (
            lambda parts: parts["predictor"].update({"module.lstm.bias_hh_l0": torch.tensor(0.0)}),
            "does not fit CONFIG: of another shape: predictor.lstm.bias_hh_l0",
        ),
        (
            # KModel drops the names of newer torches and would speak with random numbers.
            lambda parts: parts.update(predictor=newer_names(parts["predictor"])),
            "predictor.F0.0.conv1.parametrizations.weight.original0 was not taken over by KModel",
        ),
        (
            lambda parts: parts["bert_encoder"].update({"bias": torch.ones(512)}),
            "bert_encoder.bias was not taken over by KModel",
        ),
    ],
    ids=["missing", "unknown", "many unknown", "turned", "flat", "newer names", "twice"],
)
def test_wrong_names_and_shapes(
    checkpoint: Checkpoint, saved: Callable[[object], ModelFiles], change: Callable[[Any], Any], reason: str
) -> None:
    change(checkpoint)
    files = saved(checkpoint)
    assert refused(files) == reason.replace("CONFIG", str(files.config))


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (torch.tensor(float("nan")), "holds values that are not finite"),
        (torch.tensor([0.0] * 511 + [float("inf")]), "holds values that are not finite"),
        (torch.zeros(512, device="meta"), "is not a plain tensor"),
        (torch.zeros(512).to_sparse(), "is not a plain tensor"),
        (torch.zeros(512, dtype=torch.complex64), "is not a plain tensor"),
        ([0.0] * 512, "is not a plain tensor"),
        (None, "is not a plain tensor"),
    ],
)
def test_wrong_values(
    checkpoint: Checkpoint, saved: Callable[[object], ModelFiles], value: object, reason: str
) -> None:
    checkpoint["bert_encoder"]["module.bias"] = value
    assert refused(saved(checkpoint)) == f"bert_encoder.bias {reason}"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({}, "not a Kokoro checkpoint (it holds nothing)"),
        (torch.zeros(3), "not a Kokoro checkpoint (it holds one object)"),
        ([torch.zeros(3)], "not a Kokoro checkpoint (it holds one object)"),
        (None, "not a Kokoro checkpoint (it holds one object)"),
        ({"net": {}, "epoch": 3}, "not a Kokoro checkpoint (it holds epoch, net)"),
        ({1: 2, "a": 3}, "not a Kokoro checkpoint (it holds 1, a)"),
        (
            {f"layer{n}": torch.zeros(1) for n in range(9)},
            "not a Kokoro checkpoint (it holds layer0, layer1, layer2, layer3, layer4 and 4 more)",
        ),
        (
            {part: {} for part in PARTS if part != "decoder"},
            "not a Kokoro checkpoint (it holds bert, bert_encoder, predictor, text_encoder)",
        ),
        (dict.fromkeys(PARTS, 1), "bert holds no tensors by name"),
        ({part: [torch.zeros(1)] for part in PARTS}, "bert holds no tensors by name"),
        ({part: {0: torch.zeros(1)} for part in PARTS}, "bert holds no tensors by name"),
    ],
)
def test_another_dictionary(saved: Callable[[object], ModelFiles], value: object, reason: str) -> None:
    assert refused(saved(value)) == reason


class Foreign:
    """What a harmful file would hold: loading it makes a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.folder),)


def test_a_foreign_class_is_not_run(
    tmp_path: Path, checkpoint: Checkpoint, saved: Callable[[object], ModelFiles]
) -> None:
    checkpoint["bert"]["module.more"] = Foreign(tmp_path / "it ran")
    files = saved(checkpoint)
    assert refused(files) == "holds more than tensors and is not loaded"
    assert not (tmp_path / "it ran").exists()
    torch.load(files.weights, weights_only=False)
    assert (tmp_path / "it ran").exists(), "the file is harmless, so this test proves nothing"


def test_truncated_at_many_places(files: ModelFiles, tmp_path: Path) -> None:
    """An interrupted download of the whole file."""
    path = tmp_path / "weights.pth"
    shutil.copyfile(files.weights, path)
    try:
        whole = path.stat().st_size
        for length in (
            *(whole - 1, whole - 22, whole - 64, whole - 1000, whole - 100_000),
            *(whole * tenths // 10 for tenths in range(9, 0, -1)),
            *(1 << 20, 4096, 100, 30, 4, 1),
        ):
            os.truncate(path, length)
            assert refused(replace(files, weights=path)).startswith("broken or truncated"), length
    finally:
        path.unlink()


def test_a_download_whose_end_never_came_is_refused(files: ModelFiles, tmp_path: Path) -> None:
    """Some programs give a file its full size first; what did not come is zeros."""
    path = tmp_path / "weights.pth"
    with files.weights.open("rb") as source:
        path.write_bytes(source.read(1 << 20))
    os.truncate(path, files.weights.stat().st_size)
    assert refused(replace(files, weights=path)).startswith("broken or truncated")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"PK\x03\x04", "broken or truncated"),
        (b"<!doctype html><title>404</title>", "broken or truncated"),
        (b"version https://git-lfs.github.com/spec/v1\nsize 327212226\n", "broken or truncated"),
        (bytes(1 << 20), "broken or truncated"),
    ],
)
def test_foreign_bytes(files: ModelFiles, tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "weights.pth").write_bytes(content)
    assert refused(replace(files, weights=tmp_path / "weights.pth")).startswith(reason)


def test_no_file_at_all(files: ModelFiles, tmp_path: Path) -> None:
    assert refused(replace(files, weights=tmp_path / "weights.pth")) == "missing"
    assert refused(replace(files, weights=tmp_path)) == "a folder, not a file"


def test_a_broken_configuration(files: ModelFiles, tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    assert refused(replace(files, config=path), path) == "missing"
    path.write_text("{")
    assert refused(replace(files, config=path), path) == "not JSON"
    config = json.loads(files.config.read_text())
    del config["vocab"]
    path.write_text(json.dumps(config))
    assert refused(replace(files, config=path), path) == "not Kokoro's configuration, it lacks vocab"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("hidden_dim", 256, "of another shape: bert_encoder.bias, bert_encoder.weight"),
        ("n_layer", 2, "unknown: predictor.text_encoder.lstms."),
        ("n_layer", 4, "missing: predictor.text_encoder.lstms."),
        ("istftnet.upsample_rates", [10], "unknown: decoder.generator.noise_convs.1.bias"),
    ],
)
def test_a_configuration_of_another_model(
    files: ModelFiles, tmp_path: Path, key: str, value: object, reason: str
) -> None:
    path = changed_config(files, tmp_path, key, value)
    assert refused(replace(files, config=path)).startswith(f"does not fit {path}: {reason}")


@pytest.mark.slow
def test_a_configuration_that_no_model_can_be_built_from(files: ModelFiles, tmp_path: Path) -> None:
    path = changed_config(files, tmp_path, "istftnet.upsample_initial_channel", 1)
    assert refused(replace(files, config=path), path).startswith("no model can be built from it: ")


def changed_config(files: ModelFiles, folder: Path, name: str, value: object) -> Path:
    config = json.loads(files.config.read_text())
    table, _, key = name.rpartition(".")
    (config[table] if table else config)[key] = value
    path = folder / "config.json"
    path.write_text(json.dumps(config))
    return path


ALONE = """
import sys
from pathlib import Path
from kokoro_speechd.synthesis.reference.kokoro_model import load_model
from kokoro_speechd.synthesis.files.model_files import find_model
model = load_model(find_model(Path(sys.argv[1])).files)
assert "kokoro" not in sys.modules
loaded = {name.partition(".")[0] for name in sys.modules}
assert not loaded & {"spacy", "phonemizer", "misaki"}, loaded
from loguru import logger
logger.warning("heard")
exec("logger.warning('phonemes')", {"logger": logger, "__name__": "kokoro.model"})
"""


@pytest.mark.slow
def test_loading_is_silent_and_imports_only_the_model(random_model: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", ALONE, str(random_model)], capture_output=True, check=False, text=True
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == ""
    assert "heard" in ran.stderr
    assert "phonemes" not in ran.stderr
    assert len(ran.stderr.splitlines()) == 1, ran.stderr


@pytest.mark.slow
def test_the_package_can_be_imported_as_usual_afterwards() -> None:
    # The package's pipeline wants spaCy by way of misaki.en; it is the package that is tried here.
    code = (
        "import sys, types, warnings; warnings.simplefilter('ignore')\n"
        "misaki = types.ModuleType('misaki')\n"
        "misaki.en = misaki.espeak = types.SimpleNamespace(MToken=object, G2P=object)\n"
        "sys.modules['misaki'] = misaki\n"
        "from kokoro_speechd.synthesis.reference.kokoro_model import import_kmodel\n"
        "ours = import_kmodel()\n"
        "import kokoro\n"
        "assert kokoro.KModel is ours and kokoro.KPipeline\n"
        "assert import_kmodel() is ours\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True)
    assert ran.returncode == 0, ran.stderr
