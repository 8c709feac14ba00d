# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders and files of this user alone, whatever the umask."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path

_FOLDER, _FILE = 0o700, 0o600


def make_folder(place: Path) -> Path:
    """Return a folder that nobody else can look into, made if it is missing. Raises OSError.

    One that is there already is closed to others. Those above it that are missing are made likewise.
    """
    if not place.parent.is_dir():
        make_folder(place.parent)
    with contextlib.suppress(FileExistsError):
        place.mkdir(mode=_FOLDER)
    found = place.stat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(errno.EPERM, "not a folder of this user", str(place))
    if stat.S_IMODE(found.st_mode) != _FOLDER:
        place.chmod(_FOLDER)
    return place


def open_file(path: Path, flags: int) -> int:
    """Return a descriptor of a file that nobody else can read; never through a link. Raises OSError."""
    descriptor = os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, _FILE)
    try:
        if stat.S_IMODE(os.fstat(descriptor).st_mode) != _FILE:
            os.fchmod(descriptor, _FILE)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def write_file(path: Path, text: str) -> None:
    """Write a text whole or not at all, and its folder if need be. Raises OSError."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, and its folder if need be. Raises OSError."""
    make_folder(path.parent)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    try:
        with os.fdopen(open_file(temporary, os.O_WRONLY | os.O_EXCL), "wb") as file:
            file.write(data)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
