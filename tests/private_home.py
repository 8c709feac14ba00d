# SPDX-License-Identifier: GPL-3.0-or-later
"""A user's folders of its own: nothing of the real user is read or written."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path

from kokoro_speechd.ipc import endpoint


def private_environment(root: Path, model: Path | None = None, settings: str = "") -> dict[str, str]:
    """Return an environment whose XDG folders lie below `root`; `model` is put where users put it.

    `settings` is the text of the user's config.toml. Sounds are made ahead only where that has a [cache]: the
    machine that tests is busy enough.
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("XDG_", "DBUS_", "PULSE_", "SPEECHD_", "KOKORO_", "HF_", "TRANSFORMERS_"))
        and name not in ("DISPLAY", "WAYLAND_DISPLAY", "NOTIFY_SOCKET")
    }
    environment["HOME"] = str(root / "home")
    environment["LANG"] = "C.UTF-8"
    # The data folder is three levels below the home, because speech-dispatcher looks for modules in
    # $XDG_DATA_HOME/../libexec.
    folders = {
        "XDG_CONFIG_HOME": root / "home/.config",
        "XDG_DATA_HOME": root / "home/.local/share",
        "XDG_CACHE_HOME": root / "home/.cache",
        "XDG_STATE_HOME": root / "home/.local/state",
        "XDG_RUNTIME_DIR": root / "run",
    }
    for name, folder in folders.items():
        folder.mkdir(parents=True, exist_ok=True)
        environment[name] = str(folder)
    folders["XDG_RUNTIME_DIR"].chmod(0o700)
    environment["XDG_DATA_DIRS"] = str(root / "usr/share")
    environment["XDG_CONFIG_DIRS"] = str(root / "etc/xdg")
    if "[cache]" not in settings:
        settings += "\n[cache]\nwarm = false\n"
    (folders["XDG_CONFIG_HOME"] / "kokoro-speechd").mkdir(exist_ok=True)
    (folders["XDG_CONFIG_HOME"] / "kokoro-speechd/config.toml").write_text(settings)
    if model is not None:
        (folders["XDG_DATA_HOME"] / "kokoro-speechd").mkdir(exist_ok=True)
        (folders["XDG_DATA_HOME"] / "kokoro-speechd/model").symlink_to(model)
    return environment


def daemon_pid(environment: Mapping[str, str]) -> int | None:
    """Return the process id of the daemon in these folders."""
    return endpoint.daemon_pid(Path(environment["XDG_RUNTIME_DIR"]) / "kokoro-speechd")


def daemon_log(environment: Mapping[str, str]) -> str:
    """Return what the daemons of these folders logged."""
    log = Path(environment["XDG_STATE_HOME"]) / "kokoro-speechd" / endpoint.LOG_NAME
    return log.read_text() if log.exists() else ""


def end_daemon(environment: Mapping[str, str]) -> None:
    """Kill the daemon of these folders, and wait until it is gone."""
    while (pid := daemon_pid(environment)) is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)
