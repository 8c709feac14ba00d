# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays what is spoken over D-Bus: one utterance after another, on this machine's sound device.

A device that is busy or goes away is tried again while the utterance is wanted, with what was not heard of
it; after `_PATIENCE` seconds without one the utterance fails and the next one is tried.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from kokoro_speechd.audio.format import SAMPLE_RATE
from kokoro_speechd.audio.playback import Playback
from kokoro_speechd.audio.resampling import resample
from kokoro_speechd.dbus import ERRORS
from kokoro_speechd.errors import NamedError, PlaybackError, places_of
from kokoro_speechd.rendering.fallback import FallbackSpeaker, SpeechEngine
from kokoro_speechd.rendering.request import SpeakOptions, SpeechRequest
from kokoro_speechd.scheduling.statistics import ServiceStatistics
from kokoro_speechd.settings import Settings
from kokoro_speechd.utterance import Utterance
from kokoro_speechd.voices.selection import Choice

_log = logging.getLogger(__name__)

_PATIENCE = 20.0  # seconds
_MOST_WAITING = 10_000_000  # characters of all that waits; a hundred of the longest texts
_PAUSES = (0.2, 0.5, 1.0, 2.0)  # seconds between two tries to open the device; the last one for ever

How = Literal["finished", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Events:
    """What the player tells, from its own threads."""

    started: Callable[[int], None]
    mark: Callable[[int, str, float], None]  # its second in the utterance's sound
    finished: Callable[[int, How], None]
    changed: Callable[[], None]  # the queue, the pause or `trouble`


class Player:
    """The queue of utterances and the thread that plays them. Methods are safe from any thread."""

    def __init__(
        self,
        engine: SpeechEngine,
        choose: Callable[[Utterance], Choice],
        settings: Callable[[], Settings],
        statistics: ServiceStatistics,
        events: Events,
    ) -> None:
        self._fallback_speaker = FallbackSpeaker(engine, share_espeak=True)
        self._choose = choose
        self._settings = settings
        self._statistics = statistics
        self._events = events
        self._changed = threading.Condition()
        self._queue: deque[SpeechRequest] = deque()  # the first one is being spoken
        self._paused = False
        self._output: _Output | None = None
        self.trouble = ""  # what is wrong with the sound device, in a sentence; empty: nothing

    def start(self) -> None:
        """Start the playing thread."""
        threading.Thread(target=self._play, name="player", daemon=True).start()

    @property
    def length(self) -> int:
        """The number of utterances that are not over."""
        return len(self._queue)

    @property
    def paused(self) -> bool:
        """Whether nothing is heard until `resume`."""
        return self._paused

    def speak(self, utterance: Utterance, *, interrupt: bool) -> None:
        """Speak an utterance after those that wait, or instead of them. Raises NamedError: Busy."""
        request = SpeechRequest(utterance)
        with self._changed:
            if not interrupt and sum(_size(waiting.utterance) for waiting in self._queue) > _MOST_WAITING:
                raise NamedError(ERRORS + "Busy", "too much waits to be spoken already")
            before = list(self._queue) if interrupt else []
            self._queue.append(request)
            self._changed.notify_all()
        self._end(before)
        self._events.changed()

    def stop(self, number: int) -> bool:
        """Stop an utterance, or take it from the queue; return False when there is none of this number."""
        with self._changed:
            found = [request for request in self._queue if request.utterance.generation == number]
        self._end(found)
        return bool(found)

    def stop_all(self) -> None:
        """Stop everything."""
        with self._changed:
            requests = list(self._queue)
        self._end(requests)

    def pause(self) -> None:
        """Be silent, at once, until `resume`."""
        self._set_paused(paused=True)

    def resume(self) -> None:
        """Go on where it was paused."""
        self._set_paused(paused=False)

    def _set_paused(self, *, paused: bool) -> None:
        with self._changed:
            self._paused = paused
            output = self._output
            self._changed.notify_all()
        if output is not None:
            output.set_paused(paused=paused)
        self._events.changed()

    def _end(self, requests: list[SpeechRequest]) -> None:
        """End requests; the playing thread tells it for the one it plays, this one for the others."""
        for request in requests:
            request.end()
            with self._changed:
                waiting = request in self._queue and request is not self._queue[0]
                if waiting:
                    self._queue.remove(request)
            if waiting:
                self._events.finished(request.utterance.generation, "stopped")
        if requests:
            self._events.changed()

    # --- the playing thread --------------------------------------------------------------------------

    def _play(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue)
                request = self._queue[0]
            how: How = "failed"
            try:
                how = self._perform(request)
            except Exception as error:  # noqa: BLE001 - see below
                # The edge: whoever asked waits for the end of the utterance, and others wait in the queue.
                _log.error("an utterance failed:\n%s", places_of(error))
            with self._changed:
                self._queue.popleft()
                self._output = None
            self._events.finished(request.utterance.generation, how)
            self._events.changed()

    def _perform(self, request: SpeechRequest) -> How:
        number = request.utterance.generation
        if request.over.is_set():
            return "stopped"
        output = _Output(self._settings(), request, self._tell_trouble, self._events)
        with self._changed:
            self._output = output
            paused = self._paused
        output.set_paused(paused=paused)
        self._events.started(number)
        try:
            spoken = self._fallback_speaker.speak(
                request,
                self._choose(request.utterance),
                output,
                SpeakOptions.of(self._settings()),
            )
            output.finish()
        except PlaybackError as error:
            _log.warning("an utterance was not heard: %s", error)
            spoken = False
        finally:
            for _ in range(output.underruns):
                self._statistics.count("underruns")
            output.close()
        if request.over.is_set():
            return "stopped"
        return "finished" if spoken else "failed"

    def _tell_trouble(self, trouble: str) -> None:
        if trouble != self.trouble:
            self.trouble = trouble
            if trouble:
                _log.warning("%s", trouble)
            self._events.changed()


def _size(utterance: Utterance) -> int:
    """Return the characters of an utterance, and some for what else it takes."""
    return len(utterance.text) + 1000


class _Output:
    """The sink of one utterance: the sound device, opened again when it goes away."""

    def __init__(
        self,
        settings: Settings,
        request: SpeechRequest,
        trouble: Callable[[str], None],
        events: Events,
    ) -> None:
        self._settings = settings
        self._request = request
        self._trouble = trouble
        self._events = events
        self._lock = threading.Lock()
        self._playback: Playback | None = None
        self._paused = False
        self._marks: deque[tuple[str, float]] = deque()  # those on their way to the listener
        self._samples = 0  # of the utterance, however often a device fails
        self.underruns = 0
        request.when_over(self._silence)

    def audio(self, samples: bytes, sample_rate: int) -> bool:
        """Play samples; return False when the utterance is over. Raises PlaybackError."""
        samples = resample(samples, sample_rate, SAMPLE_RATE)
        self._samples += len(samples) // 2
        return self._insist(lambda playback: playback.write(samples))

    def mark(self, name: str) -> bool:
        """Tell a mark when the sample after it is heard; return False when the utterance is over."""
        seconds = self._samples / SAMPLE_RATE

        def place(playback: Playback) -> bool:
            self._marks.append((name, seconds))
            playback.at(self._reach)
            return True

        return self._insist(place)

    def finish(self) -> None:
        """Return when everything was heard, or the utterance is over. Raises PlaybackError."""

        def drain(playback: Playback) -> bool:
            playback.finish()
            return True

        if self._playback is not None:
            self._insist(drain)

    def set_paused(self, *, paused: bool) -> None:
        """Pause or go on."""
        with self._lock:
            self._paused = paused
            playback = self._playback
        if playback is not None:
            (playback.pause if paused else playback.resume)()

    def close(self) -> None:
        """Let the device go."""
        with self._lock:
            playback, self._playback = self._playback, None
        if playback is not None:
            self.underruns += playback.underruns
            playback.close()

    def _reach(self) -> None:
        """Tell the next mark."""
        name, seconds = self._marks.popleft()
        if not self._request.over.is_set():
            self._events.mark(self._request.utterance.generation, name, seconds)

    def _silence(self) -> None:
        playback = self._playback
        if playback is not None:
            # abort() may block a while when the sound server hangs; whoever stops us must not.
            threading.Thread(target=playback.abort, name="silence", daemon=True).start()

    def _insist(self, action: Callable[[Playback], bool]) -> bool:
        """Do something with the device; open it again as long as it fails and the utterance is wanted."""
        over = self._request.over
        deadline = time.monotonic() + _PATIENCE
        unheard = b""
        for tries in range(1_000_000):
            if over.is_set():
                return False
            try:
                playback = self._open(unheard)
                self._trouble("")
                return action(playback)
            except PlaybackError as error:
                self._trouble(f"No sound: {error}")
                unheard = self._lose(unheard)
                if time.monotonic() > deadline:
                    raise
                over.wait(_PAUSES[min(tries, len(_PAUSES) - 1)])
        return False

    def _open(self, unheard: bytes) -> Playback:
        if self._playback is not None:
            return self._playback
        playback = Playback(
            SAMPLE_RATE, device=self._settings.output_device, latency=self._settings.latency_ms / 1000
        )
        playback.open()
        with self._lock:
            self._playback = playback
            paused = self._paused
        if paused:
            playback.pause()
        if self._request.over.is_set():
            self._silence()
        if unheard:
            playback.write(unheard)
        return playback

    def _lose(self, unheard: bytes) -> bytes:
        """Let a device go that failed; return what was not heard of what it was given."""
        with self._lock:
            playback, self._playback = self._playback, None
        if playback is None:
            return unheard
        self.underruns += playback.underruns
        unheard = playback.unheard()
        playback.close()
        while self._marks:  # they were to be heard within that second
            self._reach()
        return unheard
