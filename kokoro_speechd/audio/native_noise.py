# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps what sound libraries print off the user's stderr, and everything else on it.

PortAudio prints "Expression ... failed" for each step of a device's loss, ALSA a line for each underrun. They
write through the C library's variable `stderr`, Python through file descriptor 2. So the variable is pointed
elsewhere while a device is in use: Python's log, faulthandler and child processes never notice.
"""

from __future__ import annotations

import ctypes
import io
import os
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCK = threading.Lock()
_LISTENERS = 0  # of silence: how many have called hush() and not yet unhush()
_SPARE: list[int] = []  # a second descriptor of stderr; kept, for a writer may be about to use it


class _CLibrary:
    """The C library's `stderr`, and what stands in for it. None of it where the variable is a constant."""

    def __init__(self) -> None:
        self.variable: ctypes.c_void_p | None = None
        self.usual: int | None = None
        self.nowhere: int | None = None
        library = ctypes.CDLL(None)
        if not hasattr(library, "gnu_get_libc_version"):  # musl's is read-only
            return
        library.fopen.restype = ctypes.c_void_p
        self.nowhere = library.fopen(os.devnull.encode(), b"we")
        self.variable = ctypes.c_void_p.in_dll(library, "stderr")


_C: list[_CLibrary] = []


def hush() -> None:
    """Silence PortAudio and ALSA until as many calls of unhush(). Safe from any thread."""
    global _LISTENERS  # noqa: PLW0603 - it counts for the process, as the C library's variable does
    with _LOCK:
        if not _C:
            _C.append(_CLibrary())
        _LISTENERS += 1
        if _LISTENERS == 1 and _C[0].variable is not None and _C[0].nowhere is not None:
            _C[0].usual = _C[0].variable.value
            _C[0].variable.value = _C[0].nowhere


def unhush() -> None:
    """Undo one hush()."""
    global _LISTENERS  # noqa: PLW0603
    with _LOCK:
        _LISTENERS -= 1
        if _LISTENERS == 0 and _C[0].variable is not None and _C[0].nowhere is not None:
            _C[0].variable.value = _C[0].usual


@contextmanager
def hushed() -> Iterator[None]:
    """hush() for as long as the block runs."""
    hush()
    try:
        yield
    finally:
        unhush()


@contextmanager
def stderr_kept() -> Iterator[None]:
    """Let Python's stderr reach its place while sounddevice leads descriptor 2 to /dev/null.

    It does so while it initialises PortAudio, which lasts as long as a sound server hangs. The file object
    stays the same, because log handlers hold it; only its descriptor changes. CPython does that without
    letting another thread run in between. One block at a time.
    """
    buffer = getattr(sys.__stderr__, "buffer", None)
    raw = getattr(buffer, "raw", buffer)  # PYTHONUNBUFFERED leaves the buffer out
    if not isinstance(raw, io.FileIO) or raw.closed or raw.fileno() != 2:
        yield
        return
    if _SPARE:
        os.dup2(2, _SPARE[0], inheritable=False)
    else:
        _SPARE.append(os.dup(2))
    raw.__init__(_SPARE[0], "wb", closefd=False)  # type: ignore[misc]
    try:
        yield
    finally:
        raw.__init__(2, "wb", closefd=False)  # type: ignore[misc]
