# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges of sound that know nothing of words: quality, likeness, loudness, pitch, silence.

Sound is float32 mono at 24 kHz, full scale ±1, as `rendering` makes it.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import sys
import types
import warnings
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.real_voice.listening import RATE, resampled

Sound = NDArray[np.float32]
_FRAME = RATE // 200  # 5 ms
_QUIET = 40.0  # dB below the loudest 5 ms of a sound: what is silence to the ear


def naturalness(sound: Sound) -> float:
    """Return the mean opinion score, 1 … 5, that distillmos expects of listeners. It needs no reference."""
    import torch

    with torch.inference_mode():
        return float(_distillmos()(torch.from_numpy(resampled(sound, 16_000))[None]))


@cache
def _distillmos() -> Any:
    """Return distillmos' model.

    Its module imports torchaudio, for a command line that reads WAV files. PyPI's torchaudio needs CUDA's
    libraries and cannot be loaded beside torch for the CPU; the model does not use it. So while the module is
    imported an empty one stands in torchaudio's place, which fails loudly if anything of it is asked for.
    """
    absent = "torchaudio" not in sys.modules
    if absent:
        sys.modules["torchaudio"] = types.ModuleType("torchaudio")
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            return importlib.import_module("distillmos.sqa").ConvTransformerSQAModel().eval()
    finally:
        if absent:
            del sys.modules["torchaudio"]


def likeness(sound: Sound, reference: Sound) -> tuple[float, float]:
    """Return PESQ (wide band, up to 4.64) and ESTOI (up to 1) of a sound to another rendering of it.

    Both are laid over each other where they agree best, and cut to the same length: the comparison is of the
    sound, not of the silence around it. Prosody that differs makes both of them small.
    """
    from pesq import pesq
    from pystoi import stoi

    a, b = aligned(sound, reference)
    a, b = resampled(a, 16_000), resampled(b, 16_000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(pesq(16_000, b, a, "wb")), float(stoi(b, a, 16_000, extended=True))


def aligned(sound: Sound, reference: Sound) -> tuple[Sound, Sound]:
    """Return the parts of both that belong together, by the greatest correlation."""
    from scipy.signal import correlate

    course = correlate(reference, sound, mode="full", method="fft")
    shift = int(np.argmax(np.abs(course))) - (len(sound) - 1)
    reference, sound = reference[max(0, shift) :], sound[max(0, -shift) :]
    length = min(len(sound), len(reference))
    return sound[:length], reference[:length]


def loudness(sound: Sound) -> float:
    """Return the integrated loudness in LUFS (ITU-R BS.1770-4)."""
    import pyloudnorm

    long_enough = np.pad(sound, (0, max(0, RATE // 2 - len(sound))))
    return float(pyloudnorm.Meter(RATE).integrated_loudness(long_enough.astype(np.float64)))


def median_pitch(sound: Sound) -> float:
    """Return the median of the voice's fundamental frequency in Hz, by Praat; NaN where nothing is voiced."""
    track = _pitch(sound)
    voiced = track[track > 0]
    return float(np.median(voiced)) if len(voiced) else float("nan")


def _pitch(sound: Sound) -> NDArray[np.float64]:
    """Return the fundamental frequency every 10 ms by Praat, 0 where nothing is voiced."""
    import parselmouth

    track = parselmouth.Sound(sound.astype(np.float64), RATE).to_pitch(
        time_step=0.01, pitch_floor=35, pitch_ceiling=700
    )
    frequencies: NDArray[np.float64] = track.selected_array["frequency"]
    return frequencies


def pitch_moved(sound: Sound, reference: Sound) -> float:
    """Return by how many semitones a sound is higher than another of the same course.

    By the places that are voiced in both: of a deep voice Praat finds fewer, and not the deepest ones.
    """
    one, other = _pitch(sound), _pitch(reference)
    one, other = one[: len(other)], other[: len(one)]
    both = (one > 0) & (other > 0)
    return float(np.median(12 * np.log2(one[both] / other[both])))


def semitones(frequency: float, reference: float) -> float:
    """Return the distance of two frequencies."""
    return float(12 * np.log2(frequency / reference))


def envelope(sound: Sound) -> NDArray[np.float64]:
    """Return the level of each whole 5 ms in dB, the loudest of them at 0."""
    frames = sound[: len(sound) // _FRAME * _FRAME].astype(np.float64).reshape(-1, _FRAME)
    power = np.mean(frames**2, axis=1) + 1e-14
    level: NDArray[np.float64] = 10 * np.log10(power / power.max()) if len(power) else power
    return level


def silence_before(sound: Sound) -> float:
    """Return the seconds before anything can be heard; all of it where nothing can."""
    heard = np.flatnonzero(envelope(sound) > -_QUIET)
    return float(heard[0]) * _FRAME / RATE if len(heard) else len(sound) / RATE


def silence_behind(sound: Sound) -> float:
    """Return the seconds behind the last that can be heard."""
    return silence_before(sound[::-1])


def silences(sound: Sound, least: float = 0.06) -> list[tuple[float, float]]:
    """Return where each silence inside the sound begins and ends, in seconds, if it lasts that long."""
    heard = np.flatnonzero(envelope(sound) > -_QUIET)
    gaps = np.flatnonzero(np.diff(heard) > 1)
    spans = [((heard[gap] + 1) * _FRAME / RATE, heard[gap + 1] * _FRAME / RATE) for gap in gaps]
    return [(float(begin), float(end)) for begin, end in spans if end - begin >= least]


def heard_seconds(sound: Sound) -> float:
    """Return the seconds from the first to the last that can be heard."""
    return max(0.0, len(sound) / RATE - silence_before(sound) - silence_behind(sound))


def mean(values: Sequence[float]) -> float:
    """Return the mean of the values that are numbers."""
    return float(np.nanmean(np.asarray(values, np.float64))) if len(values) else float("nan")
