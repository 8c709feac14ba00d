# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest

from kokoro_speechd.errors import ModelError, VoiceError
from kokoro_speechd.rendering.studio import Studio, open_studio
from kokoro_speechd.settings import Settings
from kokoro_speechd.utterance import Audio, Kind, Parameters, Utterance


def sounds(studio: Studio, voice: str, language: str) -> bool:
    utterance = Utterance(1, Kind.TEXT, "a", Parameters(rate=100))
    return any(isinstance(item, Audio) for item in studio.speak(utterance, voice, language, lambda: None))


def test_no_model_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path))
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    with pytest.raises(ModelError, match=r"Put kokoro-v1_0\.pth"):
        open_studio(Settings())


@pytest.mark.slow
def test_a_broken_default_voice_silences_no_other(rehearsal_model: Path, tmp_path: Path) -> None:
    (tmp_path / "af_heart.pt").write_bytes(b"PK\x03\x04 not a voice")
    (tmp_path / "bf_emma.pt").symlink_to(rehearsal_model / "voices/bf_emma.pt")
    studio = open_studio(Settings(model_path=rehearsal_model, voice_path=tmp_path))
    assert sounds(studio, "bf_emma", "en-GB")
    with pytest.raises(VoiceError, match="af_heart"):
        sounds(studio, "af_heart", "en-US")
