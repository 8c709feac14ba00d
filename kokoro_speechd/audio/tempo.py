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
_PHONEME = 0.07  # seconds of one at the voice's own pace, on average
_TEXT_SIDE = 0.0075  # the prosody of a phoneme costs as much as so many seconds of sound
_PATIENCE = 0.2  # seconds for which a phrase is held back rather than spoken faster by the model
_STEP, _UTMOST = 1.25, 2.0  # steps beyond its limit, few, so that phrases are found again; upstream offers 2


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

    def model_speed(self, pace: float, phonemes: int, cost: float | None) -> float:
        """Return the model's part of a pace, for a phrase of so many phonemes.

        `cost` is how many seconds the model needs for one second of its sound, if that is known. It may need
        longer than the stretched sound is heard. Before a short phrase the listener waits for the
        difference; for a long one the model goes faster than its limit, as far as it must, within reason.
        """
        speed = min(self.fastest_model, max(self.slowest_model, pace))
        heard = phonemes * _PHONEME / pace
        while speed < min(pace, _UTMOST):
            needed = phonemes * (_PHONEME / speed + _TEXT_SIDE) * (cost or 0.0)
            if needed - heard <= _PATIENCE:
                break
            speed = min(pace, _UTMOST, speed * _STEP)
        return speed


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
