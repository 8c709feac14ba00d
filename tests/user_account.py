# SPDX-License-Identifier: GPL-3.0-or-later
"""A user account for tests of `setup`: commands, the tree of its home, the server that its programs start."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

from tests.private_home import end_daemon

_HOMES = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")


class Account:
    """A user whose XDG folders are where they are by default, below the home."""

    def __init__(self, environment: dict[str, str], command: Path | None = None) -> None:
        """`command`: the installed kokoro-speechd; None: this one's."""
        self.environment = {name: value for name, value in environment.items() if name not in _HOMES}
        self.home = Path(environment["HOME"])
        self.runtime = Path(environment["XDG_RUNTIME_DIR"])
        self.command = command or Path(sys.prefix) / "bin/kokoro-speechd"
        self._private = environment

    def run(
        self, *arguments: str, code: int | None = 0, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        ran = subprocess.run(
            [str(self.command), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env={**self.environment, **environment},
            cwd="/",
            timeout=200,
            check=False,
        )
        assert code is None or ran.returncode == code, ran.stdout + ran.stderr
        assert "Traceback" not in ran.stderr
        return ran

    def tree(self) -> dict[str, str]:
        """Everything in the home: kind, mode, and contents or target, by path."""
        return tree_of(self.home)

    def file(self, name: str) -> Path:
        return self.home / name

    def end_server(self) -> None:
        """End the speech-dispatcher that this user's programs started."""
        pid_file = self.runtime / "speech-dispatcher/pid/speech-dispatcher.pid"
        with contextlib.suppress(FileNotFoundError, ValueError, ProcessLookupError):
            pid = int(pid_file.read_text())
            os.kill(pid, signal.SIGTERM)
            while Path(f"/proc/{pid}").exists():
                time.sleep(0.02)

    def close(self) -> None:
        self.end_server()
        end_daemon(self._private)


def tree_of(root: Path) -> dict[str, str]:
    found = {}
    for path in sorted(root.rglob("*")):
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            what = f"-> {path.readlink()}"
        elif stat.S_ISREG(mode):
            what = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            what = ""
        found[str(path.relative_to(root))] = f"{stat.filemode(mode)} {what}"
    return found
