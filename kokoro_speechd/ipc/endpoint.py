# SPDX-License-Identifier: GPL-3.0-or-later
"""Where modules and the daemon meet: a folder of this user with the socket and the lock of the one daemon.

    $XDG_RUNTIME_DIR/kokoro-speechd/engine.sock   0600; both sides check the other's uid
    $XDG_RUNTIME_DIR/kokoro-speechd/daemon.lock   held by the daemon that lives; the kernel names its pid

Without XDG_RUNTIME_DIR the folder lies below $XDG_CACHE_HOME, as GLib has it; never below /tmp.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import signal
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from kokoro_speechd.errors import EngineError
from kokoro_speechd.system import paths
from kokoro_speechd.system.private_files import make_folder, open_file

SOCKET_NAME = "engine.sock"
LOCK_NAME = "daemon.lock"
LOG_NAME = "daemon.log"

_BACKLOG = 64
_LOOK = 0.02  # seconds between two tries to reach a daemon that starts
_LONGEST_LOG = 1 << 20
# struct flock of <fcntl.h>: type, whence, start, length, pid
_FLOCK = struct.Struct("@hhqqi")


def folder() -> Path:
    """Return the folder where socket and lock lie, made if it is missing. Raises OSError."""
    place = paths.runtime_folder() or paths.cache_folder()
    if place.is_symlink():
        raise PermissionError(errno.EPERM, "not a folder of this user", str(place))
    return make_folder(place)


# --- the socket ------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _address() -> Iterator[str]:
    """Yield a name of the socket that fits into a socket address however long the folder's path is."""
    descriptor = os.open(folder(), os.O_DIRECTORY | os.O_PATH)
    try:
        yield f"/proc/self/fd/{descriptor}/{SOCKET_NAME}"
    finally:
        os.close(descriptor)


def connect() -> socket.socket:
    """Return a connection to this user's daemon. Raises OSError when nobody listens."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with _address() as name:
            connection.connect(name)
        _check_owner(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def listen() -> socket.socket:
    """Return the listening socket; only for the holder of the lock, who may take a dead one's place."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with _address() as name:
            Path(name).unlink(missing_ok=True)
            before = os.umask(0o177)
            try:
                listening.bind(name)
            finally:
                os.umask(before)
        listening.listen(_BACKLOG)
    except BaseException:
        listening.close()
        raise
    return listening


def socket_file() -> int | None:
    """Return the inode of the socket's file, None where there is none."""
    try:
        return (folder() / SOCKET_NAME).stat().st_ino
    except OSError:
        return None


def remove_socket(inode: int | None) -> None:
    """Remove the socket's file at the daemon's end, if it is still this one and not systemd's."""
    with contextlib.suppress(OSError):
        if socket_file() == inode:
            (folder() / SOCKET_NAME).unlink(missing_ok=True)


def _check_owner(connection: socket.socket) -> None:
    if peer_uid(connection) != os.getuid():
        raise PermissionError(errno.EPERM, "another user's daemon listens at the engine socket")


def peer_uid(connection: socket.socket) -> int:
    """Return the user id of the other side, as the kernel knows it."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    _pid, uid, _gid = struct.unpack("3i", credentials)
    return int(uid)


# --- the lock --------------------------------------------------------------------------------------------


class DaemonLock:
    """The right to be this user's daemon. Held until `release` or the end of the process."""

    def __init__(self) -> None:
        self._descriptor = -1
        self.predecessor_died = False  # whether the last daemon of this session ended without `release`

    def acquire(self) -> bool:
        """Take the lock; return False when another process has it. Raises OSError."""
        path = folder() / LOCK_NAME
        while True:
            descriptor = open_file(path, os.O_RDWR)
            try:
                # A lock of the process, not of the descriptor: only such a one names its holder.
                fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                os.close(descriptor)
                if error.errno in (errno.EACCES, errno.EAGAIN):
                    return False
                raise
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_ino == os.fstat(descriptor).st_ino:
                    break
            os.close(descriptor)  # its holder removed the file while we waited
        self._descriptor = descriptor
        self.predecessor_died = os.fstat(descriptor).st_size > 0
        os.ftruncate(descriptor, 0)
        os.write(descriptor, b"%d\n" % os.getpid())
        return True

    def release(self) -> None:
        """Remove the file and give the lock up."""
        if self._descriptor >= 0:
            with contextlib.suppress(OSError):
                (folder() / LOCK_NAME).unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = -1


def daemon_pid(place: Path | None = None) -> int | None:
    """Return the process id of this user's daemon, or the one of another folder; None where none lives.

    Not for the daemon itself: closing the file would give up its lock.
    """
    try:
        descriptor = os.open((place or folder()) / LOCK_NAME, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        question = _FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        kind, _whence, _start, _length, pid = _FLOCK.unpack(fcntl.fcntl(descriptor, fcntl.F_GETLK, question))
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return None if kind == fcntl.F_UNLCK else pid


# --- starting one ----------------------------------------------------------------------------------------


def start_daemon(command: Sequence[str], timeout: float) -> int | None:
    """Start the daemon unless somebody does or did, and return once it listens: its process id if it was we.

    However many processes come at the same time, one starts it and the others wait for that one.
    Raises EngineError when it does not listen within `timeout` seconds, OSError when it cannot be started.
    """
    deadline = time.monotonic() + timeout
    descriptor = os.open(folder(), os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        while not _try_lock(descriptor):
            if time.monotonic() > deadline:
                raise EngineError("another process has been starting the engine for too long")
            time.sleep(_LOOK)
        if _listens():
            return None
        child: int | None = _spawn(command)
        while not _listens():
            # One that ended at once may have found another daemon, which will listen soon.
            if child is not None and reaped(child):
                child = None
            if time.monotonic() > deadline or (child is None and daemon_pid() is None):
                raise EngineError("the engine was started, but does not listen")
            time.sleep(_LOOK)
        return child
    finally:
        os.close(descriptor)


def reaped(child: int) -> bool:
    """Return whether a child process has ended; it is no zombie then."""
    try:
        return os.waitpid(child, os.WNOHANG)[0] == child
    except ChildProcessError:
        return True


def _spawn(command: Sequence[str]) -> int:
    """Start a process in a session of its own, without our descriptors, and return its id."""
    log = _open_log()
    try:
        return os.posix_spawn(
            command[0],
            list(command),
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, log, 1),
                (os.POSIX_SPAWN_DUP2, log, 2),
            ],
            setsid=True,
            setsigdef=[signal.SIGINT, signal.SIGHUP, signal.SIGPIPE, signal.SIGTERM],
            setsigmask=[],
        )
    finally:
        os.close(log)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _listens() -> bool:
    try:
        connect().close()
    except OSError:
        return False
    return True


def _open_log() -> int:
    """Open the log of a daemon that no service manager watches; /dev/null where none can be written."""
    path = paths.state_folder() / LOG_NAME
    try:
        make_folder(path.parent)
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_size > _LONGEST_LOG:
                path.replace(path.with_suffix(".log.old"))
        return open_file(path, os.O_WRONLY | os.O_APPEND)
    except OSError:
        return os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
