# SPDX-License-Identifier: GPL-3.0-or-later
"""The short sound before a capital, where the caller wants "icon": a soft tone, made when it is needed."""

from __future__ import annotations

import array
import math
import sys
from collections.abc import Iterable, Iterator

from kokoro_speechd.audio.format import SAMPLE_RATE
from kokoro_speechd.audio.ssip_scales import volume_to_gain
from kokoro_speechd.text.naming.modes import CAPITAL_SOUND
from kokoro_speechd.utterance import Audio, Item, Sink

_HERTZ = 1200  # above the voice's own melody
_SECONDS = 0.05
_PEAK = 6000  # of 32767: about as loud as a voice's vowels


def tone(sample_rate: int, volume: int) -> bytes:
    """Return the sound as int16 mono little endian, at SSIP's volume."""
    count = int(_SECONDS * sample_rate)
    peak = _PEAK * volume_to_gain(volume)
    step = 2 * math.pi * _HERTZ / sample_rate
    samples = array.array("h")
    for index in range(count):
        envelope = math.sin(math.pi * index / count) ** 2
        samples.append(round(peak * envelope * math.sin(step * index)))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


def with_sounds(items: Iterable[Item], volume: int) -> Iterator[Item]:
    """Pass on audio and marks, with the sound instead of its marks."""
    offset = 0
    for item in items:
        if isinstance(item, Audio):
            offset = item.offset
        elif item.name == CAPITAL_SOUND:
            yield Audio(tone(SAMPLE_RATE, volume), offset)
            continue
        yield item


class CapitalSink:
    """Passes everything to a sink, with the sound instead of its marks."""

    def __init__(self, sink: Sink, sample_rate: int, volume: int) -> None:
        self._sink = sink
        self._rate = sample_rate
        self._volume = volume

    def audio(self, samples: bytes, sample_rate: int) -> bool:
        """Pass samples on."""
        return self._sink.audio(samples, sample_rate)

    def mark(self, name: str) -> bool:
        """Pass a mark on, or the sound instead."""
        if name == CAPITAL_SOUND:
            return self._sink.audio(tone(self._rate, self._volume), self._rate)
        return self._sink.mark(name)
