# SPDX-License-Identifier: GPL-3.0-or-later
"""One object on the session bus, by pydbus: the only file that knows pydbus and what it lacks.

pydbus 0.6.0 answers only when the Python method returns, knows no error names but those of classes, hands
file descriptors over as bare numbers, lets others take our name, and keeps every incoming call in memory for
ever with some versions of PyGObject. All of that is mended here.
"""

from __future__ import annotations

import contextlib
import ctypes
import inspect
import logging
import os
import threading
from collections.abc import Callable
from typing import Any

from kokoro_speechd.errors import BusError, NamedError, places_of

_log = logging.getLogger(__name__)

_TIMEOUT = 5  # seconds for the bus to answer at the start
_PROPERTIES = "org.freedesktop.DBus.Properties"
_INVALID = "org.freedesktop.DBus.Error.InvalidArgs"


class Deferred:
    """The answer of a method that returns before it knows it. Only the first `resolve` or `reject` counts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answer: Callable[[Callable[[], Any]], None] | None = None
        self._outcome: Callable[[], Any] | None = None

    def resolve(self, value: Any = None) -> None:
        """Answer with a value, from any thread."""
        self._settle(lambda: value)

    def reject(self, error: BaseException) -> None:
        """Answer with an error, from any thread."""

        def outcome() -> Any:
            raise error

        self._settle(outcome)

    def deliver_to(self, answer: Callable[[Callable[[], Any]], None]) -> None:
        """Have `answer` called with the outcome as soon as there is one."""
        with self._lock:
            self._answer = answer
            outcome = self._outcome
        if outcome is not None:
            answer(outcome)

    def _settle(self, outcome: Callable[[], Any]) -> None:
        with self._lock:
            if self._outcome is not None:
                return
            self._outcome = outcome
            answer = self._answer
        if answer is not None:
            answer(outcome)


class Call:
    """What a method that has a parameter `call` gets to know about its caller."""

    def __init__(self, invocation: Any) -> None:
        self._invocation = invocation

    @property
    def sender(self) -> str:
        """The caller's unique name on the bus."""
        return str(self._invocation.get_sender())

    def take_fd(self, handle: int) -> int:
        """Return the file descriptor behind an argument of type `h`; the method owns and closes it.

        Raises NamedError (InvalidArgs) when the message carries none.
        """
        descriptors = self._invocation.get_message().get_unix_fd_list()
        # Taken, not copied: what stays in the message may stay open, and its reader never sees an end.
        taken = descriptors.steal_fds() if descriptors is not None else []
        for place, descriptor in enumerate(taken):
            if place != handle:
                os.close(descriptor)
        if not 0 <= handle < len(taken):
            raise NamedError(_INVALID, "the message carries no file descriptor")
        return int(taken[handle])


def variants(**values: float | str | list[dict[str, Any]]) -> dict[str, Any]:
    """Return values as D-Bus has them in a{sv}: int is x, float d, str s, bool b, list of dicts aa{sv}."""
    from gi.repository import GLib

    kinds = {bool: "b", int: "x", float: "d", str: "s", list: "aa{sv}"}
    return {name: GLib.Variant(kinds[type(value)], value) for name, value in values.items()}


class Service:
    """An object with one interface under a name of its own on the session bus.

    Methods of `target` run one after another in the bus's thread and must not wait. They return the answer,
    or a Deferred; a NamedError becomes a D-Bus error of this name, any other exception `error_prefix` +
    "Internal".
    """

    def __init__(self, *, name: str, path: str, xml: str, target: object, error_prefix: str) -> None:
        self._name = name
        self._path = path
        self._xml = xml
        self._target = target
        self._error_prefix = error_prefix
        self._lock = threading.Lock()
        self._exported: Any = None
        self._interface = ""
        self._loop: Any = None
        self._undo: list[Callable[[], None]] = []
        self._thread: threading.Thread | None = None
        self._outcome: BaseException | None = None
        self._ready = threading.Event()
        self.on_lost: Callable[[], None] = _do_nothing

    def start(self) -> None:
        """Connect, register and own the name. Raises BusError with a sentence for people."""
        self._thread = threading.Thread(target=self._run, name="bus", daemon=True)
        self._thread.start()
        if not self._ready.wait(_TIMEOUT):
            raise BusError("the session bus does not answer")
        if self._outcome is not None:
            raise BusError(f"no D-Bus interface: {self._outcome}") from self._outcome

    def stop(self) -> None:
        """Give the name up and leave the bus."""
        loop, thread = self._loop, self._thread
        if loop is not None and thread is not None and thread is not threading.current_thread():
            loop.quit()
            thread.join(_TIMEOUT)

    def emit(self, signal: str, *arguments: Any) -> None:
        """Emit a signal of the interface; nothing happens where there is no bus."""
        self._signal(signal, *arguments)

    def changed(self, **properties: Any) -> None:
        """Emit PropertiesChanged for properties of the interface."""
        self._signal("PropertiesChanged", self._interface, properties, [])

    def _signal(self, name: str, *arguments: Any) -> None:
        exported = self._exported
        if exported is not None:
            from gi.repository import GLib

            with contextlib.suppress(GLib.Error):  # the bus has just gone
                getattr(exported, name)(*arguments)

    # --- the bus's thread ----------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            from gi.repository import Gio, GLib
        except ImportError:
            self._outcome = BusError("Debian's packages python3-gi and python3-pydbus are missing")
            self._ready.set()
            return
        context = GLib.MainContext()
        context.push_thread_default()
        try:
            self._publish(Gio)
        except (GLib.Error, ImportError, RuntimeError) as error:
            self._outcome = BusError(str(getattr(error, "message", error)))
            self._withdraw()
            self._ready.set()
            return
        self._loop = GLib.MainLoop(context)
        self._ready.set()
        self._loop.run()
        self._withdraw()

    def _publish(self, gio: Any) -> None:
        import pydbus
        from pydbus.registration import ObjectRegistration

        bus = pydbus.connect(gio.dbus_address_get_for_bus_sync(gio.BusType.SESSION, None))
        self._undo.append(lambda: bus.con.close_sync(None))
        bus.con.set_exit_on_close(False)
        bus.con.connect("closed", self._lost)
        (interface,) = gio.DBusNodeInfo.new_for_xml(self._xml).interfaces
        self._interface = interface.name
        exported = _exported(self._target, [signal.name for signal in interface.signals])
        wrapper = _wrapper_class()(exported, [interface], self._error_prefix)
        self._undo.append(
            ObjectRegistration(bus, self._path, [interface], wrapper, own_wrapper=True).unregister
        )
        # Not to be taken over: callers must know whom they talk to.
        self._undo.append(bus.request_name(self._name, allow_replacement=False).unown)
        self._exported = exported

    def _withdraw(self) -> None:
        self._exported = None
        from gi.repository import GLib

        while self._undo:
            with contextlib.suppress(GLib.Error):  # the bus has gone already
                self._undo.pop()()

    def _lost(self, *_: object) -> None:
        if self._exported is not None:
            self._exported = None
            _log.warning("the session bus has gone")
            self.on_lost()
        if self._loop is not None:
            self._loop.quit()


def _exported(target: object, signals: list[str]) -> Any:
    """Return what pydbus exports: the target, with a pydbus signal of each name."""
    from pydbus.generic import signal

    class Exported:
        PropertiesChanged = signal()

        def __getattr__(self, name: str) -> Any:
            return getattr(target, name)

        def __setattr__(self, name: str, value: Any) -> None:
            setattr(target, name, value)

    for name in signals:
        setattr(Exported, name, signal())
    return Exported()


def _wrapper_class() -> Any:
    """Return pydbus's wrapper of an object, with its answers made anew."""
    from gi.repository import GLib
    from pydbus.registration import ObjectWrapper

    guard = _LeakGuard()

    class Wrapper(ObjectWrapper):  # type: ignore[misc]
        def __init__(self, target: object, interfaces: list[Any], error_prefix: str) -> None:
            super().__init__(target, interfaces)
            self._error_prefix = error_prefix

        def call_method(
            self,
            _connection: Any,
            _sender: str,
            _path: str,
            interface: str,
            method: str,
            parameters: Any,
            invocation: Any,
        ) -> None:
            def answer(outcome: Callable[[], Any]) -> None:
                self._answer(invocation, signature, outcome)

            if interface == _PROPERTIES:
                signature = {"Get": "v", "GetAll": "a{sv}"}.get(method)
                function = getattr(self, method)
            else:
                signature = "".join(self.outargs[f"{interface}.{method}"]) or None
                function = getattr(self.object, method)
            extra = {"call": Call(invocation)} if "call" in inspect.signature(function).parameters else {}
            try:
                result = function(*parameters, **extra)
            except Exception as error:  # noqa: BLE001 - the edge: the caller gets an answer, whatever it was
                answer(_raiser(error))
            else:
                if isinstance(result, Deferred):
                    result.deliver_to(answer)
                else:
                    answer(lambda: result)
            guard.after(invocation)

        def _answer(self, invocation: Any, signature: str | None, outcome: Callable[[], Any]) -> None:
            try:
                value = outcome()
                reply = None if signature is None else GLib.Variant(f"({signature})", (value,))
            except NamedError as error:
                invocation.return_dbus_error(error.name, str(error))
            except Exception as error:  # noqa: BLE001 - see call_method
                _log.error("a D-Bus method failed:\n%s", places_of(error))
                invocation.return_dbus_error(
                    self._error_prefix + "Internal", "an internal error; the log says where"
                )
            else:
                invocation.return_value(reply)

    return Wrapper


def _raiser(error: BaseException) -> Callable[[], Any]:
    def outcome() -> Any:
        raise error

    return outcome


class _LeakGuard:
    """Drops the reference to a call, and its text, that some versions of PyGObject keep for ever.

    Whether these do is found out with the first call: a version test would be wrong, and dropping a
    reference that nobody holds would end the process.
    """

    def __init__(self) -> None:
        self._leaks: bool | None = None
        self._probe: list[bool] | None = None
        library = ctypes.CDLL("libgobject-2.0.so.0")
        self._unref = library.g_object_unref
        self._unref.argtypes, self._unref.restype = [ctypes.c_void_p], None

    def after(self, invocation: Any) -> None:
        """Look after a call whose method has returned."""
        from gi.repository import GLib

        pointer = hash(invocation)  # PyGObject's hash is the address of the object
        if self._leaks:
            _when_idle(GLib, 0, lambda: self._unref(pointer))
        elif self._leaks is None and self._probe is None:
            ended: list[bool] = []
            self._probe = ended
            invocation.weak_ref(lambda: ended.append(True))

            def look() -> None:
                self._leaks = not ended
                if self._leaks:
                    self._unref(pointer)

            _when_idle(GLib, 500, look)


def _when_idle(glib: Any, milliseconds: int, action: Callable[[], None]) -> None:
    """Run an action in this thread's main context when the time has come."""

    def run(*_: object) -> bool:
        action()
        return False

    source = glib.timeout_source_new(milliseconds) if milliseconds else glib.idle_source_new()
    source.set_callback(run)
    source.attach(glib.MainContext.get_thread_default())


def _do_nothing() -> None:
    pass
