# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.audio.tempo import Tempo, can_stretch, pause_spans

TEMPO = Tempo()


@pytest.mark.parametrize(
    ("pace", "speed"), [(1 / 3, 0.5), (0.5, 0.5), (0.8, 0.8), (1.0, 1.0), (1.3, 1.3), (2.0, 1.3), (6.0, 1.3)]
)
@pytest.mark.parametrize("cost", [None, 0.1])
def test_the_model_stays_within_its_limits(pace: float, speed: float, cost: float | None) -> None:
    assert TEMPO.model_speed(pace, 250, cost) == pytest.approx(speed)


def test_a_slow_machine_has_the_model_go_faster_in_long_phrases_only() -> None:
    assert TEMPO.model_speed(6.0, 10, 0.4) == 1.3
    assert TEMPO.model_speed(6.0, 250, 0.4) == 2.0
    assert TEMPO.model_speed(2.0, 250, 0.4) == 1.3  # it can keep up
    assert Tempo(fastest_model=3.0).model_speed(6.0, 250, 0.4) == 3.0  # the user's own limit stands


@given(
    pace=st.floats(1 / 3, 10), phonemes=st.integers(1, 510), cost=st.none() | st.floats(0, 5, allow_nan=False)
)
def test_the_model_never_goes_faster_than_asked(pace: float, phonemes: int, cost: float | None) -> None:
    speed = TEMPO.model_speed(pace, phonemes, cost)
    assert 0.5 <= speed <= max(0.5, min(pace, 2.0)) + 1e-9


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
