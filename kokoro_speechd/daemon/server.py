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
from kokoro_speechd.errors import EngineError, MessageError
from kokoro_speechd.ipc import endpoint
from kokoro_speechd.ipc.protocol import PROTOCOL, Connection, Message
from kokoro_speechd.scheduling.model_manager import ModelManager
from kokoro_speechd.scheduling.scheduler import Ended, Job, Scheduler
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
        scheduler: Scheduler,
        model_manager: ModelManager,
        orders: Mapping[str, Callable[[], None]],
    ) -> None:
        """`orders`: what a user may ask of the daemon itself, by the request's name."""
        self._listening = listening
        self._orders = orders
        self._scheduler = scheduler
        self._model_manager = model_manager
        self._lock = threading.Lock()
        self._clients: set[_Client] = set()
        self._on_empty: Callable[[], None] = _do_nothing
        model_manager.on_change(self.tell_state)

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
        self._tell(_state_message(self._model_manager))

    def tell_settings(self) -> None:
        """Tell every module that the settings changed."""
        self._tell(Message("settings"))

    def close(self) -> None:
        """End all connections: their modules go on with espeak-ng."""
        with self._lock:
            clients = list(self._clients)
        for client in clients:
            client.close()

    def _tell(self, message: Message) -> None:
        with self._lock:
            clients = list(self._clients)
        for client in clients:
            client.queue(message)

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
            client = _Client(
                Connection(sock), self._scheduler, self._model_manager, self._orders, self._leave
            )
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
        scheduler: Scheduler,
        model_manager: ModelManager,
        orders: Mapping[str, Callable[[], None]],
        on_end: Callable[[_Client], None],
    ) -> None:
        self._connection = connection
        self._client = scheduler.client()
        self._model_manager = model_manager
        self._orders = orders
        self._on_end = on_end
        self._changed = threading.Condition()
        self._messages: deque[Message] = deque()
        self._job: Job | None = None
        self._closed = False

    def start(self) -> None:
        self.queue(Message("hello", {"protocol": PROTOCOL, "version": __version__, "pid": os.getpid()}))
        self.queue(_state_message(self._model_manager))
        threading.Thread(target=self._read, name="requests", daemon=True).start()
        threading.Thread(target=self._write, name="answers", daemon=True).start()

    def queue(self, message: Message) -> None:
        """Send a frame as soon as the other side reads. Never blocks."""
        with self._changed:
            self._messages.append(message)
            deaf = len(self._messages) > _MOST_ANSWERS
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
        self._client.cancel()
        self._connection.close()
        self._on_end(self)

    # --- requests ------------------------------------------------------------------------------------

    def _read(self) -> None:
        try:
            while (message := self._connection.receive()) is not None:
                self._request(message)
        except MessageError as error:
            _log.warning("a connection ends: %s", error)
        except OSError as error:
            _log.info("a connection broke: %s", error)
        self.close()

    def _request(self, message: Message) -> None:
        if message.type == "speak":
            self.queue(Message("alive"))  # heard: the module waits only so long for this
            self._speak(message)
        elif message.type == "cancel":
            self._client.cancel(message.integer("generation"))
        elif message.type == "load":
            self._model_manager.retry()
        elif message.type == "ping":
            self.queue(Message("alive"))
        elif (order := self._orders.get(message.type)) is not None:
            self._connection.send(Message("alive"))  # now: what is queued is lost when the daemon ends
            order()
        else:
            raise MessageError("unknown request")

    def _speak(self, message: Message) -> None:
        generation, voice, language = (
            message.integer("generation"),
            message.string("voice"),
            message.string("language"),
        )
        parameters = message.fields.get("parameters")
        if not isinstance(parameters, dict):
            raise MessageError("frame 'speak' needs parameters")
        try:
            utterance = Utterance(
                generation, Kind(message.string("kind")), message.payload.decode(), _parameters(parameters)
            )
        except (TypeError, ValueError) as error:
            raise MessageError(f"frame 'speak' is not an utterance ({type(error).__name__})") from None
        try:
            job = self._client.speak(utterance, voice, language)
        except EngineError as error:
            self.queue(Message("failed", {"generation": generation, "reason": str(error)}))
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
            while (messages := self._next()) is not None:
                for message in messages:
                    self._connection.send(message)
        except MessageError as error:  # the mark of a program that skirts the module: too long for a frame
            _log.warning("a connection ends: %s", error)
        except OSError as error:
            _log.info("a connection broke: %s", error)
        self.close()

    def _next(self) -> list[Message] | None:
        """Wait for something to send; None when the connection has ended."""
        with self._changed:
            self._changed.wait_for(lambda: self._messages or self._job or self._closed)
            if self._closed:
                return None
            if self._messages:
                return [self._messages.popleft()]
            job = self._job
        assert job is not None  # noqa: S101 - what wait_for waited for
        item = job.take(_SIGN_OF_LIFE)
        if item is None:
            return [Message("alive")]
        if isinstance(item, Ended):
            with self._changed:
                if self._job is job:
                    self._job = None
        return _messages_of(item, job.utterance.generation)


def _parameters(fields: dict[str, object]) -> Parameters:
    """Return parameters of a frame's fields. Raises TypeError where one is unknown or of another type."""
    usual = asdict(Parameters())
    for name, value in fields.items():
        kind = str if usual.get(name) is None else type(usual[name])
        if not (type(value) is kind or (value is None and usual.get(name) is None)):
            raise TypeError(name)
    return Parameters(**fields)  # type: ignore[arg-type]  # looked at just now


def _state_message(model_manager: ModelManager) -> Message:
    return Message("state", {"state": model_manager.state.value, "reason": model_manager.reason})


def _messages_of(item: Item | Ended, generation: int) -> list[Message]:
    if isinstance(item, Audio):
        pieces = (
            item.samples[start : start + _AUDIO_BYTES] for start in range(0, len(item.samples), _AUDIO_BYTES)
        )
        return [
            Message("audio", {"generation": generation, "offset": item.offset}, samples) for samples in pieces
        ]
    if not isinstance(item, Ended):
        return [Message("mark", {"generation": generation, "name": item.name})]
    if item.how == "finished":
        return [Message("end", {"generation": generation})]
    if item.how == "failed":
        return [Message("failed", {"generation": generation, "reason": item.reason})]
    return []  # cancelled: the module knows, it asked for it


def _do_nothing() -> None:
    pass
