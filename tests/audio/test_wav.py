# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io
import os
import wave
from typing import TYPE_CHECKING

from kokoro_speechd.audio.wav import WavWriter

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_is_read_back_by_wave(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with path.open("wb") as file, WavWriter(file, 24_000) as writer:
        writer.write(b"\1\0\2\0")
        writer.write(b"")
        writer.write(b"\3\0")
    with wave.open(str(path)) as read:
        assert (read.getnchannels(), read.getsampwidth(), read.getframerate()) == (1, 2, 24_000)
        assert read.readframes(99) == b"\1\0\2\0\3\0"


def test_no_sound_is_a_file_too() -> None:
    file = io.BytesIO()
    with WavWriter(file, 22_050):
        pass
    with wave.open(io.BytesIO(file.getvalue())) as read:
        assert (read.getframerate(), read.getnframes()) == (22_050, 0)


def test_a_pipe_gets_the_same_samples() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as file, WavWriter(file, 24_000) as writer:
        writer.write(b"\1\0\2\0")
    with os.fdopen(reading, "rb") as file:
        data = file.read()
    assert data[:4] == b"RIFF"
    assert data[44:] == b"\1\0\2\0"
