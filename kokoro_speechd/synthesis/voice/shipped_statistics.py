# SPDX-License-Identifier: GPL-3.0-or-later
"""The statistics of the published voices with the published model, which come with this program.

They are those that a user's machine would learn, in `voice-statistics.npz`, which
`python -m tests.ship_statistics` makes. Of each voice there is what tells it from the mean of all, after a
cosine transform over its sets, which are much alike, in steps that cannot be heard. A voice is known by
its content, the model by a sketch of its weights: another model's voices are learned.
"""

from __future__ import annotations

import hashlib
import logging
import math
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kokoro_speechd.synthesis.files.weights_sketch import WeightsSketch
from kokoro_speechd.synthesis.voice.voice_statistics import VoiceStatistics, checked_statistics

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kokoro_speechd.synthesis.voice.voice_pack import VoicePack

FILE = Path(__file__).with_name("voice-statistics.npz")
SHARES, MOMENTS = ".shares", ".moments"
"""What a voice's arrays are called behind `voice_digest`."""
_LARGEST = 10_000_000  # bytes of the file, and of each array in it

_FAULTS: tuple[type[Exception], ...] = (
    OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError,
)  # fmt: skip
try:
    from lzma import LZMAError
except ImportError:  # then `zipfile` raises RuntimeError
    pass
else:
    _FAULTS += (LZMAError,)

_log = logging.getLogger(__name__)


class ShippedStatistics:
    """Those for one model: none unless it is the published one, in whatever form.

    `sketch` is that of its weights, `norms` are the channels of each norm by its name.
    """

    def __init__(self, sketch: WeightsSketch | None, norms: Mapping[str, int], file: Path = FILE) -> None:
        self._sketch = sketch
        self._norms = dict(sorted(norms.items()))
        self._file = file
        self._usable = sketch is not None

    def get(self, voice: VoicePack) -> VoiceStatistics | None:
        """Return a voice's statistics, None where there are none of it. A file's fault is named once."""
        if not self._usable:
            return None
        try:
            return self._read(voice_digest(voice))
        except _FAULTS as error:
            _log.warning("the voices' statistics in the program are of no use: %s", type(error).__name__)
            self._usable = False
            return None

    def _read(self, digest: str) -> VoiceStatistics | None:
        """Return what the file has for a voice. Raises ValueError and what numpy raises."""
        import numpy as np

        if self._file.stat().st_size > _LARGEST:
            raise ValueError("too large")
        # Opened here: numpy leaves a file open that begins like an archive and is none.
        with self._file.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            if any(entry.file_size > _LARGEST for entry in arrays.zip.infolist()):
                raise ValueError("too large")
            there = WeightsSketch(arrays["vectors"], arrays["matrices"])
            if self._sketch is None or not self._sketch.is_like(there):
                self._usable = False  # another model, which learns
                return None
            if digest + MOMENTS not in arrays.files:
                return None
            return self._unpacked(arrays, digest)

    def _unpacked(self, arrays: Any, digest: str) -> VoiceStatistics:
        import numpy as np

        sizes = list(self._norms.values())
        shares, scales, middle, steps, planes = (
            arrays[name] for name in (digest + SHARES, "scales", "middle", "steps", digest + MOMENTS)
        )
        sets, width = len(shares), sum(sizes)
        shapes = [each.shape for each in (scales, middle, steps, planes)]
        if shapes != [(width,), (sets, 2 * width), (2, len(sizes)), (2, sets, 2 * width)]:
            raise ValueError("of another form")
        moved = joined(planes) * np.repeat(steps.reshape(-1), [*sizes, *sizes]).astype(np.float32)
        with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is found below
            moments = cosines(sets).T @ moved + middle.astype(np.float32)
            means, deviations = moments[:, :width] * scales, np.exp(moments[:, width:])
        return checked_statistics(self._norms, shares, means, deviations)


def voice_digest(voice: VoicePack) -> str:
    """Return what tells a voice from others, whatever file it came in."""
    return hashlib.sha256(voice.content()).hexdigest()


def cosines(count: int) -> NDArray[np.float32]:
    """Return the orthogonal cosine transform (DCT-II) [count, count]; its transpose undoes it."""
    import numpy as np

    rows = np.arange(count)[:, None]
    matrix = math.sqrt(2 / count) * np.cos(np.pi / count * rows * (np.arange(count) + 0.5))
    matrix[0] /= math.sqrt(2)
    return matrix.astype(np.float32)


def parted(numbers: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return whole numbers of ±32767 as low and high bytes, [2, *shape]: the high ones compress to nothing.

    0, -1, 1, -2 … are 0, 1, 2, 3 …
    """
    import numpy as np

    folded = np.where(numbers < 0, -2 * numbers - 1, 2 * numbers)
    return np.stack([folded & 255, folded >> 8]).astype(np.uint8)


def joined(planes: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Return what `parted` had."""
    import numpy as np

    folded = planes[0].astype(np.int32) + 256 * planes[1].astype(np.int32)
    numbers: NDArray[np.int32] = np.where(folded & 1, -(folded + 1) // 2, folded // 2)
    return numbers
