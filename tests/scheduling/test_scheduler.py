# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose turn it is: the real queue and worker, with a synthesizer whose every step the test decides."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kokoro_speechd.errors import SynthesisError
from kokoro_speechd.scheduling.model_manager import ModelManager
from kokoro_speechd.scheduling.model_state import ModelState
from kokoro_speechd.scheduling.scheduler import Ended, Job, Scheduler
from kokoro_speechd.scheduling.statistics import ServiceStatistics
from kokoro_speechd.settings import Settings
from kokoro_speechd.system.service_manager import ServiceManager
from kokoro_speechd.utterance import Audio, Item, Kind, MarkReached, Parameters, Utterance
from tests.desktop import wait_until

SECOND = bytes(2 * 24_000)
LONG = "a long text " * 20


class Synthesizer:
    """Renders a second of sound a step, and stops at a gate between two steps of the model."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.log: list[str] = []  # what was begun
        self.done: list[str] = []
        self.checks = 0

    def speak(
        self, utterance: Utterance, voice: str, _language: str, check: Callable[[], None]
    ) -> Iterator[Item]:
        for number in range(1000 if utterance.text == LONG else 1):
            self.log.append(f"{voice} {number}")
            for _ in range(3):
                self.gate.wait()
                self.checks += 1
                check()
            if utterance.text == "fails":
                raise SynthesisError("it failed")
            if utterance.text == "breaks":
                raise ZeroDivisionError(utterance.text)
            self.done.append(f"{voice} {number}")
            yield Audio(SECOND, number)
        yield MarkReached("end")


class LoadedModel(ModelManager):
    """A manager whose model is there."""

    def __init__(self, synthesizer: Synthesizer) -> None:
        super().__init__(Settings(warm=False), ServiceStatistics())
        self._synthesizer: Any = synthesizer
        self._state = ModelState.READY


class Bench:
    def __init__(self) -> None:
        self.synthesizer = Synthesizer()
        self.statistics = ServiceStatistics()
        self.model_manager = LoadedModel(self.synthesizer)
        self.scheduler = Scheduler(self.model_manager, self.statistics, ServiceManager())
        self.scheduler.start()

    def say(self, text: str, who: str, generation: int = 1, *, polite: bool = False) -> Job:
        utterance = Utterance(generation, Kind.TEXT, text, Parameters())
        return self.scheduler.client(polite=polite).speak(utterance, who, "en-US")

    def begins(self, entry: str) -> None:
        wait_until(
            lambda: entry in self.synthesizer.log, 10, f"{entry} did not begin: {self.synthesizer.log}"
        )


@pytest.fixture
def bench() -> Bench:
    return Bench()


def everything(job: Job) -> list[Item | Ended]:
    items: list[Item | Ended] = []
    while not items or not isinstance(items[-1], Ended):
        item = job.take(10)
        assert item is not None, "nothing came"
        items.append(item)
    return items


def test_sound_and_marks_come_in_order_and_then_the_end(bench: Bench) -> None:
    assert everything(bench.say("hello", "a")) == [Audio(SECOND, 0), MarkReached("end"), Ended("finished")]
    wait_until(lambda: bench.scheduler.queue_length == 0, 10, "it is still in the queue")


@pytest.mark.parametrize(
    ("text", "reason"), [("fails", "it failed"), ("breaks", "an internal error, see the log")]
)
def test_a_failure_is_told_and_the_worker_goes_on(
    bench: Bench, text: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert everything(bench.say(text, "a")) == [Ended("failed", reason)]
    assert everything(bench.say("hello", "b"))[-1] == Ended("finished")
    assert "ZeroDivisionError: " not in caplog.text


def test_a_short_one_goes_first_in_the_midst_of_a_long_one(bench: Bench) -> None:
    bench.synthesizer.gate.clear()
    long = bench.say(LONG, "long")
    bench.begins("long 0")
    short = bench.say("a", "short")
    bench.synthesizer.gate.set()
    assert everything(short)[-1] == Ended("finished")
    assert bench.synthesizer.log[:2] == [
        "long 0",
        "short 0",
    ]  # before the first piece of the long one was done
    assert long.take(10) == Audio(SECOND, 0)  # which lost nothing
    long.cancel()


def test_the_newest_short_one_goes_first(bench: Bench) -> None:
    bench.synthesizer.gate.clear()
    long = bench.say(LONG, "long")
    bench.begins("long 0")
    shorts = [bench.say(name, name) for name in "abc"]
    bench.synthesizer.gate.set()
    for short in shorts:
        everything(short)
    order = [entry for entry in bench.synthesizer.log if not entry.startswith("long")]
    assert order == ["c 0", "b 0", "a 0"]
    long.cancel()


def test_a_polite_one_does_not_interrupt(bench: Bench) -> None:
    bench.synthesizer.gate.clear()
    long = bench.say(LONG, "long")
    bench.begins("long 0")
    short = bench.say("a", "short", polite=True)
    bench.synthesizer.gate.set()
    assert everything(short)[-1] == Ended("finished")
    assert bench.synthesizer.done[0] == "long 0"
    assert long.take(10) == Audio(SECOND, 0)
    long.cancel()


@pytest.mark.parametrize("text", ["a", LONG])
@pytest.mark.parametrize("polite", ["b", LONG])
def test_all_others_interrupt_a_polite_one(bench: Bench, text: str, polite: str) -> None:
    bench.synthesizer.gate.clear()
    first = bench.say(polite, "polite", polite=True)
    bench.begins("polite 0")
    other = bench.say(text, "other")
    bench.synthesizer.gate.set()
    assert other.take(10) == Audio(SECOND, 0)
    assert bench.synthesizer.log[:2] == ["polite 0", "other 0"]
    assert first.take(10) == Audio(SECOND, 0)  # it lost nothing
    first.cancel()
    other.cancel()


def test_a_polite_one_that_was_there_first_waits(bench: Bench) -> None:
    bench.synthesizer.gate.clear()
    key = bench.say("k", "key")
    bench.begins("key 0")
    jobs = [bench.say("a", "a", polite=True), bench.say(LONG, "long"), bench.say("b", "b")]
    bench.synthesizer.gate.set()
    everything(jobs[0])
    order = list(dict.fromkeys(entry.partition(" ")[0] for entry in bench.synthesizer.log))
    assert order == ["key", "b", "long", "a"]
    for job in [key, *jobs]:
        job.cancel()


def test_two_long_ones_take_turns(bench: Bench) -> None:
    bench.synthesizer.gate.clear()
    first, second = bench.say(LONG, "first"), bench.say(LONG, "second")
    bench.synthesizer.gate.set()
    wait_until(lambda: len(bench.synthesizer.log) >= 20, 10, "nothing is rendered")
    counts = [
        sum(entry.startswith(who) for entry in bench.synthesizer.log[:20]) for who in ("first", "second")
    ]
    assert min(counts) >= 8
    first.cancel()
    second.cancel()


def test_who_does_not_read_keeps_nobody_waiting(bench: Bench) -> None:
    idle = bench.say(LONG, "idle")
    wait_until(lambda: not idle.has_room(), 10, "it is rendered for ever")
    wait_until(lambda: not idle.working, 10, "the worker does not leave it")
    rendered = len(bench.synthesizer.log)
    assert rendered < 15  # ten seconds ahead, not a thousand
    assert everything(bench.say("hello", "b"))[-1] == Ended("finished")
    for _ in range(5):  # what is heard makes room
        idle.take(10)
    wait_until(lambda: len(bench.synthesizer.log) > rendered + 1, 10, "it does not go on")
    idle.cancel()


def test_cancelled_work_stops_at_the_next_check(bench: Bench) -> None:
    bench.synthesizer.gate.clear()
    job = bench.say(LONG, "a")
    bench.begins("a 0")
    checks = bench.synthesizer.checks
    job.cancel()
    bench.synthesizer.gate.set()
    assert everything(job) == [Ended("cancelled")]
    wait_until(lambda: bench.scheduler.queue_length == 0, 10, "it is still in the queue")
    assert bench.synthesizer.checks <= checks + 1
    assert bench.synthesizer.log == ["a 0"]
    assert bench.statistics.snapshot()["cancelled"] == 1


def test_what_was_rendered_of_a_cancelled_one_is_never_heard(bench: Bench) -> None:
    job = bench.say(LONG, "a")
    wait_until(lambda: not job.has_room(), 10, "nothing is rendered")
    job.cancel()
    assert everything(job) == [Ended("cancelled")]


def test_a_new_one_cancels_the_older_of_its_listener_only(bench: Bench) -> None:
    bench.synthesizer.gate.clear()
    client, other = bench.scheduler.client(), bench.scheduler.client()

    def utterance(generation: int) -> Utterance:
        return Utterance(generation, Kind.TEXT, LONG, Parameters())

    first = client.speak(utterance(1), "first", "en-US")
    others = other.speak(utterance(1), "others", "en-US")
    second = client.speak(utterance(2), "second", "en-US")
    client.cancel(1)  # an old generation: the second one stays
    bench.synthesizer.gate.set()
    assert everything(first) == [Ended("cancelled")]
    assert second.take(10) == Audio(SECOND, 0)
    assert others.take(10) == Audio(SECOND, 0)
    bench.scheduler.cancel_all()
    wait_until(lambda: bench.scheduler.queue_length == 0, 10, "not all are cancelled")


def test_a_storm_of_cancels_leaves_nothing_behind(bench: Bench) -> None:
    """Eight listeners interrupt themselves at random; each gets the end of its last one and of no other."""
    ends: list[Ended] = []

    def interrupt_oneself() -> None:
        client = bench.scheduler.client()
        for generation in range(200):
            job = client.speak(
                Utterance(generation, Kind.TEXT, LONG if generation % 3 else "x", Parameters()), "v", "en-US"
            )
            if generation % 2:
                time.sleep(0.0005)
        job = client.speak(Utterance(999, Kind.TEXT, "x", Parameters()), "v", "en-US")
        ends.append(everything(job)[-1])  # type: ignore[arg-type]

    threads = [threading.Thread(target=interrupt_oneself) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert ends == [Ended("finished")] * 8
    wait_until(lambda: bench.scheduler.queue_length == 0, 10, "something is left")
    counts = bench.statistics.snapshot()
    assert counts["utterances"] == 8 * 201
    assert counts["finished"] + counts["cancelled"] >= counts["utterances"]
