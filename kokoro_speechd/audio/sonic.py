# SPDX-License-Identifier: GPL-3.0-or-later
"""libsonic through ctypes: time stretching made for speech at high rates.

It lies inside the libespeak-ng of the espeakng_loader wheel, which is there anyway; else it is a system
library of its own (Debian's libsonic0). It copies whole pitch periods, so pitch and timbre stay; above twice
the speed it overlaps neighbouring periods, so that nothing is left out.
"""

from __future__ import annotations

import ctypes
import importlib.util
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kokoro_speechd.errors import StretchError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SYSTEM_LIBRARY = "libsonic.so.0"
_LOWEST_PITCH = 65  # Hz; SONIC_MIN_PITCH of sonic.h


@cache
def load() -> tuple[ctypes.CDLL, str]:
    """Return the library and the name of its file. Raises StretchError."""
    reasons: list[str] = []
    for path in _candidates():
        try:
            library = ctypes.CDLL(path)
        except OSError as error:
            reasons.append(str(error))
            continue
        if hasattr(library, "sonicCreateStream"):
            _declare(library)
            return library, path
        reasons.append(f"{path} has no sonic in it")
    raise StretchError("no usable libsonic: " + "; ".join(reasons))


def _candidates() -> list[str]:
    wheel = importlib.util.find_spec("espeakng_loader")  # its own loader prints on stdout when it fails
    folders = (wheel.submodule_search_locations or ()) if wheel else ()
    files = [Path(folder, "libespeak-ng.so") for folder in folders]
    return [*(str(file) for file in files if file.is_file()), SYSTEM_LIBRARY]


def _declare(library: ctypes.CDLL) -> None:
    stream, samples, count = ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int
    library.sonicCreateStream.argtypes = [ctypes.c_int, ctypes.c_int]
    library.sonicCreateStream.restype = stream
    library.sonicDestroyStream.argtypes = [stream]
    library.sonicDestroyStream.restype = None
    library.sonicSetSpeed.argtypes = [stream, ctypes.c_float]
    library.sonicSetSpeed.restype = None
    library.sonicSamplesAvailable.argtypes = [stream]
    for function in (library.sonicWriteShortToStream, library.sonicReadShortFromStream):
        function.argtypes = [stream, samples, count]


class SonicStream:
    """One stream of mono sound, on its way through the library. For one thread."""

    def __init__(self, sample_rate: int) -> None:
        """Raise StretchError when there is no library."""
        self._library, _ = load()
        self._stream = self._library.sonicCreateStream(sample_rate, 1)
        if not self._stream:
            raise MemoryError("sonic has no memory for a stream")
        self.reach = 2 * (sample_rate // _LOWEST_PITCH)  # samples that it wants to see before it gives any

    def write(self, samples: NDArray[np.int16], speed: float) -> None:
        """Add samples, to be heard `speed` times as fast."""
        self._library.sonicSetSpeed(self._stream, speed)
        if not self._library.sonicWriteShortToStream(self._stream, samples.ctypes.data, len(samples)):
            raise MemoryError("sonic has no memory for more samples")

    def read(self) -> NDArray[np.int16]:
        """Return what is ready."""
        import numpy as np

        made = np.empty(self._library.sonicSamplesAvailable(self._stream), np.int16)
        count = self._library.sonicReadShortFromStream(self._stream, made.ctypes.data, len(made))
        return made[:count]

    def __del__(self) -> None:
        """Give its memory back."""
        if getattr(self, "_stream", None):
            self._library.sonicDestroyStream(self._stream)
