# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts where a D-Bus caller says nothing: set over D-Bus, and kept in a file."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from kokoro_speechd.dbus.options import Defaults, hundred
from kokoro_speechd.errors import NamedError
from kokoro_speechd.system import paths
from kokoro_speechd.system.private_files import write_file

_log = logging.getLogger(__name__)

_FILE = "control.json"


class KeptDefaults:
    """The defaults, read from their file at the start. For one thread."""

    def __init__(self, changed: Callable[..., None]) -> None:
        """Read the file. `changed` gets the interface's property that was set, and its value."""
        self._changed = changed
        self.values = _read()

    def set(self, **change: Any) -> None:
        """Set fields of `Defaults`, keep them and tell it. A file that cannot be written is logged."""
        self.values = replace(self.values, **change)
        _keep(self.values)
        self._changed(**{f"Default{name.capitalize()}": value for name, value in change.items()})


def _path() -> Path:
    return paths.state_folder() / _FILE


def _read() -> Defaults:
    """Return what was set last; nothing in that file can keep the daemon from starting."""
    try:
        kept = json.loads(_path().read_bytes())
        voice = kept["voice"]
        return Defaults(
            voice if isinstance(voice, str) else "",
            *(hundred(name, kept[name]) for name in ("rate", "pitch", "volume")),
        )
    except FileNotFoundError:
        return Defaults()
    except (OSError, ValueError, LookupError, TypeError, NamedError) as error:
        _log.warning("the defaults set over D-Bus cannot be read: %s", type(error).__name__)
        return Defaults()


def _keep(defaults: Defaults) -> None:
    try:
        write_file(_path(), json.dumps(asdict(defaults)))
    except OSError as error:
        _log.warning("the defaults set over D-Bus are not kept: %s", error.strerror)
