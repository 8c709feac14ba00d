# SPDX-License-Identifier: GPL-3.0-or-later
"""The user's systemd, as `setup` and `doctor` speak to it: by systemctl."""

from __future__ import annotations

import shutil
import subprocess

SOCKET = "kokoro-speechd.socket"
SERVICE = "kokoro-speechd.service"
_PATIENCE = 30.0


def manager_runs() -> bool:
    """Say whether this user has a systemd that answers."""
    return shutil.which("systemctl") is not None and _run("systemctl", "--user", "show", "--property=Version")


def state_of(unit: str) -> str:
    """Return a unit's state, such as active or failed."""
    try:
        ran = subprocess.run(
            ["systemctl", "--user", "is-active", unit],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    return ran.stdout.decode("utf-8", "replace").strip() or "unknown"


def reload_units() -> None:
    """Have systemd look at its files again."""
    _run("systemctl", "--user", "daemon-reload")


def start_socket() -> bool:
    """Have systemd listen at the engine's socket; say whether it does."""
    return _run("systemctl", "--user", "start", SOCKET)


def stop_units() -> None:
    """End the daemon that systemd runs, and its socket."""
    _run("systemctl", "--user", "stop", SOCKET, SERVICE)


def _run(*command: str) -> bool:
    if shutil.which(command[0]) is None:
        return False
    try:
        ran = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ran.returncode == 0
