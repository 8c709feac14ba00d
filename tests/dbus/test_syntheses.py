# SPDX-License-Identifier: GPL-3.0-or-later
"""Syntheses without a bus: whatever becomes of one, its descriptor is closed and its place is free."""

from __future__ import annotations

import io
import os
import threading
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from kokoro_speechd.dbus import ERRORS, utterances
from kokoro_speechd.dbus.bus import Call, Deferred
from kokoro_speechd.dbus.control import Control
from kokoro_speechd.errors import NamedError
from kokoro_speechd.scheduling.model_manager import ModelManager
from kokoro_speechd.scheduling.scheduler import Scheduler
from kokoro_speechd.scheduling.statistics import ServiceStatistics
from kokoro_speechd.settings import Settings
from kokoro_speechd.system.service_manager import ServiceManager
from tests.private_home import private_environment


class Parts:
    """A daemon's parts; the model's folder is empty, so espeak-ng speaks."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.statistics = ServiceStatistics()
        self.model_manager = ModelManager(self.settings, self.statistics)
        self.scheduler = Scheduler(self.model_manager, self.statistics, ServiceManager())

    def reload(self) -> None: ...

    def bus_lost(self) -> None: ...


class PipeCall:
    """A call that carries the end of a pipe."""

    def __init__(self) -> None:
        self.reader, self.descriptor = os.pipe()

    def take_fd(self, _handle: int) -> int:
        return self.descriptor

    def rest(self) -> bytes:
        """Return all that was written, to the end: while the other end is open somewhere, there is none."""
        with os.fdopen(self.reader, "rb") as file:
            return file.read()


@pytest.fixture
def control(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Control:
    for name, value in private_environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    return Control(Parts())


def begin(control: Control, pipe: PipeCall, options: dict[str, Any] | None = None) -> Deferred:
    return control.Synthesize("Hello.", options or {}, 0, cast("Call", pipe))


def outcome(answer: Deferred) -> Callable[[], Any]:
    """Wait for an answer."""
    found: list[Callable[[], Any]] = []
    settled = threading.Event()

    def settle(outcome: Callable[[], Any]) -> None:
        found.append(outcome)
        settled.set()

    answer.deliver_to(settle)
    assert settled.wait(60), "nobody answers"
    return found[0]


def heard(control: Control) -> int:
    """Synthesize; return the number of samples."""
    pipe = PipeCall()
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.rest()))
    reader.start()
    assert outcome(begin(control, pipe))() is None
    reader.join()
    with wave.open(io.BytesIO(read[0])) as sound:
        return len(sound.readframes(1_000_000)) // 2


def test_no_thread_can_be_had(control: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        for _ in range(20):  # more than there are places
            pipe = PipeCall()
            with pytest.raises(NamedError, match="no thread") as raised:
                begin(control, pipe)
            assert raised.value.name == f"{ERRORS}Busy"
            assert pipe.rest() == b""
    assert heard(control) > 1000


def test_options_that_mean_nothing(control: Control) -> None:
    pipe = PipeCall()
    with pytest.raises(NamedError, match="unknown options"):
        begin(control, pipe, {"loud": True})
    assert pipe.rest() == b""


def test_a_fault_of_ours_is_answered(control: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(utterances, "prepare", fail)
    for _ in range(20):
        pipe = PipeCall()
        answer = control.SynthesizeWords("Hello.", {}, 0, cast("Call", pipe))
        with pytest.raises(NamedError) as raised:
            outcome(answer)()
        assert raised.value.name == f"{ERRORS}Internal"
        assert pipe.rest() == b""
