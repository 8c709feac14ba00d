# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a real daemon in folders of its own and talks to its socket."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from kokoro_speechd.ipc.protocol import Connection, Message
from kokoro_speechd.utterance import Parameters
from tests.desktop import wait_until

COMMAND = (sys.executable, "-m", "kokoro_speechd.daemon")


class Client(Connection):
    """A module's side of the engine socket."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__(plain_connection(environment))

    def expect(self, *types: str) -> Message:
        """Return the next frame of one of these types; others are passed over."""
        while True:
            message = self.receive()
            assert message is not None, "the connection ended"
            if message.type in types:
                return message

    def state(self, wanted: str) -> None:
        """Wait for a state of the model."""
        while self.expect("state").string("state") != wanted:
            pass

    def speak(self, text: str, generation: int = 1, voice: str = "af_heart", kind: str = "text") -> None:
        fields = {
            "generation": generation,
            "kind": kind,
            "parameters": asdict(Parameters()),
            "voice": voice,
            "language": "en-US",
        }
        self.send(Message("speak", fields, text.encode()))

    def load(self) -> None:
        """Have the model loaded and wait for it."""
        self.send(Message("load"))
        self.state("ready")


class Daemon:
    """One daemon process; a context."""

    def __init__(self, environment: Mapping[str, str], command: Sequence[str] = COMMAND) -> None:
        self.environment = environment
        self.log = Path(environment["XDG_STATE_HOME"]) / "daemon.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=dict(environment), stderr=log, stdout=log, cwd="/")
        wait_until(lambda: "INFO: ready" in self.log.read_text(), 30, "the daemon is not ready")

    def client(self) -> Client:
        return Client(self.environment)

    def rss(self) -> int:
        """Return the resident memory in bytes."""
        fields = Path(f"/proc/{self.process.pid}/statm").read_text().split()
        return int(fields[1]) * 4096

    def files(self) -> int:
        """Return the number of open files."""
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def __enter__(self) -> Daemon:  # noqa: PYI034 - Self is newer than Python 3.10
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()


def daemons_of(environment: Mapping[str, str]) -> list[int]:
    """Return the process ids of all daemons in these folders, not only of the one that holds the lock."""
    ours = f"XDG_RUNTIME_DIR={environment['XDG_RUNTIME_DIR']}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if b"kokoro_speechd.daemon" in (process / "cmdline").read_bytes() and ours in (
                process / "environ"
            ).read_bytes().split(b"\0"):
                found.append(int(process.name))
    return found


def plain_connection(environment: Mapping[str, str]) -> socket.socket:
    """Return a connection to the engine socket, however long its path is."""
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(60)
    descriptor = os.open(socket_of(environment).parent, os.O_PATH)
    try:
        sock.connect(f"/proc/self/fd/{descriptor}/engine.sock")
    except OSError:
        sock.close()
        raise
    finally:
        os.close(descriptor)
    return sock


def socket_of(environment: Mapping[str, str]) -> Path:
    return Path(environment["XDG_RUNTIME_DIR"]) / "kokoro-speechd/engine.sock"
