# SPDX-License-Identifier: GPL-3.0-or-later
"""The daemon as the command line sees it: over D-Bus, by pydbus."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from kokoro_speechd.dbus import INTERFACE, NAME, PATH
from kokoro_speechd.errors import BusError, EngineError, KokoroSpeechdError
from kokoro_speechd.ipc import endpoint
from kokoro_speechd.system.distributions import install_line

_PATIENCE = 10.0  # seconds for a daemon to come to the bus
_FOR_EVER = 2**31 - 1  # milliseconds; a long text takes its time


class RemoteError(KokoroSpeechdError):
    """The daemon refused, or went away; the message is its own, the name D-Bus's."""

    def __init__(self, message: str, name: str = "") -> None:
        super().__init__(message)
        self.name = name


class Remote:
    """A running daemon. Every method raises RemoteError."""

    def __init__(self, bus: Any) -> None:
        self._bus = bus

    def call(self, method: str, signature: str = "()", *arguments: Any, fd: int | None = None) -> Any:
        """Call a method; return its answer, None where it has none. `fd` is handed over for handle 0."""
        from gi.repository import Gio, GLib

        descriptors = Gio.UnixFDList()
        if fd is not None:
            descriptors.append(fd)
        try:
            answer, _ = self._bus.con.call_with_unix_fd_list_sync(
                NAME, PATH, INTERFACE, method, GLib.Variant(signature, arguments), None,
                Gio.DBusCallFlags.NONE, _FOR_EVER, descriptors, None,
            )  # fmt: skip
        except (GLib.Error, SystemError) as raised:
            error = _error_of(raised)
            name = Gio.DBusError.get_remote_error(error)
            raise RemoteError(error.message.removeprefix(f"GDBus.Error:{name}: "), name or "") from None
        values = answer.unpack()
        return values[0] if values else None

    def synthesize(self, text: str, options: Mapping[str, Any], fd: int) -> None:
        """Have a text's sound written into a file as WAV; return when it is."""
        self.call("Synthesize", "(sa{sv}h)", text, _variants(options), 0, fd=fd)

    def synthesize_words(
        self, text: str, options: Mapping[str, Any], fd: int
    ) -> list[tuple[int, int, float]]:
        """Do the same; return the first character of each word, the one behind its last, and its second."""
        words = self.call("SynthesizeWords", "(sa{sv}h)", text, _variants(options), 0, fd=fd)
        return [tuple(word) for word in words]

    def properties(self) -> dict[str, Any]:
        """Return all properties."""
        from gi.repository import GLib

        try:
            found: dict[str, Any] = self._bus.get(NAME, PATH)["org.freedesktop.DBus.Properties"].GetAll(
                INTERFACE
            )
        except GLib.Error as error:
            raise RemoteError(error.message) from None
        return found

    def pid(self) -> int:
        """Return the daemon's process id."""
        return int(self._bus.dbus.GetConnectionUnixProcessID(NAME))

    def speak(
        self,
        text: str,
        options: Mapping[str, Any],
        on_word: Callable[[int, int, float], None] | None = None,
    ) -> str:
        """Speak and wait; return how it ended. An interrupt stops the utterance.

        `on_word` is called with the characters of each word, and its second in the sound.
        """
        from gi.repository import GLib

        loop = GLib.MainLoop()
        ended: dict[int, str] = {}
        number: list[int] = []

        def finished(
            _sender: str, _path: str, _interface: str, _name: str, arguments: tuple[int, str]
        ) -> None:
            ended[arguments[0]] = arguments[1]
            if number and number[0] in ended:
                loop.quit()

        def word(
            _sender: str, _path: str, _interface: str, _name: str, arguments: tuple[int, int, int, float]
        ) -> None:
            if on_word is not None and number == [arguments[0]]:
                on_word(*arguments[1:])

        if on_word is not None:
            self._bus.subscribe(iface=INTERFACE, signal="Word", object=PATH, signal_fired=word)
            options = {**options, "words": True}
        self._bus.subscribe(iface=INTERFACE, signal="Finished", object=PATH, signal_fired=finished)
        self._watch_end(loop.quit)
        number.append(self.call("Speak", "(sa{sv})", text, _variants(options)))
        try:
            loop.run()
        except KeyboardInterrupt:
            self.call("Stop", "(t)", number[0])
            raise
        if number[0] not in ended:
            raise RemoteError("the daemon ended before the text did")
        return ended[number[0]]

    def watch(self, changed: Callable[[], None]) -> None:
        """Call `changed` now and after every change of a property, until the daemon ends."""
        from gi.repository import GLib

        loop = GLib.MainLoop()
        self._bus.subscribe(
            iface="org.freedesktop.DBus.Properties",
            signal="PropertiesChanged",
            object=PATH,
            signal_fired=lambda *_: changed(),
        )
        self._watch_end(loop.quit)
        changed()
        loop.run()

    def _watch_end(self, action: Callable[[], None]) -> None:
        def owner_changed(_s: str, _p: str, _i: str, _n: str, arguments: tuple[str, str, str]) -> None:
            if not arguments[2]:
                action()

        self._bus.subscribe(
            sender="org.freedesktop.DBus",
            iface="org.freedesktop.DBus",
            signal="NameOwnerChanged",
            arg0=NAME,
            signal_fired=owner_changed,
        )


def running() -> Remote | None:
    """Return the daemon if it is on the session bus; None where there is no bus or no daemon."""
    try:
        bus = _session_bus()
    except BusError:
        return None
    return Remote(bus) if bus.dbus.NameHasOwner(NAME) else None


def can_be_activated() -> bool:
    """Say whether the session bus can start the daemon. Raises BusError where there is no bus."""
    return NAME in _session_bus().dbus.ListActivatableNames()


def reload_bus() -> None:
    """Have the session bus, where there is one, look at its activation files again.

    It does by itself only for a folder that was there when it began.
    """
    try:
        bus = _session_bus()
    except BusError:
        return
    from gi.repository import GLib

    with contextlib.suppress(GLib.Error):
        bus.dbus.ReloadConfig()


def started() -> Remote:
    """Return the daemon, started if need be. Raises BusError (no session bus), EngineError and OSError."""
    bus = _session_bus()
    if not bus.dbus.NameHasOwner(NAME):
        if NAME in bus.dbus.ListActivatableNames():
            bus.dbus.StartServiceByName(NAME, 0)
        else:
            endpoint.start_daemon([sys.executable, "-m", "kokoro_speechd.daemon"], _PATIENCE)
        deadline = time.monotonic() + _PATIENCE
        while not bus.dbus.NameHasOwner(NAME):
            if time.monotonic() > deadline:
                raise EngineError("the daemon runs, but is not on this session's bus")
            time.sleep(0.02)
    return Remote(bus)


def _error_of(raised: BaseException) -> Any:
    """Return the GLib.Error; PyGObject 3.50 may wrap it into a SystemError of its own."""
    from gi.repository import GLib

    error = raised if isinstance(raised, GLib.Error) else raised.__cause__
    if not isinstance(error, GLib.Error):
        raise raised
    return error


def _session_bus() -> Any:
    try:
        import pydbus
        from gi.repository import GLib
    except ImportError as error:
        raise BusError(
            f"{error.name} is not installed, which the bus needs: {install_line('bus')}"
        ) from error
    try:
        return pydbus.SessionBus()
    except GLib.Error as error:
        raise BusError(f"there is no session bus: {error.message}") from None


def _variants(options: Mapping[str, Any]) -> dict[str, Any]:
    from kokoro_speechd.dbus.bus import variants

    return variants(**options)
