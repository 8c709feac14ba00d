# SPDX-License-Identifier: GPL-3.0-or-later
"""Samples on their way from the one who writes them to the listener's ear, and the marks among them.

Knows no thread and no device: whoever shares a store locks it.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

WIDTH = 2  # bytes of a sample, int16 mono


class SampleStore:
    """Written samples until they were heard; all lengths are in bytes."""

    def __init__(self, sample_rate: int) -> None:
        self._bytes_a_second = WIDTH * sample_rate
        self._sound = bytearray()  # from the first sample that was not heard
        self._taken = 0  # how much of it the device has
        self._pieces: deque[tuple[float, int]] = deque()  # of that: when heard to its end, length
        self._marks: deque[tuple[int, Callable[[], None]]] = deque()
        self.heard = 0

    @property
    def waiting(self) -> int:
        """What the device has not taken yet."""
        return len(self._sound) - self._taken

    @property
    def is_empty(self) -> bool:
        """Whether everything was heard."""
        return not self._sound

    @property
    def has_marks(self) -> bool:
        """Whether there are marks that were not taken."""
        return bool(self._marks)

    def put(self, samples: bytes) -> None:
        """Add samples."""
        self._sound += samples

    def mark(self, callback: Callable[[], None]) -> None:
        """Add a mark before the sample that is put next."""
        self._marks.append((self.heard + len(self._sound), callback))

    def take(self, length: int, moment: float) -> bytes:
        """Return up to `length` bytes for the device, which will begin to play them at that moment."""
        samples = bytes(self._sound[self._taken : self._taken + length])
        if samples:
            self._pieces.append((moment + len(samples) / self._bytes_a_second, len(samples)))
            self._taken += len(samples)
        return samples

    def hear(self, now: float) -> None:
        """Count what was heard until now."""
        while self._pieces and self._pieces[0][0] <= now:
            _, length = self._pieces.popleft()
            del self._sound[:length]
            self._taken -= length
            self.heard += length

    def has_due_mark(self, *, ended: bool) -> bool:
        """Whether the sample after the next mark was heard, or all was when none will follow."""
        if not self._marks:
            return False
        return self.heard > self._marks[0][0] or (ended and not self._sound)

    def take_mark(self) -> Callable[[], None]:
        """Remove the next mark and return its callback."""
        return self._marks.popleft()[1]

    def drop_marks(self) -> None:
        """Remove all marks."""
        self._marks.clear()

    def unheard(self) -> bytes:
        """Return what was put and not heard."""
        return bytes(self._sound)
