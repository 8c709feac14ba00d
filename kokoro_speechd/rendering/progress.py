# SPDX-License-Identifier: GPL-3.0-or-later
"""One utterance on its way to sound: what is still to be said of it, marks and silence in their places."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING

from kokoro_speechd.audio.format import SAMPLE_RATE
from kokoro_speechd.audio.limiting import Limiter
from kokoro_speechd.audio.silence import Silence
from kokoro_speechd.text.script import Mark, Phonemes, Script
from kokoro_speechd.utterance import Audio, Item, MarkReached, Utterance
from kokoro_speechd.voices.selection import Choice

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PIECE = SAMPLE_RATE // 2  # samples of silence at once, so that a stop comes soon


class PlayoutClock:
    """What a listener has heard of an utterance that is played as soon as it begins."""

    def __init__(self) -> None:
        self._played_out = 0.0

    def buffered_seconds(self) -> float:
        """Return how much sound is still to be heard."""
        return max(0.0, self._played_out - time.monotonic())

    def add(self, samples: int) -> None:
        """Take note of sound that goes to the listener now."""
        self._played_out = max(self._played_out, time.monotonic()) + samples / SAMPLE_RATE

    def given(self, pieces: Iterable[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
        """Pass pieces on."""
        for piece in pieces:
            self.add(len(piece))
            yield piece


@dataclass(slots=True)
class UtteranceProgress:
    """An utterance that is being spoken. `marks` are those that were not reached yet."""

    script: Script
    utterance: Utterance
    own: Choice
    check: Callable[[], None]
    keep: bool
    marks: list[Mark]
    silence: Silence
    begun: bool = False
    offset: int = 0  # of the latest sound in the script
    closing: str = ""  # the last symbol of the latest phrase; none behind a break
    handed_on: bool = False  # from another voice within a sentence
    gain: float = 1.0  # on Kokoro's samples
    limiter: Limiter = field(default_factory=Limiter)
    heard: PlayoutClock = field(default_factory=PlayoutClock)

    def reach(self, end: int) -> Iterator[Item]:
        """Yield the marks up to a place in the script."""
        reached = list(takewhile(lambda mark: mark.offset <= end, self.marks))
        self.marks = self.marks[len(reached) :]
        for mark in reached:
            yield MarkReached(mark.name)

    def silent(self, samples: int, offset: int) -> Iterator[Item]:
        """Yield so much silence; `offset` is its place in the script."""
        while samples > 0:
            self.check()
            count = min(samples, _PIECE)
            samples -= count
            self.heard.add(count)
            yield Audio(bytes(2 * count), offset)


def with_marks(pieces: Iterator[bytes], places: list[tuple[int, Mark]], offset: int) -> Iterator[Item]:
    """Yield a phrase's audio, cut where marks (sample, mark) lie, and these."""
    waiting = deque(places)
    position = 0  # the sample that comes next
    for piece in pieces:
        begin = position
        end = begin + len(piece) // 2
        while waiting and waiting[0][0] < end:
            sample, mark = waiting.popleft()
            if sample > position:
                yield Audio(piece[2 * (position - begin) : 2 * (sample - begin)], offset)
                position = sample
            yield MarkReached(mark.name)
        if position < end:
            yield Audio(piece[2 * (position - begin) :], offset)
            position = end
    for _, mark in waiting:
        yield MarkReached(mark.name)


def place_marks(
    marks: list[Mark], phrase: Phonemes, starts: list[int]
) -> tuple[list[tuple[int, Mark]], list[Mark]]:
    """Return (sample, mark) for the marks that fall into a phrase, and the marks that come after it.

    `starts[i]` is the sample at which phoneme i of the phrase begins. A mark belongs to the first phoneme,
    spaces not counted, whose source begins at or after the mark's offset.
    """
    places: list[tuple[int, Mark]] = []
    index = 0
    for position, mark in enumerate(marks):
        while index < len(phrase) and (phrase.starts[index] < mark.offset or phrase.symbols[index].isspace()):
            index += 1
        if index == len(phrase):
            return places, marks[position:]
        places.append((starts[index], mark))
    return places, []
