# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine as the module sees it: a child process that may be loading, busy, hung or dead at any moment.

A supervising thread starts the engine, reads its frames, reaps it when it ends and starts it again with
growing pauses. The performing thread asks for one utterance at a time and gets its frames, or an
EngineError at once when there is nothing to hope for; it never waits for a process that gives no sign of
life for `timeout` seconds.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from kokoro_speechd.errors import EngineError, FrameError
from kokoro_speechd.frames import Connection, Frame
from kokoro_speechd.speechd.session import Performance

if TYPE_CHECKING:
    import subprocess

_log = logging.getLogger(__name__)

_FIRST_PAUSE = (
    0.2  # seconds before a dead engine is started again; doubled each time it dies before it was ready
)
_LONGEST_PAUSE = 30.0
_RETRY_PAUSE = 5.0  # seconds between two looks for a model that was not there
# A listener hears 24 000 samples a second: half a minute of sound may wait here, more stays with the engine.
_WAITING_BYTES = 2 * 24_000 * 30


class _Request:
    """The frames of one utterance, from the supervising to the performing thread."""

    def __init__(self, generation: int) -> None:
        self.generation = generation
        self._frames: deque[Frame] = deque()
        self._waiting = 0
        self._over = False
        self._lost: str | None = None
        self._changed = threading.Condition()

    def put(self, frame: Frame) -> None:
        """Add a frame; blocks while enough is waiting."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting < _WAITING_BYTES or self._over)
            if not self._over:
                self._frames.append(frame)
                self._waiting += len(frame.payload)
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

    def get(self, timeout: float) -> Frame | None:
        """Return the next frame; None when no more are wanted. Raises EngineError, also after `timeout`."""
        with self._changed:
            heard = self._changed.wait_for(lambda: self._frames or self._over or self._lost, timeout)
            if self._over:
                return None
            if self._frames:
                frame = self._frames.popleft()
                self._waiting -= len(frame.payload)
                self._changed.notify_all()
                return frame
            raise EngineError(self._lost if heard and self._lost else "it gives no sign of life")


class EngineClient:
    """One engine process, kept alive."""

    def __init__(self, command: Sequence[str], timeout: float) -> None:
        self._command = command
        self._timeout = timeout
        self._lock = threading.Lock()
        self._state_changed = threading.Condition(self._lock)
        self._connection: Connection | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._request: _Request | None = None
        self._state = "loading"
        self._reason = ""
        self._retried = 0.0
        self._closed = threading.Event()
        self.starts = 0  # of engine processes
        self._supervisor = threading.Thread(target=self._supervise, name="engine", daemon=True)

    def start(self) -> None:
        """Start the engine and whatever keeps it alive. Returns at once."""
        self._supervisor.start()

    @property
    def state(self) -> str:
        """`loading`, `ready` or `unavailable`."""
        return self._state

    @property
    def reason(self) -> str:
        """Why it is unavailable, in a sentence for people."""
        return self._reason

    @property
    def pid(self) -> int | None:
        """The process id of the engine that runs now."""
        process = self._process
        return process.pid if process else None

    def close(self) -> None:
        """End the engine and start no other; returns when it is gone."""
        self._closed.set()
        with self._lock:
            if self._process is not None:
                self._process.kill()
        self._supervisor.join()

    def wait_until_loaded(self, performance: Performance) -> None:
        """Wait while the engine loads, or until the message is over."""
        performance.when_over(self._wake)
        with self._state_changed:
            self._state_changed.wait_for(lambda: self._state != "loading" or performance.over.is_set())

    def _wake(self) -> None:
        with self._state_changed:
            self._state_changed.notify_all()

    def speak(self, performance: Performance, voice: str, language: str) -> Generator[Frame, None, None]:
        """Yield the engine's frames for a message: audio and mark, until its end or until it is over.

        The engine is told when the listener wants no more.
        Raises EngineError when the engine is not ready, fails, dies or hangs.
        """
        with self._lock:
            connection = self._connection
            if connection is None or self._state != "ready":
                raise EngineError(self._reason or "the engine is loading")
            utterance = performance.utterance
            request = self._request = _Request(utterance.generation)
        performance.when_over(request.give_up)
        fields = {
            "generation": utterance.generation,
            "kind": utterance.kind.value,
            "parameters": asdict(utterance.parameters),
            "voice": voice,
            "language": language,
        }
        wanted = True
        try:
            self._send(connection, Frame("speak", fields, utterance.text.encode("utf-8", "replace")))
            yield from self._answers(request, connection)
            wanted = not request.over
        except GeneratorExit:
            wanted = False
            raise
        finally:
            with self._lock:
                self._request = None
            request.give_up()  # lets the supervising thread go on when it waits for room
            if not wanted:
                self._send(connection, Frame("cancel", {"generation": utterance.generation}))

    def retry(self) -> None:
        """Have an engine without a model look again: somebody may have put one there meanwhile."""
        with self._lock:
            connection = self._connection if self._state == "unavailable" else None
            now = time.monotonic()
            if connection is None or now - self._retried < _RETRY_PAUSE:
                return
            self._retried = now
        self._send(connection, Frame("load"))

    def _answers(self, request: _Request, connection: Connection) -> Iterator[Frame]:
        while True:
            try:
                frame = request.get(self._timeout)
            except EngineError:
                self._kill(connection)  # dead already, or hung: either way only a new process helps
                raise
            if frame is None or frame.type == "end":
                return
            if frame.type == "failed":
                raise EngineError(frame.string("reason"))
            if frame.type != "alive":
                yield frame

    def _kill(self, connection: Connection) -> None:
        """End the engine process behind a connection; the supervising thread starts another."""
        with self._lock:
            if self._connection is connection and self._process is not None:
                _log.warning("engine %d is killed", self._process.pid)
                self._process.kill()

    def _send(self, connection: Connection, frame: Frame) -> None:
        try:
            connection.send(frame)
        except OSError as error:
            # A hung engine that reads nothing any more times out here; it must not keep a listener waiting.
            self._kill(connection)
            raise EngineError(f"the engine does not listen: {error}") from error

    # --- the supervising thread ----------------------------------------------------------------------

    def _supervise(self) -> None:
        pause = _FIRST_PAUSE
        while not self._closed.is_set():
            self._run_engine()
            pause = _FIRST_PAUSE if self._state == "ready" else min(2 * pause, _LONGEST_PAUSE)
            with self._lock:
                self._state, self._reason = "loading", ""
            self._closed.wait(pause)

    def _run_engine(self) -> None:
        """Start an engine and read its frames until it is gone."""
        import subprocess  # here, after INIT was answered: it takes its time

        ours, theirs = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _timeval(self._timeout))
        try:
            process = subprocess.Popen(
                [*self._command, "--connection", str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=2,  # nothing but this module's outbox may write to the server
                cwd="/",
                start_new_session=True,
            )
        except OSError as error:
            _log.error("the engine could not be started: %s", error)
            ours.close()
            return
        finally:
            theirs.close()
        connection = Connection(ours)
        with self._lock:
            self._process, self._connection = process, connection
            self.starts += 1
            if self._closed.is_set():
                process.kill()
        _log.info("engine %d started", process.pid)
        try:
            while (frame := connection.receive()) is not None:
                self._dispatch(frame)
            reason = "the engine ended"
        except (FrameError, OSError) as error:
            reason = f"the engine's connection broke: {error}"
        with self._lock:
            self._connection = None
            request = self._request
        if request is not None:
            request.lose(reason)
        process.kill()
        _log.warning("engine %d is gone (%s), status %s", process.pid, reason, process.wait())
        connection.close()
        with self._lock:
            self._process = None

    def _dispatch(self, frame: Frame) -> None:
        if frame.type == "state":
            with self._state_changed:
                self._state, self._reason = frame.string("state"), frame.string("reason")
                self._state_changed.notify_all()
            _log.info("engine: %s %s", self._state, self._reason)
            return
        with self._lock:
            request = self._request
        if request is not None and (
            frame.type == "alive" or frame.integer("generation") == request.generation
        ):
            request.put(frame)


def _timeval(seconds: float) -> bytes:
    import struct

    return struct.pack("@ll", int(seconds), int(seconds % 1 * 1_000_000))
