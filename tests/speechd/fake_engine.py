# SPDX-License-Identifier: GPL-3.0-or-later
"""An engine process that behaves as its first argument says; started by EngineClient like the real one."""

from __future__ import annotations

import os
import socket
import sys
import time

from kokoro_speechd.frames import Connection, Frame


def main() -> None:
    behaviour, descriptor = sys.argv[1], int(sys.argv[-1])
    connection = Connection(socket.socket(fileno=descriptor))
    if behaviour == "dies at once":
        os._exit(3)
    if behaviour == "never ready":
        time.sleep(600)
    if behaviour == "no model":
        connection.send(Frame("state", {"state": "unavailable", "reason": "there is no model"}))
    else:
        connection.send(Frame("state", {"state": "ready", "reason": ""}))
    while (frame := connection.receive()) is not None:
        if frame.type == "load":
            connection.send(Frame("state", {"state": "ready", "reason": ""}))
        if frame.type != "speak":
            continue
        generation = frame.integer("generation")
        audio = Frame("audio", {"generation": generation, "offset": 0}, b"\1\0" * 2400)
        if behaviour == "speaks":
            # What is left over of an older generation is nobody's any more.
            connection.send(Frame("audio", {"generation": generation - 1, "offset": 0}, b"\2\0"))
            connection.send(audio)
            connection.send(Frame("mark", {"generation": generation, "name": "a"}))
            connection.send(Frame("end", {"generation": generation}))
        elif behaviour == "hangs":
            connection.send(audio)
            time.sleep(600)
        elif behaviour == "breaks a frame":
            connection.send(audio)
            os.write(descriptor, b"this is no frame\n")
        elif behaviour == "lacks a field":
            connection.send(Frame("audio", {"generation": generation}, b"\1\0"))
            connection.send(Frame("end", {"generation": generation}))
        elif behaviour == "fails":
            connection.send(Frame("failed", {"generation": generation, "reason": "out of memory"}))
        elif behaviour == "never ends":
            while True:  # as fast as it is read
                connection.send(audio)


if __name__ == "__main__":
    main()
