# SPDX-License-Identifier: GPL-3.0-or-later
"""A daemon that behaves as its argument says; started by EngineClient like the real one."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
import time

from kokoro_speechd.ipc import endpoint
from kokoro_speechd.ipc.protocol import PROTOCOL, Connection, Message


def main() -> None:
    behaviour = sys.argv[1]
    if behaviour == "dies at once":
        os._exit(3)
    lock = endpoint.DaemonLock()
    assert lock.acquire()
    listening = endpoint.listen()
    while True:
        sock, _ = listening.accept()
        threading.Thread(target=serve, args=(behaviour, sock), daemon=True).start()


def serve(behaviour: str, sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        answer(behaviour, sock)


def answer(behaviour: str, sock: socket.socket) -> None:
    connection = Connection(sock)
    if behaviour == "says nothing":
        time.sleep(600)
    protocol = PROTOCOL + {"is older": -1, "is newer": 1}.get(behaviour, 0)
    connection.send(Message("hello", {"protocol": protocol, "version": "0", "pid": os.getpid()}))
    if behaviour == "no model":
        connection.send(Message("state", {"state": "unavailable", "reason": "there is no model"}))
    elif behaviour != "never ready":
        connection.send(Message("state", {"state": "ready", "reason": ""}))
    while (message := connection.receive()) is not None:
        if message.type == "load":
            connection.send(Message("state", {"state": "ready", "reason": ""}))
        if message.type == "ping" and behaviour in ("is slow", "comes late"):
            connection.send(Message("alive"))
        if message.type != "speak":
            continue
        generation = message.integer("generation")
        audio = Message("audio", {"generation": generation, "offset": 0}, b"\1\0" * 2400)
        if behaviour == "speaks":
            # What is left over of an older generation is nobody's any more.
            connection.send(Message("audio", {"generation": generation - 1, "offset": 0}, b"\2\0"))
            connection.send(audio)
            connection.send(Message("mark", {"generation": generation, "name": "a"}))
            connection.send(Message("end", {"generation": generation}))
        elif behaviour == "hangs":
            connection.send(audio)
            os.kill(os.getpid(), signal.SIGSTOP)
        elif behaviour == "is slow" and generation == 5:
            connection.send(audio)
            time.sleep(1.5)  # longer than the client waits, but it answers the ping then
        elif behaviour == "is slow":
            connection.send(Message("end", {"generation": generation}))
        elif behaviour == "comes late":
            cancelled = connection.receive() if generation == 5 else None  # or the ping before it
            while cancelled is not None and cancelled.type != "cancel":
                connection.send(Message("alive"))
                cancelled = connection.receive()
            connection.send(audio)
            connection.send(Message("end", {"generation": generation}))
        elif behaviour == "hangs before the first sound":
            os.kill(os.getpid(), signal.SIGSTOP)
        elif behaviour == "breaks a frame":
            connection.send(audio)
            sock.sendall(b"this is no frame\n")
        elif behaviour == "lacks a field":
            connection.send(Message("audio", {"generation": generation}, b"\1\0"))
            connection.send(Message("end", {"generation": generation}))
        elif behaviour == "fails":
            connection.send(Message("failed", {"generation": generation, "reason": "out of memory"}))
        elif behaviour == "never ends":
            while True:  # as fast as it is read
                connection.send(audio)


if __name__ == "__main__":
    main()
