# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd model rehearsal`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from kokoro_speechd.errors import ModelError
from kokoro_speechd.synthesis.model_files import WEIGHTS_NAME

if TYPE_CHECKING:
    from pathlib import Path

_WARNING = "NOISE, NOT SPEECH: this model has Kokoro's form and random numbers. It is for tests only."


def write_rehearsal(folder: Path, seed: int) -> int:
    """Write a rehearsal model and say loudly what it is; return the exit code."""
    folder = folder.absolute()
    if (folder / WEIGHTS_NAME).exists():
        raise ModelError(f"{folder} holds a model already; choose another folder")
    from kokoro_speechd.synthesis.rehearsal import write_rehearsal_model

    print(_WARNING, file=sys.stderr)
    write_rehearsal_model(folder, seed=seed)
    print(f'Written to {folder}. To use it: model_path = "{folder}" below [model] in config.toml.')
    print(_WARNING, file=sys.stderr)
    return 0
