# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.audio.limiting import AHEAD, ROOM, Limiter, room_for


def limited(samples: np.ndarray, cuts: list[int], limiter: Limiter | None = None) -> np.ndarray:
    pieces = np.split(samples, sorted(min(cut, len(samples)) for cut in cuts))
    return np.concatenate([*(limiter or Limiter()).passed(pieces), np.zeros(0, np.float32)])


CUTS = st.lists(st.integers(0, 12_000), max_size=5)


@given(CUTS)
def test_what_is_within_full_scale_stays_as_it_is(cuts: list[int]) -> None:
    samples = np.sin(np.arange(9000, dtype=np.float32))
    assert np.array_equal(limited(samples, cuts), samples)


@given(st.integers(0, 2**32 - 1), st.floats(1, 30), CUTS)
def test_nothing_is_beyond_full_scale_however_the_sound_comes(
    seed: int, loudness: float, cuts: list[int]
) -> None:
    numbers = np.random.default_rng(seed)
    samples = (numbers.standard_normal(9000) * numbers.choice([0, 0.1, loudness], 9000)).astype(np.float32)
    heard = limited(samples, cuts)
    assert heard.dtype == np.float32
    assert len(heard) == len(samples)
    assert np.abs(heard).max() <= 1 + 1e-6
    assert np.allclose(heard, limited(samples, []), atol=1e-5), "the pieces are not heard"


def test_the_gain_falls_just_before_a_peak_and_rises_slowly_behind_it() -> None:
    samples = np.full(24_000, 0.5, np.float32)
    samples[9000] = 4
    gain = limited(samples, [3000, 9050]) / samples
    assert (gain[: 9000 - AHEAD] == 1).all()
    assert gain[9000] == pytest.approx(0.25, abs=0.01)
    assert np.abs(np.diff(gain)).max() < 0.01
    assert gain[9000 + 7200] > 0.85
    assert gain[-1] > 0.98


def test_the_next_phrase_goes_on_with_the_gain_of_the_last() -> None:
    limiter = Limiter()
    limited(np.full(3000, 4, np.float32), [], limiter)
    next_phrase = limited(np.full(24_000, 0.5, np.float32), [], limiter)
    assert next_phrase[0] < 0.2
    assert next_phrase[-1] > 0.49


def test_no_number_is_silence_and_nothing_is_nothing() -> None:
    samples = np.array([np.nan, np.inf, 0.5], np.float32)
    assert limited(samples, []).tolist() == [0, 0, 0.5]
    assert not len(limited(np.zeros(0, np.float32), []))


def test_room_for_loud_parts() -> None:
    assert room_for(0.0) == room_for(1.0) == room_for(ROOM) == 1
    assert room_for(4.0) * 4 == ROOM
