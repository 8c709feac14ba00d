# SPDX-License-Identifier: GPL-3.0-or-later
"""Silence of an exact length between two sounds, whatever silence these end and begin with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

QUIET = 0.003  # of full scale, -50 dB: below is silence


def quiet_start(samples: NDArray[np.float32]) -> int:
    """Return how many samples at the beginning are silent."""
    heard = _heard(samples)
    return int(heard[0]) if len(heard) else len(samples)


def quiet_end(samples: NDArray[np.float32]) -> int:
    """Return how many samples at the end are silent."""
    heard = _heard(samples)
    return len(samples) - 1 - int(heard[-1]) if len(heard) else len(samples)


def _heard(samples: NDArray[np.float32]) -> NDArray[np.int64]:
    import numpy as np

    heard: NDArray[np.int64] = np.flatnonzero(np.abs(samples) > QUIET)
    return heard


class Pause:
    """The silence that is still to come before the next sound. All in samples.

    Most of it is given at once, so that the next sound can be made meanwhile; the rest when it is known with
    how much silence that sound begins.
    """

    def __init__(self, reserve: int) -> None:
        """`reserve` is the most silence that a sound begins with."""
        self._reserve = reserve
        self._owed = 0
        self._ending = 0

    def sounded(self, ending: int) -> None:
        """Say that a sound was heard which ends with so much silence."""
        self._owed, self._ending = 0, ending

    def after(self, pieces: Iterable[NDArray[np.float32]], edge: int) -> Iterator[NDArray[np.float32]]:
        """Pass the pieces of a sound on, and note with how much silence it ends: `edge` at least."""
        last = None
        for last in pieces:
            yield last
        if last is not None:
            self.sounded(max(edge, quiet_end(last)))

    def add(self, length: int) -> int:
        """Ask for silence; return how much of it is to be given now."""
        self._owed += length - min(self._ending, length)
        self._ending -= min(self._ending, length)
        now = max(0, self._owed - self._reserve)
        self._owed -= now
        return now

    def rest(self, beginning: int = 0) -> int:
        """Return how much is to be given before a sound that begins with so much silence itself."""
        rest = max(0, self._owed - beginning)
        self._owed = 0
        return rest
