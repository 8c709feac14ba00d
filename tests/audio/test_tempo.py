# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from kokoro_speechd.audio.tempo import Tempo, can_stretch, courses

TEMPO = Tempo()


@pytest.mark.parametrize(
    ("pace", "speed"), [(1 / 3, 0.5), (0.5, 0.5), (0.8, 0.8), (1.0, 1.0), (1.3, 1.3), (2.0, 1.3), (6.0, 1.3)]
)
def test_the_model_stays_within_its_limits(pace: float, speed: float) -> None:
    assert TEMPO.model_speed(pace) == pytest.approx(speed)


def test_the_limits_are_the_users() -> None:
    assert Tempo(fastest_model=3.0).model_speed(6.0) == 3.0
    assert Tempo(slowest_model=0.7).model_speed(0.4) == 0.7


@pytest.mark.parametrize(
    ("symbols", "starts", "speeds"),
    [
        ("ab", [5, 10], [(5, 10), (10, 1), (99, 2)]),
        ("a, b.", [5, 10, 20, 30, 40], [(5, 10), (10, 1), (20, 20), (30, 30), (40, 4), (99, 50)]),
        ("a… —b", [0, 10, 20, 30, 40], [(0, 10), (10, 1), (20, 20), (30, 30), (40, 40), (99, 5)]),
        ("a b", [0, 10, 20], [(0, 10), (10, 1), (20, 2), (99, 3)]),
        ("...", [1, 2, 3], [(1, 10), (2, 10), (3, 20), (99, 30)]),
    ],
)
def test_each_symbol_has_its_speed_and_pauses_theirs(
    symbols: str, starts: list[int], speeds: list[tuple[int, float]]
) -> None:
    words = [float(number) for number in range(1, len(symbols) + 1)]
    assert list(courses(symbols, starts, 99, words, [10 * word for word in words])) == speeds


def test_this_machine_can_stretch() -> None:
    """The library comes with espeakng_loader, on which this project depends."""
    assert can_stretch()
