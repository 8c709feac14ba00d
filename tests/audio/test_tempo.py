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
    """Each has a pace of its own here, so there is nothing beside it at whose cost it could be spared."""
    words = [float(number) for number in range(1, len(symbols) + 1)]
    got = list(courses(symbols, starts, 99, words, [10 * word for word in words]))
    assert [end for end, _ in got] == [end for end, _ in speeds]
    assert [speed for _, speed in got] == pytest.approx([speed for _, speed in speeds])


def heard(symbols: str, lengths: list[int], pace: float) -> list[float]:
    """Return how long each symbol is heard whose sounds last so many samples; silence of 100 comes before."""
    starts = [100 + sum(lengths[:number]) for number in range(len(lengths))]
    even = [pace] * len(symbols)
    parts = list(courses(symbols, starts, 100 + sum(lengths), even, even))
    assert parts[0] == (100, pace)
    ends = [end for end, _ in parts]
    return [(end - begin) / speed for begin, (end, speed) in zip(ends, parts[1:], strict=False)]


@pytest.mark.parametrize("pace", [0.5, 1.0, 1.3, 2.0, 3.0, 10.0])
def test_a_word_lasts_as_long_however_its_sounds_are_spared(pace: float) -> None:
    lengths = [600, 2400, 600, 8400, 1200, 4800]
    last = heard("ab, cd.", [600, 2400, 8400, 600, 1200, 3000, 4800], pace)
    assert sum(last[:-1]) == pytest.approx((600 + 2400 + 8400 + 600 + 1200 + 3000) / pace)
    assert last[-1] == pytest.approx(4800 / pace)  # what is behind the last word is not at its cost
    assert sum(heard("abcdef", lengths, pace)) == pytest.approx(sum(lengths) / pace)


@pytest.mark.parametrize(
    ("pace", "exponent"), [(0.5, 0), (1.0, 0), (2**0.5, 0.15), (2.0, 0.3), (3.0, 0.3), (10.0, 0.3)]
)
def test_short_sounds_are_spared_at_the_cost_of_long_ones(pace: float, exponent: float) -> None:
    """And of pauses between words: a comma's of seven times the length lasts 7 ** 0.7 times as long."""
    short, comma, long = heard("a,b", [600, 4200, 2400], pace)
    assert long / short == pytest.approx(4 ** (1 - exponent))
    assert comma / short == pytest.approx(7 ** (1 - exponent))


def test_this_machine_can_stretch() -> None:
    """The library comes with espeakng_loader, on which this project depends."""
    assert can_stretch()
