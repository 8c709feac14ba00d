# SPDX-License-Identifier: GPL-3.0-or-later
"""The statistics of voices: those in the program, else on the disk.

What `shipped_statistics` has not is learned once for each model and voice, and made anew when it is gone.
A file holds what `VoiceStatistics` has, in half precision: about 75 kB for each set. What is truncated,
foreign, of another model or not finite is as good as missing, and named once in the log.
"""

from __future__ import annotations

import hashlib
import io
import logging
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kokoro_speechd.synthesis.voice.voice_statistics import VoiceStatistics, checked_statistics
from kokoro_speechd.system.private_files import write_bytes

if TYPE_CHECKING:
    from kokoro_speechd.synthesis.voice.shipped_statistics import ShippedStatistics
    from kokoro_speechd.synthesis.voice.voice_pack import VoicePack

_log = logging.getLogger(__name__)

_VERSION = 1  # of the sentences and of what is measured
_LARGEST = 10_000_000  # bytes of a file


class StatisticsStore:
    """The statistics of one model. `norms`: the channels of each norm by its name."""

    def __init__(
        self, folder: Path, model: str, norms: Mapping[str, int], shipped: ShippedStatistics | None = None
    ) -> None:
        """`model` tells the model's weights from others; what is `shipped` need not be in the folder."""
        self._shipped = shipped
        self._folder = folder
        self._model = model
        self._norms = dict(sorted(norms.items()))

    def get(self, voice: VoicePack) -> VoiceStatistics | None:
        """Return a voice's statistics, None where there are none that can be used.

        Those in the program come first, so that a published voice is the same for everybody.
        """
        if self._shipped is not None and (shipped := self._shipped.get(voice)) is not None:
            return shipped
        path = self._path(voice)
        try:
            if path.stat().st_size > _LARGEST:
                raise ValueError("too large")  # noqa: TRY301 - as any other fault
            return self._read(path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            _log.warning(
                "the statistics of a voice cannot be used and are made anew: %s", type(error).__name__
            )
            return None

    def put(self, voice: VoicePack, statistics: VoiceStatistics) -> None:
        """Keep a voice's statistics; where that cannot be they are made anew the next time."""
        import numpy as np

        file = io.BytesIO()
        np.savez(
            file,
            shares=statistics.shares.numpy(),
            means=statistics.means.numpy().astype(np.float16),
            deviations=statistics.variances.sqrt().numpy().astype(np.float16),
        )
        try:
            write_bytes(self._path(voice), file.getvalue())
        except OSError as error:
            _log.warning("the statistics of a voice cannot be kept: %s", error.strerror)

    def _read(self, data: bytes) -> VoiceStatistics:
        """Return what a file holds. Raises ValueError and what numpy raises."""
        import numpy as np

        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return checked_statistics(
                self._norms, *(arrays[name] for name in ("shares", "means", "deviations"))
            )

    def _path(self, voice: VoicePack) -> Path:
        shape: list[Any] = [_VERSION, self._model, list(self._norms.items())]
        digest = hashlib.sha256(repr(shape).encode())
        digest.update(voice.content())
        return self._folder / f"{digest.hexdigest()[:32]}.npz"
