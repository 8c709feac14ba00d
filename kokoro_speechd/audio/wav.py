# SPDX-License-Identifier: GPL-3.0-or-later
"""A WAV file that is written while the sound is made, also into a pipe."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from types import TracebackType

WAV_HEADER = 44  # bytes
_UNKNOWN_LENGTH = 0xFFFFFFFF - 36  # players read a pipe to its end; RIFF has no better word for it


class WavWriter:
    """Writes int16 mono little endian samples. Raises OSError; does not close the file it was given.

    The standard library's `wave` cannot write into a pipe without knowing the length before.
    """

    def __init__(self, file: BinaryIO, sample_rate: int) -> None:
        self._file = file
        self._rate = sample_rate
        self._length = 0  # bytes of samples
        self._file.write(self._header(_UNKNOWN_LENGTH))

    def write(self, samples: bytes) -> None:
        """Append samples."""
        self._file.write(samples)
        self._length += len(samples)

    @property
    def seconds(self) -> float:
        """How long the sound is so far."""
        return self._length / (2 * self._rate)

    def finish(self) -> None:
        """Put the true length into the header, where the file lets us go back."""
        if self._file.seekable():
            self._file.seek(0)
            self._file.write(self._header(self._length))
            self._file.seek(0, 2)
        self._file.flush()

    def _header(self, length: int) -> bytes:
        """Return the WAV_HEADER bytes before the samples: RIFF, format (PCM, mono, 16 bit), data."""
        return struct.pack(
            "<4sI4s4sIHHIIHH4sI",
            *(b"RIFF", length + 36, b"WAVE", b"fmt ", 16, 1, 1, self._rate, self._rate * 2, 2, 16),
            *(b"data", length),
        )

    def __enter__(self) -> WavWriter:  # noqa: PYI034 - Self is newer than Python 3.10
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finish()
