# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things lie on a user's disk: the XDG base directories of this moment.

pyxdg reads the environment once, when it is imported; every call here reads it again, so that a test or a
long-lived process sees the folders that are in force. Nothing here makes a folder.
"""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

NAME = "kokoro-speechd"


def _directories() -> ModuleType:
    from xdg import BaseDirectory

    return importlib.reload(BaseDirectory)


def _absolute(folders: list[str]) -> list[Path]:
    """Return our folder in each; relative ones are ignored, as the XDG specification asks."""
    return [Path(folder) / NAME for folder in folders if os.path.isabs(folder)]  # noqa: PTH117 - a string


def config_folders() -> list[Path]:
    """Return the folders of settings, the user's own first."""
    return _absolute(_directories().xdg_config_dirs)


def data_folders() -> list[Path]:
    """Return the folders of data such as the model, the user's own first."""
    return _absolute(_directories().xdg_data_dirs)


def data_home() -> Path:
    """Return the user's `$XDG_DATA_HOME` itself."""
    return Path(_directories().xdg_data_home)


def config_home() -> Path:
    """Return the user's `$XDG_CONFIG_HOME` itself."""
    return Path(_directories().xdg_config_home)


def cache_folder() -> Path:
    """Return the user's folder for what can be made again."""
    return Path(_directories().xdg_cache_home) / NAME


def state_folder() -> Path:
    """Return the user's folder for logs and statistics."""
    return Path(_directories().xdg_state_home) / NAME


def runtime_folder() -> Path | None:
    """Return the folder for sockets, None where the session has none (never one below /tmp)."""
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    return Path(folder) / NAME if os.path.isabs(folder) else None  # noqa: PTH117 - a string
