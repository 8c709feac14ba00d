# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of speech-dispatcher that never waits for its messages.

Arguments: a seed, the number of messages, and the words they are made of. All go to our module, with marks,
and some are stopped. At the end it prints, as JSON, the events that each message got.

It speaks SSIP itself, because Debian's python3-speechd loses an event that comes before its callback is
registered, that is, before the thread that sent the message runs again.
"""

from __future__ import annotations

import json
import os
import queue
import random
import socket
import sys
import threading
import time

TERMINAL = {"702", "703"}  # END, CANCEL
SILENCE = 150  # Seconds; others' messages are spoken meanwhile, so longer than any message.


class Ssip:
    """One connection to speech-dispatcher; what it says unasked is kept by message."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(address)
        self._replies: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
        self.changed = threading.Condition()
        self.events: dict[int, list[str]] = {}
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        block: list[str] = []
        for line in self._socket.makefile(encoding="utf-8", newline="\r\n"):
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


def main() -> None:
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    chance = random.Random(seed)
    server = Ssip(os.environ["SPEECHD_ADDRESS"].removeprefix("unix_socket:"))
    server.ask(f"SET SELF CLIENT_NAME test:chaos{seed}:main")
    server.ask("SET SELF OUTPUT_MODULE kokoro")
    server.ask("SET SELF RATE 60")
    server.ask("SET SELF PRIORITY TEXT")
    server.ask("SET SELF SSML_MODE on")
    server.ask("SET SELF NOTIFICATION ALL on")
    messages = []
    for _ in range(count):
        words = [chance.choice(sys.argv[3:]) for _ in range(chance.choice((1, 1, 2, 4, 25)))]
        text = " ".join(f'<mark name="{place}"/>{word}' for place, word in enumerate(words))
        messages.append(server.speak(f"<speak>{text}</speak>"))
        if chance.random() < 0.2:
            server.ask("STOP SELF")
        time.sleep(chance.choice((0.0, 0.1, 0.3, 0.8, 1.5)))
    with server.changed:
        # All messages together are a queue of minutes on a slow machine: stuck is what brings no event.
        while not all(TERMINAL & set(server.events.get(message, ())) for message in messages):
            if not server.changed.wait(SILENCE):
                break
    time.sleep(2)  # a second terminal event would come now
    print(json.dumps([server.events.get(message, []) for message in messages]))


main()
