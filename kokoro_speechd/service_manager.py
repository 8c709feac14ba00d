# SPDX-License-Identifier: GPL-3.0-or-later
"""What passes between this process and systemd: sockets that it listens on for us, and how we are.

Both are a few environment variables and datagrams, so no library is needed. Sources: sd_listen_fds(3) and
sd_notify(3). Without a service manager every call does nothing.

The watchdog runs only while work is done: `busy` sets systemd's time limit, each `alive` starts it anew, and
`idle` takes it away, so that an idle daemon need not wake up for it.
"""

from __future__ import annotations

import logging
import os
import socket
import time

_log = logging.getLogger(__name__)

_FIRST_DESCRIPTOR = 3
_OFTEN_ENOUGH = 0.25  # the part of the watchdog's limit between two signs of life


def inherited_sockets() -> list[tuple[socket.socket, str]]:
    """Return the sockets that systemd opened for this process, with their names; children get none."""
    pid, count = os.environ.pop("LISTEN_PID", ""), os.environ.pop("LISTEN_FDS", "")
    names = os.environ.pop("LISTEN_FDNAMES", "").split(":")
    if pid != str(os.getpid()) or not count.isdecimal():
        return []
    sockets = []
    for place in range(int(count)):
        descriptor = _FIRST_DESCRIPTOR + place
        try:
            os.set_inheritable(descriptor, False)
            sockets.append((socket.socket(fileno=descriptor), names[place] if place < len(names) else ""))
        except OSError as error:
            _log.error("descriptor %d is no socket: %s", descriptor, error.strerror)
    return sockets


class ServiceManager:
    """Says to systemd how this process is. Safe from any thread; never blocks, never fails."""

    def __init__(self) -> None:
        address = os.environ.pop("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        limit, pid = os.environ.pop("WATCHDOG_USEC", ""), os.environ.pop("WATCHDOG_PID", "")
        watched = limit.isdecimal() and pid in ("", str(os.getpid()))
        self._limit = int(limit) if watched and self._address else 0  # microseconds
        self._busy = bool(self._limit)  # systemd starts the watchdog with the process
        self._last = 0.0
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) if self._address else None

    def ready(self) -> None:
        """Say that the start, or a reload, is done."""
        self._send("READY=1")

    def reloading(self) -> None:
        """Say that the settings are read again; `ready` ends it."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """Say that the end has begun."""
        self._send("STOPPING=1")

    def status(self, text: str) -> None:
        """Show a line to who asks systemd for the status."""
        self._send(f"STATUS={text}")

    def busy(self) -> None:
        """Begin work that the watchdog watches."""
        if self._limit and not self._busy:
            self._busy = True
            self._last = time.monotonic()
            self._send(f"WATCHDOG_USEC={self._limit}\nWATCHDOG=1")

    def alive(self) -> None:
        """Say that the work goes on. Costs nothing when called often."""
        if self._busy and time.monotonic() - self._last > self._limit / 1e6 * _OFTEN_ENOUGH:
            self._last = time.monotonic()
            self._send("WATCHDOG=1")

    def idle(self) -> None:
        """End the work: nothing will be heard of us until there is some."""
        if self._busy:
            self._busy = False
            self._send("WATCHDOG_USEC=0")

    def _send(self, message: str) -> None:
        if self._socket is None:
            return
        try:
            self._socket.sendto(message.encode(), socket.MSG_DONTWAIT, self._address)
        except OSError as error:
            _log.debug("systemd does not listen: %s", error.strerror)
