# SPDX-License-Identifier: GPL-3.0-or-later
"""What `kokoro-speechd doctor` looks at in this user's session: folders, disk, daemon, bus, systemd."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from kokoro_speechd import __version__
from kokoro_speechd.cli.desktop import user_units
from kokoro_speechd.cli.doctor.checks import Finding, State
from kokoro_speechd.errors import MessageError
from kokoro_speechd.ipc import endpoint
from kokoro_speechd.ipc.protocol import PROTOCOL, Connection
from kokoro_speechd.speechd.recorder import switch_file
from kokoro_speechd.system import paths

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECONDS = 3.0  # for a daemon that lives
_LITTLE = 32 << 20  # bytes of free disk below which files are soon cut off


def folders() -> Iterator[Finding]:
    """Look at the folders where something of ours is read and written: owner, permissions, room."""
    wrong = list(_wrong_folders())
    yield from wrong
    if not wrong:
        yield Finding("Permissions", State.OK, "our folders are this user's own")
    yield from _room()


def _wrong_folders() -> Iterator[Finding]:
    homes = [paths.config_home(), paths.data_home(), paths.cache_folder().parent, paths.state_folder().parent]
    ours = [home / paths.NAME for home in homes]
    runtime = paths.runtime_folder()
    if runtime is not None:
        homes.append(runtime.parent)
        ours.append(runtime)
    for folder in (*homes, *ours):
        try:
            found = folder.stat()
        except (FileNotFoundError, NotADirectoryError):
            continue  # made when it is needed
        except OSError as error:
            yield Finding("Permissions", State.MISSING, f"{folder}: {error.strerror}", "Make it readable.")
            continue
        if found.st_uid != os.getuid():
            yield Finding(
                "Permissions",
                State.MISSING,
                f"{folder} belongs to another user (number {found.st_uid}); it came there by sudo, perhaps",
                f'sudo chown -R "$(id -u):$(id -g)" {folder}',
            )
        elif not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o700 != 0o700:
            yield Finding(
                "Permissions", State.MISSING, f"{folder} cannot be written by you", f"chmod u+rwx {folder}"
            )


def _room() -> Iterator[Finding]:
    full = False
    for folder in (paths.cache_folder(), paths.state_folder(), paths.runtime_folder()):
        if folder is None:
            continue
        place = next((path for path in (folder, *folder.parents) if path.is_dir()), Path("/"))
        try:
            free = shutil.disk_usage(place).free
        except OSError:
            continue
        if free < _LITTLE:
            full = True
            yield Finding(
                "Disk",
                State.MISSING,
                f"full: {free / 1e6:.1f} MB are free below {place}",
                "Free some room there; sounds cannot be kept and logs are cut off.",
            )
    if not full:
        yield Finding("Disk", State.OK, "there is room")


def runtime() -> Finding:
    """Look for the session's folder of sockets."""
    folder = paths.runtime_folder()
    if folder is None:
        return Finding(
            "Session",
            State.OPTIONAL,
            f"XDG_RUNTIME_DIR is not set: sockets lie in {paths.cache_folder()}",
            "Log in by a session manager (a desktop, or libpam-systemd).",
        )
    return Finding("Session", State.OK, str(folder.parent))


def daemon() -> Finding:
    """Ask the daemon, if one runs, without starting one."""
    place = paths.runtime_folder() or paths.cache_folder()
    pid = endpoint.daemon_pid(place)
    if pid is None:
        if (place / endpoint.SOCKET_NAME).exists() and user_units.state_of(user_units.SOCKET) != "active":
            return Finding(
                "Daemon", State.OPTIONAL, "died without removing its socket; the next message starts another"
            )
        return Finding("Daemon", State.OK, "does not run; the first message starts it")
    if _is_stopped(pid):
        return Finding(
            "Daemon",
            State.MISSING,
            f"is stopped by a signal (process {pid}): espeak-ng speaks instead",
            f"kill -CONT {pid}",
        )
    return _ask_daemon(pid)


def _ask_daemon(pid: int) -> Finding:
    try:
        sock = endpoint.connect()
        sock.settimeout(_SECONDS)
        connection = Connection(sock)
        try:
            hello, state = connection.receive(), connection.receive()
        finally:
            connection.close()
    except (OSError, MessageError) as error:
        return Finding(
            "Daemon",
            State.MISSING,
            f"runs (process {pid}), but does not answer: {error}",
            f"kill {pid}; the next message starts another.",
        )
    if hello is None or state is None:
        return Finding("Daemon", State.MISSING, f"hung up (process {pid})", f"kill {pid}")
    protocol, version = hello.fields.get("protocol"), hello.fields.get("version")
    if protocol != PROTOCOL or version != __version__:
        return Finding(
            "Daemon",
            State.MISSING if protocol != PROTOCOL else State.OPTIONAL,
            f"is of version {version} (protocol {protocol}), and this is {__version__} ({PROTOCOL})",
            "kokoro-speechd quit; the next message starts the new one.",
        )
    reason = f": {state.fields.get('reason')}" if state.fields.get("reason") else ""
    return Finding("Daemon", State.OK, f"runs (process {pid}), {state.fields.get('state')}{reason}")


def recording() -> Iterator[Finding]:
    """Say when a transcript is being written, lest it is forgotten."""
    if switch_file().exists():
        yield Finding(
            "Recording", State.OPTIONAL, "the protocol is being written down", "kokoro-speechd record off"
        )


def _is_stopped(pid: int) -> bool:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return text.rpartition(")")[2].split()[0] in "tT"


def bus() -> Finding:
    """Look for the session bus."""
    from kokoro_speechd.cli.terminal import remote
    from kokoro_speechd.errors import BusError

    try:
        activatable = remote.can_be_activated()
    except BusError as error:
        return Finding(
            "D-Bus",
            State.MISSING,
            str(error),
            "Log in to a desktop, or start this by dbus-run-session; Orca needs the bus too.",
        )
    if activatable:
        return Finding("D-Bus", State.OK, "the bus can start the daemon")
    return Finding(
        "D-Bus", State.OPTIONAL, "the bus does not know how to start the daemon", "kokoro-speechd setup"
    )


def systemd() -> Finding:
    """Look for the units of this user's systemd."""
    if not user_units.manager_runs():
        return Finding(
            "systemd", State.OPTIONAL, "no systemd of this user: the first message starts the daemon"
        )
    socket, service = (user_units.state_of(unit) for unit in (user_units.SOCKET, user_units.SERVICE))
    if "failed" in (socket, service):
        return Finding(
            "systemd",
            State.MISSING,
            f"{user_units.SOCKET} is {socket}, {user_units.SERVICE} is {service}",
            f"systemctl --user reset-failed; systemctl --user restart {user_units.SOCKET}\n"
            f"journalctl --user -u {user_units.SERVICE} says why.",
        )
    if socket != "active":
        return Finding("systemd", State.OPTIONAL, f"{user_units.SOCKET} is {socket}", "kokoro-speechd setup")
    return Finding("systemd", State.OK, f"listens for the daemon, which is {service}")
