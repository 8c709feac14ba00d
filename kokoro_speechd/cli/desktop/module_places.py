# SPDX-License-Identifier: GPL-3.0-or-later
"""Where speech-dispatcher looks for output modules."""

from __future__ import annotations

import os
from pathlib import Path

from kokoro_speechd.system import paths

MODULE = "sd_kokoro"
_SYSTEM = ("lib", "lib/*", "libexec", "local/lib", "local/libexec")


def users_module() -> Path:
    """Return where the user's own module is looked for.

    The server goes through `..` of the data folder, so that must exist, and where it is a link the way leads
    to the folder above its target.
    """
    return Path(os.path.realpath(paths.data_home())).parent / "libexec/speech-dispatcher-modules" / MODULE


def packaged_modules() -> list[Path]:
    """Return where a distribution's package may have put the module for everybody."""
    return [
        folder / MODULE
        for name in _SYSTEM
        for folder in Path("/usr").glob(f"{name}/speech-dispatcher-modules")
    ]


def can_be_run(path: Path) -> bool:
    """Say whether the server could start this."""
    return path.is_file() and os.access(path, os.X_OK)
