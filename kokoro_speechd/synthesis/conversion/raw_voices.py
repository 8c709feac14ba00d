# SPDX-License-Identifier: GPL-3.0-or-later
"""Voices as plain numbers: raw float32 files, and kokoro-onnx's archive of numpy arrays."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kokoro_speechd.errors import VoiceError
from kokoro_speechd.synthesis.voice.voice_pack import STYLE_SIZE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ROWS = 510
RAW_SIZE = 4 * ROWS * STYLE_SIZE
"""Bytes of a raw voice: float32 [510, 1, 256], little endian."""
_MOST = 2 * RAW_SIZE + 4096  # bytes of a numpy file of a voice: float64, with its header
_MOST_VOICES = 500
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def raw_voice(data: bytes, name: str) -> NDArray[np.float32]:
    """Return a raw voice [510, 1, 256]. Raises VoiceError."""
    import numpy as np

    if len(data) != RAW_SIZE:
        raise VoiceError(f"{name} has {len(data)} bytes: a raw voice has {RAW_SIZE}")
    return _checked(np.frombuffer(data, dtype="<f4").reshape(ROWS, 1, STYLE_SIZE).astype(np.float32), name)


def archived_voices(data: bytes, name: str) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Yield the voices of a numpy archive (.npz) with their names, no two alike. Raises VoiceError."""
    import numpy as np

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if not 1 <= len(entries) <= _MOST_VOICES:
                raise VoiceError(f"{name} holds {len(entries)} files, not voices")
            seen: set[str] = set()
            for entry in entries:
                voice = entry.filename.removesuffix(".npy")
                if not _NAME.fullmatch(voice) or voice in seen:
                    raise VoiceError(f"{name}: an entry of it has a name that no voice has")
                seen.add(voice)
                if entry.file_size > _MOST:  # perhaps a bomb
                    raise VoiceError(f"{name}: {voice} is larger than a voice")
                with archive.open(entry) as stream:
                    array = np.lib.format.read_array(io.BytesIO(stream.read(_MOST)), allow_pickle=False)
                if array.dtype.kind != "f" or array.shape != (ROWS, 1, STYLE_SIZE):
                    shape = "×".join(map(str, array.shape))
                    raise VoiceError(
                        f"{name}: {voice} is {shape} of {array.dtype}, not {ROWS}×1×{STYLE_SIZE}"
                    )
                yield voice, _checked(np.ascontiguousarray(array, dtype=np.float32), f"{name}: {voice}")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise VoiceError(f"{name} is cut off, damaged, or no archive of voices: {error}") from None


def _checked(styles: NDArray[np.float32], name: str) -> NDArray[np.float32]:
    import numpy as np

    if not np.isfinite(styles).all():
        raise VoiceError(f"{name} holds values that are not finite")
    if not styles.any():
        raise VoiceError(f"{name} holds only zeros")
    return styles
