# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast the model speaks and how much its sound is stretched after it, and where a phrase's pauses are.

Kokoro loses words when its durations get too short, and drawls when they get too long. So the model's own
speed is used within limits, and what is missing is stretched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kokoro_speechd.audio import shaping, sonic
from kokoro_speechd.errors import StretchError

_PAUSES = ";:,.!?—…"  # of Kokoro's phonemes, those that last as a pause


@dataclass(frozen=True, slots=True)
class Tempo:
    """How fast the rate 100 is, the limits of the model's speed, and how pauses follow the pace.

    `pause_shrink` is the exponent of the pace for them: with 0 they keep their length, with 1 they shrink as
    the words do.
    """

    fastest: float = shaping.FASTEST
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


def pause_spans(symbols: str, starts: Sequence[int], length: int) -> Iterator[tuple[int, int]]:
    """Yield the samples [start, end) of a phrase's pauses: before its first phoneme and at punctuation.

    `starts` are the samples at which the symbols begin, of `length` in all.
    """
    begin: int | None = 0
    for symbol, start in zip(symbols, starts, strict=True):
        if symbol in _PAUSES:
            begin = start if begin is None else begin
        elif begin is not None and not symbol.isspace():
            yield begin, start
            begin = None
    if begin is not None:
        yield begin, length
