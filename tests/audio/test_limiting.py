# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.audio.limiting import Limiter

RATE = 24_000


def voice(level: float, peak: float = 0.0) -> np.ndarray:
    """Return a second of a tone, with a short peak in its middle."""
    tone = level * np.sin(2 * np.pi * 200 * np.arange(RATE) / RATE)
    tone[RATE // 2 : RATE // 2 + 40] += peak
    return tone.astype(np.float32)


def limited(sound: np.ndarray, gain: float, *cuts: int) -> np.ndarray:
    limiter = Limiter(gain)
    return np.concatenate([limiter.limited(piece) for piece in np.split(sound, sorted(cuts))])


@pytest.mark.parametrize("gain", [0.0, 0.5, 1.0, 2.0])
def test_a_gain_is_exact_where_there_is_room(gain: float) -> None:
    sound = voice(0.4)
    np.testing.assert_array_equal(limited(sound, gain, 100, 7000), sound * np.float32(gain))


def test_a_peak_is_softened_and_what_is_around_it_stays() -> None:
    sound = voice(0.3, peak=0.6)
    loud = limited(sound, 2.0)
    assert np.abs(loud).max() <= 1
    assert loud.max() > 0.95
    far = np.ones(RATE, bool)
    far[RATE // 2 - 240 : RATE // 2 + 40 + 240] = False
    np.testing.assert_array_equal(loud[far], 2 * sound[far])
    factors = loud[np.abs(sound) > 0.1] / sound[np.abs(sound) > 0.1]
    assert np.abs(np.diff(factors)).max() < 0.1  # it comes and goes without a click


def test_a_piece_sounds_as_in_the_whole() -> None:
    sound = voice(0.3, peak=0.6)
    cuts = (RATE // 2 + 60, RATE // 2 + 100, RATE // 2 + 5000)  # behind the peak, in its reach too
    np.testing.assert_allclose(limited(sound, 2.0, *cuts), limited(sound, 2.0), atol=0.3)
    np.testing.assert_allclose(
        limited(sound, 2.0, 6000, 18000), limited(sound, 2.0), atol=1e-6
    )  # not near it


@given(
    st.lists(st.floats(-8, 8, width=32), min_size=1, max_size=1500),
    st.floats(0, 100),
    st.lists(st.integers(0, 1500), max_size=5),
)
def test_never_clips_and_never_turns_a_sample_round(
    samples: list[float], gain: float, cuts: list[int]
) -> None:
    sound = np.array(samples, np.float32)
    loud = limited(sound, gain, *cuts)
    assert len(loud) == len(sound)
    assert np.abs(loud).max() <= 1
    assert (loud * sound >= 0).all()
    assert (np.abs(loud) <= np.abs(sound * np.float32(gain)) * (1 + 1e-6)).all()


def test_what_is_no_number_is_silent() -> None:
    sound = np.array([np.nan, np.inf, -np.inf, 0.5], np.float32)
    assert limited(sound, 1.0).tolist() == [0, 0, 0, 0.5]
