# SPDX-License-Identifier: GPL-3.0-or-later
"""One sample rate to another, for messages that two voices share."""

from __future__ import annotations

import array
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_HALF = 16  # samples on either side that shape a new one
_KEPT = 0.95  # of the band of the lower rate
_AT_ONCE = 24_000  # new samples in one step, which bounds the memory


def resample(samples: bytes, rate: int, wanted: int) -> bytes:
    """Return int16 mono audio at `wanted` Hz. Linear interpolation: enough for one sentence's tail.

    numpy is imported here and not before: a module that never needs this starts without it.
    """
    if rate == wanted or not samples:
        return samples
    import numpy as np

    source = np.frombuffer(samples, dtype="<i2").astype(np.float32)
    count = max(1, round(len(source) * wanted / rate))
    places = np.arange(count, dtype=np.float32) * (rate / wanted)
    moved: bytes = np.interp(places, np.arange(len(source)), source).round().astype("<i2").tobytes()
    return moved


def resample_block(samples: bytes, rate: int, wanted: int) -> bytes:
    """Return what `resample` does, for some tenths of a second, with the standard library alone.

    For the module, when the daemon is lost in the midst of a message on a busy machine: to import numpy would
    take seconds there, and somebody listens to silence.
    """
    if rate == wanted or not samples:
        return samples
    source = array.array("h", samples)
    count = max(1, round(len(source) * wanted / rate))
    source.append(source[-1])
    last = len(source) - 2
    moved = array.array("h", bytes(2 * count))
    for index in range(count):
        place, share = divmod(index * rate, wanted)
        place = min(place, last)
        moved[index] = (source[place] * (wanted - share) + source[place + 1] * share + wanted // 2) // wanted
    return moved.tobytes()


def resample_parts(parts: Sequence[bytes], rate: int, wanted: int) -> list[bytes]:
    """Return int16 mono audio that is one sound in parts at `wanted` Hz, each part still by itself.

    A windowed sinc: for speech that is heard whole beside another voice.
    """
    import numpy as np

    if rate == wanted:
        return list(parts)
    source = np.frombuffer(b"".join(parts), "<i2").astype(np.float32)
    moved = np.clip(_sinc(source, rate, wanted).round(), -32768, 32767).astype("<i2")
    ends = np.cumsum([0, *(len(part) // 2 for part in parts)]) * wanted // rate
    return [moved[start:end].tobytes() for start, end in pairwise(ends)]


def _sinc(source: NDArray[np.float32], rate: int, wanted: int) -> NDArray[np.float32]:
    """Return float32 [n · wanted / rate] of float32 [n]."""
    import numpy as np

    common = math.gcd(rate, wanted)
    up, down = wanted // common, rate // common
    cutoff = _KEPT * min(1.0, up / down)
    # One filter for each place that a new sample can have between two old ones.
    places = np.arange(1 - _HALF, _HALF + 1) - np.arange(up)[:, None] / up
    window = np.cos(np.pi * np.clip(places / (2 * _HALF), -0.5, 0.5)) ** 2
    filters = (cutoff * np.sinc(cutoff * places) * window).astype(np.float32)
    padded = np.pad(source, (_HALF - 1, _HALF + 1))
    count = len(source) * up // down
    made = np.empty(count, np.float32)
    for start in range(0, count, _AT_ONCE):
        positions = np.arange(start, min(start + _AT_ONCE, count)) * down
        around = positions[:, None] // up + np.arange(2 * _HALF)
        made[start : start + len(positions)] = (padded[around] * filters[positions % up]).sum(1)
    return made
