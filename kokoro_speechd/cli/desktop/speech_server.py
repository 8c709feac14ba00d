# SPDX-License-Identifier: GPL-3.0-or-later
"""The running speech-dispatcher of this user: what modules it has, its end, a sentence through it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Literal

_ANSWER = 30.0  # seconds; a server that starts waits for each of its modules
_SENTENCE = 60.0
_END = 10.0
_COMM = "speech-dispatch"  # the kernel keeps 15 characters of a name


def modules() -> list[str] | None:
    """Return the output modules that the server has; None when there is no answer. May start the server."""
    said = _spd_say("-O", timeout=_ANSWER)
    return None if said is None else [line.strip() for line in said.splitlines()[1:] if line.strip()]


def say(sentence: str) -> Literal["spoken", "refused", "unfinished"]:
    """Speak through our module and wait for the end; say how that went."""
    try:
        said = _run("-o", "kokoro", "-w", sentence, timeout=_SENTENCE)
    except subprocess.TimeoutExpired:
        return "unfinished"
    return "refused" if said is None else "spoken"


def _spd_say(*arguments: str, timeout: float) -> str | None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        return _run(*arguments, timeout=timeout)
    return None


def _run(*arguments: str, timeout: float) -> str | None:
    """Return what spd-say prints, None when it fails. Raises TimeoutExpired."""
    if shutil.which("spd-say") is None:
        return None
    # No pipe: a server that this starts would hold it open, and we would wait for the server's end.
    with tempfile.TemporaryFile() as output:
        try:
            ran = subprocess.run(
                ["spd-say", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.DEVNULL,
                timeout=timeout,
                check=False,
            )
        except OSError:
            return None
        output.seek(0)
        return None if ran.returncode else output.read().decode("utf-8", "replace")


def server_pid() -> int | None:
    """Return the process id of the server that this user's programs speak to; None when none runs."""
    address = _address()
    if address is not None:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(_END)
            connection.connect(str(address))
            found = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
            pid, _uid, _gid = struct.unpack("3i", found)
            if _is_server(pid):  # with systemd's socket it is systemd that listens
                return int(pid)
    with contextlib.suppress(OSError, ValueError):
        pid = int((_folder() / "pid/speech-dispatcher.pid").read_text(encoding="ascii"))
        return pid if _is_server(pid) else None
    return None


def runs_our_module(pid: int) -> bool:
    """Say whether this server started `sd_kokoro`."""
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                if b"sd_kokoro" in Path(f"/proc/{child}/cmdline").read_bytes():
                    return True
    return False


def end_process(pid: int) -> bool:
    """Ask a process to end and wait for it; say whether it is gone."""
    deadline = time.monotonic() + _END
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        while time.monotonic() < deadline:
            os.kill(pid, 0)
            if _state(pid) == "Z":
                return True
            time.sleep(0.05)
        return False
    return True


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return "Z"


def _is_server(pid: int) -> bool:
    try:
        process = Path(f"/proc/{pid}")
        return process.stat().st_uid == os.getuid() and (process / "comm").read_text().strip() == _COMM
    except OSError:
        return False


def _folder() -> Path:
    """Return the server's runtime folder, by GLib's rule."""
    home = os.environ.get("XDG_RUNTIME_DIR") or os.environ.get("XDG_CACHE_HOME")
    return Path(home or Path.home() / ".cache") / "speech-dispatcher"


def _address() -> Path | None:
    """Return the server's socket; None when it is not on this machine's file system."""
    method, _, place = os.environ.get("SPEECHD_ADDRESS", "unix_socket").partition(":")
    if method != "unix_socket":
        return None
    return Path(place) if place else _folder() / "speechd.sock"
