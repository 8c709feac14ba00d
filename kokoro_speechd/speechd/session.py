# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of one conversation with speech-dispatcher, and who may write which event when.

States: idle → speaking → (pausing →) idle. A body being received is the input parser's matter.

Everything that decides happens under one lock, together with handing the bytes to the writer, so that

* the reply `200 OK SPEAKING` precedes every event of its message,
* every accepted message gets exactly one terminal event (702, 703 or 704) and nothing after it,
* STOP and the message's own end cannot both write one,
* no event is ever written while idle.

speech-dispatcher 0.11.4 falls silent for good when one of these is broken, and also where the end of a
message comes too soon: it sends the next message before its own queue can be stopped again, and loses an end
that makes it stop the queue. So no message ends within `SETTLING` of its start. (Whether the one before was
stopped is not known here: once the server has an end, it stops what it still plays without a word.)

Threads: the main thread calls `accept`, `stop`, `pause`, `reply`; the speaking thread the rest.
"""

from __future__ import annotations

import threading
import time

from kokoro_speechd.rendering.request import SpeechRequest
from kokoro_speechd.speechd import wire
from kokoro_speechd.speechd.writer import Writer
from kokoro_speechd.utterance import Kind, Parameters, Utterance

# On PAUSE the server waits for one of its own marks; where the message has none left, this made-up one
# ends it. (0.11.4 hangs for good on a 704 or 702 without it. The server numbers its own from 0.)
MADE_UP_MARK = "__spd_999"
_SERVER_MARK = "__spd_"
SETTLING = 0.05
"""Seconds from the start of a message in which the server may lose its end.

With ends that came at once it hung after some hundred messages on a busy machine
(`tests/speechd/test_flood.py`); with 0.01 s it never did. Its own modules take 0.02.
"""


class Session:
    """What the server has asked for and what it was told."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._lock = threading.Lock()
        self._arrived = threading.Condition(self._lock)
        self._current: SpeechRequest | None = None
        self._next: SpeechRequest | None = None
        self._begun = False  # whether the current one's BEGIN was written
        self._pausing = False
        self._generation = 0
        self._settled = 0.0  # the moment from which the server takes the current one's end

    # --- the main thread ---------------------------------------------------------------------------

    def reply(self, block: bytes) -> None:
        """Write a reply that has nothing to do with a message."""
        self._writer.put(block)

    def accept(self, kind: Kind, text: str, parameters: Parameters) -> None:
        """Accept a message: 200 now, everything else from the speaking thread."""
        with self._lock:
            self._end(wire.STOPPED)  # the server never does this; if it does, the old message still ends
            self._generation += 1
            utterance = Utterance(self._generation, kind, text, parameters)
            self._writer.put(wire.SPEAKING)
            self._current = self._next = SpeechRequest(utterance)
            self._begun = self._pausing = False
            self._settled = time.monotonic() + SETTLING
            self._arrived.notify_all()

    def stop(self) -> None:
        """Answer STOP: 703 if a message is in progress, nothing otherwise."""
        with self._lock:
            if self._current is not None:
                self._writer.take_back(self._generation)
                self._end(wire.STOPPED)

    def pause(self) -> None:
        """Note PAUSE: the message in progress ends with 704 at the server's next mark."""
        with self._lock:
            if self._current is not None:
                self._pausing = True

    # --- the speaking thread ---------------------------------------------------------------------

    def next_request(self) -> SpeechRequest:
        """Wait for a message."""
        with self._lock:
            self._arrived.wait_for(lambda: self._next is not None)
            request, self._next = self._next, None
            assert request is not None  # noqa: S101 - what wait_for waited for
            return request

    def audio(self, request: SpeechRequest, samples: bytes, sample_rate: int) -> bool:
        """Write one block of audio; return False when the message is over."""
        block = wire.audio(samples, sample_rate)
        with self._lock:
            if request is not self._current:
                return False
            self._begin()
            self._writer.put(block, self._generation)
            return True

    def mark(self, request: SpeechRequest, name: str) -> bool:
        """Write one index mark; return False when the message is over (also when it pauses here)."""
        with self._lock:
            if request is not self._current:
                return False
            self._begin()
            self._writer.put(wire.mark(name), self._generation)
            if self._pausing and name.startswith(_SERVER_MARK):
                self._end(wire.PAUSED)
                return False
            return True

    def finish(self, request: SpeechRequest) -> None:
        """Write the terminal event of a message that came to its end; nothing if it had one already."""
        with self._lock:
            if request is not self._current:
                return
            self._begin()
            if self._pausing:
                self._writer.put(wire.mark(MADE_UP_MARK), self._generation)
                self._end(wire.PAUSED)
            else:
                self._end(wire.END)

    # --- under the lock ----------------------------------------------------------------------------

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            # Not revocable: a 702 or 704 behind it needs it.
            self._writer.put(wire.BEGIN)

    def _end(self, event: bytes) -> None:
        if self._current is not None:
            self._writer.put(event, not_before=self._settled)
            self._current.end()
            self._current = self._next = None
