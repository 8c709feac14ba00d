# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast the model speaks and how much its sound is stretched after it, and where a phrase's pauses are.

Kokoro loses words when its durations get too short, and drawls when they get too long. So the model's own
speed is used within limits, and what is missing is stretched.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from kokoro_speechd.audio import sonic, ssip_scales
from kokoro_speechd.errors import StretchError

_PAUSES = ";:,.!?—…"  # of Kokoro's phonemes, those that last as a pause
# Who speaks fast shortens long sounds most; a plosive or a short vowel cannot be halved and still be heard.
# The exponent was chosen by ear, see docs/stretch.md. It is reached where the sound is stretched this much.
_SPARING, _WHOLLY_SPARED = 0.3, 2.0


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
    before the first one. From the first word to the last, where it goes faster, short sounds are spared at
    the cost of long ones and pauses; as a whole that lasts as long as it would. `starts` are the samples at
    which the symbols begin, of `length` in all.
    """
    lengths = [end - start for start, end in zip(starts, (*starts[1:], length), strict=True)]
    speeds, spoken, pausing = [], [], True
    for number, (symbol, word, pause) in enumerate(zip(symbols, words, pauses, strict=True)):
        pausing = symbol in _PAUSES or (pausing and symbol.isspace())
        speeds.append(pause if pausing else word)
        if not pausing:
            spoken.append(number)
    inner = range(spoken[0], spoken[-1] + 1) if spoken else range(0)
    for word, group in groupby(inner, words.__getitem__):
        part = list(group)
        spared = _sparing([lengths[each] for each in part], [speeds[each] for each in part], word)
        speeds[part[0] : part[-1] + 1] = spared
    yield starts[0], pauses[0]
    yield from zip((*starts[1:], length), speeds, strict=True)


def _sparing(lengths: Sequence[int], speeds: Sequence[float], pace: float) -> list[float]:
    """Return the speeds that make the longer of these sounds shorter, and all of them as long together.

    The rates of lengths, in samples, become their (1 - exponent)th powers; the exponent grows with the pace.
    """
    exponent = _SPARING * min(1.0, max(0.0, math.log(pace) / math.log(_WHOLLY_SPARED)))
    if not exponent or not sum(lengths):
        return list(speeds)
    wanted = [speed * max(1, length) ** exponent for length, speed in zip(lengths, speeds, strict=True)]
    due = sum(length / speed for length, speed in zip(lengths, speeds, strict=True))
    given = sum(length / speed for length, speed in zip(lengths, wanted, strict=True))
    return [speed * given / due for speed in wanted]
