# SPDX-License-Identifier: GPL-3.0-or-later
"""What systemd hands to a service and what it wants to hear from it; without systemd all of it does nothing.

The protocol is that of sd_listen_fds(3), sd_notify(3) and sd_watchdog_enabled(3), spoken here directly: it is
a few environment variables and datagrams, and libsystemd is not installed everywhere.

The watchdog is armed only while there is work. An idle process has nothing to wake up for, and one that was
swapped out must not be killed for it. systemd starts the watchdog at READY=1; the field WATCHDOG_USEC= sets
another time at runtime, and 0 stops it: sd_notify(3) does not say so, but `service_start_watchdog` in
systemd's src/core/service.c stops at 0 and at infinity, in 252 as in later releases. A WATCHDOG=1 that comes
after the 0 does not arm it again.
"""

from __future__ import annotations

import contextlib
import os
import socket
import stat
import threading
import time
from collections import deque

_FIRST_DESCRIPTOR = 3
_MOST_DIGITS = 20  # of a 64-bit number
_OFF = "WATCHDOG_USEC=0"


def inherited_sockets() -> list[tuple[socket.socket, str]]:
    """Return the sockets that systemd opened for this process, each with its `FileDescriptorName=`.

    Called once, before this process opens descriptors of its own: the manager promises 3, 4, … and they are
    ours from here on, closed on exec. The variables are removed, for children must not take them for theirs.
    Values that make no sense are dropped with the rest; without sockets the list is empty.
    """
    count = _number(os.environ.pop("LISTEN_FDS", ""))
    pid = _number(os.environ.pop("LISTEN_PID", ""))
    names = os.environ.pop("LISTEN_FDNAMES", "").split(":")
    os.environ.pop("LISTEN_PIDFDID", None)
    if pid != os.getpid():
        return []
    sockets = []
    for index in range(count):
        descriptor = _FIRST_DESCRIPTOR + index
        try:
            os.set_inheritable(descriptor, False)
            is_socket = stat.S_ISSOCK(os.fstat(descriptor).st_mode)
        except (OSError, OverflowError):
            break  # fewer than were promised
        if is_socket:
            name = names[index] if index < len(names) and names[index] else "unknown"
            sockets.append((socket.socket(fileno=descriptor), name))
    return sockets


class ServiceManager:
    """The manager's ear. Every method may be called from any thread; none blocks and none raises.

    Texts go to the manager's status line and its journal: never spoken text.
    """

    def __init__(self) -> None:
        """Read and remove the variables, so that children do not speak in our name."""
        self._address = _address(os.environ.pop("NOTIFY_SOCKET", ""))
        microseconds = _number(os.environ.pop("WATCHDOG_USEC", ""))
        whose = os.environ.pop("WATCHDOG_PID", str(os.getpid()))
        self._watchdog_us = microseconds if whose == str(os.getpid()) else 0
        self._lock = threading.Lock()
        self._working = False
        self._pinged = 0.0
        self._unsent: deque[str] = deque()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) if self._address else None

    @property
    def watchdog_seconds(self) -> float:
        """The longest time without a sign of life while there is work; 0.0 when nobody watches."""
        return self._watchdog_us / 1e6 if self._socket is not None else 0.0

    def ready(self, status: str) -> None:
        """Say that the start is over; the watchdog, which the manager arms now, is off until `busy`."""
        with self._lock:
            self._tell("READY=1", _status(status), *self._watchdog())

    def reloading(self) -> None:
        """Say that the settings are being read again; `reloaded` must follow."""
        # The time is what Type=notify-reload (systemd 253) asks for; others ignore it.
        with self._lock:
            self._tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def reloaded(self, status: str) -> None:
        """Say that the new settings are in force."""
        with self._lock:
            self._tell("READY=1", _status(status))

    def status(self, text: str) -> None:
        """Set the line that `systemctl status` shows."""
        with self._lock:
            self._tell(_status(text))

    def stopping(self) -> None:
        """Say that the process is about to end; from here on the manager's stop time limit alone counts."""
        with self._lock:
            self._working = False
            self._tell("STOPPING=1", *self._watchdog())

    def busy(self) -> None:
        """Arm the watchdog: work begins, and `alive` will be called while it goes on."""
        with self._lock:
            if self._watchdog_us and not self._working:
                self._working = True
                self._pinged = time.monotonic()
                self._tell("WATCHDOG=1", *self._watchdog())

    def alive(self) -> None:
        """Say that the work advances; called as often as is convenient, told as often as is useful."""
        now = time.monotonic()
        with self._lock:
            # A quarter: three quarters of the time remain for one slow step.
            if self._working and now - self._pinged >= self._watchdog_us / 4e6:
                self._pinged = now
                self._tell("WATCHDOG=1")

    def idle(self) -> None:
        """Switch the watchdog off: the work is done."""
        with self._lock:
            if self._working:
                self._working = False
                self._tell(*self._watchdog())

    def close(self) -> None:
        """Let go of the socket; what is said later goes nowhere."""
        with self._lock:
            if self._socket is not None:
                self._socket.close()

    # --- under the lock ----------------------------------------------------------------------------

    def _watchdog(self) -> list[str]:
        if not self._watchdog_us:
            return []
        return [f"WATCHDOG_USEC={self._watchdog_us}"] if self._working else [_OFF]

    def _tell(self, *fields: str) -> None:
        if self._socket is None or not fields:
            return
        message = "\n".join(fields)
        if not self._unsent:
            try:
                self._socket.sendto(message.encode(), socket.MSG_DONTWAIT, self._address)
            except BlockingIOError:
                pass
            except OSError:
                return  # the manager is gone: nobody to tell
            else:
                return
        # The manager's queue is full. A lost READY=1 or a watchdog left armed would get an innocent process
        # killed, so a thread waits for room, and for as long as it does all messages line up behind it.
        self._unsent.append(message)
        if len(self._unsent) == 1:
            threading.Thread(target=self._send_unsent, name="notify", daemon=True).start()

    # --- a thread of its own, only while the manager's queue is full -------------------------------

    def _send_unsent(self) -> None:
        assert self._socket is not None  # noqa: S101 - otherwise nothing is unsent
        while True:
            with self._lock:
                if not self._unsent:
                    return
                message = self._unsent[0]
            with contextlib.suppress(OSError):  # the manager is gone: nobody to tell
                self._socket.sendto(message.encode(), self._address)
            with self._lock:
                self._unsent.popleft()


def _number(text: str) -> int:
    """Read a decimal number; everything else is 0."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 0


def _address(text: str) -> bytes:
    """Return the address of the manager's socket; empty for none and for kinds that are not AF_UNIX."""
    if text.startswith("@"):
        return b"\0" + os.fsencode(text[1:])
    return os.fsencode(text) if text.startswith("/") else b""


def _status(text: str) -> str:
    """Format a status line: a line feed would begin another field, and a NUL loses the whole message."""
    return "STATUS=" + "".join(character if character.isprintable() else " " for character in text)
