# SPDX-License-Identifier: GPL-3.0-or-later
"""`kokoro-speechd stop`, `pause`, `resume`, `reload`, `quit` and `status`: the running daemon, over D-Bus.

Where it is not on the session bus, `stop`, `quit` and `status` reach it by the engine's socket.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from kokoro_speechd.cli.terminal import remote
from kokoro_speechd.errors import MessageError
from kokoro_speechd.ipc import endpoint
from kokoro_speechd.ipc.protocol import Connection, Message
from kokoro_speechd.system.messages import _

_SECONDS = 2.0  # for the daemon's socket to answer
_BY_SOCKET = {"StopAll": "stop", "Quit": "quit"}


def steer(method: str) -> int:
    """Call a method of the daemon that takes nothing; return the exit code. Raises RemoteError."""
    daemon = remote.running()
    if daemon is not None:
        daemon.call(method)
        return 0
    if endpoint.daemon_pid() is None or method not in _BY_SOCKET:
        trouble = _("no daemon is on the session bus")
    elif _ask_by_socket(_BY_SOCKET[method]):
        return 0
    else:
        trouble = _("the daemon does not answer, or is of an older version")
    print("kokoro-speechd:", trouble, file=sys.stderr)
    return 1


def _ask_by_socket(request: str) -> bool:
    """Ask something of the daemon itself; return whether it answered."""
    try:
        connection = _connect()
        try:
            connection.receive()  # its hello is the first that it says
            connection.send(Message(request))
            while (message := connection.receive()) is not None:
                if message.type == "alive":
                    return True
        finally:
            connection.close()
    except (OSError, MessageError):
        pass
    return False


def _connect() -> Connection:
    sock = endpoint.connect()
    sock.settimeout(_SECONDS)
    return Connection(sock)


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
    place: dict[str, Any] = {"socket": str(endpoint.folder() / endpoint.SOCKET_NAME)}
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
    if endpoint.daemon_pid() is None:
        return {}  # a socket of systemd's would start one
    try:
        connection = _connect()
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
    except (OSError, MessageError):
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
