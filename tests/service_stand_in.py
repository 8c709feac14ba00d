# SPDX-License-Identifier: GPL-3.0-or-later
"""A service that uses service_manager.py and tells, over its socket, how it is doing; stdlib alone."""

from __future__ import annotations

import os
import resource
import signal
import socket
import struct
import sys
import time
from pathlib import Path

from service_manager import ServiceManager, inherited_sockets  # copied beside this file


def answer(question: str, connection: socket.socket, manager: ServiceManager) -> str:
    """Do what is asked for."""
    if question == "peer":
        size = struct.calcsize("3i")
        return str(struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))[1])
    if question == "inet":
        try:
            socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()
        except OSError as error:
            return type(error).__name__ + f" {error.errno}"
        return "a network socket"
    if question == "limits":
        core = resource.getrlimit(resource.RLIMIT_CORE)
        mask = os.umask(0o077)
        score = Path("/proc/self/oom_score_adj").read_text().strip()
        return f"core {core} umask {mask:o} oom {score}"
    if question.startswith("work"):
        manager.busy()
        for _ in range(int(question.split()[1]) * 10):
            time.sleep(0.1)
            manager.alive()
        manager.idle()
    elif question == "hang":
        manager.busy()
        time.sleep(1000)
    elif question == "crash":
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def main() -> None:
    """Serve one question after another."""
    [(listener, name)] = inherited_sockets()
    manager = ServiceManager()

    def stop(*_: object) -> None:
        manager.stopping()
        sys.exit(0)

    def abort(*_: object) -> None:
        Path(__file__).with_name("aborted").touch()
        os._exit(1)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGABRT, abort)  # what the manager sends when the watchdog's time is over
    manager.ready(f"{name} {manager.watchdog_seconds} {sorted(k for k in os.environ if 'LISTEN' in k)}")
    while True:
        connection, _ = listener.accept()
        with connection, connection.makefile() as questions:
            connection.sendall(answer(questions.readline().strip(), connection, manager).encode() + b"\n")


if __name__ == "__main__":
    main()
