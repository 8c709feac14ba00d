# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd stop`, `pause`, `resume`, `reload` and `status`: the running daemon, over D-Bus."""

from __future__ import annotations

import json
import sys
from typing import Any

from kokoro_speechd import rendezvous
from kokoro_speechd.cli import remote
from kokoro_speechd.errors import FrameError
from kokoro_speechd.frames import Connection
from kokoro_speechd.messages import _

_SECONDS = 2.0  # for the daemon's socket to answer


def steer(method: str) -> int:
    """Call a method of the daemon that takes nothing; return the exit code. Raises RemoteError."""
    daemon = remote.running()
    if daemon is None:
        print("kokoro-speechd:", _("no daemon is on the session bus"), file=sys.stderr)
        return 1
    daemon.call(method)
    return 0


def status(*, as_json: bool, watch: bool) -> int:
    """Print how the daemon is; return 1 where there is none. `watch` goes on until it ends."""
    daemon = remote.running()
    if watch and daemon is not None:
        daemon.watch(lambda: _print(_status(daemon), as_json=as_json))
        return 0
    found = _status(daemon)
    _print(found, as_json=as_json)
    return 0 if found["running"] else 1


def _status(daemon: remote.Remote | None) -> dict[str, Any]:
    """Return what is known; without a bus the socket answers, with less."""
    place: dict[str, Any] = {"socket": str(rendezvous.folder() / rendezvous.SOCKET_NAME)}
    if daemon is None:
        return {"running": False, **place, **_ask_socket()}
    properties = daemon.properties()
    return {
        "running": True,
        "pid": daemon.pid(),
        **place,
        "version": properties["Version"],
        "state": properties["State"],
        "reason": properties["Reason"],
        "model": properties["ModelPath"],
        "device": properties["Device"],
        "queue": properties["QueueLength"],
        "statistics": properties["Statistics"],
    }


def _ask_socket() -> dict[str, Any]:
    if rendezvous.daemon_pid() is None:
        return {}  # a socket of systemd's would start one
    try:
        sock = rendezvous.connect()
        sock.settimeout(_SECONDS)
        connection = Connection(sock)
        hello, state = connection.receive(), connection.receive()
        connection.close()
        if hello is None or state is None:
            return {}
        return {
            "running": True,
            "pid": hello.integer("pid"),
            "version": hello.string("version"),
            "state": state.string("state"),
            "reason": state.string("reason"),
        }
    except (OSError, FrameError):
        return {"reason": "the daemon does not answer"}


def _print(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(found), flush=True)
        return
    if not found["running"]:
        print(
            _("The daemon does not run; the first message, or `kokoro-speechd say`, starts it."), flush=True
        )
        return
    rows = {name: value for name, value in found.items() if name not in ("running", "statistics")}
    rows |= {name.replace("_", " "): value for name, value in found.get("statistics", {}).items()}
    for name, value in rows.items():
        print(f"{name:20} {value if value != '' else '-'}", flush=True)
    print(flush=True)
