# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from kokoro_speechd.audio.tempo import Tempo, can_stretch, pause_spans

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
    ("symbols", "starts", "spans"),
    [
        ("ab", [5, 10], [(0, 5)]),
        ("a, b.", [5, 10, 20, 30, 40], [(0, 5), (10, 30), (40, 99)]),
        ("a… —b", [0, 10, 20, 30, 40], [(0, 0), (10, 40)]),
        ("a b", [0, 10, 20], [(0, 0)]),
        ("...", [1, 2, 3], [(0, 99)]),
        ("", [], [(0, 99)]),
    ],
)
def test_pauses_of_a_phrase(symbols: str, starts: list[int], spans: list[tuple[int, int]]) -> None:
    assert list(pause_spans(symbols, starts, 99)) == spans


def test_this_machine_can_stretch() -> None:
    """The library comes with espeakng_loader, on which this project depends."""
    assert can_stretch()
