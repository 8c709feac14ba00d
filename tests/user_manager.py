# SPDX-License-Identifier: GPL-3.0-or-later
"""A real `systemd --user` of its own: another uid, its own mounts, processes and control groups.

Only root can make it, and only where a cgroup2 hierarchy can be written. It ends with this object: the first
process of its process namespace is our child, and the kernel ends the rest with that one.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

UID = 64_901  # nobody's
AS_USER = (f"--reuid={UID}", f"--regid={UID}", "--clear-groups")
_MANAGER = "/lib/systemd/systemd"

# A user's manager refuses to be the first process of its namespace, so the shell is (and stays: `exit`).
_BOOT = f"""
set -e
mount --make-rprivate /
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/system
mount -t tmpfs tmpfs /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
setpriv {" ".join(AS_USER)} {_MANAGER} --user --unit=sockets.target
exit $?
"""


class UnavailableError(RuntimeError):
    """No such manager can run here; the message says why."""


class UserManager:
    """The manager, its folders and its systemctl."""

    def __init__(self) -> None:
        for program in (_MANAGER, "unshare", "nsenter", "setpriv", "mount"):
            if shutil.which(program) is None:
                raise UnavailableError(f"{program} is not installed")
        if os.geteuid() != 0:
            raise UnavailableError("only root can start a user manager of its own")
        hierarchy = _writable_hierarchy()
        # Short, for a socket's path has 107 bytes; below /tmp, for the other uid must get there.
        self.home = Path(tempfile.mkdtemp(prefix="kk-"))
        self.runtime = self.home / "r"
        self.units = self.home / ".config" / "systemd" / "user"
        self._log = self.home / "manager.log"
        self._group = hierarchy / self.home.name
        self._process: subprocess.Popen[bytes] | None = None
        self.environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.runtime),
            "SYSTEMD_LOG_TARGET": "console",
        }

    def start(self) -> None:
        """Start the manager; units are installed already."""
        self.runtime.mkdir(mode=0o700, exist_ok=True)
        self._group.mkdir()
        for path in (self.home, *self.home.rglob("*"), self._group, *self._group.iterdir()):
            os.chown(path, UID, UID)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                ["unshare", "-m", "-p", "-f", "--kill-child", "-C", "sh", "-c", _BOOT],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=lambda: (self._group / "cgroup.procs").write_text(str(os.getpid())),  # noqa: PLW1509
            )
        for _ in range(200):
            if self.systemctl("is-active", "sockets.target", check=False) == "active":
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.1)
        raise UnavailableError(f"the manager does not start: {self.log()[-500:]}")

    def _inside(self) -> list[str]:
        # The manager answers only to processes that it can see.
        assert self._process is not None
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return ["nsenter", "-m", "-p", "-t", children[0]] if children else ["false"]

    def systemctl(self, *arguments: str, check: bool = True) -> str:
        """Run systemctl as the manager's user."""
        finished = self.run("systemctl", "--user", *arguments)
        assert finished.returncode == 0 or not check, finished.stderr + self.log()
        return finished.stdout.strip()

    def run(self, *command: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a command as the manager's user, where the manager can see it."""
        return subprocess.run(
            [*self._inside(), "setpriv", *AS_USER, *command],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def show(self, unit: str, *names: str) -> list[str]:
        """Return properties of a unit."""
        shown = self.systemctl("show", unit, *(f"--property={name}" for name in names))
        values = dict(line.split("=", 1) for line in shown.splitlines())
        return [values[name] for name in names]

    def log(self) -> str:
        """Return what the manager and its services wrote."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def close(self) -> None:
        """End everything."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(30)
        for _ in range(100):
            if self._remove_group():
                break
            time.sleep(0.1)  # the kernel is still ending the processes
        shutil.rmtree(self.home, ignore_errors=True)

    def _remove_group(self) -> bool:
        try:
            for folder, _, _ in os.walk(self._group, topdown=False):
                Path(folder).rmdir()
        except OSError:
            return False
        return True


def ask(path: Path, question: str) -> str:
    """Send a line to a Unix socket and return the answer; an empty one means that the other side died."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect(str(path))
        connection.sendall(question.encode() + b"\n")
        with connection.makefile() as answers:
            try:
                return answers.readline().strip()
            except ConnectionError:
                return ""


def _writable_hierarchy() -> Path:
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _, place, kind, options, *_ = line.split()
        if kind == "cgroup2" and options.split(",")[0] == "rw" and os.access(place, os.W_OK):
            return Path(place)
    raise UnavailableError("there is no cgroup2 hierarchy to write to")
