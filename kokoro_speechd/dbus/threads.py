# SPDX-License-Identifier: GPL-3.0-or-later
"""Threads for calls that take time."""

from __future__ import annotations

import threading
from collections.abc import Callable

from kokoro_speechd.dbus import ERRORS
from kokoro_speechd.errors import NamedError


def start_thread(work: Callable[[], None], name: str) -> None:
    """Start a thread. Raises NamedError (Busy) when the machine has none to give.

    The caller must then free what the work would have freed, and nobody may wait for an answer.
    """
    try:
        threading.Thread(target=work, name=name, daemon=True).start()
    except RuntimeError as error:
        raise NamedError(ERRORS + "Busy", "no thread can be had for it now") from error
