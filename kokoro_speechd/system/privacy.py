# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps what is spoken within the process that holds it: out of core dumps and out of stderr."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
import warnings
from types import TracebackType

from kokoro_speechd.errors import places_of

_log = logging.getLogger(__name__)


def protect() -> None:
    """Protect a process that no person looks at: the daemon, the module. Before any thread is started."""
    os.umask(0o077)
    forbid_core_dumps()
    # What Python would print by itself has a message, and a library's may quote the text it was given.
    sys.excepthook = _uncaught
    threading.excepthook = lambda thrown: _uncaught(thrown.exc_type, thrown.exc_value, thrown.exc_traceback)
    sys.unraisablehook = lambda thrown: _uncaught(thrown.exc_type, thrown.exc_value, thrown.exc_traceback)
    logging.raiseExceptions = False
    warnings.simplefilter("ignore")


def forbid_core_dumps() -> None:
    """Have this process leave no image of its memory when it crashes."""
    import resource

    # 1 and not 0: the kernel hands a dump to a program (core_pattern with a pipe) whatever the limit is,
    # except with a limit of one byte. A file needs more than that, too. A hard limit of 0 leaves only 0.
    for limit in (1, 0):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))
            return


def _uncaught(
    kind: type[BaseException], error: BaseException | None, _traceback: TracebackType | None
) -> None:
    if error is None:
        _log.error("uncaught: %s", kind.__name__)
    elif not isinstance(error, SystemExit):
        _log.error("uncaught:\n%s", places_of(error))
