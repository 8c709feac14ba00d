# SPDX-License-Identifier: GPL-3.0-or-later
"""One text that a Spiel client wants to hear: from its turn to the end of its pipe."""

from __future__ import annotations

import contextlib
import logging
import os
import select
import threading
from collections.abc import Callable
from dataclasses import dataclass

from kokoro_speechd.audio.format import SAMPLE_RATE
from kokoro_speechd.audio.resampling import resample
from kokoro_speechd.dbus.spiel_stream import (
    HEADER,
    PipeWriter,
    SpielEvent,
    event_chunk,
    is_closed,
    sound_chunks,
)
from kokoro_speechd.errors import places_of
from kokoro_speechd.rendering.fallback import FallbackSpeaker, SpeechEngine
from kokoro_speechd.rendering.request import SpeakOptions, SpeechRequest
from kokoro_speechd.utterance import Utterance
from kokoro_speechd.voices.selection import Choice

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be spoken, by whom, and what its marks tell the client."""

    utterance: Utterance
    choice: Choice
    events: dict[str, tuple[SpielEvent, ...]]
    options: SpeakOptions


class SpielRequest:
    """An order, the pipe its sound goes into, and the one of the same client that comes before it.

    A client hands over all that it will say at once. So each request begins when the one before has filled
    its pipe or is over: what is heard first is made first, and one that is never read holds up no other.
    """

    def __init__(self, descriptor: int, size: int, before: SpielRequest | None) -> None:
        """`size`: characters of its text."""
        self.descriptor = descriptor
        self.size = size
        self.settled = threading.Event()
        self._before = before
        self._request: SpeechRequest | None = None
        self._over = False
        self._lock = threading.Lock()

    def end(self) -> None:
        """Stop, from any thread."""
        with self._lock:
            self._over = True
            speech_request = self._request
        if speech_request is not None:
            speech_request.end()

    def run(self, prepare: Callable[[], Order], engine: SpeechEngine) -> None:
        """Speak and close the pipe. Never raises: nobody waits for an answer but the pipe's reader."""
        try:
            writer = PipeWriter(self.descriptor, self.settled.set)
            # A player waits for these bytes before it shows that it is ready.
            if writer.write(HEADER):
                self._perform(prepare, writer, engine)
        except Exception as error:  # noqa: BLE001 - the edge of a thread
            _log.error("a Spiel request failed:\n%s", places_of(error))
        finally:
            self.settled.set()

    def _perform(self, prepare: Callable[[], Order], writer: PipeWriter, engine: SpeechEngine) -> None:
        before, self._before = self._before, None
        if before is not None:
            before.settled.wait()
        order = prepare()
        speech_request = SpeechRequest(order.utterance)
        with self._lock:
            if self._over:
                return
            self._request = speech_request
        fallback_speaker = FallbackSpeaker(engine, share_espeak=True)
        sink = _Sink(writer, order.events, speech_request)
        if not fallback_speaker.speak(speech_request, order.choice, sink, order.options):
            _log.warning("a Spiel request stayed silent")


class _Sink:
    """Sound and events on their way into the pipe."""

    def __init__(
        self, writer: PipeWriter, events: dict[str, tuple[SpielEvent, ...]], speech_request: SpeechRequest
    ) -> None:
        self._writer = writer
        self._events = events
        self._request = speech_request

    def audio(self, samples: bytes, sample_rate: int) -> bool:
        return self._write(list(sound_chunks(resample(samples, sample_rate, SAMPLE_RATE))))

    def mark(self, name: str) -> bool:
        return self._write([event_chunk(event) for event in self._events.get(name, ())])

    def _write(self, chunks: list[bytes]) -> bool:
        over = self._request.over
        return all(not over.is_set() and self._writer.write(chunk) for chunk in chunks) and not over.is_set()


class Watch:
    """Ends requests whose client has closed its end of the pipe, while nothing is written into it."""

    def __init__(self) -> None:
        self._poll = select.epoll()
        self._lock = threading.Lock()
        self._requests: dict[int, SpielRequest] = {}

    def start(self) -> None:
        """Start the watching thread."""
        threading.Thread(target=self._watch, name="spiel", daemon=True).start()

    @property
    def requests(self) -> list[SpielRequest]:
        """Those that are not over."""
        with self._lock:
            return list(self._requests.values())

    def add(self, request: SpielRequest) -> None:
        """Watch a request's pipe until `close`."""
        with self._lock:
            self._requests[request.descriptor] = request
            # A file, which nobody closes, or more than epoll takes: then writing finds out.
            with contextlib.suppress(OSError):
                self._poll.register(request.descriptor, select.EPOLLONESHOT)

    def close(self, request: SpielRequest) -> None:
        """Close a request's pipe; epoll forgets what is closed."""
        with self._lock:
            del self._requests[request.descriptor]
            os.close(request.descriptor)

    def _watch(self) -> None:
        while True:
            for descriptor, _ in self._poll.poll():
                with self._lock:
                    request = self._requests.get(descriptor)
                    # The number may be another pipe's by now.
                    gone = request is not None and is_closed(descriptor)
                if request is not None and gone:
                    request.end()
