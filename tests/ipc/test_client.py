# SPDX-License-Identifier: GPL-3.0-or-later
"""The module's side of the engine socket, against whole fake daemons in processes of their own."""

from __future__ import annotations

import os
import resource
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kokoro_speechd.errors import EngineError, MessageError
from kokoro_speechd.ipc.client import EngineClient
from kokoro_speechd.ipc.protocol import Connection, Message
from kokoro_speechd.rendering.request import SpeechRequest
from kokoro_speechd.scheduling.model_state import ModelState
from kokoro_speechd.utterance import Audio, Item, Kind, MarkReached, Parameters, Utterance
from tests.desktop import wait_until
from tests.private_home import daemon_pid, end_daemon, private_environment

ENGINE = Path(__file__).with_name("fake_engine.py")
Start = Callable[..., EngineClient]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Start a client, and by it a daemon that behaves as told."""
    clients: list[EngineClient] = []
    for name, value in private_environment(tmp_path).items():
        monkeypatch.setenv(name, value)

    def start_client(behaviour: str, deadline: float | None = None) -> EngineClient:
        client = EngineClient([sys.executable, str(ENGINE), behaviour], timeout=1, deadline=deadline)
        client.start()
        clients.append(client)
        return client

    yield start_client
    for client in clients:
        client.close()
    end_daemon(os.environ)


def ready(client: EngineClient) -> EngineClient:
    wait_until(lambda: client.state is ModelState.READY, 20, "the fake engine is not ready")
    return client


def request(generation: int = 5) -> SpeechRequest:
    return SpeechRequest(Utterance(generation, Kind.TEXT, "hello", Parameters()))


def items(client: EngineClient, message: SpeechRequest | None = None) -> list[Item]:
    return list(client.speak(message or request(), "af_heart", "en-US"))


def test_sound_of_this_message_only(start: Start) -> None:
    client = ready(start("speaks"))
    for generation in (5, 6):
        assert items(client, request(generation)) == [Audio(b"\1\0" * 2400, 0), MarkReached("a")]


def test_an_engine_that_is_not_ready_is_not_waited_for(start: Start) -> None:
    client = start("never ready")
    with pytest.raises(EngineError, match="loading"):
        items(client)


def test_its_reason_is_told_and_it_may_look_again(start: Start) -> None:
    client = start("no model")
    wait_until(lambda: client.state is ModelState.UNAVAILABLE, 20, "no state came")
    with pytest.raises(EngineError, match="there is no model"):
        items(client)
    client.retry()
    ready(client)


def test_a_failure_is_told_and_the_engine_goes_on(start: Start) -> None:
    client = ready(start("fails"))
    pid = client.pid
    for _ in range(2):
        with pytest.raises(EngineError, match="out of memory"):
            items(client)
    assert client.pid == pid


@pytest.mark.parametrize(("behaviour", "replaced"), [("hangs", True), ("breaks a frame", False)])
def test_what_came_is_heard_then_there_is_another_engine_or_connection(
    start: Start, behaviour: str, replaced: bool
) -> None:
    client = ready(start(behaviour))
    pid = client.pid
    got = client.speak(request(), "af_heart", "en-US")
    assert isinstance(next(got), Audio)
    with pytest.raises(EngineError):
        next(got)
    wait_until(lambda: client.connects == 2, 20, "it did not connect again")
    ready(client)
    assert (client.pid != pid) is replaced


def test_a_sound_that_would_come_too_late_is_not_waited_for(start: Start) -> None:
    client = ready(start("comes late", deadline=0.2))
    with pytest.raises(EngineError, match="too late"):
        items(client, request(5))  # the engine gives its sound only when it is told to stop
    wait_until(lambda: not client._doubted, 20, "the ping was not answered")
    assert [type(item) for item in items(client, request(6))] == [Audio]
    assert client.connects == 1


def test_an_engine_that_hangs_is_found_with_a_deadline_too(start: Start) -> None:
    client = ready(start("hangs before the first sound", deadline=0.2))
    pid = client.pid
    with pytest.raises(EngineError, match="too late"):
        items(client)
    wait_until(lambda: client.connects == 2, 20, "it did not connect again")
    assert ready(client).pid != pid


def test_a_frame_without_its_field_is_named(start: Start) -> None:
    client = ready(start("lacks a field"))
    with pytest.raises(MessageError, match="offset"):
        items(client)


def test_an_engine_that_was_only_slow_lives_on(start: Start) -> None:
    client = ready(start("is slow"))
    pid = client.pid
    with pytest.raises(EngineError, match="no sign of life"):
        items(client, request(5))
    with pytest.raises(EngineError, match="no sign of life"):  # at once, while the ping is on its way
        items(client, request(6))
    wait_until(lambda: speaks(client), 20, "the engine is still doubted")
    assert client.pid == pid
    assert client.connects == 1


def test_the_stand_in_waits_neither_for_the_ping_nor_for_the_kill(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hung engine may not even take the ping: whoever listens has waited long enough by then."""
    client = ready(start("hangs before the first sound"))
    pid, pinged, let_go = client.pid, threading.Event(), threading.Event()
    send = Connection.send

    def slow_send(connection: Connection, frame: Message) -> None:
        if frame.type == "ping":
            pinged.set()
            assert let_go.wait(60)
        send(connection, frame)

    monkeypatch.setattr(Connection, "send", slow_send)
    failed: list[EngineError] = []

    def speak() -> None:
        with pytest.raises(EngineError, match="no sign of life") as raised:
            items(client)
        failed.append(raised.value)

    speaking = threading.Thread(target=speak, daemon=True)
    speaking.start()
    speaking.join(20)
    assert failed, "espeak-ng waits for a ping that nobody reads"
    assert pinged.wait(20)
    assert client.pid == pid, "the engine was killed before it was asked"
    let_go.set()
    wait_until(lambda: client.pid not in (None, pid), 20, "it was not replaced")


def test_a_new_doubt_has_its_own_time(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that was doubted and answered is not killed for the first doubt when it is doubted again."""
    client = ready(start("is slow"))
    connection, pid = client._connection, client.pid
    assert connection is not None
    killed: list[int | None] = []
    monkeypatch.setattr("kokoro_speechd.ipc.client._kill", killed.append)
    for _ in range(3):  # each within the time of the one before
        client._doubt(connection)
        wait_until(lambda: not client._doubted, 20, "the ping was not answered")
        time.sleep(0.4)
    assert not killed
    assert client.pid == pid


def speaks(client: EngineClient) -> bool:
    try:
        items(client, request(7))
    except EngineError:
        return False
    return True


def test_an_engine_that_does_not_say_hello_is_killed(start: Start) -> None:
    client = start("says nothing")
    wait_until(lambda: daemon_pid(os.environ) is not None, 20, "no daemon")
    pid = daemon_pid(os.environ)
    wait_until(lambda: daemon_pid(os.environ) not in (None, pid), 20, "it was not replaced")
    assert client.connects == 0


def test_an_older_engine_is_replaced_and_a_newer_one_is_left_alone(start: Start) -> None:
    client = start("is newer")
    wait_until(lambda: daemon_pid(os.environ) is not None, 20, "no daemon")
    pid = daemon_pid(os.environ)
    time.sleep(2)
    assert daemon_pid(os.environ) == pid
    with pytest.raises(EngineError):
        items(client)
    client.close()
    end_daemon(os.environ)
    start("is older")
    wait_until(lambda: daemon_pid(os.environ) is not None, 20, "no daemon")
    pid = daemon_pid(os.environ)
    wait_until(lambda: daemon_pid(os.environ) not in (None, pid), 20, "it was not replaced")


def test_ten_clients_start_one_daemon(start: Start) -> None:
    clients = [start("speaks") for _ in range(10)]
    assert len({ready(client).pid for client in clients}) == 1
    assert {client.connects for client in clients} == {1}


def test_an_engine_that_keeps_dying_is_not_started_all_the_time(start: Start) -> None:
    client = start("dies at once")
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    time.sleep(3)
    assert client.state is ModelState.LOADING
    # 0.2, 0.4, 0.8, 1.6 s apart: a handful of starts, each far below a second of CPU
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 5


def test_the_end_of_the_message_wakes_at_once_and_bounds_what_waits(start: Start) -> None:
    client = ready(start("never ends"))
    message = request()
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
    message = request()
    threading.Timer(0.2, message.end).start()
    client.wait_until_loaded(message)
    assert message.over.is_set()
