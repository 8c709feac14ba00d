# SPDX-License-Identifier: GPL-3.0-or-later
"""ONNX exports become the checkpoint that they were made of; what is not Kokoro is refused by name."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

pytest.importorskip("onnx", reason="the extra onnx is not installed")
from onnx import TensorProto, helper, numpy_helper

from kokoro_speechd.bench import peers
from kokoro_speechd.errors import ModelError
from kokoro_speechd.synthesis.conversion import origin
from kokoro_speechd.synthesis.conversion.export_file import published_config, read_export
from kokoro_speechd.synthesis.conversion.onnx_graph import Graph
from kokoro_speechd.synthesis.conversion.torch_writing import write_torch_file
from kokoro_speechd.synthesis.engine import Engine
from kokoro_speechd.synthesis.files.model_files import (
    CONFIG_NAME,
    VOICES_NAME,
    WEIGHTS_NAME,
    ModelFiles,
    find_model,
)
from kokoro_speechd.synthesis.phrase.request import PhraseRequest
from kokoro_speechd.synthesis.voice.voice_pack import load_voice
from tests.kokoro_onnx import Export, Kind, checkpoint
from tests.real_model import EXPORT_NAME, NoModelError, exported_files

PHRASE = "kˈOz ðə wˈɪndO."


def original(folder: Path) -> Any:
    return torch.load(folder / WEIGHTS_NAME, weights_only=True, mmap=True)


def flat(parts: dict[str, dict[str, Any]]) -> dict[str, np.ndarray]:
    return {
        f"{part}.{name.removeprefix('module.')}": value.numpy()
        for part, tensors in parts.items()
        for name, value in tensors.items()
    }


def files_of(folder: Path, parts: dict[str, dict[str, Any]], voices: Path) -> ModelFiles:
    folder.mkdir()
    write_torch_file(folder / WEIGHTS_NAME, parts)
    (folder / CONFIG_NAME).write_text(published_config())
    return ModelFiles(folder / WEIGHTS_NAME, folder / CONFIG_NAME, (voices,))


def samples(files: ModelFiles) -> np.ndarray:
    engine = Engine(files)
    try:
        return engine.render(
            PhraseRequest(PHRASE, load_voice(files.voices[0] / "af_heart.pt"), seed=3)
        ).samples
    finally:
        engine.close()


@pytest.fixture(scope="module")
def int8(random_model: Path) -> Export:
    return Export(original(random_model), "int8")


@pytest.mark.parametrize("kind", ["int8", "float32", "float16"])
def test_an_export_becomes_its_checkpoint(random_model: Path, kind: Kind) -> None:
    export = Export(original(random_model), kind)
    parts, found = read_export(export.model().SerializeToString(), "model.onnx")
    assert found == f"{kind} export"
    tensors = flat(parts)
    assert tensors.keys() == export.expected.keys()
    assert [name for name in tensors if not np.array_equal(tensors[name], export.expected[name])] == []
    assert {value.dtype for value in tensors.values()} == {np.dtype(np.float32)}


@pytest.mark.slow
def test_an_export_and_the_same_weights_make_the_same_samples(
    int8: Export, random_model: Path, tmp_path: Path
) -> None:
    voices = random_model / VOICES_NAME
    converted, _ = read_export(int8.model().SerializeToString(), "model.onnx")
    one = samples(files_of(tmp_path / "converted", converted, voices))
    other = samples(files_of(tmp_path / "published", checkpoint(int8.expected), voices))
    assert len(one) > 20_000
    assert np.abs(one).max() > 0.01
    assert np.array_equal(one, other)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_an_export_by_torch(random_model: Path, tmp_path: Path) -> None:
    """Upstream's own class for ONNX, by the exporter that kokoro-onnx used too."""
    files = find_model(random_model).files
    assert files is not None
    with peers._quiet():
        peers._export(files, load_voice(random_model / "voices/af_heart.pt").style(12), tmp_path / "own.onnx")
    parts, kind = read_export((tmp_path / "own.onnx").read_bytes(), "own.onnx")
    assert kind == "float32 export"
    tensors, wanted = flat(parts), flat(original(random_model))
    for name, value in wanted.items():
        if name.endswith(".weight_v"):  # another direction's length may stand for the same weight
            length = name.removesuffix("_v") + "_g"
            assert np.allclose(folded(tensors, name, length), folded(wanted, name, length), atol=1e-6), name
        elif (
            not name.endswith(".weight_g")
            and not name.startswith("bert.pooler")
            and "position_ids" not in name
        ):
            assert np.array_equal(tensors[name], value), name
    # What it has beside these are upstream's norms that nobody trained.
    for name in tensors.keys() - wanted.keys():
        assert ".norm." in name
        assert np.array_equal(tensors[name], np.full_like(tensors[name], float(name.endswith("weight")))), (
            name
        )


def folded(tensors: dict[str, np.ndarray], direction: str, length: str) -> np.ndarray:
    way = tensors[direction]
    norm = np.linalg.norm(way.reshape(len(way), -1), axis=1).reshape(tensors[length].shape)
    return way * (tensors[length] / norm)


# --- what is refused -------------------------------------------------------------------------------------


def no_model(model: Any) -> None:
    del model.graph.node[:]


def another_network(model: Any) -> None:
    foreign_product(model)
    del model.graph.node[:-1]
    del model.graph.initializer[:-1]


def foreign_tensor(model: Any) -> None:
    model.graph.initializer.append(numpy_helper.from_array(np.ones((64, 64), np.float32), "speaker.weight"))


def foreign_product(model: Any) -> None:
    foreign_tensor(model)
    model.graph.node.append(helper.make_node("MatMul", ["x", "speaker.weight"], ["y"], "/speaker/MatMul"))


def a_tensor_less(model: Any) -> None:
    [place] = [n for n, each in enumerate(model.graph.initializer) if each.name.endswith("bert_encoder.bias")]
    del model.graph.initializer[place]


def another_shape(model: Any) -> None:
    for tensor in model.graph.initializer:
        if tensor.name.endswith("bert_encoder.bias"):
            tensor.CopyFrom(numpy_helper.from_array(np.ones(7, np.float32), tensor.name))


def another_layer(model: Any) -> None:
    """ALBERT's one layer, used with other weights the second time."""
    [node] = [each for each in model.graph.node if each.name.endswith("/attention/query_1/MatMul_quant")]
    base = node.input[1].removesuffix("_quantized")
    for end in ("_quantized", "_scale"):
        [tensor] = [each for each in model.graph.initializer if each.name == base + end]
        value = numpy_helper.to_array(tensor)
        model.graph.initializer.append(numpy_helper.from_array(value[::-1].copy(), f"other{end}"))
    node.input[1] = "other_quantized"


def no_scale(model: Any) -> None:
    names = [each.name for each in model.graph.initializer]
    del model.graph.initializer[next(n for n, name in enumerate(names) if name.endswith("_scale"))]


def cut_tensor(model: Any) -> None:
    tensor = next(each for each in model.graph.initializer if each.name.endswith("bert_encoder.bias"))
    tensor.raw_data = tensor.raw_data[:100]


def another_file(model: Any) -> None:
    tensor = next(each for each in model.graph.initializer if each.name.endswith("bert_encoder.bias"))
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../../../etc/passwd"


def lstm_without_weights(model: Any) -> None:
    node = next(each for each in model.graph.node if each.op_type == "DynamicQuantizeLSTM")
    del node.input[3:]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (no_model, "not an ONNX file with a graph"),
        (another_network, "not Kokoro's graph (0 of "),
        (foreign_tensor, "it also holds speaker.weight"),
        (foreign_product, "it also holds /speaker/MatMul"),
        (a_tensor_less, "it lacks bert_encoder.bias"),
        (another_shape, "bert_encoder.bias is 7, not 512"),
        (another_layer, "attention.query.weight is there twice, with different values"),
        (no_scale, "_scale is missing"),
        (cut_tensor, "encoder.bert_encoder.bias is damaged"),
        (another_file, "its weights are in another file"),
        (lstm_without_weights, "LSTM_quant lacks weights"),
    ],
)
def test_what_is_refused(int8: Export, change: Callable[[Any], None], reason: str) -> None:
    model = int8.model()
    change(model)
    with pytest.raises(ModelError, match=r"model\.onnx: ") as caught:
        read_export(model.SerializeToString(), "model.onnx")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("share", [0, 1, 1000, 0.3, 0.999])
def test_a_cut_file(int8: Export, share: float) -> None:
    data = int8.model().SerializeToString()
    cut = data[: share if isinstance(share, int) else int(share * len(data))]
    with pytest.raises(ModelError, match=r"model\.onnx: "):
        read_export(cut, "model.onnx")


def graph_of(nodes: list[Any], **constants: np.ndarray) -> Graph:
    tensors = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "small", [], [], tensors)
    return Graph(helper.make_model(graph).SerializeToString(), "model.onnx")


def test_constants_are_computed_and_bounded() -> None:
    a, b = np.arange(6, dtype=np.float32).reshape(2, 3), np.full((1, 3), 2, np.float32)
    nodes = [
        helper.make_node("Mul", ["a", "b"], ["c"], "m"),
        helper.make_node("Transpose", ["c"], ["d"], "t"),
    ]
    assert np.array_equal(graph_of(nodes, a=a, b=b).constant("d"), (2 * a).T)
    assert graph_of([helper.make_node("Mul", ["a", "x"], ["c"], "m")], a=a).constant("c") is None
    wide = [helper.make_node("Mul", ["a", "b"], ["c"], "m")]
    tall = {"a": np.ones((1 << 20, 1), np.float32), "b": np.ones((1, 1 << 20), np.float32)}
    with pytest.raises(ModelError, match="makes more than"):
        graph_of(wide, **tall).constant("c")
    many = [helper.make_node("Concat", ["a"] * 100, ["c"], "m", axis=0)]
    with pytest.raises(ModelError, match="makes more than"):
        graph_of(many, a=np.ones((1 << 18, 1), np.float32)).constant("c")
    ring = [helper.make_node("Abs", ["c"], ["c"], "m")]
    with pytest.raises(ModelError, match="too many operators"):
        graph_of(ring).constant("c")
    broken = [helper.make_node("Mul", ["a", "b"], ["c"], "m")]
    with pytest.raises(ModelError, match="m cannot be computed"):
        graph_of(broken, a=a, b=np.ones((5, 7), np.float32)).constant("c")


# --- the published file ----------------------------------------------------------------------------------

# Of all tensors of the published int8 export, dequantized by other code (see below for the lengths).
REAL_TENSORS = "c89e217e936eb8f08cd1389019c2ee15520eeba5430eeed819a8f0728a1b8e20"


def digest(tensors: dict[str, np.ndarray]) -> str:
    found = hashlib.sha256()
    for name in sorted(tensors):
        # Lengths are sums, whose last digit depends on numpy's order of adding.
        if not name.endswith("weight_g"):
            found.update(name.encode() + tensors[name].astype("<f4").tobytes())
    return found.hexdigest()


@pytest.fixture(scope="module")
def real_export() -> Path:
    try:
        return exported_files() / EXPORT_NAME
    except NoModelError as error:
        if os.environ.get("CI"):
            pytest.fail(f"the real model could not be fetched: {error}")
        pytest.skip(f"the real model could not be fetched: {error}")


@pytest.mark.slow
def test_the_published_int8_export(real_export: Path) -> None:
    data = real_export.read_bytes()
    assert hashlib.sha256(data).hexdigest() == origin.INT8_EXPORT
    parts, kind = read_export(data, real_export.name)
    tensors = flat(parts)
    assert kind == "int8 export"
    assert digest(tensors) == REAL_TENSORS
    for name, value in tensors.items():
        if name.endswith("weight_g"):
            way = tensors[name.removesuffix("_g") + "_v"].astype(float)
            norm = np.linalg.norm(way.reshape(len(way), -1), axis=1).reshape(value.shape)
            assert np.allclose(value[value > 0], norm[value > 0], rtol=1e-6), name
