# SPDX-License-Identifier: GPL-3.0-or-later
"""The syntheses into files that are going on: each in a thread of its own, and not too many."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable

from kokoro_speechd.dbus import ERRORS
from kokoro_speechd.dbus.bus import Deferred
from kokoro_speechd.dbus.options import TextRequest
from kokoro_speechd.dbus.services import Services
from kokoro_speechd.dbus.synthesis import synthesize
from kokoro_speechd.dbus.threads import start_thread
from kokoro_speechd.dbus.utterances import MarkEvents, Utterances, words_of
from kokoro_speechd.errors import NamedError, places_of
from kokoro_speechd.rendering.request import SpeakOptions, SpeechRequest
from kokoro_speechd.scheduling.scheduler import LocalEngine

_log = logging.getLogger(__name__)

_MOST = 8  # at the same time


class Syntheses:
    """Writes texts' sound into descriptors. Safe from any thread."""

    def __init__(self, services: Services, utterances: Utterances) -> None:
        self._services = services
        self._utterances = utterances
        self._lock = threading.Lock()
        self._requests: dict[int, SpeechRequest] = {}  # by the utterance's number

    def start(self, read: Callable[[], TextRequest], descriptor: int, *, with_words: bool) -> Deferred:
        """Begin to write the text that `read` returns; answers when all is written.

        The answer is None or, `with_words`, the characters heard from which second on: (start, end,
        seconds) of each word. The descriptor is closed whatever happens.
        Raises NamedError: InvalidArgument, TooLong, NotReady, Busy, and what `read` raises; the answer may
        be one, too: Closed, Stopped, NotReady.
        """
        answer = Deferred()
        try:
            request = read()
            speech_request = self._begin(request)
        except BaseException:
            os.close(descriptor)
            raise

        def work() -> None:
            try:
                outcome = self._write(request, speech_request, descriptor, with_words=with_words)
            finally:
                self._end(speech_request)
            if isinstance(outcome, NamedError):
                answer.reject(outcome)
            else:
                answer.resolve(outcome if with_words else None)

        try:
            start_thread(work, "synthesize")
        except BaseException:
            self._end(speech_request)
            os.close(descriptor)
            raise
        return answer

    def stop_all(self) -> None:
        """Stop everything that is written here."""
        with self._lock:
            speech_requests = list(self._requests.values())
        for speech_request in speech_requests:
            speech_request.end()

    def _begin(self, request: TextRequest) -> SpeechRequest:
        utterance = self._utterances.make(request)
        with self._lock:
            if len(self._requests) >= _MOST:
                raise NamedError(ERRORS + "Busy", f"{_MOST} texts are synthesized already")
            speech_request = self._requests[utterance.generation] = SpeechRequest(utterance)
        return speech_request

    def _end(self, speech_request: SpeechRequest) -> None:
        with self._lock:
            del self._requests[speech_request.utterance.generation]

    def _write(
        self, request: TextRequest, speech_request: SpeechRequest, descriptor: int, *, with_words: bool
    ) -> list[tuple[int, int, float]] | NamedError:
        """Write and close the descriptor; return the words heard, or what went wrong. Never raises."""
        utterance = speech_request.utterance
        events: MarkEvents = {}
        words: list[tuple[int, int, float]] = []
        try:
            choice = self._utterances.choose(utterance)
            if with_words:
                utterance, events = self._utterances.with_words(utterance, request)
        except Exception as error:  # noqa: BLE001 - the edge of a thread: the caller waits for an answer
            os.close(descriptor)
            _log.error("a synthesis failed:\n%s", places_of(error))
            return NamedError(ERRORS + "Internal", "an internal error; the log says where")

        def on_mark(name: str, seconds: float) -> None:
            words.extend((start, end, seconds) for start, end in words_of(events.get(name, ())))

        trouble = synthesize(
            speech_request.with_utterance(utterance),
            choice,
            LocalEngine(self._services.scheduler, self._services.model_manager),
            descriptor,
            SpeakOptions.of(self._services.settings),
            raw=request.raw,
            on_mark=on_mark,
        )
        return words if trouble is None else trouble
