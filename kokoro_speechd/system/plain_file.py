# SPDX-License-Identifier: GPL-3.0-or-later
"""Is there a file to read? Asked before opening, for opening a pipe waits for its other end."""

from __future__ import annotations

import stat
from pathlib import Path


def why_unreadable(path: Path) -> str | None:
    """Return why this is not a file with something in it, None when it is. Never raises OSError."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return "missing"
    except OSError as error:  # no permission, a name too long, a loop of links
        return f"cannot be read: {error.strerror}"
    if not stat.S_ISREG(found.st_mode):
        return "a folder, not a file" if stat.S_ISDIR(found.st_mode) else "not a file"
    return None if found.st_size else "empty"


def is_folder(path: Path) -> bool:
    """Say whether this is a folder that can be looked at. Never raises OSError."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except OSError:
        return False
