# SPDX-License-Identifier: GPL-3.0-or-later
"""A gain that never clips: where it would carry the sound beyond full scale, it gets softer around there.

The factor goes down and up again within 10 ms, and nothing else of the sound changes. It is the same for
pieces and for the whole, except that a piece cannot foresee the next one's begin: a peak there is softened at
once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_REACH = 120  # samples, 5 ms: a peak's factor holds so far around it, and is reached over as many more


class Limiter:
    """Gives one phrase its gain, a piece after the other."""

    def __init__(self, gain: float) -> None:
        import numpy as np

        self._gain = np.float32(gain)
        self._before = np.ones(2 * _REACH)  # the factors that the latest samples needed
        self._still = True  # whether all of them are 1

    def limited(self, piece: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the next samples, float32 [n] of full scale ±1, with the gain. No number becomes 0."""
        import numpy as np

        loud: NDArray[np.float32] = np.nan_to_num(piece, nan=0.0, posinf=0.0, neginf=0.0) * self._gain
        peaks = np.abs(loud)
        if self._still and float(peaks.max(initial=0.0)) <= 1:
            return loud
        needed = np.concatenate([self._before, 1 / np.maximum(peaks, 1).astype(np.float64)])
        self._before = needed[-2 * _REACH :]
        self._still = bool((self._before == 1).all())
        least = _least(np.concatenate([needed, np.ones(2 * _REACH)]), 2 * _REACH + 1)
        sums = np.cumsum(np.concatenate([[0.0], least]))
        factors = (sums[2 * _REACH + 1 :] - sums[: -2 * _REACH - 1]) / (2 * _REACH + 1)
        return np.asarray(np.clip(loud * factors, -1, 1), np.float32)


def _least(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Return the least of each `width` neighbouring values."""
    import numpy as np

    span = 1
    while span < width:
        step = min(span, width - span)
        values = np.minimum(values[:-step], values[step:])
        span += step
    return values
