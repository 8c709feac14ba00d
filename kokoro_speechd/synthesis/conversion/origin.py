# SPDX-License-Identifier: GPL-3.0-or-later
"""What a model was converted from, written down beside it. Standard library only."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

NAME = "origin.json"
# The release model-files-v1.0 of the project kokoro-onnx.
INT8_EXPORT = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOICES_ARCHIVE = "bca610b8308e8d99f32e6fe4197e7ec01679264efed0cac9140fe9c29f1fbf7d"
DOWNLOAD = "kokoro-speechd model download"
LICENCES = "Weights: Apache-2.0, by hexgrad. Export: MIT, by thewh1teagle (kokoro-onnx)."


@dataclass(frozen=True, slots=True)
class Origin:
    """The file that weights were converted from.

    kind    "int8 export", "float16 export" or "float32 export"
    file    its name, without folders
    sha256  in hexadecimal digits
    size    bytes
    """

    kind: str
    file: str
    sha256: str
    size: int

    @property
    def is_known(self) -> bool:
        """Whether it is a file that was published, byte for byte."""
        return self.sha256 == INT8_EXPORT

    @property
    def title(self) -> str:
        """Say what it is in a few words, as `int8 export, 92 MB`."""
        known = "" if self.is_known else ", not known by its SHA-256"
        return f"{self.kind}, {self.size / 1e6:.0f} MB{known}"

    @property
    def better(self) -> str:
        """Say what is better than this; nothing for exports that lost nothing."""
        return "" if self.kind == "float32 export" else "the published float32 file, 327 MB"


def write_origin(folder: Path, origin: Origin) -> None:
    """Write it down in a model's folder. Raises OSError."""
    (folder / NAME).write_text(json.dumps(asdict(origin), indent=1), encoding="utf-8")


def origin_of(folder: Path) -> Origin | None:
    """Return what the model in a folder was converted from by this program, None for one that was not."""
    try:
        found = json.loads((folder / NAME).read_text(encoding="utf-8"))
        origin = Origin(**found)
    except (OSError, ValueError, TypeError):
        return None
    texts = (origin.kind, origin.file, origin.sha256)
    return origin if all(isinstance(text, str) for text in texts) and isinstance(origin.size, int) else None
