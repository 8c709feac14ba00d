# SPDX-License-Identifier: GPL-3.0-or-later
"""Hundreds of messages through the real speech-dispatcher, each of which stops those before it.

The server has lost the end of a message that came too soon behind a stop, and never spoke again: on a busy
machine of two cores within 40 seconds, five times of five (see `session`).
"""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.desktop import Desktop
from tests.ssip import Ssip

pytestmark = [pytest.mark.desktop, pytest.mark.slow]

SECONDS = 30
CLIENTS = 3
BUSY = 2  # processes beside them
LATE = 40  # messages later, and _PATIENCE seconds, every message must have ended
_PATIENCE = 20
WORDS = "one two three four five"


def test_messages_that_stop_each_other_never_silence_the_server(tmp_path: Path) -> None:
    desktop = Desktop(tmp_path)
    busy: list[subprocess.Popen[bytes]] = []
    lost: list[int] = []
    sent = [0] * CLIENTS

    def speak(number: int, client: Ssip) -> None:
        chance = random.Random(number)
        client.open(f"flood{number}", "TEXT")
        messages: list[int] = []
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and not lost:
            messages.append(client.speak(" ".join([WORDS] * chance.choice((1, 1, 2, 4)))))
            sent[number] += 1
            if chance.random() < 0.2:
                client.ask("STOP SELF")
            time.sleep(chance.choice((0, 0.02, 0.1, 0.3)))
            if len(messages) > LATE:
                oldest = messages.pop(0)
                with client.changed:
                    if not client.changed.wait_for(lambda oldest=oldest: client.ended(oldest), _PATIENCE):
                        lost.append(oldest)

    try:
        desktop.start()
        busy += [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(BUSY)]
        with contextlib.ExitStack() as stack:
            address = desktop.environment["SPEECHD_ADDRESS"].removeprefix("unix_socket:")
            clients = [stack.enter_context(Ssip(address)) for _ in range(CLIENTS)]
            threads = [threading.Thread(target=speak, args=pair) for pair in enumerate(clients)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert lost == []
        assert min(sent) > 2 * LATE, "too few messages for this test to fail"
    finally:
        for process in busy:
            process.kill()
            process.wait()
        desktop.close()
