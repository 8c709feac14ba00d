# SPDX-License-Identifier: GPL-3.0-or-later
"""speech-dispatcher 0.12 as systemd starts it: somebody else listens, and the first client wakes it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kokoro_speechd.cli.desktop import speech_server
from tests.desktop import Desktop, speech_dispatcher_version, wait_until

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(
        tuple(map(int, speech_dispatcher_version().split(".")[:2])) < (0, 12),
        reason="speech-dispatcher takes no socket of systemd's before 0.12",
    ),
]


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    desktop = Desktop(tmp_path)
    runtime = Path(desktop.environment["XDG_RUNTIME_DIR"])
    (runtime / "speech-dispatcher").mkdir()
    socket = runtime / "speech-dispatcher/speechd.sock"
    del desktop.environment["SPEECHD_ADDRESS"]  # all at their usual places
    try:
        desktop.start_sound()
        activation = desktop._spawn(
            "activation", "systemd-socket-activate", "-l", str(socket),
            *(f"-E{name}={value}" for name, value in desktop.environment.items() if "\n" not in value),
            "speech-dispatcher", "-s", "-t", "0", "-L", str(desktop.logs), "-l", "3",
        )  # fmt: skip
        desktop.server = activation  # it becomes the server with the first connection
        wait_until(socket.exists, 20, "nobody listens")
        yield desktop
    finally:
        desktop.close()


def test_the_first_client_wakes_it_and_hears_kokoros_module(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desktop.recorder is not None
    begun = time.monotonic()
    for words in ("one", "two"):
        subprocess.run(
            ["spd-say", "-o", "kokoro", "-w", words], env=desktop.environment, timeout=60, check=True
        )
    time.sleep(0.3)
    assert desktop.recorder.loudness_since(begun) > 1000
    for name, value in desktop.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("SPEECHD_ADDRESS", raising=False)
    assert "kokoro" in (speech_server.modules() or [])
    pid = speech_server.server_pid()
    assert pid is not None
    assert speech_server.runs_our_module(pid)
    assert speech_server.end_process(pid)
