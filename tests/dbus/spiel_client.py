# SPDX-License-Identifier: GPL-3.0-or-later
"""A Spiel client with plain Gio. It reads as libspiel's StreamReader does: one read() for each part."""

from __future__ import annotations

import os
import struct
import time
import warnings
from dataclasses import dataclass, field
from typing import Any

from kokoro_speechd.dbus import SPIEL_NAME, SPIEL_PATH
from kokoro_speechd.dbus.spiel_stream import EventType, SpielEvent

INTERFACE = "org.freedesktop.Speech.Provider"
TIMEOUT = 30_000  # milliseconds


@dataclass
class Heard:
    """What came out of a pipe: sound, and events with the number of samples before each."""

    sound: bytes = b""
    events: list[tuple[int, SpielEvent]] = field(default_factory=list)

    def of(self, kind: EventType) -> list[SpielEvent]:
        return [event for _, event in self.events if event.kind is kind]


class Stream:
    """The reading end of a pipe."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def header(self) -> bytes:
        return os.read(self.descriptor, 4)

    def chunk(self, heard: Heard) -> bool:
        """Take one chunk; return False at the end."""
        kind = os.read(self.descriptor, 1)
        if kind == b"\x01":
            (size,) = struct.unpack("<I", os.read(self.descriptor, 4))
            assert 0 < size <= 4091
            sound = os.read(self.descriptor, size)
            assert len(sound) == size
            heard.sound += sound
        elif kind == b"\x02":
            what, start, end, size = struct.unpack("<BIII", os.read(self.descriptor, 13))
            name = os.read(self.descriptor, size) if size else b""
            assert len(name) == size
            heard.events.append(
                (len(heard.sound) // 2, SpielEvent(EventType(what), start, end, name.decode()))
            )
        else:
            assert kind == b""
            return False
        return True

    def all(self) -> Heard:
        """Read to the end, and close."""
        heard = Heard()
        assert self.header() == b"0.01"
        while self.chunk(heard):
            pass
        self.close()
        return heard

    def close(self) -> None:
        os.close(self.descriptor)


class SpielClient:
    """A connection of its own to a bus."""

    def __init__(self, address: str) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ImportWarning)  # gi's importer is an old one
            from gi.repository import Gio, GLib

        self.gio, self.glib = Gio, GLib
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.bus = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)

    def names(self, method: str) -> list[str]:
        answer = self.bus.call_sync(
            *("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method),
            *(None, None, self.gio.DBusCallFlags.NONE, TIMEOUT, None),
        )
        return list(answer.unpack()[0])

    def get(self, name: str) -> Any:
        answer = self.bus.call_sync(
            *(SPIEL_NAME, SPIEL_PATH, "org.freedesktop.DBus.Properties", "Get"),
            self.glib.Variant("(ss)", (INTERFACE, name)),
            *(None, self.gio.DBusCallFlags.NONE, TIMEOUT, None),
        )
        return answer.unpack()[0]

    def send(
        self,
        text: str,
        descriptor: int | None,
        *,
        voice: str = "af_heart",
        pitch: float = 1.0,
        rate: float = 1.0,
        is_ssml: bool = False,
        language: str = "",
    ) -> str:
        """Call Synthesize; return the name of the error, or nothing."""
        descriptors = self.gio.UnixFDList() if descriptor is not None else None
        handle = descriptors.append(descriptor) if descriptors is not None else 0
        arguments = (handle, text, voice, pitch, rate, is_ssml, language)
        try:
            self.bus.call_with_unix_fd_list_sync(
                *(SPIEL_NAME, SPIEL_PATH, INTERFACE, "Synthesize"),
                self.glib.Variant("(hssddbs)", arguments),
                *(None, self.gio.DBusCallFlags.NONE, TIMEOUT, descriptors, None),
            )
        except self.glib.Error as error:
            return str(self.gio.DBusError.get_remote_error(error))
        return ""

    def ask(self, text: str, **details: Any) -> Stream:
        """Have a text spoken into a new pipe."""
        reading, writing = os.pipe()
        begun = time.monotonic()
        try:
            error = self.send(text, writing, **details)
        finally:
            os.close(writing)
        assert not error
        assert (
            time.monotonic() - begun < 15
        )  # at once, also on a busy machine: nothing was rendered before it
        return Stream(reading)

    def speak(self, text: str, **details: Any) -> Heard:
        return self.ask(text, **details).all()

    def close(self) -> None:
        self.bus.close_sync(None)
