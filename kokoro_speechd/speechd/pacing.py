# SPDX-License-Identifier: GPL-3.0-or-later
"""Audio at the pace of the listener.

What is written too early cannot be taken back: it waits in the pipe, replies wait behind it, and every
client of the server with them. So audio leads real time by a bounded amount.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

# Length of one block. The server writes a block to the sound device and sleeps until it is nearly played,
# so blocks far shorter than this risk gaps on a busy machine.
BLOCK_SECONDS = 0.1


class Pacer:
    """Says how long to wait before the next block of one message."""

    def __init__(self, lead: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._lead = lead
        self._clock = clock
        self._played_out: float | None = None  # when everything sent so far will have been heard

    def delay(self, seconds: float) -> float:
        """Return the seconds to wait before a block of `seconds` may be sent, and count it as sent then."""
        now = self._clock()
        # Late audio starts a new count: silence that was heard is not owed again.
        begin = now if self._played_out is None else max(self._played_out, now)
        self._played_out = begin + seconds
        return max(0.0, self._played_out - now - self._lead)

    def wait(self, seconds: float, over: threading.Event) -> bool:
        """Wait until a block of `seconds` may be sent; return False as soon as the message is over."""
        delay = self.delay(seconds)
        return not (over.wait(delay) if delay > 0 else over.is_set())


def blocks(samples: bytes, sample_rate: int) -> Iterator[bytes]:
    """Cut int16 mono audio into blocks of at most BLOCK_SECONDS."""
    size = 2 * int(sample_rate * BLOCK_SECONDS)
    for start in range(0, len(samples), size):
        yield samples[start : start + size]
