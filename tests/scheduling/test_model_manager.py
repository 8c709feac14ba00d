# SPDX-License-Identifier: GPL-3.0-or-later
"""A model that was not there, and is there again: noticed with the next utterance."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kokoro_speechd.scheduling import model_manager
from kokoro_speechd.scheduling.model_manager import ModelManager
from kokoro_speechd.scheduling.model_state import ModelState
from kokoro_speechd.scheduling.statistics import ServiceStatistics
from kokoro_speechd.settings import Settings
from tests.desktop import wait_until


@pytest.mark.slow
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
    wait_until(lambda: manager.state is ModelState.UNAVAILABLE, 60, "it does not end")
    loads: list[ModelState] = []
    manager.on_change(lambda: loads.append(manager.state))
    manager.retry()
    assert not loads  # nothing is new
    folder.symlink_to(random_model)
    manager.retry()
    wait_until(lambda: manager.state is ModelState.READY, 60, "it was not noticed")
    assert loads[0] is ModelState.LOADING
    manager.unload()


class Loads:
    """Loading by hand, instead of a model's: each load waits for its outcome."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun = threading.Semaphore(0)
        self._go_on = threading.Semaphore(0)
        self._outcome: tuple[Any, str] = (None, "")
        monkeypatch.setattr(model_manager, "_open", self._open)
        self.manager = ModelManager(Settings(), ServiceStatistics())
        self.told: list[ModelState] = []
        self.manager.on_change(lambda: self.told.append(self.manager.state))

    def _open(self, _settings: Settings, _statistics: ServiceStatistics) -> tuple[Any, str]:
        self.begun.release()
        assert self._go_on.acquire(timeout=20)
        return self._outcome

    def begins(self) -> None:
        assert self.begun.acquire(timeout=20)

    def end(self, synthesizer: object, reason: str = "") -> None:
        """End the load that is in progress; return when it has been told."""
        told = len(self.told)
        self._outcome = synthesizer, reason
        self._go_on.release()
        wait_until(lambda: len(self.told) > told, 20, "nobody was told")


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> Loads:
    return Loads(monkeypatch)


def test_the_states_of_a_model(loads: Loads) -> None:
    manager = loads.manager
    assert manager.state is ModelState.UNLOADED
    manager.load()
    loads.begins()
    loads.end(None, "no such folder")
    assert manager.reason == "no such folder"
    manager.load()
    loads.begins()
    assert not manager.reason
    loads.end(object())
    manager.unload()
    manager.unload()  # nothing is left to give back, and nothing to tell
    assert loads.told == [
        ModelState.LOADING,
        ModelState.UNAVAILABLE,
        ModelState.LOADING,
        ModelState.READY,
        ModelState.UNLOADED,
    ]


def test_a_reload_in_vain_leaves_the_model_that_speaks(loads: Loads) -> None:
    manager = loads.manager
    manager.load()
    loads.begins()
    loads.end(object())
    manager.reload(replace(Settings(), default_voice="am_michael"))
    loads.begins()
    assert manager.state is ModelState.READY
    loads.end(None, "a mistake")
    assert (manager.state, manager.reason) == (ModelState.READY, "")


def test_no_model_is_ready_that_was_given_back_during_a_reload(loads: Loads) -> None:
    """Who waits for the model waits for the one that comes, instead of failing with a state `ready`."""
    manager = loads.manager
    manager.load()
    loads.begins()
    loads.end(object())
    manager.reload(Settings())
    loads.begins()
    manager.unload()
    assert manager.state is ModelState.LOADING
    loads.end(object())
    assert manager.state is ModelState.READY


def test_a_model_given_back_by_who_hears_that_it_is_ready_is_gone(loads: Loads) -> None:
    """The listener is called by the loader itself; nothing loads any more."""
    manager = loads.manager
    manager.on_change(lambda: manager.unload() if manager.state is ModelState.READY else None)
    manager.load()
    loads.begins()
    loads.end(object())
    wait_until(lambda: manager.state is ModelState.UNLOADED, 20, f"{manager.state}")
    manager.load()
    loads.begins()  # and it can be loaded again
    loads.end(object())


def test_listeners_may_ask_for_all_sorts_of_things(loads: Loads) -> None:
    """They are called without the lock, by whatever thread."""
    done = threading.Event()

    def listen() -> None:
        other = threading.Thread(target=loads.manager.hold, daemon=True)
        other.start()
        other.join(20)
        if not other.is_alive():
            done.set()

    loads.manager.on_change(listen)
    loads.manager.load()
    assert done.is_set()
    loads.begins()
    loads.end(None, "over")


def test_a_load_without_a_thread_is_tried_again(loads: Loads, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    manager = loads.manager
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        manager.load()
    assert manager.state is ModelState.UNAVAILABLE
    assert "no thread" in manager.reason
    manager.load()
    loads.begins()
    loads.end(object())
    assert manager.state is ModelState.READY
