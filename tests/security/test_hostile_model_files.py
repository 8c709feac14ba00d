# SPDX-License-Identifier: GPL-3.0-or-later
"""A model or voice file that wants to run something is refused, and nothing runs."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
import torch

from kokoro_speechd.errors import ModelError, VoiceError
from kokoro_speechd.synthesis.files.torch_file import load_tensors
from kokoro_speechd.synthesis.voice.voice_pack import load_voice


class Evil:
    """Makes a folder when it is unpickled without care."""

    def __init__(self, place: Path, how: str) -> None:
        self.place, self.how = place, how

    def __reduce__(self) -> tuple[object, tuple[str, ...]]:
        import os

        if self.how == "system":
            return os.system, (f"mkdir {self.place}",)
        if self.how == "eval":
            return eval, (f"__import__('os').mkdir({str(self.place)!r})",)
        return os.mkdir, (str(self.place),)


@pytest.mark.parametrize("how", ["system", "eval", "mkdir"])
@pytest.mark.parametrize("form", ["zip", "old", "plain"])
def test_nothing_runs(tmp_path: Path, how: str, form: str) -> None:
    path, place = tmp_path / "af_evil.pt", tmp_path / "was-here"
    objects = {"styles": torch.zeros(1, 1, 256), "more": Evil(place, how)}
    if form == "plain":
        path.write_bytes(pickle.dumps(objects))
    else:
        torch.save(objects, path, _use_new_zipfile_serialization=form == "zip")
    with pytest.raises(VoiceError, match=r"af_evil\.pt"):
        load_voice(path)
    with pytest.raises(ModelError, match=r"af_evil\.pt"):
        load_tensors(path)
    assert not place.exists()


def test_it_would_have_run(tmp_path: Path) -> None:
    """Without care the same file does run, or the test above would show nothing."""
    path, place = tmp_path / "af_evil.pt", tmp_path / "was-here"
    torch.save(Evil(place, "mkdir"), path)
    torch.load(path, weights_only=False)
    assert place.exists()
