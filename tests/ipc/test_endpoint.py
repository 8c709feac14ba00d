# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kokoro_speechd.errors import EngineError
from kokoro_speechd.ipc import endpoint

HOLD = (
    "import sys, time; from kokoro_speechd.ipc import endpoint\n"
    "lock = endpoint.DaemonLock(); print(lock.acquire(), lock.predecessor_died, flush=True)\n"
    "sys.stdin.read(); lock.release()"
)


@pytest.fixture(autouse=True)
def runtime_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # Longer than a socket's address may be.
    folder = tmp_path / ("a" * 120)
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return folder


def hold() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_the_socket_is_this_users_alone(runtime_folder: Path) -> None:
    listening = endpoint.listen()
    connection = endpoint.connect()
    accepted, _ = listening.accept()
    assert endpoint.peer_uid(accepted) == os.getuid()
    assert (runtime_folder / "kokoro-speechd").stat().st_mode & 0o777 == 0o700
    assert (runtime_folder / "kokoro-speechd/engine.sock").stat().st_mode & 0o777 == 0o600
    for sock in (listening, connection, accepted):
        sock.close()


def test_a_dead_daemons_socket_is_replaced() -> None:
    endpoint.listen().close()
    with pytest.raises(ConnectionRefusedError):
        endpoint.connect()
    listening = endpoint.listen()
    endpoint.connect().close()
    listening.close()
    endpoint.remove_socket(1)
    assert endpoint.socket_file() is not None
    endpoint.remove_socket(endpoint.socket_file())
    with pytest.raises(FileNotFoundError):
        endpoint.connect()


def test_the_folder_must_be_ours_and_real(runtime_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (runtime_folder / "kokoro-speechd").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError):
        endpoint.folder()
    (runtime_folder / "kokoro-speechd").unlink()
    (runtime_folder / "kokoro-speechd").mkdir(mode=0o777)
    (runtime_folder / "kokoro-speechd").chmod(0o777)
    assert endpoint.folder().stat().st_mode & 0o777 == 0o700


def test_without_a_runtime_folder_the_cache_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert endpoint.folder() == tmp_path / "cache/kokoro-speechd"


def test_one_holder_whom_the_kernel_names() -> None:
    assert endpoint.daemon_pid() is None
    with hold() as first, hold() as second:
        answers = {said(first), said(second)}
        assert answers == {"True False", "False False"}
        holder = next(p for p in (first, second) if endpoint.daemon_pid() == p.pid)
        for process in (first, second):
            assert process.stdin is not None
            process.stdin.close()
        holder.wait(20)
    assert endpoint.daemon_pid() is None
    assert not (endpoint.folder() / endpoint.LOCK_NAME).exists()


def test_a_holder_that_was_killed_leaves_the_lock_to_the_next() -> None:
    with hold() as first:
        assert said(first) == "True False"
        first.kill()
        first.wait()
        assert endpoint.daemon_pid() is None
        with hold() as second:
            assert said(second) == "True True"  # the first one died
            second.kill()


def children() -> set[str]:
    """Return this process's children: those of other tests too."""
    tasks = Path("/proc/self/task").iterdir()
    return {child for task in tasks for child in (task / "children").read_text().split()}


def test_a_command_that_does_not_listen_is_an_error_and_no_zombie() -> None:
    before = children()
    with pytest.raises(EngineError, match="does not listen"):
        endpoint.start_daemon([sys.executable, "-c", "pass"], 10)
    with pytest.raises(OSError, match=r"."):
        endpoint.start_daemon(["/nothing/here"], 10)
    assert children() <= before


def test_the_log_of_a_daemon_is_kept_short(tmp_path: Path) -> None:
    log = tmp_path / "state/kokoro-speechd/daemon.log"
    log.parent.mkdir(parents=True)
    log.write_bytes(bytes(2 << 20))
    with pytest.raises(EngineError):
        endpoint.start_daemon([sys.executable, "-c", "print('said')"], 10)
    assert log.read_bytes() == b"said\n"
    assert log.with_name("daemon.log.old").stat().st_size == 2 << 20
