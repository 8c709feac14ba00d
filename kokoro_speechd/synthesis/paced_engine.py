# SPDX-License-Identifier: GPL-3.0-or-later
"""An engine for every pace: the model within its limits, and the rest by stretching what it makes.

What was heard before is kept as the model made it, so it serves for every pace beyond the limit.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from kokoro_speechd.audio import ssip_scales
from kokoro_speechd.audio.format import SAMPLE_RATE
from kokoro_speechd.audio.tempo import Tempo, can_stretch, courses
from kokoro_speechd.audio.time_map import TimeMap, time_map
from kokoro_speechd.synthesis.cached_engine import CachedEngine, Sounding
from kokoro_speechd.synthesis.phrase.contour import faster
from kokoro_speechd.synthesis.phrase.request import PhraseRequest
from kokoro_speechd.text.tone import EVEN

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_INAUDIBLE = 1e-3  # a stretch that nobody hears
_PATIENCE = 0.5  # seconds for which sound is held back at most, once there is some


class PacedEngine:
    """An engine and its limits. For one thread, like the engine."""

    def __init__(self, engine: CachedEngine, tempo: Tempo) -> None:
        self._engine = engine
        self._tempo = tempo
        self._stretches = can_stretch()

    @property
    def fastest(self) -> float:
        """How many times the voice's own pace the rate 100 is."""
        return self._tempo.fastest

    def pace(self, rate: int) -> float:
        """Return the factor on the voice's own pace of SSIP's rate."""
        return ssip_scales.rate_to_speed(rate, self._tempo.fastest)

    def shrinking(self, pace: float) -> float:
        """Return by what a pause is divided at a pace."""
        return math.pow(pace, self._tempo.pause_shrink)

    def begin(
        self,
        request: PhraseRequest,
        *,
        check: Callable[[], None] = lambda: None,
        keep: bool = False,
    ) -> Sounding:
        """Return the sound of a phrase, its speed being any pace; see `CachedEngine.begin`.

        The rates of the contour are factors on the speed, each met like a speed of its own. Without a library
        that stretches, the model goes as fast as it is asked to.
        """
        limited = self._tempo.model_speed if self._stretches else float
        speed, contour = request.speed, request.contour
        own = limited(speed)
        paces = [speed * tone.rate for tone in contour or (EVEN,) * len(request.symbols)]
        models = [limited(pace) for pace in paces]
        if contour is not None and any(tone.rate != 1 for tone in contour):
            contour = faster(contour, (model / own for model in models))
        sound = self._engine.begin(replace(request, speed=own, contour=contour), check=check, keep=keep)
        words = [pace / model for pace, model in zip(paces, models, strict=True)]
        pauses = [self.shrinking(pace) / model for pace, model in zip(paces, models, strict=True)]
        if not self._stretches or all(abs(factor - 1) < _INAUDIBLE for factor in (*words, *pauses)):
            return sound
        course = time_map(courses(request.symbols, sound.starts.tolist(), sound.length, words, pauses))
        return _Stretched(sound, course, self._engine.cost or 0.0)


class _Stretched:
    """A sound that is stretched as it is made."""

    def __init__(self, sound: Sounding, course: TimeMap, cost: float) -> None:
        import numpy as np

        self._sound = sound
        self._course = course
        self._cost = cost
        self.starts = np.array([round(course.place(start)) for start in sound.starts.tolist()], np.int64)
        self.length = course.length
        self.speedup = sound.length / course.length

    def whole(self) -> NDArray[np.float32]:
        import numpy as np

        return np.concatenate(list(self._through([self._sound.whole()])))

    def pieces(
        self, buffered_seconds: Callable[[], float] | None = None, speedup: float = 1.0
    ) -> Iterator[NDArray[np.float32]]:
        """Yield the samples; the first once all others can be made before the listener needs them."""
        import numpy as np

        pieces = self._through(self._sound.pieces(buffered_seconds, speedup * self.speedup))
        held: list[NDArray[np.float32]] = []
        made, begun = 0, time.monotonic()
        for piece in pieces:
            held.append(piece)
            made += len(piece)
            needed = (self.length - made) / SAMPLE_RATE * self.speedup * self._cost
            if buffered_seconds is None or needed <= buffered_seconds() + self.length / SAMPLE_RATE:
                break
            if time.monotonic() > begun + _PATIENCE:
                break
        yield np.concatenate(held)
        yield from pieces

    def _through(self, pieces: Iterable[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
        from kokoro_speechd.audio.stretch import Stretch

        stretch = Stretch(self._course)
        for piece in pieces:
            if len(made := stretch.feed(piece)):
                yield made
        if len(made := stretch.finish()):
            yield made
