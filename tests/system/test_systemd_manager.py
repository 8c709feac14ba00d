# SPDX-License-Identifier: GPL-3.0-or-later
"""The unit files under a real `systemd --user`; in place of the daemon a stand-in that can hang on demand."""

from __future__ import annotations

import errno
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.user_manager import AS_USER, UID, UnavailableError, UserManager, ask

pytestmark = [pytest.mark.desktop, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
SERVICE = "kokoro-speechd.service"
WATCHDOG = 1.0  # seconds
ASK = """
import socket, sys
connection = socket.socket(socket.AF_UNIX)
connection.connect(sys.argv[1])
connection.sendall(b"peer\\n")
print(connection.makefile().readline(), end="")
"""


@pytest.fixture(scope="module")
def manager() -> Iterator[UserManager]:
    try:
        manager = UserManager()
    except UnavailableError as error:
        pytest.skip(str(error))
    try:
        install(manager)
        try:
            manager.start()
        except UnavailableError as error:
            pytest.skip(str(error))
        yield manager
    finally:
        manager.close()


def install(manager: UserManager) -> None:
    shutil.copy(ROOT / "kokoro_speechd/system/service_manager.py", manager.home)
    shutil.copy(ROOT / "tests" / "service_stand_in.py", manager.home)
    manager.units.mkdir(parents=True)
    for unit in (ROOT / "systemd").glob("kokoro-speechd.*"):
        text = unit.read_text()
        for ours, theirs in (
            ("/usr/bin/kokoro-speechd daemon", f"/usr/bin/python3 -B {manager.home}/service_stand_in.py"),
            ("WatchdogSec=120", f"WatchdogSec={WATCHDOG}"),
            ("StartLimitBurst=5", "StartLimitBurst=50"),
        ):
            assert ours in text or unit.suffix == ".socket"
            text = text.replace(ours, theirs)
        (manager.units / unit.name).write_text(text)


@pytest.fixture
def engine(manager: UserManager) -> Path:
    manager.systemctl("start", "kokoro-speechd.socket")
    return manager.runtime / "kokoro-speechd" / "engine.sock"


def wait_for_another(manager: UserManager, pid: str) -> None:
    for _ in range(300):
        now, state = manager.show(SERVICE, "MainPID", "SubState")
        if now not in {pid, "0"} and state == "running":
            return
        time.sleep(0.1)
    raise AssertionError(manager.log())


def test_the_first_to_connect_starts_it(manager: UserManager, engine: Path) -> None:
    manager.systemctl("stop", SERVICE)
    folder, listener = engine.parent.stat(), engine.stat()
    assert (folder.st_mode & 0o777, listener.st_mode & 0o777) == (0o700, 0o600)
    assert manager.show(SERVICE, "ActiveState") == ["inactive"]
    assert ask(engine, "nothing") == "done"
    state, status = manager.show(SERVICE, "SubState", "StatusText")
    assert (state, status) == ("running", f"engine {WATCHDOG} []")


def test_it_knows_who_asks(engine: Path) -> None:
    assert ask(engine, "peer") == "0"  # this process is root's
    asked = subprocess.run(
        ["setpriv", *AS_USER, "/usr/bin/python3", "-c", ASK, engine],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert asked.stdout == f"{UID}\n"


def test_it_is_offline_by_the_kernel(engine: Path) -> None:
    socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()  # it is the unit that forbids it
    assert ask(engine, "inet") == f"OSError {errno.EAFNOSUPPORT}"


def test_no_core_no_open_files_first_to_go(engine: Path) -> None:
    assert ask(engine, "limits") == "core (1, 1) umask 77 oom 500"


def test_the_watchdog_sleeps_while_it_is_idle(manager: UserManager, engine: Path) -> None:
    ask(engine, "nothing")
    before = manager.show(SERVICE, "MainPID", "NRestarts")
    time.sleep(3 * WATCHDOG)
    assert manager.show(SERVICE, "MainPID", "NRestarts") == before


def test_work_that_advances_may_take_long(manager: UserManager, engine: Path) -> None:
    ask(engine, "nothing")
    before = manager.show(SERVICE, "MainPID", "NRestarts")
    assert ask(engine, "work 3") == "done"
    time.sleep(2 * WATCHDOG)  # and is idle again
    assert manager.show(SERVICE, "MainPID", "NRestarts") == before


@pytest.mark.parametrize("fault", ["hang", "crash"])
def test_a_fault_is_over_soon(manager: UserManager, engine: Path, fault: str) -> None:
    ask(engine, "work 1")
    [pid] = manager.show(SERVICE, "MainPID")
    (manager.home / "aborted").unlink(missing_ok=True)
    assert ask(engine, fault) == ""
    wait_for_another(manager, pid)
    assert ask(engine, "nothing") == "done"
    assert (manager.home / "aborted").exists() == (fault == "hang")


def test_it_stops_when_told(manager: UserManager, engine: Path) -> None:
    ask(engine, "nothing")
    manager.systemctl("stop", SERVICE)
    assert manager.show(SERVICE, "ActiveState", "Result") == ["inactive", "success"]
    assert ask(engine, "nothing") == "done"  # the socket starts it again
    manager.systemctl("stop", SERVICE, "kokoro-speechd.socket")
    assert not engine.exists()
