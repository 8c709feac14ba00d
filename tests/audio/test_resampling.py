# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.audio.resampling import resample, resample_block, resample_parts


def tone(hertz: float, rate: int, seconds: float = 1.0) -> np.ndarray:
    return 20_000 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)


@pytest.mark.parametrize(("hertz", "decibels"), [(100, 80), (1000, 80), (5000, 65), (8000, 50)])
@pytest.mark.parametrize(("rate", "wanted"), [(22050, 24000), (24000, 22050), (16000, 24000)])
def test_tones_stay_what_they_are(hertz: int, decibels: int, rate: int, wanted: int) -> None:
    if hertz > 0.4 * min(rate, wanted):
        return
    moved = resample_parts([tone(hertz, rate).astype("<i2").tobytes()], rate, wanted)
    heard = np.frombuffer(moved[0], "<i2").astype(float)
    expected = tone(hertz, wanted)
    inner = slice(100, -100)
    noise = np.mean((heard[inner] - expected[: len(heard)][inner]) ** 2)
    assert 10 * np.log10(np.mean(expected[inner] ** 2) / noise) > decibels


@given(st.lists(st.integers(0, 700), max_size=6))
def test_parts_keep_their_borders(lengths: list[int]) -> None:
    whole = tone(300, 22050).astype("<i2")[: sum(lengths)]
    ends = np.cumsum([0, *lengths])
    parts = [whole[a:b].tobytes() for a, b in pairwise(ends)]
    moved = resample_parts(parts, 22050, 24000)
    assert len(moved) == len(parts)
    assert b"".join(moved) == b"".join(resample_parts([whole.tobytes()], 22050, 24000))
    total = 0
    for part, end in zip(moved, ends[1:], strict=True):
        total += len(part) // 2
        assert abs(total - end * 24000 / 22050) <= 1


def test_the_same_rate_and_nothing() -> None:
    assert resample_parts([b"ab", b""], 24000, 24000) == [b"ab", b""]
    assert resample_parts([], 22050, 24000) == []
    assert resample(b"", 22050, 24000) == b""
    assert len(resample(bytes(44100), 22050, 24000)) == 48000


@given(st.integers(1, 3000), st.sampled_from([(22050, 24000), (24000, 22050), (16000, 24000)]))
def test_without_numpy_it_is_the_same_sound(length: int, rates: tuple[int, int]) -> None:
    samples = tone(300, rates[0]).astype("<i2")[:length].tobytes()
    block = np.frombuffer(resample_block(samples, *rates), "<i2").astype(int)
    whole = np.frombuffer(resample(samples, *rates), "<i2").astype(int)
    assert len(block) == len(whole)
    assert abs(block - whole).max() <= 4  # the places of the one are rounded to float32


def test_without_numpy_the_ends_of_the_scale_are_kept() -> None:
    square = np.array([-32768, 32767] * 50, "<i2").tobytes()
    moved = np.frombuffer(resample_block(square, 22050, 24000), "<i2")
    assert moved.min() == -32768
    assert moved.max() <= 32767
    assert resample_block(b"", 22050, 24000) == b""
    assert resample_block(square, 24000, 24000) == square
