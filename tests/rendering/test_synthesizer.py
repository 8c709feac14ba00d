# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
from pathlib import Path

import pytest

from kokoro_speechd.errors import ModelError, VoiceError
from kokoro_speechd.rendering import synthesizer as synthesizer_module
from kokoro_speechd.rendering.synthesizer import Synthesizer, _identity, open_synthesizer, usual_threads
from kokoro_speechd.settings import Settings
from kokoro_speechd.synthesis.files.model_files import find_model
from kokoro_speechd.utterance import Audio, Kind, Parameters, Utterance


def sounds(synthesizer: Synthesizer, voice: str, language: str) -> bool:
    utterance = Utterance(1, Kind.TEXT, "a", Parameters(rate=100))
    return any(
        isinstance(item, Audio) for item in synthesizer.speak(utterance, voice, language, lambda: None)
    )


def test_no_model_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path))
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    with pytest.raises(ModelError, match=r"Put kokoro-v1_0\.pth"):
        open_synthesizer(Settings())


@pytest.mark.slow
def test_a_broken_default_voice_silences_no_other(random_model: Path, tmp_path: Path) -> None:
    (tmp_path / "af_heart.pt").write_bytes(b"PK\x03\x04 not a voice")
    (tmp_path / "bf_emma.pt").symlink_to(random_model / "voices/bf_emma.pt")
    synthesizer = open_synthesizer(Settings(model_path=random_model, voice_path=tmp_path))
    assert sounds(synthesizer, "bf_emma", "en-GB")
    with pytest.raises(VoiceError, match="af_heart"):
        sounds(synthesizer, "af_heart", "en-US")


def test_a_newer_program_speaks_with_no_sounds_of_an_older_one(
    random_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = find_model(random_model).files
    assert files is not None
    before = _identity(files, Settings())
    assert _identity(files, Settings()) == before
    monkeypatch.setattr(synthesizer_module, "__version__", "9.9")
    assert _identity(files, Settings()) != before


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 1), (3, 1), (4, 2), (16, 2)])
def test_half_of_the_cores_are_left_to_others(
    cores: int, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: set(range(cores)))
    assert usual_threads() == threads
