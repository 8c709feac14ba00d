# SPDX-License-Identifier: GPL-3.0-or-later
"""Silence before, between and behind the sounds of a message.

It is as long as is asked for, whatever the sounds have: a phrase's sound begins and ends with silence of
its own, of any length. That is cut by its level, so that nothing of a word is lost, and what shall be heard
instead is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

QUIET = 0.003  # of full scale, -50 dB: below is silence
GUARD = 120  # samples beside what is heard that are kept, and fade: 5 ms


class PhraseEdges:
    """The pieces of a phrase's sound without the silence at its ends.

    cut    samples that were left out at the beginning
    ended  samples that were left out at the end, once all pieces were passed on
    """

    def __init__(self, pieces: Iterable[NDArray[np.float32]]) -> None:
        """Take pieces until something is heard."""
        import numpy as np

        self.ended = 0
        self._pieces = iter(pieces)
        silent: list[NDArray[np.float32]] = []
        self._first: NDArray[np.float32] = np.zeros(0, np.float32)
        for piece in self._pieces:
            silent.append(piece)
            if len(heard := _heard(piece)):
                before = sum(map(len, silent[:-1])) + int(heard[0])
                self.cut = max(0, before - GUARD)
                self._first = np.concatenate(silent)[self.cut :].copy()
                self._first[: before - self.cut] *= np.linspace(0, 1, before - self.cut, dtype=np.float32)
                return
        self.cut = sum(map(len, silent))

    def pieces(self) -> Iterator[NDArray[np.float32]]:
        """Yield what is left."""
        import numpy as np

        held = self._first
        last = 0  # samples since the last one that is heard, of those that were passed on
        while True:
            if len(heard := _heard(held)):
                last = -int(heard[-1]) - 1
            keep = min(len(held), GUARD - last)
            last += keep
            if keep:
                yield held[:keep]
            following = next(self._pieces, None)
            rest = held[keep:]
            if following is None:
                self.ended = len(rest)
                return
            held = np.concatenate([rest, following])


def _heard(samples: NDArray[np.float32]) -> NDArray[np.int64]:
    import numpy as np

    heard: NDArray[np.int64] = np.flatnonzero(np.abs(samples) > QUIET)
    return heard


class Silence:
    """The silence that is still to come before the next sound. All in samples."""

    def __init__(self, edge: int) -> None:
        """`edge`: how much a message begins and ends with."""
        self._edge = edge
        self._due = max(0, edge - GUARD)
        self._ends_with_sound = False

    def due(self) -> int:
        """Return how much is to be given before a sound that begins now."""
        due, self._due = self._due, 0
        return due

    def sounded(self, pause: int) -> None:
        """Say that a sound was given; without a break the next one comes after a pause of this length."""
        self._due = pause
        self._ends_with_sound = True

    def bound(self, longest: int, shortest: int = 0) -> None:
        """Let the pause that comes now be within these, silent ends of the sounds included."""
        if self._ends_with_sound:
            self._due = max(0, shortest - 2 * GUARD, min(self._due, longest - 2 * GUARD))

    def pause(self, length: int) -> int:
        """Return how much is to be given now for a break of this length; it replaces the sound's pause."""
        beside = 2 * GUARD if self._ends_with_sound else 0  # silent, too
        self._due = 0
        self._ends_with_sound = False
        return max(0, length - beside)

    def end(self) -> int:
        """Return how much is to be given at the end of the message."""
        return max(0, self._edge - GUARD) if self._ends_with_sound else 0
