# SPDX-License-Identifier: GPL-3.0-or-later
"""One object on the session bus, by pydbus: the only file that knows pydbus and what it lacks.

pydbus 0.6.0 publishes the object: it owns the name, describes the interface, emits the signals and refuses
what does not fit the interface. It does not get to answer the calls that do fit. It would answer only when
the Python method returns, knows no error names but those of classes, hands file descriptors over as bare
numbers, and is given each call as a Gio.DBusMethodInvocation. Some builds of PyGObject never free one of
these (3.42.2 keeps 6 KB for a call with 4 KB of text), others do (3.50.0), and no version number tells which.
So no invocation is ever made: a filter of the connection takes the calls as the messages they are, whose
ownership is the same everywhere, and they are answered by messages.
"""

from __future__ import annotations

import collections
import contextlib
import inspect
import logging
import os
import threading
from collections.abc import Callable
from typing import Any

from kokoro_speechd.errors import BusError, NamedError, places_of
from kokoro_speechd.system.distributions import install_line

_log = logging.getLogger(__name__)

_TIMEOUT = 5  # seconds for the bus to answer at the start
_PROPERTIES = "org.freedesktop.DBus.Properties"
_INVALID = "org.freedesktop.DBus.Error.InvalidArgs"
_NOTHING = "()"
_OF_PROPERTIES = {"Get": "(v)", "GetAll": "(a{sv})", "Set": _NOTHING}  # what the methods of it return


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

    def __init__(self, message: Any) -> None:
        self._message = message

    @property
    def sender(self) -> str:
        """The caller's unique name on the bus."""
        return str(self._message.get_sender())

    def take_fd(self, handle: int) -> int:
        """Return the file descriptor behind an argument of type `h`; the method owns and closes it.

        Raises NamedError (InvalidArgs) when the message carries none.
        """
        descriptors = self._message.get_unix_fd_list()
        # Taken, not copied: while one copy is open, the reader of a pipe sees no end.
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
        except ImportError as error:
            self._outcome = BusError(f"{error.name} is not installed: {install_line('bus')}")
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
        from pydbus.registration import ObjectRegistration, ObjectWrapper

        bus = pydbus.connect(gio.dbus_address_get_for_bus_sync(gio.BusType.SESSION, None))
        self._undo.append(lambda: bus.con.close_sync(None))
        bus.con.set_exit_on_close(False)
        bus.con.connect("closed", self._lost)
        (interface,) = gio.DBusNodeInfo.new_for_xml(self._xml).interfaces
        self._interface = interface.name
        exported = _exported(self._target, [signal.name for signal in interface.signals])
        wrapper = ObjectWrapper(exported, [interface])
        calls = _Calls(bus.con, self._path, interface, wrapper, self._error_prefix)
        self._undo.append(calls.end)
        filtering = bus.con.add_filter(calls.take)
        self._undo.append(lambda: bus.con.remove_filter(filtering))
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


class _Calls:
    """Takes the calls of one interface out of a connection's incoming messages, and answers them.

    `wrapper` is pydbus's: it reads and writes the properties. What does not fit the interface (an unknown
    method or property, other types, another interface) is left to Gio, which refuses it.
    """

    def __init__(self, connection: Any, path: str, interface: Any, wrapper: Any, error_prefix: str) -> None:
        from gi.repository import GLib

        self._connection = connection
        self._path = path
        self._wrapper = wrapper
        self._error_prefix = error_prefix
        self._hand_over, self.end = _hand_over(GLib.MainContext.get_thread_default())
        self._arguments = {
            f"{interface.name}.{method.name}": _tuple_of(method.in_args) for method in interface.methods
        }
        self._results = {
            f"{interface.name}.{method.name}": _tuple_of(method.out_args) for method in interface.methods
        }
        self._results |= {f"{_PROPERTIES}.{name}": kind for name, kind in _OF_PROPERTIES.items()}
        self._interface = interface.name

    # --- GDBus's own thread --------------------------------------------------------------------------

    def take(self, _connection: Any, message: Any, incoming: bool) -> Any:
        """Return what Gio is to go on with: the message, or None for a call that will be answered here."""
        try:
            if not incoming or message.get_path() != self._path or not self._fits(message):
                return message
            self._hand_over(lambda: self._perform(message))
        except Exception as error:  # noqa: BLE001 - the edge: Gio must get the message back
            _log.error("a D-Bus message could not be read:\n%s", places_of(error))
            return message
        return None

    def _fits(self, message: Any) -> bool:
        from gi.repository import Gio

        if message.get_message_type() != Gio.DBusMessageType.METHOD_CALL:
            return False
        interface, method = message.get_interface(), message.get_member()
        given = f"({message.get_signature()})"
        if interface != _PROPERTIES:
            return self._arguments.get(f"{interface}.{method}") == given
        if {"Get": "(ss)", "Set": "(ssv)", "GetAll": "(s)"}.get(method) != given:
            return False
        body = message.get_body()
        of, *rest = body.unpack()
        if of != self._interface:
            return False
        if method == "GetAll":
            return True
        name = f"{of}.{rest[0]}"
        if method == "Get":
            return name in self._wrapper.readable_properties
        value = body.get_child_value(2).get_variant()
        return bool(self._wrapper.writable_properties.get(name) == value.get_type_string())

    # --- the bus's thread ----------------------------------------------------------------------------

    def _perform(self, message: Any) -> None:
        interface, method = message.get_interface(), message.get_member()
        signature = self._results[f"{interface}.{method}"]

        def answer(outcome: Callable[[], Any]) -> None:
            self._answer(message, signature, outcome)

        try:
            function = getattr(self._wrapper if interface == _PROPERTIES else self._wrapper.object, method)
            body = message.get_body()
            parameters = () if body is None else body.unpack()
            extra = {"call": Call(message)} if "call" in inspect.signature(function).parameters else {}
            result = function(*parameters, **extra)
        except Exception as error:  # noqa: BLE001 - the edge: the caller gets an answer, whatever it was
            answer(_raiser(error))
        else:
            if isinstance(result, Deferred):
                result.deliver_to(answer)
            else:
                answer(lambda: result)

    # --- any thread ----------------------------------------------------------------------------------

    def _answer(self, message: Any, signature: str, outcome: Callable[[], Any]) -> None:
        from gi.repository import Gio, GLib

        try:
            value = outcome()
            reply = message.new_method_reply()
            if signature != _NOTHING:
                reply.set_body(GLib.Variant(signature, (value,)))
        except NamedError as error:
            reply = message.new_method_error_literal(error.name, str(error))
        except Exception as error:  # noqa: BLE001 - see _perform
            _log.error("a D-Bus method failed:\n%s", places_of(error))
            reply = message.new_method_error_literal(
                self._error_prefix + "Internal", "an internal error; the log says where"
            )
        if message.get_flags() & Gio.DBusMessageFlags.NO_REPLY_EXPECTED:
            return
        with contextlib.suppress(GLib.Error):  # the bus has gone
            self._connection.send_message(reply, Gio.DBusSendMessageFlags.NONE)


def _tuple_of(arguments: Any) -> str:
    return f"({''.join(argument.signature for argument in arguments)})"


def _raiser(error: BaseException) -> Callable[[], Any]:
    def outcome() -> Any:
        raise error

    return outcome


def _hand_over(context: Any) -> tuple[Callable[[Callable[[], None]], None], Callable[[], None]]:
    """Return what has actions run in the thread of a main context, in their order, and what ends that.

    One source for all actions: PyGObject (seen in 3.42.2) keeps 115 bytes for each callback it hands to GLib.
    """
    from gi.repository import GLib

    waiting: collections.deque[Callable[[], None]] = collections.deque()

    class Source(GLib.Source):  # type: ignore[misc]
        def prepare(self) -> tuple[bool, int]:
            return False, -1

        def check(self) -> bool:
            return False

        def dispatch(self, *_: object) -> bool:
            self.set_ready_time(-1)  # before the queue is read: what comes after that wakes it again
            while waiting:
                perform(waiting.popleft())
            return True

    def perform(action: Callable[[], None]) -> None:
        try:
            action()
        except Exception as error:  # noqa: BLE001 - the edge: GLib would never call the source again
            _log.error("a D-Bus call was not answered:\n%s", places_of(error))

    source = Source()
    source.set_priority(GLib.PRIORITY_DEFAULT)  # what Gio gives the calls that it hands over itself
    source.attach(context)

    def hand_over(action: Callable[[], None]) -> None:
        waiting.append(action)
        source.set_ready_time(0)

    return hand_over, source.destroy


def _do_nothing() -> None:
    pass
