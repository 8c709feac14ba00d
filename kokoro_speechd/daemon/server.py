# SPDX-License-Identifier: GPL-3.0-or-later
"""The daemon's side of the engine socket: one listener for each module that is connected.

Each connection has a thread that reads requests, so that a cancel is seen at once, and one that writes, so
that a module which does not read keeps nobody waiting but itself. When there is nothing to do all sleep.
"""

from __future__ import annotations

import errno
import logging
import os
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict

from kokoro_speechd import __version__
from kokoro_speechd.errors import EngineError, FrameError
from kokoro_speechd.ipc import endpoint
from kokoro_speechd.ipc.protocol import PROTOCOL, Connection, Frame
from kokoro_speechd.scheduling.model_manager import ModelKeeper
from kokoro_speechd.scheduling.scheduler import Ended, Job, Speaker
from kokoro_speechd.utterance import Audio, Item, Kind, Parameters, Utterance

_log = logging.getLogger(__name__)

_SIGN_OF_LIFE = 0.5  # seconds between two `alive` frames while an utterance is worked on
_AUDIO_BYTES = 64 << 10  # largest payload of one audio frame
_MOST_CLIENTS = 64  # a user has a handful
_MOST_ANSWERS = 1000  # that may wait for one that asks and does not read
_BREATH = 0.2  # seconds before another try where the process or the machine has no room for a connection
_FULL = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.ECONNABORTED)


class EngineServer:
    """Accepts this user's modules."""

    def __init__(
        self,
        listening: socket.socket,
        speaker: Speaker,
        keeper: ModelKeeper,
        orders: Mapping[str, Callable[[], None]],
    ) -> None:
        """`orders`: what a user may ask of the daemon itself, by the request's name."""
        self._listening = listening
        self._orders = orders
        self._speaker = speaker
        self._keeper = keeper
        self._lock = threading.Lock()
        self._clients: set[_Client] = set()
        self._on_empty: Callable[[], None] = _do_nothing
        keeper.on_change(self.tell_state)

    def start(self) -> None:
        """Begin to accept connections."""
        threading.Thread(target=self._accept, name="accept", daemon=True).start()

    def when_empty(self, callback: Callable[[], None]) -> None:
        """Have `callback` called, from any thread, whenever the last module has gone."""
        self._on_empty = callback

    @property
    def connections(self) -> int:
        """The number of modules that are connected."""
        return len(self._clients)

    def tell_state(self) -> None:
        """Tell every module the model's state."""
        self._tell(Frame("state", {"state": self._keeper.state, "reason": self._keeper.reason}))

    def tell_settings(self) -> None:
        """Tell every module that the settings changed."""
        self._tell(Frame("settings"))

    def close(self) -> None:
        """End all connections: their modules go on with espeak-ng."""
        with self._lock:
            clients = list(self._clients)
        for client in clients:
            client.close()

    def _tell(self, frame: Frame) -> None:
        with self._lock:
            clients = list(self._clients)
        for client in clients:
            client.queue(frame)

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listening.accept()
            except OSError as error:
                if error.errno in _FULL:
                    time.sleep(_BREATH)
                    continue
                _log.error("no more connections are accepted: %s", error)
                return
            if (uid := endpoint.peer_uid(sock)) != os.getuid():
                _log.warning("a connection of user %d was refused", uid)
                sock.close()
                continue
            if self.connections >= _MOST_CLIENTS:
                _log.warning("a connection was refused: there are %d", _MOST_CLIENTS)
                sock.close()
                continue
            client = _Client(Connection(sock), self._speaker, self._keeper, self._orders, self._leave)
            with self._lock:
                self._clients.add(client)
            client.start()

    def _leave(self, client: _Client) -> None:
        with self._lock:
            self._clients.discard(client)
            empty = not self._clients
        if empty:
            self._on_empty()


class _Client:
    """One module."""

    def __init__(
        self,
        connection: Connection,
        speaker: Speaker,
        keeper: ModelKeeper,
        orders: Mapping[str, Callable[[], None]],
        on_end: Callable[[_Client], None],
    ) -> None:
        self._connection = connection
        self._listener = speaker.listener()
        self._keeper = keeper
        self._orders = orders
        self._on_end = on_end
        self._changed = threading.Condition()
        self._frames: deque[Frame] = deque()
        self._job: Job | None = None
        self._closed = False

    def start(self) -> None:
        self.queue(Frame("hello", {"protocol": PROTOCOL, "version": __version__, "pid": os.getpid()}))
        self.queue(Frame("state", {"state": self._keeper.state, "reason": self._keeper.reason}))
        threading.Thread(target=self._read, name="requests", daemon=True).start()
        threading.Thread(target=self._write, name="answers", daemon=True).start()

    def queue(self, frame: Frame) -> None:
        """Send a frame as soon as the other side reads. Never blocks."""
        with self._changed:
            self._frames.append(frame)
            deaf = len(self._frames) > _MOST_ANSWERS
            self._changed.notify_all()
        if deaf:
            self.close()

    def close(self) -> None:
        """End the connection. Safe from any thread."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            self._changed.notify_all()
        self._listener.cancel()
        self._connection.close()
        self._on_end(self)

    # --- requests ------------------------------------------------------------------------------------

    def _read(self) -> None:
        try:
            while (frame := self._connection.receive()) is not None:
                self._request(frame)
        except FrameError as error:
            _log.warning("a connection ends: %s", error)
        except OSError as error:
            _log.info("a connection broke: %s", error)
        self.close()

    def _request(self, frame: Frame) -> None:
        if frame.type == "speak":
            self.queue(Frame("alive"))  # heard: the module waits only so long for this
            self._speak(frame)
        elif frame.type == "cancel":
            self._listener.cancel(frame.integer("generation"))
        elif frame.type == "load":
            self._keeper.retry()
        elif frame.type == "ping":
            self.queue(Frame("alive"))
        elif (order := self._orders.get(frame.type)) is not None:
            self._connection.send(Frame("alive"))  # now: what is queued is lost when the daemon ends
            order()
        else:
            raise FrameError("unknown request")

    def _speak(self, frame: Frame) -> None:
        generation, voice, language = (
            frame.integer("generation"),
            frame.string("voice"),
            frame.string("language"),
        )
        parameters = frame.fields.get("parameters")
        if not isinstance(parameters, dict):
            raise FrameError("frame 'speak' needs parameters")
        try:
            utterance = Utterance(
                generation, Kind(frame.string("kind")), frame.payload.decode(), _parameters(parameters)
            )
        except (TypeError, ValueError) as error:
            raise FrameError(f"frame 'speak' is not an utterance ({type(error).__name__})") from None
        try:
            job = self._listener.speak(utterance, voice, language)
        except EngineError as error:
            self.queue(Frame("failed", {"generation": generation, "reason": str(error)}))
            return
        with self._changed:
            self._job = job
            closed = self._closed
            self._changed.notify_all()
        if closed:  # it left in the midst of this, and nobody would cancel it
            job.cancel()

    # --- answers -------------------------------------------------------------------------------------

    def _write(self) -> None:
        try:
            while (frames := self._next()) is not None:
                for frame in frames:
                    self._connection.send(frame)
        except FrameError as error:  # the mark of a program that skirts the module: too long for a frame
            _log.warning("a connection ends: %s", error)
        except OSError as error:
            _log.info("a connection broke: %s", error)
        self.close()

    def _next(self) -> list[Frame] | None:
        """Wait for something to send; None when the connection has ended."""
        with self._changed:
            self._changed.wait_for(lambda: self._frames or self._job or self._closed)
            if self._closed:
                return None
            if self._frames:
                return [self._frames.popleft()]
            job = self._job
        assert job is not None  # noqa: S101 - what wait_for waited for
        item = job.take(_SIGN_OF_LIFE)
        if item is None:
            return [Frame("alive")]
        if isinstance(item, Ended):
            with self._changed:
                if self._job is job:
                    self._job = None
        return _frames_of(item, job.utterance.generation)


def _parameters(fields: dict[str, object]) -> Parameters:
    """Return parameters of a frame's fields. Raises TypeError where one is unknown or of another type."""
    usual = asdict(Parameters())
    for name, value in fields.items():
        kind = str if usual.get(name) is None else type(usual[name])
        if not (type(value) is kind or (value is None and usual.get(name) is None)):
            raise TypeError(name)
    return Parameters(**fields)  # type: ignore[arg-type]  # looked at just now


def _frames_of(item: Item | Ended, generation: int) -> list[Frame]:
    if isinstance(item, Audio):
        pieces = (
            item.samples[start : start + _AUDIO_BYTES] for start in range(0, len(item.samples), _AUDIO_BYTES)
        )
        return [
            Frame("audio", {"generation": generation, "offset": item.offset}, samples) for samples in pieces
        ]
    if not isinstance(item, Ended):
        return [Frame("mark", {"generation": generation, "name": item.name})]
    if item.how == "finished":
        return [Frame("end", {"generation": generation})]
    if item.how == "failed":
        return [Frame("failed", {"generation": generation, "reason": item.reason})]
    return []  # cancelled: the module knows, it asked for it


def _do_nothing() -> None:
    pass
