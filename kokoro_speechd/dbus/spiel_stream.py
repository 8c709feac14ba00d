# SPDX-License-Identifier: GPL-3.0-or-later
"""Spiel's stream of sound and events, version 0.01, and how it is written into a client's pipe.

The stream is `0.01`, then chunks, little endian and packed:

    sound   u8 1, u32 size, samples
    event   u8 2, u8 type, u32 start, u32 end, u32 size of the name in bytes, name in UTF-8

libspiel's reader takes each part of a chunk with one read() and believes what it gets, so a chunk must be in
the pipe as a whole before any of it can be read: one write of at most PIPE_BUF bytes.
"""

from __future__ import annotations

import os
import select
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum

HEADER = b"0.01"
MOST = 4096  # bytes of a chunk: PIPE_BUF on Linux, what the kernel writes as a whole

_SOUND = struct.Struct("<BI")
_EVENT = struct.Struct("<BBIII")
_SOUND_CHUNK, _EVENT_CHUNK = 1, 2
_SAMPLES = (MOST - _SOUND.size) // 2 * 2
_CLOSED = select.POLLERR | select.POLLHUP | select.POLLNVAL


class EventType(IntEnum):
    """What begins to be heard, by its number in the stream."""

    WORD = 1
    SENTENCE = 2
    RANGE = 3
    MARK = 4


@dataclass(frozen=True, slots=True)
class SpielEvent:
    """The characters `start` … `end - 1` of the client's text are heard from here on."""

    kind: EventType
    start: int
    end: int
    name: str = ""


def sound_chunks(samples: bytes) -> Iterator[bytes]:
    """Yield int16 samples as chunks."""
    for start in range(0, len(samples), _SAMPLES):
        piece = samples[start : start + _SAMPLES]
        yield _SOUND.pack(_SOUND_CHUNK, len(piece)) + piece


def event_chunk(event: SpielEvent) -> bytes:
    """Return an event as a chunk; a name that is too long for one loses its end."""
    name = event.name.encode()[: MOST - _EVENT.size].decode(errors="ignore").encode()
    return _EVENT.pack(_EVENT_CHUNK, event.kind, event.start, event.end, len(name)) + name


def is_closed(descriptor: int) -> bool:
    """Return whether nobody reads a pipe any more."""
    poll = select.poll()
    poll.register(descriptor, 0)
    return any(found & _CLOSED for _, found in poll.poll(0))


class PipeWriter:
    """Writes chunks into a pipe, which it does not close. For one thread."""

    def __init__(self, descriptor: int, on_full: Callable[[], None]) -> None:
        """`on_full`: called each time before the pipe's reader is waited for."""
        self._descriptor = descriptor
        self._on_full = on_full
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLOUT)

    def write(self, chunk: bytes) -> bool:
        """Write a chunk, as a whole where this is a pipe; return False when nobody reads it."""
        left = memoryview(chunk)
        while left:
            if not self._wait():
                return False
            try:
                left = left[os.write(self._descriptor, left) :]
            except BlockingIOError:  # the client's descriptor does not block, and is no pipe
                continue
            except OSError:
                return False
        return True

    def _wait(self) -> bool:
        """Wait until there is room for a chunk; return False when nobody reads."""
        ready = self._poll.poll(0)
        if not ready:
            self._on_full()
            ready = self._poll.poll()
        return not ready[0][1] & _CLOSED
