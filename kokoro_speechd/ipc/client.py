# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine as the module sees it: the daemon at a socket. It may load, be busy, hang or die at any moment.

A supervising thread connects to the daemon, starts one where there is none, reads its frames, and begins anew
with growing pauses when the connection ends. The speaking thread asks for one utterance at a time and gets
its sound, or an EngineError at once when there is nothing to hope for.

A daemon that gives no sign of life for `timeout` seconds loses the message in progress to espeak-ng. If it
then leaves a ping unanswered as long again, it is killed: a daemon that hangs is one that died.
"""

from __future__ import annotations

import logging
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import asdict

from kokoro_speechd.errors import EngineError, MessageError
from kokoro_speechd.ipc import endpoint
from kokoro_speechd.ipc.protocol import PROTOCOL, Connection, Message
from kokoro_speechd.rendering.request import SpeechRequest
from kokoro_speechd.scheduling.model_state import ModelState
from kokoro_speechd.settings import Settings
from kokoro_speechd.utterance import Audio, Item, MarkReached

_log = logging.getLogger(__name__)

_FIRST_PAUSE = 0.2  # seconds before another try; doubled as long as none leads to an engine that works
_LONGEST_PAUSE = 30.0
_START = 15.0  # seconds in which a daemon that was started must listen
_END = 10  # seconds in which one that was killed must be gone
# A listener hears 24 000 samples a second: some seconds of sound may wait here, more stays with the engine.
_WAITING_BYTES = 2 * 24_000 * 5


class _Request:
    """The frames of one utterance, from the supervising to the speaking thread."""

    def __init__(self, generation: int) -> None:
        self.generation = generation
        self._messages: deque[Message] = deque()
        self._waiting = 0
        self._over = False
        self._lost: str | None = None
        self._changed = threading.Condition()

    def put(self, message: Message) -> None:
        """Add a frame; blocks while enough is waiting."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting < _WAITING_BYTES or self._over)
            if not self._over:
                self._messages.append(message)
                self._waiting += len(message.payload)
                self._changed.notify_all()

    def lose(self, reason: str) -> None:
        """Say that no more frames will come."""
        with self._changed:
            self._lost = reason
            self._changed.notify_all()

    def give_up(self) -> None:
        """Say that no more frames are wanted. Never blocks for long."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    @property
    def over(self) -> bool:
        """Whether the listener wants no more."""
        return self._over

    def get(self, timeout: float) -> Message | None:
        """Return the next frame, an `end` when no more are wanted, None after `timeout` seconds.

        Raises EngineError when the engine was lost.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._messages or self._over or self._lost, timeout)
            if self._over:
                return Message("end")
            if self._messages:
                message = self._messages.popleft()
                self._waiting -= len(message.payload)
                self._changed.notify_all()
                return message
            if self._lost:
                raise EngineError(self._lost)
            return None


class _LateError(EngineError):
    """There was no sound at the deadline; the engine itself may be well."""


class EngineClient:
    """One connection to the daemon, kept alive."""

    def __init__(self, command: Sequence[str], timeout: float, deadline: float | None = None) -> None:
        """`command` starts a daemon; `timeout` and the `deadline` of a first sound are in seconds."""
        self._command = command
        self._timeout = timeout
        self._deadline = deadline
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._connection: Connection | None = None
        self._child: int | None = None  # the daemon, if it was started here
        self._request: _Request | None = None
        self._state = ModelState.LOADING
        self._reason = ""
        self._wanted = False  # whether a message had to do without it, because it was not connected yet
        self._doubted = False  # it gave no sign of life; a ping is on its way
        self._doubts = 0  # how many there were
        self._closed = threading.Event()
        self._on_settings: Callable[[], None] = _do_nothing
        self.pid: int | None = None  # of the daemon that is connected now
        self.connects = 0
        self._supervisor = threading.Thread(target=self._supervise, name="engine", daemon=True)
        self._examiner = threading.Thread(target=self._examine, name="engine-doubts", daemon=True)

    @classmethod
    def of(cls, settings: Settings) -> EngineClient:
        """Return a client of this user's daemon, as patient as the settings say."""
        return cls(
            [sys.executable, "-m", "kokoro_speechd.daemon"],
            timeout=settings.engine_timeout_s,
            deadline=settings.bridge_ms / 1000 or None,
        )

    def start(self) -> None:
        """Connect, and start the daemon if need be. Returns at once."""
        self._supervisor.start()
        self._examiner.start()

    def when_settings_change(self, callback: Callable[[], None]) -> None:
        """Have `callback` called from the supervising thread when the daemon read its settings again."""
        self._on_settings = callback

    @property
    def state(self) -> ModelState:
        """What the engine has of the model; without an engine it is loading."""
        return self._state

    def close(self) -> None:
        """Leave the daemon and start no other; it lives on."""
        self._closed.set()
        with self._changed:
            if self._connection is not None:
                self._connection.close()
            self._changed.notify_all()
        self._supervisor.join()
        self._examiner.join()

    def wait_until_loaded(self, speech_request: SpeechRequest) -> None:
        """Wait while the engine loads, or until the message is over; have it loaded if need be."""
        speech_request.when_over(self._wake)
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._state is not ModelState.LOADING or speech_request.over.is_set()
                )
                connection = self._connection
                if (
                    speech_request.over.is_set()
                    or self._state is not ModelState.UNLOADED
                    or connection is None
                ):
                    return
                self._state = ModelState.LOADING  # it will be at once
            self._send(connection, Message("load"))

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def speak(self, speech_request: SpeechRequest, voice: str, language: str) -> Generator[Item, None, None]:
        """Yield a message's audio and marks, until its end or until it is over.

        The engine is told when the listener wants no more.
        Raises EngineError when the engine is not ready, fails, dies, hangs or has no sound at the deadline,
        which is earlier for a listener without patience, MessageError when it is foreign.
        """
        with self._lock:
            connection = self._connection
            if (
                connection is None
                or self._doubted
                or self._state in (ModelState.LOADING, ModelState.UNAVAILABLE)
            ):
                self._wanted = True
                raise EngineError(
                    "the engine gives no sign of life"
                    if self._doubted
                    else self._reason or "the engine is loading"
                )
            utterance = speech_request.utterance
            request = self._request = _Request(utterance.generation)
        speech_request.when_over(request.give_up)
        fields = {
            "generation": utterance.generation,
            "kind": utterance.kind.value,
            "parameters": asdict(utterance.parameters),
            "voice": voice,
            "language": language,
        }
        wanted = True
        try:
            self._send(connection, Message("speak", fields, utterance.text.encode("utf-8", "replace")))
            yield from self._answers(request, connection, speech_request.patience)
            wanted = not request.over
        except (GeneratorExit, _LateError):
            wanted = False
            raise
        finally:
            with self._lock:
                self._request = None
            request.give_up()  # lets the supervising thread go on when it waits for room
            if not wanted:
                self._send(connection, Message("cancel", {"generation": utterance.generation}))

    def retry(self) -> None:
        """Have an engine without a model look again: somebody may have put one there meanwhile.

        With each message: the engine knows when it is too early.
        """
        with self._lock:
            connection = self._connection if self._state is ModelState.UNAVAILABLE else None
        if connection is not None:
            self._send(connection, Message("load"))

    def _answers(
        self, request: _Request, connection: Connection, patience_for_sound: float | None
    ) -> Iterator[Item]:
        asked = [seconds for seconds in (self._deadline, patience_for_sound) if seconds is not None]
        deadline = time.monotonic() + min(asked) if asked else None
        while True:
            patience = self._timeout
            if deadline is not None:
                patience = max(0.0, min(patience, deadline - time.monotonic()))
            message = request.get(patience)
            if message is None:
                self._doubt(connection)
                if patience < self._timeout:
                    raise _LateError("the first sound comes too late")
                raise EngineError("the engine gives no sign of life")
            if message.type == "audio":
                deadline = None
            if message.type == "end":
                return
            if message.type == "failed":
                raise EngineError(message.string("reason"))
            if message.type == "audio":
                yield Audio(message.payload, message.integer("offset"))
            elif message.type == "mark":
                yield MarkReached(message.string("name"))

    def _send(self, connection: Connection, message: Message) -> None:
        try:
            connection.send(message)
        except OSError as error:
            # A hung engine that reads nothing any more times out here; it must not keep a listener waiting.
            # What of the frame went out cannot be taken back, so this connection is of no use any more.
            self._doubt(connection)
            connection.close()
            raise EngineError(f"the engine does not listen: {error}") from error

    # --- an engine that hangs ------------------------------------------------------------------------

    def _doubt(self, connection: Connection) -> None:
        """Have an engine that gave no sign of life asked for one. Returns at once: somebody hears silence."""
        with self._changed:
            if not self._doubted and self._connection is connection:
                self._doubted = True
                self._doubts += 1
                self._changed.notify_all()

    def _examine(self) -> None:
        """Ask an engine that is doubted for a sign of life, and kill it if none comes; a thread's work."""
        seen = 0

        def called() -> bool:
            return self._doubts != seen or self._closed.is_set()

        while True:
            with self._changed:
                self._changed.wait_for(called)
                seen, connection, pid = self._doubts, self._connection, self.pid
            if self._closed.is_set():
                return
            if connection is None:
                continue
            try:
                connection.send(
                    Message("ping")
                )  # waits as long again where the engine reads nothing any more
            except OSError:
                connection.close()  # the supervising thread finds it hung when it connects again
                continue
            if self._stays_silent(seen, connection):
                _kill(pid)
                connection.close()

    def _stays_silent(self, doubt: int, connection: Connection) -> bool:
        """Wait for a sign of life; return whether none came in time, nor another doubt or connection."""

        def settled() -> bool:
            return (
                not self._doubted
                or self._doubts != doubt
                or self._connection is not connection
                or self._closed.is_set()
            )

        with self._changed:
            return not self._changed.wait_for(settled, self._timeout)

    # --- the supervising thread ----------------------------------------------------------------------

    def _supervise(self) -> None:
        pause = _FIRST_PAUSE
        while not self._closed.is_set():
            worked = False
            try:
                sock = self._connect()
            except (OSError, EngineError) as error:
                _log.error("there is no engine: %s", error)
            else:
                worked = self._serve(sock)
            pause = _FIRST_PAUSE if worked else min(2 * pause, _LONGEST_PAUSE)
            self._reap()
            self._closed.wait(pause)

    def _reap(self) -> None:
        """Leave no zombie of a daemon that was started here and is no daemon any more."""
        deadline = time.monotonic() + _END
        while self._child is not None and self._child != endpoint.daemon_pid():
            if endpoint.reaped(self._child):
                self._child = None
            elif time.monotonic() > deadline:
                return
            else:
                time.sleep(0.02)

    def _connect(self) -> socket.socket:
        """Return a connection to the daemon, started if need be. Raises OSError and EngineError."""
        try:
            sock = endpoint.connect()
        except (FileNotFoundError, ConnectionRefusedError):
            self._child = endpoint.start_daemon(self._command, _START) or self._child
            sock = endpoint.connect()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _timeval(self._timeout))
        sock.settimeout(self._timeout)  # until it said hello
        return sock

    def _serve(self, sock: socket.socket) -> bool:
        """Read an engine's frames until it is gone; return whether it ever had a model."""
        connection = Connection(sock)
        worked = False
        try:
            pid = _daemon_behind(connection.receive())
            sock.settimeout(None)
            with self._lock:
                self._connection, self.pid, self._doubted = connection, pid, False
                self.connects += 1
            if self._closed.is_set():
                connection.close()
            _log.info("connected to engine %d", self.pid)
            while (message := connection.receive()) is not None:
                self._dispatch(message)
                worked = worked or self._state is ModelState.READY
            reason = "the engine ended"
        except TimeoutError:  # there is a daemon, but it does not even say hello
            reason = "the engine hangs"
            _kill(endpoint.daemon_pid())
        except (MessageError, OSError, EngineError) as error:
            reason = f"the engine's connection broke: {error}"
        with self._changed:
            self._connection, self.pid, self._doubted = None, None, False
            self._state, self._reason = ModelState.LOADING, ""
            self._changed.notify_all()
            request = self._request
        if request is not None:
            request.lose(reason)
        connection.release()
        if not self._closed.is_set():
            _log.warning("%s", reason)
        return worked

    def _dispatch(self, message: Message) -> None:
        with self._changed:
            if self._doubted:
                self._doubted = False
                self._changed.notify_all()
            request = self._request
        if message.type == "state":
            state = _state_in(message)
            with self._changed:
                self._state, self._reason = state, message.string("reason")
                self._changed.notify_all()
                load, self._wanted = self._wanted and self._state is ModelState.UNLOADED, False
                connection = self._connection
            _log.info("engine: %s %s", state.value, self._reason)
            if load and connection is not None:
                self._send(connection, Message("load"))
        elif message.type == "settings":
            self._on_settings()
        elif request is not None and (
            message.type == "alive" or message.integer("generation") == request.generation
        ):
            request.put(message)


def _state_in(message: Message) -> ModelState:
    """Return the state that a frame tells. Raises MessageError where it is none."""
    try:
        return ModelState(message.string("state"))
    except ValueError:
        raise MessageError("the engine is in no state that there is") from None


def _daemon_behind(hello: Message | None) -> int:
    """Return the engine's process id by the first frame of a connection.

    Raises EngineError when we cannot talk to this engine; an older one than we are is told to leave.
    """
    if hello is None:
        raise EngineError("the engine ended at once")
    if hello.type != "hello":
        raise MessageError("the engine does not say hello")
    protocol = hello.integer("protocol")
    if protocol > PROTOCOL:
        # The newer one stays, or two versions would kill each other's daemons for ever.
        raise EngineError("the engine is newer than this module: restart speech-dispatcher")
    if protocol < PROTOCOL:
        _kill(endpoint.daemon_pid(), politely=True)
        raise EngineError("the engine is older than this module, and is replaced")
    return hello.integer("pid")


def _kill(pid: int | None, *, politely: bool = False) -> None:
    """End the daemon, if this is the one that holds the lock; return when it is gone."""
    import os
    import select
    import signal

    if pid is None:
        return
    try:
        descriptor = os.pidfd_open(pid)
    except OSError:
        return  # gone already
    try:
        # Only now: the descriptor keeps meaning this process, and the kernel says that it is the daemon.
        if endpoint.daemon_pid() == pid:
            _log.warning("engine %d is ended", pid)
            signal.pidfd_send_signal(descriptor, signal.SIGTERM if politely else signal.SIGKILL)
            gone = select.poll()
            gone.register(descriptor, select.POLLIN)
            gone.poll(1000 * _END)
    except OSError as error:
        _log.warning("engine %d cannot be ended: %s", pid, error)
    finally:
        os.close(descriptor)


def _timeval(seconds: float) -> bytes:
    import struct

    return struct.pack("@ll", int(seconds), int(seconds % 1 * 1_000_000))


def _do_nothing() -> None:
    pass
