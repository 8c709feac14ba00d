# SPDX-License-Identifier: GPL-3.0-or-later
"""Voice files: the right ones load, and all others are named with their reason."""

from __future__ import annotations

import io
import os
import pickle
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.errors import ModelError, VoiceError
from kokoro_speechd.synthesis.voice.voice_pack import VoicePack, load_voice

STYLES = torch.arange(510 * 256, dtype=torch.float32).reshape(510, 1, 256) / 1000


class Foreign:
    """What a harmful file would hold: loading it makes a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.folder),)


def saved(value: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    torch.save(value, file, **options)
    return file.getvalue()


def refused(path: Path) -> str:
    """Return why a voice does not load, after checking the message's form."""
    with pytest.raises(VoiceError) as caught:
        load_voice(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    assert isinstance(caught.value, ModelError)
    return message.removeprefix(f"{path}: ")


def test_a_voice(tmp_path: Path) -> None:
    path = tmp_path / "af_heart.pt"
    torch.save(STYLES, path)
    voice = load_voice(path)
    assert voice.name == "af_heart"
    assert torch.equal(voice.styles, STYLES)


@pytest.mark.parametrize(
    "styles",
    [
        STYLES.half(),
        STYLES.double(),
        STYLES.bfloat16(),
        STYLES.long(),
        torch.nn.Parameter(STYLES),
        STYLES[:1].expand(510, 1, 256),
        STYLES.expand(510, 2, 256)[:, :1],
    ],
    ids=["half", "double", "bfloat16", "integers", "parameter", "one row for all", "strided"],
)
def test_any_real_numbers_become_float32(tmp_path: Path, styles: torch.Tensor) -> None:
    path = tmp_path / "v.pt"
    torch.save(styles, path)
    voice = load_voice(path)
    assert voice.styles.dtype is torch.float32
    assert not voice.styles.requires_grad
    assert torch.equal(voice.styles, styles.detach().float())


def test_a_loaded_voice_does_not_change_with_its_file(tmp_path: Path) -> None:
    path = tmp_path / "v.pt"
    torch.save(STYLES, path)
    voice = load_voice(path)
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
        file.truncate(0)  # a page that is still mapped would end this process
    assert torch.equal(voice.styles, STYLES)


@given(rows=st.integers(1, 600), count=st.integers(-5, 1000))
def test_row_n_is_for_n_plus_one_phonemes_and_the_nearest_for_others(rows: int, count: int) -> None:
    styles = torch.arange(rows, dtype=torch.float32).reshape(rows, 1, 1).expand(rows, 1, 256)
    style = VoicePack("v", styles).style(count)
    assert style.shape == (1, 256)
    nearest = min(range(rows), key=lambda row: abs(row + 1 - count))
    assert style[0, 0] == nearest


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (torch.zeros(510, 256), "this is 510×256"),
        (torch.zeros(510, 1, 128), "this is 510×1×128"),
        (torch.zeros(510, 2, 256), "this is 510×2×256"),
        (torch.zeros(0, 1, 256), "this is 0×1×256"),
        (torch.zeros(1, 510, 1, 256), "this is 1×510×1×256"),
        (torch.tensor(1.0), "this is a single number"),
        (STYLES.clone().index_fill_(0, torch.tensor(509), float("nan")), "not finite"),
        (STYLES.clone().index_fill_(0, torch.tensor(0), float("-inf")), "not finite"),
        (torch.full((510, 1, 256), 1e300, dtype=torch.float64), "not finite"),
        (STYLES.to_sparse(), "no plain tensor"),
        (STYLES.to("meta"), "no plain tensor"),
        (STYLES.to(torch.complex64), "no plain tensor"),
        ({"af_heart": STYLES}, "no plain tensor"),
        ([STYLES], "no plain tensor"),
        (None, "no plain tensor"),
        ("af_heart", "no plain tensor"),
    ],
)
def test_another_tensor_or_none(tmp_path: Path, value: Any, reason: str) -> None:
    path = tmp_path / "v.pt"
    torch.save(value, path)
    assert reason in refused(path)


def zipped(**entries: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in entries.items():
            archive.writestr(f"archive/{name.replace('_', '.')}", content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\0", "broken or truncated"),
        (b"PK\x03\x04", "broken or truncated"),
        (bytes(600_000), "broken or truncated"),
        (b"<!doctype html><title>404</title>", "broken or truncated"),
        (b"version https://git-lfs.github.com/spec/v1\nsize 523425\n", "broken or truncated"),
        (pickle.dumps({"a": 1}), "broken or truncated"),
        (zipped(), "broken or truncated"),
        (zipped(data_pkl=b"", version=b"3\n"), "broken or truncated"),
        (zipped(data_pkl=b"\x80\x02]q", version=b"3\n"), "broken or truncated"),
        (zipped(data_pkl=b"\x80\xff.", version=b"3\n"), "broken or truncated"),
        (zipped(**{"word/document_xml": b"<w/>"}), "broken or truncated"),
        (saved(STYLES, _use_new_zipfile_serialization=False), "broken or truncated"),
        (saved(torch.nn.Linear(1, 1)), "holds more than tensors and is not loaded"),
    ],
)
def test_foreign_bytes(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "v.pt"
    path.write_bytes(content)
    assert refused(path).startswith(reason)


def test_a_file_that_wants_to_run_something_does_not(tmp_path: Path) -> None:
    path, mark = tmp_path / "v.pt", tmp_path / "it ran"
    torch.save({"styles": STYLES, "more": Foreign(mark)}, path)
    assert refused(path) == "holds more than tensors and is not loaded"
    assert not mark.exists()
    torch.load(path, weights_only=False)
    assert mark.exists(), "the file is harmless, so this test proves nothing"


def test_truncated_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "v.pt"
    content = saved(STYLES)
    lengths = {*range(1, 1200), *range(len(content) - 600, len(content)), *range(1, len(content), 997)}
    path.write_bytes(content)
    for length in sorted(lengths, reverse=True):
        os.truncate(path, length)
        assert refused(path).startswith("broken or truncated"), length


def test_missing_or_not_a_file(tmp_path: Path) -> None:
    assert refused(tmp_path / "v.pt") == "missing"
    assert refused(tmp_path) == "a folder, not a file"
    assert refused(tmp_path / ("v" * 300)) == "cannot be read: File name too long"
    os.mkfifo(tmp_path / "pipe.pt")
    assert refused(tmp_path / "pipe.pt") == "not a file"


def test_damaged_bytes_never_raise_anything_else(tmp_path: Path) -> None:
    """Many damaged files, most of them in the part that says what the file holds."""
    path = tmp_path / "v.pt"
    content = saved(STYLES[:1].clone())
    start = content.find(b"data.pkl")
    numbers = random.Random(0)
    reasons = set()
    for _ in range(1500):
        damaged = bytearray(content)
        for _ in range(numbers.choice((1, 1, 2, 5))):
            whole = numbers.random() < 0.3
            place = numbers.randrange(len(content)) if whole else numbers.randrange(start, start + 350)
            damaged[place] = numbers.randrange(256)
        path.write_bytes(damaged)
        try:
            assert load_voice(path).styles.shape[1:] == (1, 256)
        except VoiceError as error:
            reasons.add(str(error))
    assert len(reasons) > 5
