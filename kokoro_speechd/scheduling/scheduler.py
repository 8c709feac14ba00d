# SPDX-License-Identifier: GPL-3.0-or-later
"""Utterances of all listeners, and whose turn it is.

Every listener (one module's connection, the player, one synthesis into a file) has one utterance at a time:
a new one, or a cancel, makes the older worthless at once. One worker renders for all, a piece at a time:

1. first the newest of those that are short and still silent: somebody pressed a key and waits;
2. then who waits in silence, then who will run out of sound first.

A polite listener goes behind all others, wherever they would hear a difference.

Between the layers of the model, too, an utterance is looked at that may go first; it is rendered right there,
in the midst of the longer one, which loses nothing. A listener that is far enough ahead of what it hears, or
does not read, is left alone until it needs more, so nobody waits for it. With nothing to do the worker makes
sounds ahead, see `preparing`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Literal

from kokoro_speechd.audio.format import SAMPLE_RATE
from kokoro_speechd.errors import Cancelled, EngineError, KokoroSpeechdError, places_of
from kokoro_speechd.rendering.request import SpeechRequest
from kokoro_speechd.scheduling.model_manager import ModelManager
from kokoro_speechd.scheduling.prewarming import Prewarmer
from kokoro_speechd.scheduling.statistics import ServiceStatistics
from kokoro_speechd.system.service_manager import ServiceManager
from kokoro_speechd.utterance import Audio, Item, Kind, Utterance

_log = logging.getLogger(__name__)

_AHEAD = 2 * SAMPLE_RATE * 10  # bytes of sound that may wait for a listener
_SHORT = 120  # characters, markup included: what a key press or one word makes
_COMFORT = 1.0  # seconds of sound in hand with which a listener can let others go first


@dataclass(frozen=True, slots=True)
class Ended:
    """The last thing that a job gives."""

    how: Literal["finished", "cancelled", "failed"]
    reason: str = ""


class Job:
    """One utterance on its way through the worker. Made by `Listener.speak`."""

    def __init__(
        self,
        utterance: Utterance,
        voice: str,
        language: str,
        number: int,
        scheduler: Scheduler,
        *,
        polite: bool = False,
    ) -> None:
        self.utterance = utterance
        self.polite = polite
        self.voice = voice
        self.language = language
        self.number = number
        self.items: Iterator[Item] | None = None  # the worker's
        self.begun = time.monotonic()
        self.played_out: float | None = None  # when all sound so far will have been heard
        self.working = False  # whether the worker is in the midst of it
        self.cancelled_at: float | None = None
        self._scheduler = scheduler
        self._changed = threading.Condition()
        self._ready: deque[Item | Ended] = deque()
        self._waiting = 0
        self._ended = False

    @property
    def interactive(self) -> bool:
        """Whether somebody waits for these few sounds, and has heard none of them."""
        short = self.utterance.kind is not Kind.TEXT or len(self.utterance.text) <= _SHORT
        return short and self.played_out is None and not self.polite

    @property
    def over(self) -> bool:
        """Whether nothing more will come, or is wanted."""
        return self._ended

    def has_room(self) -> bool:
        """Return whether the listener needs more."""
        return self._waiting < _AHEAD

    def take(self, timeout: float | None = None) -> Item | Ended | None:
        """Return what comes next; None after `timeout` seconds. `Ended` is the last."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._ready, timeout):
                return None
            item = self._ready.popleft()
            if isinstance(item, Audio):
                self._waiting -= len(item.samples)
                if self._waiting < _AHEAD <= self._waiting + len(item.samples):
                    self._scheduler.wake()
            return item

    def put(self, item: Item) -> None:
        """Add what was rendered."""
        with self._changed:
            if self._ended:
                return
            self._ready.append(item)
            if isinstance(item, Audio):
                self._waiting += len(item.samples)
                now = time.monotonic()
                begin = now if self.played_out is None else max(self.played_out, now)
                self.played_out = begin + len(item.samples) / 2 / SAMPLE_RATE
            self._changed.notify_all()

    def end(self, ended: Ended) -> None:
        """Add the last thing, once; a cancelled utterance loses what was not taken yet."""
        with self._changed:
            cancelled = ended.how == "cancelled"
            if self.cancelled_at is not None or (self._ended and not cancelled):
                return
            self._ended = True
            if cancelled:
                self.cancelled_at = time.monotonic()
                self._ready.clear()
                self._waiting = 0
            self._ready.append(ended)
            self._changed.notify_all()

    def cancel(self) -> None:
        """Make it worthless. Safe from any thread, never blocks."""
        self.end(Ended("cancelled"))
        self._scheduler.wake()


class Client:
    """Somebody with one utterance at a time."""

    def __init__(self, scheduler: Scheduler, *, polite: bool = False) -> None:
        self._scheduler = scheduler
        self._polite = polite
        self._lock = threading.Lock()
        self._current: Job | None = None

    def speak(self, utterance: Utterance, voice: str, language: str) -> Job:
        """Ask for an utterance instead of the one before. Raises EngineError when there is no model now."""
        self.cancel()
        job = self._scheduler.accept(utterance, voice, language, polite=self._polite)
        with self._lock:
            self._current = job
        return job

    def cancel(self, generation: int | None = None) -> None:
        """Make the current utterance worthless, if it is of this generation or an older one."""
        with self._lock:
            job = self._current
            if job is None or (generation is not None and job.utterance.generation > generation):
                return
            self._current = None
        job.cancel()


class Scheduler:
    """All listeners' utterances and the worker thread."""

    def __init__(
        self, model_manager: ModelManager, statistics: ServiceStatistics, manager: ServiceManager
    ) -> None:
        self._model_manager = model_manager
        self._manager = manager
        self._statistics = statistics
        self._changed = threading.Condition()
        self._jobs: list[Job] = []
        self._number = 0
        self._news = False  # whether `queue_length` changed and nobody was told
        self._on_change: list[Callable[[], None]] = []
        self._depth = 0  # of utterances in the midst of which the worker is
        self._prewarmer = Prewarmer(model_manager)
        self._worker = threading.Thread(target=self._work, name="synthesis", daemon=True)

    def start(self) -> None:
        """Start the worker."""
        self._worker.start()

    def on_change(self, callback: Callable[[], None]) -> None:
        """Have `callback` called, from any thread, after every change of `queue_length`."""
        self._on_change.append(callback)

    def _tell(self) -> None:
        for callback in self._on_change:
            callback()

    def client(self, *, polite: bool = False) -> Client:
        """Return a new listener."""
        return Client(self, polite=polite)

    @property
    def queue_length(self) -> int:
        """The number of utterances that are not wholly rendered."""
        return len(self._jobs)

    def accept(self, utterance: Utterance, voice: str, language: str, *, polite: bool = False) -> Job:
        """Take an utterance. Raises EngineError when there is no model now; it is loaded if it can be."""
        self._model_manager.require()
        with self._changed:
            self._number += 1
            job = Job(utterance, voice, language, self._number, self, polite=polite)
            self._jobs.append(job)
            self._statistics.count("utterances")
            self._model_manager.hold()
            self._changed.notify_all()
        self._tell()
        return job

    def cancel_all(self) -> None:
        """Make all utterances worthless."""
        with self._changed:
            jobs = list(self._jobs)
        for job in jobs:
            job.cancel()

    def wake(self) -> None:
        """Have the worker look again."""
        with self._changed:
            self._changed.notify_all()

    # --- the worker thread ---------------------------------------------------------------------------

    def _work(self) -> None:
        while True:
            with self._changed:
                job = self._next()
                news, self._news = self._news, False
                if job is None and not news:
                    self._manager.idle()
                    pause = None if self._jobs else self._prewarmer.pause()
                    if pause != 0:
                        self._changed.wait(pause)
                        continue
            if news:
                self._tell()
                continue
            self._manager.busy()
            if job is not None:
                self._step(job)
            else:
                self._prewarmer.step(self._check_prewarming)

    def _check_prewarming(self) -> None:
        self._manager.alive()
        if self._jobs:
            raise Cancelled

    def _next(self) -> Job | None:
        """Return whose turn it is. Under the lock."""
        for job in [job for job in self._jobs if job.over and not job.working]:
            self._forget(job)
        able = [job for job in self._jobs if not job.working and job.has_room()]
        return min(able, key=_turn, default=None)

    def _forget(self, job: Job) -> None:
        self._jobs.remove(job)
        self._news = True
        if isinstance(job.items, Generator):
            job.items.close()
        job.items = None
        if job.cancelled_at is not None:
            self._statistics.count("cancelled")
            self._statistics.stopped(time.monotonic() - job.cancelled_at)
        if not self._jobs:
            self._model_manager.release()

    def _step(self, job: Job) -> None:
        """Render the next piece of a job."""
        job.working = True
        self._depth += 1
        try:
            if job.items is None:
                job.items = self._model_manager.synthesizer_in_use().speak(
                    job.utterance, job.voice, job.language, self._check_of(job)
                )
            item = next(job.items, None)
            if item is None:
                job.end(Ended("finished"))
                self._statistics.count("finished")
                self._prewarmer.spoken(job.utterance, job.voice, job.language)
                return
            if isinstance(item, Audio):
                if job.played_out is None:
                    self._statistics.first_sound(time.monotonic() - job.begun)
                elif time.monotonic() > job.played_out:
                    self._statistics.count("underruns")
            job.put(item)
        except Cancelled:
            pass  # the listener knows: it asked for it
        except (KokoroSpeechdError, MemoryError) as error:
            _log.warning("an utterance failed: %s", type(error).__name__)
            self._fail(job, str(error) or type(error).__name__)
        except Exception as error:  # noqa: BLE001 - see below
            # The edge of the engine: whatever a library raised, the listener is told and the worker goes on.
            _log.error("an utterance failed:\n%s", places_of(error))
            self._fail(job, "an internal error, see the log")
        finally:
            self._depth -= 1
            job.working = False
            with self._changed:
                if job.over and job in self._jobs:
                    self._forget(job)

    def _fail(self, job: Job, reason: str) -> None:
        self._statistics.count("failed")
        job.end(Ended("failed", reason))

    def _check_of(self, job: Job) -> Callable[[], None]:
        def check() -> None:
            self._manager.alive()
            if job.over:
                raise Cancelled
            mine = threading.current_thread() is self._worker  # and not one of the model's own
            if mine and self._depth == 1 and not job.interactive:
                self._let_others_first(job)

        return check

    def _let_others_first(self, job: Job) -> None:
        """Render, in the midst of a job, what is more urgent."""
        while not job.over:
            with self._changed:
                other = self._next()
                if other is None or not _goes_before(other, job):
                    return
            self._step(other)


def _turn(job: Job) -> tuple[int, float, int]:
    """Return the key of whose turn it is: the smallest."""
    if job.interactive:
        return 0, 0.0, -job.number
    if job.polite:
        return 1, max(job.played_out or 0.0, time.monotonic()) + _COMFORT, -job.number
    return 1, job.played_out or 0.0, -job.number


def _goes_before(other: Job, job: Job) -> bool:
    """Return whether a job may be interrupted by another one."""
    if other.interactive:
        return True
    if other.polite:
        return False  # not in the midst of another's, where nobody could interrupt it
    if job.polite:
        return _turn(other) < _turn(job)
    buffered_seconds = (job.played_out or 0.0) - time.monotonic()
    return other.played_out is None and buffered_seconds > _COMFORT


class LocalEngine:
    """The speaker as an engine for those who speak in this process; see `fallback.SpeechEngine`."""

    def __init__(self, scheduler: Scheduler, model_manager: ModelManager, *, polite: bool = False) -> None:
        self._client = scheduler.client(polite=polite)
        self._model_manager = model_manager

    def speak(self, request: SpeechRequest, voice: str, language: str) -> Generator[Item, None, None]:
        """Yield audio and marks until the end, or until it is over. Raises EngineError."""
        job = self._client.speak(request.utterance, voice, language)
        request.when_over(job.cancel)
        try:
            while True:
                item = job.take()
                if isinstance(item, Ended):
                    if item.how == "failed":
                        raise EngineError(item.reason)
                    return
                if item is not None:
                    yield item
        finally:
            job.cancel()

    def wait_until_loaded(self, request: SpeechRequest) -> None:
        """Wait while the model is loaded, or until it is over."""
        self._model_manager.wait_until_loaded(request)

    def retry(self) -> None:
        """Look again for a model that was not there."""
        self._model_manager.retry()
