# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from kokoro_speechd.audio import ssip_scales
from kokoro_speechd.audio.gain import to_int16

if TYPE_CHECKING:
    from collections.abc import Callable

MAPPINGS = (
    ssip_scales.rate_to_speed,
    ssip_scales.pitch_to_semitones,
    ssip_scales.range_to_factor,
    ssip_scales.volume_to_gain,
    ssip_scales.rate_to_wpm,
    ssip_scales.pitch_to_espeak,
    ssip_scales.range_to_espeak,
    ssip_scales.volume_to_espeak,
)


@pytest.mark.parametrize(
    ("mapping", "lowest", "neutral", "highest"),
    [
        (ssip_scales.rate_to_speed, 1 / 3, 1.0, 4.0),
        (ssip_scales.pitch_to_semitones, -12, 0, 12),
        (ssip_scales.range_to_factor, 0, 1, 2),
        (ssip_scales.volume_to_gain, 0, 0.5, 1),
        (ssip_scales.rate_to_wpm, 80, 175, 700),
        (ssip_scales.pitch_to_espeak, 0, 50, 99),
        (ssip_scales.range_to_espeak, 0, 50, 99),
        (ssip_scales.volume_to_espeak, 0, 50, 100),
    ],
)
def test_ends_and_middle(
    mapping: Callable[[int], float], lowest: float, neutral: float, highest: float
) -> None:
    assert [mapping(value) for value in (-100, 0, 100)] == pytest.approx([lowest, neutral, highest])
    assert mapping(-1000) == mapping(-100)
    assert mapping(1000) == mapping(100)


@pytest.mark.parametrize("mapping", MAPPINGS)
def test_monotone(mapping: Callable[[int], float]) -> None:
    values = [mapping(value) for value in range(-100, 101)]
    assert values == sorted(values)


@pytest.mark.parametrize("mapping", MAPPINGS[:4])
def test_every_step_is_heard(mapping: Callable[[int], float]) -> None:
    values = [mapping(value) for value in range(-100, 101)]
    assert len(set(values)) == 201


def test_equal_steps_of_rate_sound_equal() -> None:
    assert ssip_scales.rate_to_speed(80) / ssip_scales.rate_to_speed(30) == pytest.approx(4**0.5)
    assert ssip_scales.rate_to_speed(-30) / ssip_scales.rate_to_speed(-80) == pytest.approx(3**0.5)


@pytest.mark.parametrize(("fastest", "wpm"), [(1.0, 175), (2.57, 450), (3.0, 525), (10.0, 900)])
def test_the_fastest_rate_is_a_setting(fastest: float, wpm: int) -> None:
    assert ssip_scales.rate_to_speed(100, fastest) == pytest.approx(fastest)
    assert ssip_scales.rate_to_wpm(100, fastest) == wpm
    assert ssip_scales.rate_to_speed(0, fastest) == 1
    assert ssip_scales.rate_to_speed(-100, fastest) == pytest.approx(1 / 3)


def ints(data: bytes) -> list[int]:
    return np.frombuffer(data, dtype="<i2").tolist()


@pytest.mark.parametrize(
    ("samples", "expected"),
    [([], []), ([0.0], [0]), ([1.0, -1.0, 0.5], [32767, -32767, 16384]), ([1.0001, -3.0], [32767, -32767])],
)
def test_to_int16(samples: list[float], expected: list[int]) -> None:
    assert ints(to_int16(np.array(samples, dtype=np.float32))) == expected


def test_little_endian() -> None:
    assert to_int16(np.array([1.0], dtype=np.float32)) == b"\xff\x7f"


def test_a_speed_has_its_rate() -> None:
    assert [ssip_scales.speed_to_rate(ssip_scales.rate_to_speed(rate)) for rate in range(-100, 101)] == [
        *range(-100, 101)
    ]
    assert ssip_scales.speed_to_rate(0.001) == -100
    assert ssip_scales.speed_to_rate(1000.0) == 100
