# SPDX-License-Identifier: GPL-3.0-or-later
"""A client in a sandbox as Flatpak makes them: of the runtime folder it sees the server's socket alone."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desktop import Desktop, wait_until


def _can_be_made() -> bool:
    if shutil.which("bwrap") is None:
        return False
    command = ["bwrap", "--ro-bind", "/", "/", "--unshare-ipc", "true"]
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0


pytestmark = [
    pytest.mark.desktop,
    pytest.mark.slow,
    pytest.mark.skipif(
        not _can_be_made(),
        reason="no sandbox can be made: install Debian's package bubblewrap, and allow user namespaces",
    ),
]


@pytest.fixture(scope="module")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """A desktop whose server listens where clients look for it."""
    found = Desktop(tmp_path_factory.mktemp("sandbox"))
    runtime = Path(found.environment["XDG_RUNTIME_DIR"])
    (runtime / "speech-dispatcher").mkdir(mode=0o700)
    found.environment["SPEECHD_ADDRESS"] = f"unix_socket:{runtime}/speech-dispatcher/speechd.sock"
    found.start()
    yield found
    found.close()


def say_inside(desktop: Desktop, *, with_socket: bool) -> int:
    """Run spd-say in a sandbox; return its exit code."""
    runtime = desktop.environment["XDG_RUNTIME_DIR"]
    socket = ["--ro-bind", f"{runtime}/speech-dispatcher", f"{runtime}/speech-dispatcher"]
    environment = {**desktop.environment, "SPEECHD_ADDRESS": ""}
    del environment["SPEECHD_ADDRESS"]  # inside, it is found as by any program
    command = [
        *("bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--unshare-all"),
        *("--tmpfs", str(desktop.root), "--dir", runtime, *(socket if with_socket else [])),
        # A server must not be started inside.
        *("--ro-bind", "/dev/null", "/usr/bin/speech-dispatcher"),
        *("spd-say", "-o", "kokoro", "-w", "hello from inside"),
    ]
    return subprocess.run(command, env=environment, capture_output=True, timeout=100, check=False).returncode


def test_the_socket_is_enough(desktop: Desktop) -> None:
    assert desktop.recorder is not None
    begun = time.monotonic()
    assert say_inside(desktop, with_socket=True) == 0
    recorder = desktop.recorder
    wait_until(lambda: recorder.loudness_since(begun) > 300, 60, "nothing was heard from inside the sandbox")


def test_without_the_socket_nothing_is_said(desktop: Desktop) -> None:
    assert desktop.recorder is not None
    time.sleep(1)
    begun = time.monotonic()
    assert say_inside(desktop, with_socket=False) != 0
    assert desktop.recorder.loudness_since(begun) < 300
