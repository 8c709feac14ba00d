# SPDX-License-Identifier: GPL-3.0-or-later
"""Loud sound within full scale: one gain for a whole message, which falls before a peak and rises behind it.

A gain of its own for each piece of sound would change what a document asks for between its parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

AHEAD = 120  # samples before a peak in which the gain falls: 5 ms
_RELEASE = 3600  # samples in which what is missing of the gain behind a peak falls to a third: 150 ms
_NOTHING = 1e-9  # of a gain that nobody hears
ROOM = 2.0
"""The voices' peaks are some 7 dB below full scale: what is louder by this factor is seldom limited."""


class Limiter:
    """The gain of one message; it is 1 where nothing would be beyond full scale."""

    def __init__(self) -> None:
        self._last = _NOTHING  # what was missing of the gain at the latest sample, before it is smoothed

    def passed(self, pieces: Iterable[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
        """Yield the pieces of a phrase within ±1, the same number of samples in all.

        What is no number becomes silence. AHEAD samples wait for the next piece.
        """
        import numpy as np

        silence = np.zeros(AHEAD, np.float32)
        # Of the silence before and behind the sound nothing is yielded.
        before, waiting = np.full(AHEAD, _NOTHING), silence
        skipped = AHEAD
        for piece in _with_end(pieces, silence):
            samples = np.concatenate([waiting, np.nan_to_num(piece, nan=0.0, posinf=0.0, neginf=0.0)])
            count = max(0, len(samples) - AHEAD)
            missing = self._missing(samples, count)
            waiting = samples[count:]
            course = np.concatenate([before, missing])
            before = course[len(course) - AHEAD :]
            heard = samples[:count]
            if course.max() > _NOTHING:
                # The mean over all places from which a sample was looked at: it falls and rises evenly.
                sums = np.concatenate([[0.0], np.cumsum(course)])
                mean = (sums[AHEAD + 1 :] - sums[: -AHEAD - 1]) / (AHEAD + 1)
                heard = (heard * (1 - mean)).astype(np.float32)
            left = heard[skipped:]
            skipped -= min(skipped, count)
            if len(left):
                yield left

    def _missing(self, samples: NDArray[np.float32], count: int) -> NDArray[np.float64]:
        """Return what must be missing of the gain at the first `count` samples; the others are ahead."""
        import numpy as np

        peaks = np.maximum(np.abs(samples.astype(np.float64)), 1.0)
        if self._last <= _NOTHING and not (peaks > 1).any():
            return np.full(count, _NOTHING)
        needed = np.maximum(1 - 1 / peaks, _NOTHING)
        window = 1
        while window < AHEAD + 1:  # the greatest of this sample and those ahead
            step = min(window, AHEAD + 1 - window)
            needed = np.maximum(needed[: len(needed) - step], needed[step:])
            window += step
        if not count:
            return needed
        places = np.arange(1, count + 1) / _RELEASE
        levels = np.concatenate([[np.log(self._last)], np.log(needed[:count]) + places])
        fallen = np.exp(np.maximum.accumulate(levels)[1:] - places)
        missing: NDArray[np.float64] = np.where(fallen < 1e-5, np.maximum(_NOTHING, needed[:count]), fallen)
        self._last = float(missing[-1])
        return missing


def _with_end(
    pieces: Iterable[NDArray[np.float32]], end: NDArray[np.float32]
) -> Iterator[NDArray[np.float32]]:
    yield from pieces
    yield end


def room_for(loudest: float) -> float:
    """Return the factor on a message whose loudest part has this gain, so that it needs no limiting."""
    return min(1.0, ROOM / loudest) if loudest > 0 else 1.0
