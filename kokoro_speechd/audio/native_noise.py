# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps what PortAudio and ALSA print about every hiccup off the user's stderr."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import sys
import threading
from typing import Any

_lock = threading.Lock()
_depth = 0
_stderr = -1  # the real one, while fd 2 leads nowhere
_ALSA: list[Any] = []  # ALSA calls it as long as the process lives


class Hush:
    """A context in which native code that writes to fd 2 is not heard; Python's own stderr is.

    Contexts may overlap, in any threads.
    """

    def __enter__(self) -> Hush:  # noqa: PYI034 - Self is newer than Python 3.10
        global _depth, _stderr  # noqa: PLW0603 - a descriptor belongs to the whole process
        with _lock:
            _depth += 1
            if _depth == 1:
                _give_python_its_own_stderr()
                _stderr = os.dup(2)
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, 2)
                os.close(nowhere)
        return self

    def __exit__(self, *_: object) -> None:
        global _depth, _stderr  # noqa: PLW0603
        with _lock:
            _depth -= 1
            if _depth == 0:
                os.dup2(_stderr, 2)
                os.close(_stderr)
                _stderr = -1


def quiet_alsa() -> None:
    """Keep ALSA from writing about underruns; it speaks of nothing a listener can change."""
    if _ALSA:
        return
    with contextlib.suppress(OSError, AttributeError):
        handler = ctypes.CFUNCTYPE(None)(lambda: None)
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(handler)
        _ALSA.append(handler)


def _give_python_its_own_stderr() -> None:
    """Let sys.stderr, and the log that goes there, write to a descriptor that nobody redirects."""
    old = sys.stderr
    try:
        if old is None or old.fileno() != 2:
            return
    except (OSError, ValueError):  # a stand-in without a descriptor
        return
    old.flush()
    sys.stderr = open(os.dup(2), "w", encoding=old.encoding, errors=old.errors, buffering=1)  # noqa: PTH123, SIM115
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler) and handler.stream is old:
            handler.setStream(sys.stderr)
