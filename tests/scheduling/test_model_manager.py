# SPDX-License-Identifier: GPL-3.0-or-later
"""A model that was not there, and is there again: noticed with the next utterance."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kokoro_speechd.scheduling import model_manager
from kokoro_speechd.scheduling.model_manager import ModelManager
from kokoro_speechd.scheduling.statistics import ServiceStatistics
from kokoro_speechd.settings import Settings
from tests.desktop import wait_until

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("named", [True, False], ids=["model_path", "searched for"])
def test_a_folder_that_comes_back_is_noticed_at_once(
    random_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, named: bool
) -> None:
    monkeypatch.setattr(model_manager, "_RETRY_PAUSE", 1000.0)  # only the folder can be what makes it look
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "nowhere"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "nowhere"))
    folder = tmp_path / "kokoro-speechd/model"
    folder.parent.mkdir()
    manager = ModelManager(replace(Settings(), model_path=folder if named else None), ServiceStatistics())
    manager.retry()
    wait_until(lambda: manager.state == "unavailable", 60, "it does not end")
    loads: list[str] = []
    manager.on_change(lambda: loads.append(manager.state))
    manager.retry()
    assert not loads  # nothing is new
    folder.symlink_to(random_model)
    manager.retry()
    wait_until(lambda: manager.state == "ready", 60, "it was not noticed")
    assert loads[0] == "loading"
    manager.unload()
