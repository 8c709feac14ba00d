# SPDX-License-Identifier: GPL-3.0-or-later
"""Gain within a phrase, and samples as the 16 bit that everybody takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


_FULL_SCALE = 32767
_FADE = 240  # samples: 10 ms


def to_int16(samples: NDArray[np.float32]) -> bytes:
    """Return samples, float32 [n] of full scale ±1, as int16 little endian.

    The limiter has kept them within full scale; what is beyond all the same is cut off there.
    """
    import numpy as np

    scaled: NDArray[np.int16] = np.rint(np.clip(samples, -1, 1) * np.float32(_FULL_SCALE)).astype("<i2")
    return scaled.tobytes()


def with_gains(
    pieces: Iterable[NDArray[np.float32]], starts: NDArray[np.int64], gains: Sequence[float]
) -> Iterator[NDArray[np.float32]]:
    """Yield a phrase's pieces with a gain for each phoneme, which begin at `starts`.

    What is before the first phoneme goes with it. A gain goes over into the next within _FADE samples.
    """
    import numpy as np

    changes = [index for index in range(1, len(gains)) if gains[index] != gains[index - 1]]
    if not changes and gains[0] == 1:
        yield from pieces
        return
    places = [
        place for index in changes for place in (starts[index] - _FADE // 2, starts[index] + _FADE // 2)
    ]
    values = [gains[0], *(gain for index in changes for gain in (gains[index - 1], gains[index]))]
    position = 0
    for piece in pieces:
        samples = np.arange(position, position + len(piece))
        yield (piece * np.interp(samples, [-_FADE, *places], values)).astype(np.float32)
        position += len(piece)
