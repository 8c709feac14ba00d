# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a file that was copied is what its name says, whole and undamaged. Nothing is loaded."""

from __future__ import annotations

import zipfile
from pathlib import Path

from kokoro_speechd.cli.model.published_files import WEIGHTS_SIZE
from kokoro_speechd.synthesis.files.model_config import check_config
from kokoro_speechd.synthesis.files.model_files import CONFIG_NAME, WEIGHTS_NAME


def wrong_with(path: Path, name: str) -> str | None:
    """Return what is wrong with a file: torch's are archives whose parts agree with their checksums."""
    if name == CONFIG_NAME:
        return next((problem.replace(str(path), name) for problem in check_config(path)), None)
    if name == WEIGHTS_NAME and path.stat().st_size == WEIGHTS_SIZE:
        return f"{name} is damaged: it has the published file's size, and another SHA-256"
    try:
        with zipfile.ZipFile(path) as archive:
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in archive.infolist()):
                return f"{name} is not a file that torch wrote"  # and perhaps a bomb
            damaged = archive.testzip()
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        return f"{name} is cut off, damaged, or not a file that torch wrote: {error}"
    return f"{name} is damaged: {damaged} in it does not agree with its checksum" if damaged else None
