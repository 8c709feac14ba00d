# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast windows are made here and now, and how long the next one may be. Standard library only.

What a window costs is about proportional to the frames that each step renders for it, and a little for the
window itself (weights that are read from memory). The proportions are the model's, measured once; the factor
is this machine's at this moment, measured with every window.

With w(n) the seconds for a window that makes n frames heard, and h the seconds of sound that the listener has
not heard yet, the sound never stops as long as w(n) ≤ h. It goes on for good once w(n) ≤ 0.025 · n: such a
window is made while the one before is heard. So the first window is the shortest of which this is true, and
each further one the longest that h allows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from statistics import median

from kokoro_speechd.synthesis.phrase.windows import DECODER, LONGEST, SHORTEST, Window, window

FRAME_SECONDS = 0.025

# The cost of a window and of a frame in the decoder and the generator's two stages; a frame in all costs 1.
_WINDOW, _DECODER, _STAGES = 2.4, 0.02, (0.25, 0.73)
_LATEST = 9  # windows whose median counts: one that was interrupted does not
_MARGIN = 1.2  # the machine may become so much slower with the next window
_UNKNOWN = 0.012  # seconds for a frame, until something was measured
_LONGEST_WAIT = 20  # frames of the first window on a machine that cannot keep up anyway


class Pace:
    """The seconds that a frame takes."""

    def __init__(self) -> None:
        self._latest: deque[float] = deque(maxlen=_LATEST)

    @property
    def seconds(self) -> float:
        """What a frame costs, now."""
        return median(self._latest) if self._latest else _UNKNOWN

    @property
    def cost(self) -> float | None:
        """The seconds that a second of sound takes, in windows that the listener waits for; None: unknown."""
        if not self._latest:
            return None
        return self.seconds * _cost_within(_LONGEST_WAIT) / (_LONGEST_WAIT * FRAME_SECONDS)

    def measured(self, made: Window, seconds: float) -> None:
        """Take note of how long a window took."""
        self._latest.append(seconds / _cost(made))

    def sizes(self, buffered_seconds: Callable[[], float], speedup: float = 1.0) -> Callable[[], int]:
        """Return what tells the next window's frames.

        `buffered_seconds`: the sound that was made and not heard yet; it is heard `speedup` times as fast.
        """

        def next_size() -> int:
            here = self.seconds * _MARGIN
            room = buffered_seconds()
            size = self._steady(here, speedup)
            while size < LONGEST and here * _cost_within(size + 1) <= room:
                size += 1
            return size

        return next_size

    @staticmethod
    def _steady(here: float, speedup: float) -> int:
        """Return the shortest window that is made while one of its length is heard."""
        for size in range(SHORTEST, _LONGEST_WAIT):
            if here * _cost_within(size) <= size * FRAME_SECONDS / speedup:
                return size
        return _LONGEST_WAIT


def _cost(made: Window) -> float:
    stages = sum(share * (end - start) for share, (start, end) in zip(_STAGES, made.stages, strict=True))
    return _WINDOW + _DECODER * (made.decoder[1] - made.decoder[0]) + stages


def _cost_within(size: int) -> float:
    """Return the cost of a window with all its context."""
    return _cost(window(DECODER, DECODER + size, 2 * DECODER + size))
