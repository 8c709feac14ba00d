# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd model import` of ONNX exports and raw voices: kokoro-onnx's files, npm's, broken ones."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

pytest.importorskip("onnx", reason="the extra onnx is not installed")
from onnx import numpy_helper

from kokoro_speechd.cli.model.source import Form, open_source
from kokoro_speechd.synthesis.conversion import origin
from kokoro_speechd.synthesis.files.model_files import CONFIG_NAME, WEIGHTS_NAME
from kokoro_speechd.synthesis.voice.voice_pack import load_voice
from tests.cli.model.test_commands import CONFIG, FILES, imported, load_model, torch_file, write_folder
from tests.cli.test_main import Home
from tests.kokoro_onnx import Export

EXPORT = "kokoro-v1.0.int8.onnx"


def styles(seed: int) -> np.ndarray:
    return (0.25 * np.random.default_rng(seed).standard_normal((510, 1, 256))).astype("<f4")


def archive(**voices: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.savez(out, **voices)
    return out.getvalue()


VOICES = {"af_heart": styles(1), "bf_emma": styles(2)}
ARCHIVE = archive(**VOICES)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture(scope="module")
def int8(random_model: Path) -> Export:
    return Export(torch.load(random_model / WEIGHTS_NAME, weights_only=True, mmap=True), "int8")


@pytest.fixture(scope="module")
def export(int8: Export) -> bytes:
    return bytes(int8.model().SerializeToString())


def voices_of(home: Home) -> dict[str, np.ndarray]:
    return {path.stem: load_voice(path).styles.numpy() for path in (home.model / "voices").glob("*.pt")}


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def refused(home: Home, path: Path) -> str:
    """Return why an import was refused, which leaves the model that was there and nothing else."""
    write_folder(home.model, FILES)
    ran = home.run("model", "import", str(path))
    assert ran.returncode == 1, ran.stdout
    assert b"Traceback" not in ran.stderr
    assert imported(home) == FILES
    assert not home.model.with_name("model.importing").exists()
    last = ran.stderr.decode().splitlines()[-1]
    assert last.startswith("kokoro-speechd: ")
    return last


# --- weights ---------------------------------------------------------------------------------------------


def test_an_export_with_its_voices(home: Home, export: bytes, int8: Export) -> None:
    folder = write_folder(home.root / "kokoro-onnx", {EXPORT: export, "voices-v1.0.bin": ARCHIVE})
    ran = home.run("model", "import", str(folder))
    assert ran.returncode == 0, ran.stderr
    assert f"converted from {EXPORT} (int8 export, " in ran.stdout.decode()
    assert b"2 voices were converted.\nvoices-v1.0.bin: not known by its SHA-256." in ran.stdout
    saved = torch.load(home.model / WEIGHTS_NAME, weights_only=True)
    assert torch.equal(
        saved["predictor"]["module.shared.weight_hh_l0"],
        torch.from_numpy(int8.expected["predictor.shared.weight_hh_l0"]),
    )
    assert (home.model / CONFIG_NAME).read_bytes() == CONFIG.read_bytes()
    assert same(voices_of(home), VOICES)
    hashes = json.loads((home.model / "sha256.json").read_text())
    assert hashes[WEIGHTS_NAME] == hashlib.sha256((home.model / WEIGHTS_NAME).read_bytes()).hexdigest()
    assert not list(home.model.rglob(".*"))
    assert not home.model.with_name("model.importing").exists()
    [row] = json.loads(home.run("model", "list", "--json").stdout)
    assert row["used"]
    assert row["kind"] == "int8 export"
    assert row["better"] == "the published float32 file, 327 MB"
    listed = home.run("model", "list").stdout.decode()
    assert (
        f"327 MB, 2 voices, converted from {EXPORT} (int8 export, 91 MB, not known by its SHA-256)" in listed
    )
    assert "better: the published float32 file, 327 MB (`kokoro-speechd model download`)" in listed
    found = json.loads(home.run("doctor", "--json").stdout)["findings"]
    said = [(each["state"], each["detail"], each["advice"]) for each in found if each["subject"] == "Model"]
    assert any(f"converted from {EXPORT} (int8 export" in detail for _, detail, _ in said)
    assert ("optional", "an export; better: the published float32 file, 327 MB", origin.DOWNLOAD) in said


def test_an_export_alone_keeps_the_voices_that_are_there(home: Home, export: bytes) -> None:
    write_folder(home.model, FILES)
    raw = home.model / "voices/af_heart.pt"
    torch.save(torch.from_numpy(VOICES["af_heart"]), raw)
    (home.model / "voices/bf_emma.pt").unlink()
    folder = write_folder(
        home.root / "new", {"model.onnx": export, "config.json": b'{"model_type": "foreign"}'}
    )
    load_model(home, folder / "model.onnx")
    assert same(voices_of(home), {"af_heart": VOICES["af_heart"]})
    assert (home.model / CONFIG_NAME).read_bytes() == CONFIG.read_bytes()


def test_an_archive_with_an_export(home: Home) -> None:
    path = home.root / "model.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("x/onnx/model.onnx", b"x")
        packed.writestr("x/onnx/kokoro-v1.0.fp16.onnx", b"the one")
        packed.writestr("x/voices/any-name.bin", VOICES["af_heart"].tobytes())
        packed.writestr("x/pytorch_model.bin", b"ignored")
        packed.writestr("x/voices-v1.0.bin", ARCHIVE)
    with open_source(path) as source:
        assert [(file.name, file.title, file.form) for file in source.files] == [
            (WEIGHTS_NAME, "kokoro-v1.0.fp16.onnx", Form.EXPORT),
            ("voices/any-name.pt", "any-name.bin", Form.RAW_VOICE),
            ("voices-v1.0.bin", "voices-v1.0.bin", Form.VOICE_ARCHIVE),
        ]
        assert source.read(source.files[0]) == b"the one"


def test_a_folder_as_hugging_face_has_it(home: Home) -> None:
    files = {
        "onnx/model.onnx": b"x",
        "voices/af_heart.bin": VOICES["af_heart"].tobytes(),
        "config.json": b"{}",
    }
    folder = write_folder(home.root / "copy", files)
    for place in (folder, folder / "onnx", folder / "onnx/model.onnx"):
        with open_source(place) as source:
            forms = {file.title: file.form for file in source.files}
        assert forms == {"model.onnx": Form.EXPORT, "af_heart.bin": Form.RAW_VOICE}


def test_a_checkpoint_counts_before_an_export(home: Home) -> None:
    raw = {f"voices/{name}.bin": value.tobytes() for name, value in VOICES.items()}
    kept = {name: data for name, data in FILES.items() if not name.startswith("voices/bf_")}
    load_model(home, write_folder(home.root / "new", {**kept, **raw, EXPORT: b"not looked at"}))
    found = imported(home)
    assert found[WEIGHTS_NAME] == FILES[WEIGHTS_NAME]
    assert found["voices/af_heart.pt"] == FILES["voices/af_heart.pt"]
    assert "origin.json" not in found
    assert np.array_equal(load_voice(home.model / "voices/bf_emma.pt").styles.numpy(), VOICES["bf_emma"])


def test_another_model_is_no_export_any_more(home: Home) -> None:
    write_folder(home.model, FILES)
    origin.write_origin(home.model, origin.Origin("int8 export", EXPORT, origin.INT8_EXPORT, 92_361_271))
    assert b"(int8 export, 92 MB)" in home.run("model", "list").stdout
    load_model(home, write_folder(home.root / "new", {**FILES, WEIGHTS_NAME: torch_file(5)}))
    listed = home.run("model", "list").stdout
    assert b"export" not in listed
    assert b"better" not in listed
    (home.model / origin.NAME).write_text('{"kind": 3}')  # damaged: as if it were not there
    assert home.run("model", "list").returncode == 0


def test_several_exports(home: Home) -> None:
    folder = write_folder(home.root / "new", {"a.onnx": b"x", "b.onnx": b"x"})
    assert "several ONNX files; name the one to import: a.onnx, b.onnx" in refused(home, folder)
    (folder / "kokoro-v1.0.onnx").write_bytes(b"x")
    assert "kokoro-v1.0.onnx: cut off, damaged, or not an ONNX file" in refused(home, folder)


def test_without_the_library(home: Home) -> None:
    (home.root / "path/onnx").mkdir(parents=True)
    (home.root / "path/onnx/__init__.py").write_text("raise ImportError('not installed')")
    home.environment["PYTHONPATH"] = str(home.root / "path")
    said = refused(home, write_folder(home.root / "new", {EXPORT: b"x"}) / EXPORT)
    assert "pip install 'kokoro-speechd[onnx]'" in said


@pytest.mark.parametrize("left", [100, 1_000_000, -1])
def test_a_truncated_export(home: Home, export: bytes, left: int) -> None:
    folder = write_folder(home.root / "new", {EXPORT: export[:left], "voices-v1.0.bin": ARCHIVE})
    assert f"{EXPORT}: " in refused(home, folder)


# --- weights that cannot speak ---------------------------------------------------------------------------


def all_zeros(tensor: Any) -> None:
    if not tensor.name.endswith("_scale"):
        tensor.CopyFrom(numpy_helper.from_array(np.zeros_like(numpy_helper.to_array(tensor)), tensor.name))


def not_a_number(tensor: Any) -> None:
    if tensor.name == "encoder.text_encoder.embedding.weight_scale":
        tensor.CopyFrom(numpy_helper.from_array(np.float32(np.nan).reshape(()), tensor.name))


def too_loud(tensor: Any) -> None:
    """Each value is finite, and what is computed of them is not."""
    if tensor.name == "decoder.decoder.generator.conv_post.bias":
        tensor.CopyFrom(numpy_helper.from_array(np.full(22, 1e30, np.float32), tensor.name))


def too_soft(tensor: Any) -> None:
    """The spectrum's logarithm is so low that nothing is heard."""
    if tensor.name == "decoder.decoder.generator.conv_post.bias":
        tensor.CopyFrom(numpy_helper.from_array(np.full(22, -60, np.float32), tensor.name))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (all_zeros, "only zeros in "),
        (not_a_number, "text_encoder.embedding.weight holds values that are not finite"),
        (too_loud, "the model made values that are not finite"),
        (too_soft, "a phrase was spoken with it, and there was silence"),
    ],
)
def test_an_export_that_cannot_speak(
    home: Home, int8: Export, change: Callable[[Any], None], reason: str
) -> None:
    model = int8.model()
    for tensor in model.graph.initializer:
        change(tensor)
    files = {EXPORT: model.SerializeToString(), "voices-v1.0.bin": ARCHIVE}
    said = refused(home, write_folder(home.root / "new", files))
    assert f"{EXPORT} can be converted, but not speak: " in said
    assert reason in said
    assert "model.importing" not in said


# --- voices ----------------------------------------------------------------------------------------------


def test_raw_voices_for_the_model_that_is_there(home: Home) -> None:
    load_model(home, write_folder(home.root / "new", FILES))
    raw = write_folder(
        home.root / "raw", {"am_one.bin": VOICES["af_heart"].tobytes(), "pytorch_model.bin": b"x"}
    )
    load_model(home, raw)
    load_model(
        home, write_folder(home.root / "more/voices", {"any-name.bin": VOICES["bf_emma"].tobytes()}).parent
    )
    load_model(
        home, write_folder(home.root / "one", {"bm_two.bin": VOICES["bf_emma"].tobytes()}) / "bm_two.bin"
    )
    load_model(home, write_folder(home.root / "npz", {"voices-v1.0.bin": archive(ff_x=VOICES["af_heart"])}))
    found = imported(home)
    assert {name: found[name] for name in FILES} == FILES
    new = {"am_one": "af_heart", "any-name": "bf_emma", "bm_two": "bf_emma", "ff_x": "af_heart"}
    assert found.keys() == FILES.keys() | {f"voices/{name}.pt" for name in new}
    for name, value in new.items():
        assert np.array_equal(load_voice(home.model / f"voices/{name}.pt").styles.numpy(), VOICES[value])
    assert json.loads((home.model / "sha256.json").read_text()).keys() == found.keys()


def bad(value: float) -> np.ndarray:
    array = styles(3)
    array[17, 0, 5] = value
    return array


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        (
            {"voices/af_x.bin": VOICES["af_heart"].tobytes()[:-4]},
            "af_x.bin has 522236 bytes: a raw voice has 522240",
        ),
        ({"voices/af_x.bin": bad(np.nan).tobytes()}, "af_x.bin holds values that are not finite"),
        ({"voices/af_x.bin": bytes(522_240)}, "af_x.bin holds only zeros"),
        ({"voices/af_x.bin": bytes(9 << 20)}, "more than such a file has"),
        ({"voices-v1.0.bin": ARCHIVE[:-100]}, "voices-v1.0.bin is cut off, damaged, or no archive of voices"),
        ({"voices-v1.0.bin": ARCHIVE[:100]}, "voices-v1.0.bin is cut off, damaged, or no archive of voices"),
        ({"voices-v1.0.bin": archive(af_x=bad(np.inf))}, "af_x holds values that are not finite"),
        ({"voices-v1.0.bin": archive(af_x=styles(1)[:, 0])}, "af_x is 510×256 of float32, not 510×1×256"),
        ({"voices-v1.0.bin": archive(af_x=np.ones((510, 1, 256), np.int32))}, "510×1×256 of int32"),
        ({"voices-v1.0.bin": archive(af_x=np.zeros((5000, 1, 256)))}, "af_x is larger than a voice"),
        ({"voices-v1.0.bin": archive(**{"../af_x": styles(1)})}, "a name that no voice has"),
        ({"voices-v1.0.bin": archive(af_x=np.array([{}], object))}, "no archive of voices"),  # a pickle
    ],
)
def test_voices_that_are_none(home: Home, files: dict[str, bytes], reason: str) -> None:
    assert reason in refused(home, write_folder(home.root / "new", files))


def test_voices_without_a_model(home: Home) -> None:
    folder = write_folder(home.root / "new", {"voices-v1.0.bin": ARCHIVE})
    ran = home.run("model", "import", str(folder))
    assert ran.returncode == 1
    assert b"only voices" in ran.stderr
    assert not home.model.exists()


# --- a full disk -----------------------------------------------------------------------------------------


def test_a_disk_that_is_too_small(home: Home, export: bytes) -> None:
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("only root can mount a small disk")
    folder = write_folder(home.root / "new", {EXPORT: export, "voices-v1.0.bin": ARCHIVE})
    data = home.environment["XDG_DATA_HOME"]
    script = f"mount -t tmpfs -o size=200M none {data} && cd {data} && exec {command(folder)}"
    ran = subprocess.run(
        ["unshare", "-m", "sh", "-c", script],
        env=home.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1, ran.stderr
    assert "MB are needed below" in ran.stderr
    assert "MB are free" in ran.stderr


def test_a_disk_that_fills_while_it_is_written(home: Home, export: bytes) -> None:
    """A limit of the size of files stands for the disk: the room was there when it was asked for."""
    write_folder(home.model, FILES)
    folder = write_folder(home.root / "new", {EXPORT: export, "voices-v1.0.bin": ARCHIVE})
    script = f"ulimit -f 200000; exec {command(folder)}"  # of 512 or 1024 bytes
    ran = subprocess.run(
        ["sh", "-c", script], env=home.environment, capture_output=True, text=True, check=False, cwd=home.root
    )
    assert ran.returncode == 1, ran.stderr
    assert "Traceback" not in ran.stderr
    assert f"model.importing/{WEIGHTS_NAME}" in ran.stderr
    assert "too large" in ran.stderr
    assert imported(home) == FILES
    assert not home.model.with_name("model.importing").exists()


def command(folder: Path) -> str:
    return f"{sys.executable} -m kokoro_speechd.cli.main model import {folder}"
