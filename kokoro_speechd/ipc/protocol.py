# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames on the engine socket: one line of JSON and, after it, as many bytes as its `length` says.

Requests (to the engine)
    speak   generation, kind, parameters, voice, language; payload: the text in UTF-8
    cancel  generation: this one and all older ones are not wanted any more
    load    look again for a model that was not there
    ping    answer with `alive`
    stop    stop what D-Bus callers have spoken on the sound device; answered with `alive`
    quit    end the daemon, in order; answered with `alive`
Answers (to the listener)
    hello   protocol, version, pid; the first frame, of this form in every protocol that will ever be
    state   state (unloaded, loading, ready, unavailable), reason
    settings  they changed: read them again
    audio   generation, offset; payload: int16 mono little endian at SAMPLE_RATE. `offset` is the character
            of the script where the phrase begins that is heard now, so that another voice could go on there
    mark    generation, name; it belongs before the next sample
    end     generation
    failed  generation, reason
    alive   nothing else to say, still working
Every frame carries `type`; `length` is absent when there is no payload.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from dataclasses import dataclass, field
from typing import Any

from kokoro_speechd.errors import MessageError

PROTOCOL = 1
MAX_HEADER = 64 << 10
MAX_PAYLOAD = 4 << 20


@dataclass(frozen=True, slots=True)
class Message:
    """One message on the socket."""

    type: str
    fields: dict[str, Any] = field(default_factory=dict)
    payload: bytes = b""

    def integer(self, name: str) -> int:
        """Return the whole number `name`. Raises MessageError when there is none."""
        value = self.fields.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise MessageError(f"frame '{self.type}' needs a whole number '{name}'")
        return value

    def string(self, name: str) -> str:
        """Return the string `name`. Raises MessageError when there is none."""
        value = self.fields.get(name)
        if not isinstance(value, str):
            raise MessageError(f"frame '{self.type}' needs a string '{name}'")
        return value


def encode(message: Message) -> bytes:
    """Return the frame's bytes. Raises MessageError when it is larger than a reader accepts."""
    header: dict[str, Any] = {"type": message.type, **message.fields}
    if message.payload:
        header["length"] = len(message.payload)
    line = json.dumps(header, separators=(",", ":")).encode()
    if len(line) >= MAX_HEADER or len(message.payload) > MAX_PAYLOAD:
        raise MessageError(f"frame '{message.type}' is too large")
    return line + b"\n" + message.payload


def decode_header(line: bytes) -> tuple[Message, int]:
    """Return the frame of a header line and its payload's length. Raises MessageError."""
    try:
        header = json.loads(line)
    except (ValueError, RecursionError):
        raise MessageError("a frame's header is not JSON") from None
    if not isinstance(header, dict) or not isinstance(header.get("type"), str):
        raise MessageError("a frame's header is not an object with a type")
    kind = header.pop("type")
    length = header.pop("length", 0)
    if not isinstance(length, int) or isinstance(length, bool) or not 0 <= length <= MAX_PAYLOAD:
        raise MessageError("a frame's length is out of bounds")
    return Message(kind, header), length


class Connection:
    """A socket that carries frames. One thread receives; any thread may send."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._input = sock.makefile("rb", buffering=64 << 10)
        self._sending = threading.Lock()

    def send(self, message: Message) -> None:
        """Send one frame whole. Raises OSError when the other side is gone."""
        data = encode(message)
        with self._sending:
            self._socket.sendall(data)

    def receive(self) -> Message | None:
        """Return the next one, or None at the end. Raises MessageError, or OSError when the socket broke."""
        line = self._input.readline(MAX_HEADER)
        if not line:
            return None
        if not line.endswith(b"\n"):
            raise MessageError("a frame's header is cut off or too long")
        message, length = decode_header(line)
        if not length:
            return message
        payload = self._input.read(length)
        if len(payload) != length:
            raise MessageError("a frame's payload is cut off")
        return Message(message.type, message.fields, payload)

    def close(self) -> None:
        """Wake a receiver and close. Safe from any thread."""
        with contextlib.suppress(OSError):  # already gone: there is nobody to wake
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def release(self) -> None:
        """Close, and free the descriptor at once. For the receiving thread alone, which receives no more."""
        self.close()
        self._input.close()
