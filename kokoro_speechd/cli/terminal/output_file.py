# SPDX-License-Identifier: GPL-3.0-or-later
"""A file that a command writes: what was there stays until all of the new one is."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
_MODE = 0o666  # less the umask, as any program's output


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes its place at the end; after an error what was there before is there.

    A device or a pipe is written directly, and so is a file in a folder that is closed to us. Raises OSError.
    """
    target = Path(os.path.realpath(path))  # a link stays one
    before = target.stat() if target.exists() else None
    directly = before is not None and not (stat.S_ISREG(before.st_mode) and os.access(target.parent, os.W_OK))
    if directly:
        with path.open("wb") as file:
            yield file
        return
    beside = target.with_name(f".kokoro-speechd.{os.getpid()}")
    try:
        descriptor = os.open(beside, _FLAGS, _MODE)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None  # the name that the user knows
    try:
        with os.fdopen(descriptor, "wb") as file:
            if before is not None:
                os.fchmod(descriptor, stat.S_IMODE(before.st_mode))
            yield file
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
