# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound files of any format, decoded by libsndfile, which speech-dispatcher itself needs and brings.

Not by the soundfile package: it imports numpy, which the output module must not.
"""

from __future__ import annotations

import array
import ctypes
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_LIBRARY = "libsndfile.so.1"
_READ = 0x10
_LONGEST = 30  # seconds; no sound that is a sign is longer
_RATES = range(1_000, 192_001)  # Hz
_CHANNELS = range(1, 9)
_FULL_SCALE = 32767


class _Info(ctypes.Structure):
    """SF_INFO of sndfile.h."""

    _fields_ = (
        ("frames", ctypes.c_int64),
        ("samplerate", ctypes.c_int),
        ("channels", ctypes.c_int),
        ("format", ctypes.c_int),
        ("sections", ctypes.c_int),
        ("seekable", ctypes.c_int),
    )


@dataclass(frozen=True, slots=True)
class DecodedSound:
    """Samples, int16 mono little endian, and their rate in Hz."""

    samples: bytes
    sample_rate: int


def decode(path: Path, gain: float = 1.0) -> DecodedSound | None:
    """Return a file's sound, all channels as one, at most half a minute; None where it cannot be had."""
    library = _library()
    if library is None:
        return None
    info = _Info()
    file = library.sf_open(bytes(path), _READ, ctypes.byref(info))
    if not file:
        return None
    try:
        if info.samplerate not in _RATES or info.channels not in _CHANNELS:
            return None
        wanted = min(max(0, info.frames), _LONGEST * info.samplerate)
        values = (ctypes.c_float * (wanted * info.channels))()
        count = library.sf_readf_float(file, values, wanted)
    finally:
        library.sf_close(file)
    if count <= 0:
        return None
    heard = array.array("f", bytes(values))[: count * info.channels]
    return DecodedSound(_mono(heard, info.channels, gain), info.samplerate)


def _mono(values: array.array[float], channels: int, gain: float) -> bytes:
    factor = gain * _FULL_SCALE / channels
    mixed = map(sum, zip(*(values[channel::channels] for channel in range(channels)), strict=True))
    samples = array.array(
        "h", (round(max(-_FULL_SCALE, min(_FULL_SCALE, factor * value))) for value in mixed)
    )
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL(_LIBRARY)
    except OSError:
        return None
    library.sf_open.argtypes = [ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(_Info)]
    library.sf_open.restype = ctypes.c_void_p
    library.sf_readf_float.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64]
    library.sf_readf_float.restype = ctypes.c_int64
    library.sf_close.argtypes = [ctypes.c_void_p]
    return library
