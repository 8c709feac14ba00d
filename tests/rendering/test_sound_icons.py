# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound icons: real files, decoded by the real libsndfile; what is no file is no icon."""

from __future__ import annotations

import array
import struct
import subprocess
import sys
import wave
from itertools import pairwise
from pathlib import Path

import pytest

from kokoro_speechd.audio.sound_file import decode
from kokoro_speechd.rendering.capital_sound import tone, with_sounds
from kokoro_speechd.rendering.sound_icons import sound_icon
from kokoro_speechd.text.naming.modes import CAPITAL_SOUND
from kokoro_speechd.utterance import Audio, MarkReached

RATE = 16_000


def write_wav(path: Path, values: list[int], channels: int = 1, rate: int = RATE) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(struct.pack(f"<{len(values)}h", *values))


def samples(data: bytes) -> list[int]:
    return array.array("h", data).tolist()


@pytest.fixture
def sounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    folder = tmp_path / "sounds"
    write_wav(folder / "sound-icons/prompt.wav", [1000, -1000, 500])
    write_wav(folder / "sound-icons/start", [100, 200])  # Debian's have no suffix
    write_wav(folder / "freedesktop/stereo/message.wav", [400, 800, -400, -800], channels=2, rate=44_100)
    write_wav(tmp_path / "secret.wav", [1, 2, 3])
    (folder / "freedesktop/stereo/broken.oga").write_bytes(b"OggS no more")
    return folder


@pytest.mark.parametrize(
    ("name", "heard", "rate"),
    [
        ("prompt", [1000, -1000, 500], RATE),
        ("prompt.wav", [1000, -1000, 500], RATE),
        (" start\n", [100, 200], RATE),
        ("message", [600, -600], 44_100),
        ("message-new-email", [600, -600], 44_100),
    ],
)
def test_an_icon_is_its_file(sounds: Path, name: str, heard: list[int], rate: int) -> None:
    icon = sound_icon(name, 100)
    assert icon is not None
    assert samples(icon.samples) == pytest.approx(heard, abs=1)
    assert icon.sample_rate == rate


@pytest.mark.parametrize(
    "name",
    ["nothing", "broken", "", "..", ".", "../../secret", "../secret.wav", "sound-icons/prompt", "/etc/passwd",
     "prompt\0", "x" * 5000, "-", ".hidden", "sound-icons", "stereo"],
)  # fmt: skip
def test_anything_else_is_none(sounds: Path, name: str) -> None:
    assert sound_icon(name, 100) is None


def test_the_volume_is_the_messages(sounds: Path) -> None:
    half, silent = sound_icon("prompt", 0), sound_icon("prompt", -100)
    assert half is not None
    assert silent is not None
    assert samples(half.samples) == [500, -500, 250]
    assert samples(silent.samples) == [0, 0, 0]


def test_a_long_file_is_cut_and_an_empty_one_is_none(tmp_path: Path) -> None:
    write_wav(tmp_path / "long.wav", [1] * 8000 * 31, rate=8000)
    long = decode(tmp_path / "long.wav")
    assert long is not None
    assert len(long.samples) == 2 * 8000 * 30
    write_wav(tmp_path / "empty.wav", [])
    assert decode(tmp_path / "empty.wav") is None


def test_the_users_own_sound_comes_first(sounds: Path) -> None:
    write_wav(sounds.parent / "home/sounds/sound-icons/prompt.wav", [7])
    icon = sound_icon("prompt", 100)
    assert icon is not None
    assert samples(icon.samples) == [7]


def test_an_icon_needs_no_numpy() -> None:
    program = (
        "import sys, kokoro_speechd.rendering.sound_icons as s;"
        "s.sound_icon('x', 0); print('numpy' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


@pytest.mark.parametrize("rate", [22_050, 24_000])
def test_the_sound_of_capitals_is_short_and_begins_and_ends_softly(rate: int) -> None:
    heard = samples(tone(rate, 100))
    assert len(heard) == pytest.approx(0.05 * rate, abs=1)
    assert 3000 < max(heard) < 10_000
    assert abs(heard[0]) < 50 > abs(heard[-1])
    crossings = sum(before < 0 <= after for before, after in pairwise(heard))
    assert crossings / 0.05 == pytest.approx(1200, rel=0.05)
    assert max(samples(tone(rate, 0))) == pytest.approx(max(heard) / 2, rel=0.01)
    assert not any(samples(tone(rate, -100)))


def test_a_sound_stands_in_the_place_of_its_mark() -> None:
    word = Audio(b"\1\0" * 10, 7)
    items = list(with_sounds([MarkReached("a"), word, MarkReached(CAPITAL_SOUND), MarkReached("b")], 100))
    assert items == [MarkReached("a"), word, Audio(tone(24_000, 100), 7), MarkReached("b")]
