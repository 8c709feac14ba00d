# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast the model speaks and how much its sound is stretched after it, and where a phrase's pauses are.

Kokoro loses words when its durations get too short, and drawls when they get too long. So the model's own
speed is used within limits, and what is missing is stretched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kokoro_speechd.audio import sonic, ssip_scales
from kokoro_speechd.errors import StretchError

_PAUSES = ";:,.!?—…"  # of Kokoro's phonemes, those that last as a pause


@dataclass(frozen=True, slots=True)
class Tempo:
    """How fast the rate 100 is, the limits of the model's speed, and how pauses follow the pace.

    `pause_shrink` is the exponent of the pace for them: with 0 they keep their length, with 1 they shrink as
    the words do.
    """

    fastest: float = ssip_scales.FASTEST
    slowest_model: float = 0.5
    fastest_model: float = 1.3
    pause_shrink: float = 1.0

    def model_speed(self, pace: float) -> float:
        """Return the model's part of a pace.

        On a slow machine, too: the listener waits a little longer for words that can be understood.
        """
        return min(self.fastest_model, max(self.slowest_model, pace))


def can_stretch() -> bool:
    """Return whether there is a library that stretches."""
    try:
        sonic.load()
    except StretchError:
        return False
    return True


def courses(
    symbols: str, starts: Sequence[int], length: int, words: Sequence[float], pauses: Sequence[float]
) -> Iterator[tuple[int, float]]:
    """Yield the parts of a phrase, each up to a sample and with its speed: one for each symbol, and more.

    A symbol that is heard as a pause has the speed of `pauses`, any other that of `words`. So has what is
    before the first one. `starts` are the samples at which the symbols begin, of `length` in all.
    """
    speed, pausing = pauses[0], True
    for symbol, start, word, pause in zip(symbols, starts, words, pauses, strict=True):
        yield start, speed
        pausing = symbol in _PAUSES or (pausing and symbol.isspace())
        speed = pause if pausing else word
    yield length, speed
