# SPDX-License-Identifier: GPL-3.0-or-later
"""One sample rate to another, for the rare message that two voices share."""

from __future__ import annotations


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
