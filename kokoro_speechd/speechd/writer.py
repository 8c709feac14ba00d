# SPDX-License-Identifier: GPL-3.0-or-later
"""The only writer of the module's stdout: whole blocks, in order, from a thread of its own.

A server that does not read (its queue is full) blocks this thread alone; commands are still read and a
STOP still takes back what has not been written yet.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable

_log = logging.getLogger(__name__)


class Writer:
    """Blocks on their way to one file descriptor."""

    def __init__(self, fd: int, written: Callable[[bytes], None] = lambda _block: None) -> None:
        """`written` is called with each block after it was written, by the writing thread."""
        self._fd, self._written = fd, written
        self._blocks: deque[tuple[bytes, int | None, float]] = deque()
        self._changed = threading.Condition()
        self._writing = False
        self._closed = False
        self._thread = threading.Thread(target=self._write_blocks, name="writer", daemon=True)

    def start(self) -> None:
        """Start the writing thread."""
        self._thread.start()

    def put(self, block: bytes, generation: int | None = None, *, not_before: float = 0.0) -> None:
        """Add a whole block; one with a generation may be taken back by `take_back`. Never blocks.

        It is written, and what comes after it, `not_before` this moment of time.monotonic().
        """
        with self._changed:
            if not self._closed:
                self._blocks.append((block, generation, not_before))
                self._changed.notify_all()

    def take_back(self, generation: int) -> None:
        """Forget the blocks of `generation` of which nothing has been written yet."""
        with self._changed:
            self._blocks = deque(entry for entry in self._blocks if entry[1] != generation)

    def waiting(self) -> int:
        """Return the number of blocks not written yet."""
        with self._changed:
            return len(self._blocks) + self._writing

    def flush(self, timeout: float) -> bool:
        """Wait until everything is written; return False when `timeout` seconds were not enough."""
        with self._changed:
            return self._changed.wait_for(
                lambda: self._closed or not (self._blocks or self._writing), timeout
            )

    def _wait_for_a_block(self) -> None:
        """Wait until there is one whose time has come; what was first may be taken back meanwhile."""
        while not self._blocks or (early := self._blocks[0][2] - time.monotonic()) > 0:
            self._changed.wait(early if self._blocks else None)

    def _write_blocks(self) -> None:
        while True:
            with self._changed:
                self._writing = False
                self._changed.notify_all()
                self._wait_for_a_block()
                block, _, _ = self._blocks.popleft()
                self._writing = True
            try:
                _write_all(self._fd, block)
                self._written(block)
            except OSError as error:
                # The server is gone; stdin ends too and ends the process. Nothing more can be said here.
                _log.info("the server does not read any more: %s", error.strerror)
                with self._changed:
                    self._closed = True
                    self._writing = False
                    self._blocks.clear()
                    self._changed.notify_all()
                return


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
