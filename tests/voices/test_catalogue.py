# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from kokoro_speechd.voices.catalogue import KNOWN, Voice, describe, discover

if TYPE_CHECKING:
    from pathlib import Path


def test_the_54_voices() -> None:
    assert len(KNOWN) == 54
    assert Counter(describe(name).language for name in KNOWN) == {
        "en-US": 20,
        "en-GB": 8,
        "es-ES": 3,
        "fr-FR": 1,
        "hi-IN": 4,
        "it-IT": 2,
        "ja-JP": 5,
        "pt-BR": 3,
        "zh-CN": 8,
    }
    assert Counter(describe(name).gender for name in KNOWN) == {"female": 29, "male": 25}


@pytest.mark.parametrize(
    ("name", "language", "gender", "quality"),
    [
        ("af_heart", "en-US", "female", "A"),
        ("am_adam", "en-US", "male", "F+"),
        ("bm_lewis", "en-GB", "male", "D+"),
        ("pm_alex", "pt-BR", "male", None),
        ("zf_001", "zh-CN", "female", None),
        ("jm_new_one", "ja-JP", "male", None),
        ("xf_other", None, None, None),
        ("an_other", None, None, None),
        ("my mix", None, None, None),
        ("afternoon", None, None, None),
        ("", None, None, None),
    ],
)
def test_describe(name: str, language: str | None, gender: str | None, quality: str | None) -> None:
    assert describe(name) == Voice(name, language, gender, quality)


def test_rank() -> None:
    names = [
        "am_adam",
        "my_mix",
        "am_echo",
        "af_bella",
        "am_santa",
        "bf_emma",
        "am_puck",
        "af_heart",
        "af_sky",
    ]
    assert sorted(names, key=lambda name: describe(name).rank) == [
        *("af_heart", "af_bella", "bf_emma", "am_puck", "af_sky", "am_echo", "am_santa", "am_adam", "my_mix")
    ]


def test_discover(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for path in (first / "af_sky.pt", first / "my mix.pt", second / "af_sky.pt", second / "ff_siwis.pt"):
        path.parent.mkdir(exist_ok=True)
        path.touch()
    for name in (
        "tab\there.pt",
        "new\nline.pt",
        ".pt",
        " .pt",
        "readme.txt",
        "af_heart.PT",
        "af_nova.pt.part",
    ):
        (first / name).touch()
    (first / "folder.pt").mkdir()
    (first / "nowhere.pt").symlink_to(first / "missing")
    with open(bytes(first) + b"/bad\xff.pt", "wb"):  # noqa: PTH123 - a name that is no UTF-8
        pass
    with caplog.at_level(logging.WARNING):
        voices = discover([first, tmp_path / "absent", second])
    assert [(voice.name, voice.path) for voice in voices] == [
        ("af_sky", first / "af_sky.pt"),
        ("ff_siwis", second / "ff_siwis.pt"),
        ("my mix", first / "my mix.pt"),
    ]
    assert voices[1].language == "fr-FR"
    assert len(caplog.records) == 5
    assert all("\n" not in message and "\t" not in message for message in caplog.messages)


def test_one_file_is_a_place_too(tmp_path: Path) -> None:
    path = tmp_path / "bf_emma.pt"
    path.touch()
    assert [voice.name for voice in discover([path])] == ["bf_emma"]
