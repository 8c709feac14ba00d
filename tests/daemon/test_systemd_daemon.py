# SPDX-License-Identifier: GPL-3.0-or-later
"""The real daemon under its real units and a real `systemd --user`: it speaks inside its cage."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desktop import wait_until
from tests.user_manager import AS_USER, UnavailableError, UserManager

pytestmark = [pytest.mark.desktop, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
SERVICE = "kokoro-speechd.service"
# Only a process of the manager's user can talk to the daemon. It prints the bytes of sound.
CLIENT = """
import socket, sys
from dataclasses import asdict
from kokoro_speechd.ipc import endpoint
from kokoro_speechd.ipc.protocol import Connection, Message
from kokoro_speechd.utterance import Parameters
sock = endpoint.connect()
sock.settimeout(120)
connection = Connection(sock)
def expect(*types):
    while (frame := connection.receive()).type not in types:
        pass
    return frame
connection.send(Message("load"))
while expect("state").fields["state"] != "ready":
    pass
connection.send(Message("speak", {"generation": 1, "kind": "text", "parameters": asdict(Parameters()),
                                "voice": "af_heart", "language": "en-US"}, b"Hello there"))
total = 0
while (frame := expect("audio", "end", "failed")).type == "audio":
    total += len(frame.payload)
print(frame.type, total)
"""


@pytest.fixture
def manager(random_model: Path) -> Iterator[UserManager]:
    try:
        manager = UserManager()
    except UnavailableError as error:
        pytest.skip(str(error))
    try:
        shutil.copytree(ROOT / "kokoro_speechd", manager.home / "kokoro_speechd")
        model = manager.home / ".local/share/kokoro-speechd/model"
        (model / "voices").mkdir(parents=True)
        for name in ("config.json", "kokoro-v1_0.pth", "voices/af_heart.pt"):
            shutil.copy(random_model / name, model / name)
        manager.units.mkdir(parents=True)
        for unit in (ROOT / "systemd").glob("kokoro-speechd.*"):
            text = unit.read_text().replace(
                "/usr/bin/kokoro-speechd daemon", f"{sys.executable} -m kokoro_speechd.daemon"
            )
            text = text.replace("[Service]\n", f"[Service]\nEnvironment=PYTHONPATH={manager.home}\n")
            (manager.units / unit.name).write_text(text)
        try:
            manager.start()
        except UnavailableError as error:
            pytest.skip(str(error))
        yield manager
    finally:
        manager.close()


def run_as_user(manager: UserManager, script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["setpriv", *AS_USER, sys.executable, "-c", script],
        env={**manager.environment, "PYTHONPATH": str(manager.home)},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
        cwd="/",
    )


def test_kokoro_speaks_and_a_reload_and_a_stop_are_orderly(manager: UserManager) -> None:
    if run_as_user(manager, "import torch, kokoro_speechd").returncode:
        pytest.skip("another user cannot read this Python environment")
    manager.systemctl("start", "kokoro-speechd.socket")
    assert manager.show(SERVICE, "ActiveState") == ["inactive"]
    ran = run_as_user(manager, CLIENT)  # the socket starts the service
    assert ran.stdout.startswith("end "), ran.stderr + manager.log()
    assert int(ran.stdout.split()[1]) > 2 * 6000
    assert manager.show(SERVICE, "ActiveState", "NRestarts") == ["active", "0"]
    (pid,) = manager.show(SERVICE, "MainPID")
    manager.systemctl("reload", SERVICE)
    assert manager.show(SERVICE, "MainPID") == [pid]
    manager.systemctl("stop", SERVICE)
    wait_until(lambda: manager.show(SERVICE, "ActiveState") == ["inactive"], 20, "it does not stop")
    assert manager.show(SERVICE, "Result") == ["success"]
    assert (Path(manager.environment["XDG_RUNTIME_DIR"]) / "kokoro-speechd/engine.sock").exists()
    assert os.listdir(manager.runtime / "kokoro-speechd") == ["engine.sock"]  # noqa: PTH208 - names alone
