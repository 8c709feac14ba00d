# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection to speech-dispatcher in its own protocol.

Debian's python3-speechd loses an event that comes before its callback is registered, that is, before the
thread that sent the message runs again.
"""

from __future__ import annotations

import queue
import socket
import threading

TERMINAL = {"702", "703"}  # END, CANCEL


class Ssip:
    """One connection to speech-dispatcher; what it says unasked is kept by message."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(address)
        self._replies: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
        self.changed = threading.Condition()
        self.events: dict[int, list[str]] = {}
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Ssip:  # noqa: PYI034 - Self is newer than Python 3.10
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join()
        self._socket.close()

    def _read(self) -> None:
        block: list[str] = []
        with self._socket.makefile(encoding="utf-8", newline="\r\n") as lines:
            for line in lines:
                block.append(line.rstrip("\r\n"))
                if line[3] == "-":
                    continue
                if line.startswith("7"):
                    with self.changed:
                        self.events.setdefault(int(block[0][4:]), []).append(line[:3])
                        self.changed.notify_all()
                else:
                    self._replies.put(block)
                block = []

    def ask(self, request: str) -> list[str]:
        """Send one line, or a text with its end, and return the lines of the reply."""
        self._socket.sendall(request.encode() + b"\r\n")
        reply = self._replies.get(timeout=120)
        assert reply[-1].startswith("2"), reply
        return reply

    def speak(self, text: str) -> int:
        """Queue a message and return its number."""
        self.ask("SPEAK")
        return int(self.ask(text + "\r\n.")[0][4:])

    def open(self, name: str, priority: str) -> None:
        """Introduce this client, whose messages all go to our module, fast, and with every event."""
        for setting in (
            f"CLIENT_NAME test:{name}:main",
            "OUTPUT_MODULE kokoro",
            "RATE 60",
            f"PRIORITY {priority}",
            "NOTIFICATION ALL on",
        ):
            self.ask(f"SET SELF {setting}")

    def ended(self, message: int) -> bool:
        """Say whether a message has had its end."""
        return bool(TERMINAL & set(self.events.get(message, ())))
