# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import select
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kokoro_speechd.system.service_manager import ServiceManager

VARIABLES = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")


class Manager:
    """The manager's end of the notification socket."""

    def __init__(self, address: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address.replace("@", "\0", 1) if address.startswith("@") else address)
        self.socket.settimeout(10)

    def hear(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self.socket.recv(4096).decode().split("\n"))

    def hears_nothing(self) -> bool:
        # A datagram is in the queue as soon as it was sent.
        return not select.select([self.socket], [], [], 0)[0]


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(params=["path", "abstract"])
def manager(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Manager]:
    address = (
        str(tmp_path / "notify") if request.param == "path" else f"@kokoro-test-{os.getpid()}-{id(request)}"
    )
    manager = Manager(address)
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    yield manager
    manager.socket.close()


class Opener:
    """Makes the object under test, and closes it after the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.made: list[ServiceManager] = []

    def __call__(self, watchdog: int = 0) -> ServiceManager:
        if watchdog:
            self._monkeypatch.setenv("WATCHDOG_USEC", str(watchdog))
            self._monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
        self.made.append(ServiceManager())
        return self.made[-1]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    opener = Opener(monkeypatch)
    yield opener
    for service in opener.made:
        service.close()


def test_the_life_of_a_service(manager: Manager, start: Opener) -> None:
    service = start()
    assert "NOTIFY_SOCKET" not in os.environ
    service.ready("loading the model")
    assert manager.hear() == {"READY": "1", "STATUS": "loading the model"}
    service.status("af_heart, 24 kHz")
    assert manager.hear() == {"STATUS": "af_heart, 24 kHz"}
    before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    service.reloading()
    reloading = manager.hear()
    assert (
        before <= int(reloading.pop("MONOTONIC_USEC")) <= time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    )
    assert reloading == {"RELOADING": "1"}
    service.reloaded("ready")
    assert manager.hear() == {"READY": "1", "STATUS": "ready"}
    service.stopping()
    assert manager.hear() == {"STOPPING": "1"}


def test_no_watchdog_asked_for_none_spoken_of(manager: Manager, start: Opener) -> None:
    service = start()
    service.busy()
    service.alive()
    service.idle()
    assert service.watchdog_seconds == 0.0
    assert manager.hears_nothing()


def test_the_watchdog_watches_only_work(manager: Manager, start: Opener) -> None:
    service = start(watchdog=4_000)
    assert not {"WATCHDOG_USEC", "WATCHDOG_PID"} & set(os.environ)
    assert service.watchdog_seconds == 0.004
    service.ready("")
    assert manager.hear() == {"READY": "1", "STATUS": "", "WATCHDOG_USEC": "0"}
    service.alive()
    assert manager.hears_nothing()
    service.busy()
    assert manager.hear() == {"WATCHDOG": "1", "WATCHDOG_USEC": "4000"}
    service.busy()
    assert manager.hears_nothing()
    time.sleep(0.002)
    service.alive()
    assert manager.hear() == {"WATCHDOG": "1"}
    service.idle()
    assert manager.hear() == {"WATCHDOG_USEC": "0"}
    time.sleep(0.002)
    service.alive()
    service.idle()
    assert manager.hears_nothing()
    service.busy()
    manager.hear()
    service.stopping()
    assert manager.hear() == {"STOPPING": "1", "WATCHDOG_USEC": "0"}


def test_many_signs_of_life_are_few_messages(manager: Manager, start: Opener) -> None:
    service = start(watchdog=3_600_000_000)
    service.busy()
    manager.hear()
    for _ in range(1000):
        service.alive()
    assert manager.hears_nothing()


@pytest.mark.parametrize(
    ("microseconds", "pid"),
    [
        ("", "ours"),
        ("nonsense", "ours"),
        ("-5", "ours"),
        ("9" * 5000, "ours"),
        ("5000000", "1"),
        ("5000000", ""),
    ],
    ids=["empty", "word", "negative", "long", "another process", "no process"],
)
def test_a_watchdog_that_is_not_ours(
    manager: Manager, monkeypatch: pytest.MonkeyPatch, microseconds: str, pid: str, start: Opener
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", microseconds)
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()) if pid == "ours" else pid)
    assert start().watchdog_seconds == 0.0


def test_a_watchdog_for_any_process(manager: Manager, monkeypatch: pytest.MonkeyPatch, start: Opener) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "5000000")
    assert start().watchdog_seconds == 5.0


def test_a_status_cannot_smuggle_fields(manager: Manager, start: Opener) -> None:
    service = start()
    service.status("one\nSTOPPING=1\0\udc80 è ə")
    assert manager.socket.recv(4096) == "STATUS=one STOPPING=1   è ə".encode()


@pytest.mark.parametrize(
    "address", [None, "", "vsock:2:1234", "relative/path", "/nobody/here", "@" + "x" * 500]
)
def test_without_a_manager_nothing_happens(
    monkeypatch: pytest.MonkeyPatch, address: str | None, start: Opener
) -> None:
    if address is not None:
        monkeypatch.setenv("NOTIFY_SOCKET", address)
    service = start(watchdog=1)
    service.ready("")
    service.busy()
    service.alive()
    service.idle()
    service.reloading()
    service.reloaded("")
    service.status("text")
    service.stopping()
    assert "NOTIFY_SOCKET" not in os.environ
    assert "notify" not in [thread.name for thread in threading.enumerate()]


def test_a_full_queue_neither_blocks_nor_loses(manager: Manager, start: Opener) -> None:
    service = start(watchdog=4_000_000)
    count = 2000  # net.unix.max_dgram_qlen is 10, or 512 where systemd set it
    for number in range(count):
        service.status(str(number))
    service.busy()
    service.idle()
    assert [manager.hear() for _ in range(count)] == [{"STATUS": str(number)} for number in range(count)]
    assert manager.hear() == {"WATCHDOG": "1", "WATCHDOG_USEC": "4000000"}
    assert manager.hear() == {"WATCHDOG_USEC": "0"}
    for thread in threading.enumerate():
        if thread.name == "notify":
            thread.join(10)
            assert not thread.is_alive()
    service.status("straight again")
    assert manager.hear() == {"STATUS": "straight again"}


def test_a_manager_that_goes_away_with_a_full_queue(manager: Manager, start: Opener) -> None:
    service = start()
    for number in range(2000):
        service.status(str(number))
    manager.socket.close()
    for thread in threading.enumerate():
        if thread.name == "notify":
            thread.join(10)
            assert not thread.is_alive()
    service.status("to nobody")
