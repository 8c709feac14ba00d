# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound at another pace and the same pitch, piece by piece, with every sample's new place known ahead.

A time map says which sample is heard when; sonic makes the sound. It takes pitch periods for whole samples,
which moves the pitch by up to 3 % at six times the speed; so it works at four times the sample rate. What it
gives is up to a few periods more or less than it should be; so its speed is corrected all the time by how far
it is from the map, and the end is cut or filled to the sample. It gets blocks of the same length whatever
comes in, so that the sound does not depend on the pieces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kokoro_speechd.audio.format import SAMPLE_RATE
from kokoro_speechd.audio.oversampling import FACTOR, Downsampler, Upsampler
from kokoro_speechd.audio.sonic import SonicStream
from kokoro_speechd.audio.time_map import TimeMap

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BLOCK = 300  # samples that sonic gets at once
_SETTLING = 4800  # samples of input in which a deviation from the map is made good
_CORRECTION = 0.2  # the most by which the speed is changed for that
_SCALE = 16384  # sonic computes with 16 bits; a peak may be twice full scale
_HELD = 0.8  # of sonic's reach: what it has taken and not given yet, on average


class Stretch:
    """One sound of at least one sample on its way along a map. For one thread.

    Numbers of samples are of the lower rate, fractions included.
    """

    def __init__(self, course: TimeMap) -> None:
        """Raise StretchError when there is no library."""
        self._course = course
        self._stream = SonicStream(FACTOR * SAMPLE_RATE)
        self._held = _HELD * self._stream.reach / FACTOR
        self._up, self._down = Upsampler(), Downsampler()
        self._waiting = np.empty(0, np.int16)  # input that does not fill a block yet
        self._taken = 0.0  # what sonic has got
        self._made = 0.0  # what it has given

    def feed(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take the next samples, return those that can be heard by then; there may be none."""
        return self._down.feed(self._pass(self._up.feed(samples)))

    def finish(self) -> NDArray[np.float32]:
        """Return the rest; with it, as many samples as the map is long were given."""
        silence = np.zeros(2 * self._stream.reach + FACTOR * _BLOCK, np.float32)
        rest = self._pass(np.concatenate([self._up.finish(), silence]))
        filled = np.zeros(max(0, FACTOR * self._course.length - round(FACTOR * self._made)), np.float32)
        return np.concatenate([self._down.feed(rest), self._down.feed(filled), self._down.finish()])

    def _pass(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Lead samples through sonic, in blocks, each at the speed that keeps to the map."""
        scaled = np.clip(np.nan_to_num(samples * np.float32(_SCALE)), -32768, 32767).astype(np.int16)
        waiting = np.concatenate([self._waiting, scaled])
        size = FACTOR * _BLOCK
        whole = len(waiting) // size * size
        self._waiting = waiting[whole:]
        made = [np.empty(0, np.int16)]
        for start in range(0, whole, size):
            speed = _BLOCK / (self._course.place(self._taken + _BLOCK) - self._course.place(self._taken))
            self._stream.write(waiting[start : start + size], speed * self._correction())
            self._taken += _BLOCK
            room = FACTOR * self._course.length - round(FACTOR * self._made)
            made.append(self._stream.read()[:room])
            self._made += len(made[-1]) / FACTOR
        heard: NDArray[np.float32] = np.concatenate(made).astype(np.float32) / np.float32(_SCALE)
        return heard

    def _correction(self) -> float:
        """Return by what factor to go faster, because more was given than the map says."""
        if self._taken < self._held:
            return 1.0
        excess = self._made - self._course.place(self._taken - self._held)
        within = self._course.place(self._taken + _SETTLING) - self._course.place(self._taken)
        return 1 + min(_CORRECTION, max(-_CORRECTION, excess / within))
