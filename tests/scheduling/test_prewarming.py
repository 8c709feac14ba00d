# SPDX-License-Identifier: GPL-3.0-or-later
"""Sounds made ahead: only when nobody speaks, never in the way, and once.

The order of things with a synthesizer whose every step the test decides; the rest in the real daemon.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from kokoro_speechd.scheduling import prewarming
from kokoro_speechd.scheduling.model_manager import ModelManager
from kokoro_speechd.scheduling.model_state import ModelState
from kokoro_speechd.scheduling.scheduler import Ended, Scheduler
from kokoro_speechd.scheduling.statistics import ServiceStatistics
from kokoro_speechd.settings import Settings
from kokoro_speechd.synthesis.sound_store import FolderStore
from kokoro_speechd.system.service_manager import ServiceManager
from kokoro_speechd.utterance import Audio, Item, Kind, Parameters, Utterance
from tests.daemon_driver import Client, Daemon
from tests.desktop import wait_until
from tests.private_home import private_environment


class Synthesizer:
    """Learns each voice once, in one step, and makes three sounds a attributes; each waits for the gate."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.log: list[str] = []
        self.learned: list[str] = []

    def speak(
        self, utterance: Utterance, voice: str, _language: str, check: Callable[[], None]
    ) -> Iterator[Item]:
        self.log.append(f"said by {voice}")
        check()
        yield Audio(bytes(2), len(utterance.text))

    def learn(self, voice: str, _language: str, check: Callable[[], None]) -> Iterator[None]:
        check()
        if voice not in self.learned:
            self.learned.append(voice)
            self.log.append(f"learned {voice}")
            yield

    def prepare(
        self, voice: str, _language: str, parameters: Parameters, check: Callable[[], None]
    ) -> Iterator[None]:
        for number in range(3):
            self.gate.wait(10)
            check()
            self.log.append(f"{number} of {voice} at {parameters.rate}")
            yield


class Bench:
    def __init__(self) -> None:
        self.synthesizer = Synthesizer()
        self.model_manager = ModelManager(Settings(), ServiceStatistics())
        self.model_manager._synthesizer = cast("Any", self.synthesizer)
        self.model_manager._state = ModelState.READY
        self.scheduler = Scheduler(self.model_manager, ServiceStatistics(), ServiceManager())
        self.scheduler.start()

    def say(self, voice: str, rate: int = 0) -> None:
        utterance = Utterance(1, Kind.TEXT, "a", Parameters(rate=rate, capitals="icon"))
        job = self.scheduler.client().speak(utterance, voice, "en-US")
        while not isinstance(job.take(10), Ended):
            pass

    def comes(self, *entries: str) -> None:
        """Wait until the log is these entries."""
        wait_until(lambda: len(self.synthesizer.log) >= len(entries), 10, "too little happens")
        assert self.synthesizer.log == list(entries)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr(prewarming, "_QUIET", 0.1)
    return Bench()


def test_once_in_the_manner_that_is_used_most(bench: Bench) -> None:
    ana = ["0 of ana at 0", "1 of ana at 0", "2 of ana at 0"]
    bench.say("ana")
    bench.comes("said by ana", "learned ana", *ana)
    bench.say("ana")
    bench.say("bob", 50)  # for once
    time.sleep(0.4)
    bench.comes("said by ana", "learned ana", *ana, "said by ana", "said by bob")
    bench.synthesizer.log.clear()
    bench.say("bob", 50)
    bench.say("bob", 50)
    bench.comes(*["said by bob"] * 2, "learned bob", *(f"{number} of bob at 50" for number in range(3)))


def test_who_speaks_goes_first_and_it_begins_anew(bench: Bench) -> None:
    bench.synthesizer.gate.clear()
    bench.say("ana")
    time.sleep(0.3)
    heard = threading.Thread(target=bench.say, args=("ana",))
    heard.start()
    wait_until(lambda: bench.scheduler.queue_length == 1, 10, "the utterance was not taken")
    bench.synthesizer.gate.set()
    heard.join(10)
    made = (f"{number} of ana at 0" for number in range(3))
    bench.comes("said by ana", "learned ana", "said by ana", *made)


def test_a_model_that_goes_is_let_go(bench: Bench) -> None:
    bench.synthesizer.gate.clear()
    bench.say("ana")
    time.sleep(0.3)
    synthesizer = weakref.ref(bench.synthesizer)
    bench.model_manager.on_change(bench.scheduler.wake)
    bench.model_manager.unload()
    bench.synthesizer.gate.set()
    del bench.synthesizer
    wait_until(lambda: synthesizer() is None, 10, "something holds the model")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_letters_are_made_while_nothing_is_spoken(tmp_path: Path, random_model: Path) -> None:
    environment = private_environment(tmp_path, random_model, "[cache]\nwarm = true\n")
    sounds = FolderStore(Path(environment["XDG_CACHE_HOME"]) / "kokoro-speechd/sounds", 1)
    with Daemon(environment) as daemon:
        client = daemon.client()
        client.load()
        assert sounds.count()[0] == 0  # loading the model is no reason
        client.speak("hello there", 1)
        hear(client, 1)
        wait_until(lambda: sounds.count()[0] >= 3, 120, "nothing is made ahead")
        client.speak("a few more words of a user", 2)  # goes before
        hear(client, 2)
        count = sounds.count()[0]
        wait_until(lambda: sounds.count()[0] > count, 120, "it does not go on")
        client.close()


def hear(client: Client, generation: int) -> None:
    while (frame := client.expect("failed", "end", "audio", "mark")).type != "end" or frame.fields[
        "generation"
    ] != generation:
        assert frame.type != "failed", frame.fields
