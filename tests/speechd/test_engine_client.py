# SPDX-License-Identifier: GPL-3.0-or-later
"""The module's side of the engine socket, against whole fake engines in processes of their own."""

from __future__ import annotations

import resource
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kokoro_speechd.errors import EngineError, FrameError
from kokoro_speechd.frames import Frame
from kokoro_speechd.speechd.engine_client import EngineClient
from kokoro_speechd.speechd.session import Performance
from kokoro_speechd.utterance import Kind, Parameters, Utterance
from tests.desktop import wait_until

ENGINE = Path(__file__).with_name("fake_engine.py")
Start = Callable[[str], EngineClient]


@pytest.fixture
def start() -> Iterator[Start]:
    clients: list[EngineClient] = []

    def start_client(behaviour: str) -> EngineClient:
        client = EngineClient([sys.executable, str(ENGINE), behaviour], timeout=1)
        client.start()
        clients.append(client)
        return client

    yield start_client
    for client in clients:
        client.close()


def ready(client: EngineClient) -> EngineClient:
    wait_until(lambda: client.state == "ready", 20, "the fake engine is not ready")
    return client


def performance(generation: int = 5) -> Performance:
    return Performance(Utterance(generation, Kind.TEXT, "hello", Parameters()))


def frames(client: EngineClient, message: Performance | None = None) -> list[Frame]:
    return list(client.speak(message or performance(), "af_heart", "en-US"))


def test_frames_of_this_message_only(start: Start) -> None:
    client = ready(start("speaks"))
    for generation in (5, 6):
        got = frames(client, performance(generation))
        assert [(frame.type, frame.integer("generation")) for frame in got] == [
            ("audio", generation),
            ("mark", generation),
        ]


def test_an_engine_that_is_not_ready_is_not_waited_for(start: Start) -> None:
    client = start("never ready")
    with pytest.raises(EngineError, match="loading"):
        frames(client)


def test_its_reason_is_told_and_it_may_look_again(start: Start) -> None:
    client = start("no model")
    wait_until(lambda: client.state == "unavailable", 20, "no state came")
    with pytest.raises(EngineError, match="there is no model"):
        frames(client)
    client.retry()
    ready(client)


def test_a_failure_is_told_and_the_engine_goes_on(start: Start) -> None:
    client = ready(start("fails"))
    pid = client.pid
    for _ in range(2):
        with pytest.raises(EngineError, match="out of memory"):
            frames(client)
    assert client.pid == pid


@pytest.mark.parametrize("behaviour", ["hangs", "breaks a frame"])
def test_what_came_is_heard_then_the_engine_is_replaced(start: Start, behaviour: str) -> None:
    client = ready(start(behaviour))
    pid = client.pid
    got = client.speak(performance(), "af_heart", "en-US")
    assert next(got).type == "audio"
    with pytest.raises(EngineError):
        next(got)
    wait_until(lambda: client.pid not in (pid, None), 20, "no other engine was started")
    ready(client)


def test_a_frame_without_its_field_is_named(start: Start) -> None:
    client = ready(start("lacks a field"))
    (frame,) = frames(client)
    with pytest.raises(FrameError, match="offset"):
        frame.integer("offset")


def test_an_engine_that_keeps_dying_is_not_started_all_the_time(start: Start) -> None:
    client = start("dies at once")
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    time.sleep(3)
    assert client.state == "loading"
    # 0.2, 0.4, 0.8, 1.6 s apart: a handful of starts, each far below a second of CPU
    assert client.starts <= 5
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 5


def test_the_end_of_the_message_wakes_at_once_and_bounds_what_waits(start: Start) -> None:
    client = ready(start("never ends"))
    message = performance()
    got = client.speak(message, "af_heart", "en-US")
    next(got)
    time.sleep(0.5)  # the engine fills what may wait, and then waits itself
    threading.Timer(0.2, message.end).start()
    begun = time.monotonic()
    for _ in got:
        time.sleep(0.01)
    assert time.monotonic() - begun < 5
    assert client.pid is not None


def test_nobody_waits_for_a_message_that_is_over(start: Start) -> None:
    client = start("never ready")
    message = performance()
    threading.Timer(0.2, message.end).start()
    client.wait_until_loaded(message)
    assert message.over.is_set()
