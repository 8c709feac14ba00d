# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound at four times its sample rate and back, piece by piece, without delay in the sum.

Both ways the same filter: a sinc within a Kaiser window. At a rate of 24 kHz it is flat up to 10 kHz, and
-60 dB from 14 kHz on.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FACTOR = 4
_REACH = 12  # samples of the lower rate on either side


@cache
def _filter() -> NDArray[np.float32]:
    """Return the taps; their sum is 1."""
    places = np.arange(-_REACH * FACTOR, _REACH * FACTOR + 1)
    taps = np.sinc(places / FACTOR) * np.kaiser(len(places), 5.65)
    return np.asarray(taps / taps.sum(), np.float32)


class Upsampler:
    """To the higher rate; it gives a sample once it has seen the next _REACH."""

    def __init__(self) -> None:
        self._seen = np.zeros(_REACH, np.float32)

    def feed(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what can be said of the samples so far."""
        seen = np.concatenate([self._seen, samples])
        self._seen = seen[-2 * _REACH :]
        if len(seen) <= 2 * _REACH:
            return np.empty(0, np.float32)
        spread = np.zeros(len(seen) * FACTOR, np.float32)
        spread[::FACTOR] = seen * FACTOR
        return np.convolve(spread, _filter(), "valid")

    def finish(self) -> NDArray[np.float32]:
        """Return the rest."""
        return self.feed(np.zeros(_REACH, np.float32))


class Downsampler:
    """To the lower rate."""

    def __init__(self) -> None:
        self._seen = np.zeros(_REACH * FACTOR, np.float32)

    def feed(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what can be said of the samples so far."""
        self._seen = np.concatenate([self._seen, samples])
        width = len(_filter())
        count = max(0, (len(self._seen) - width) // FACTOR + 1)
        if not count:
            return np.empty(0, np.float32)
        windows = np.lib.stride_tricks.sliding_window_view(self._seen, width)[::FACTOR]
        made: NDArray[np.float32] = windows[:count] @ _filter()
        self._seen = self._seen[count * FACTOR :]
        return made

    def finish(self) -> NDArray[np.float32]:
        """Return the rest."""
        return self.feed(np.zeros(_REACH * FACTOR, np.float32))
