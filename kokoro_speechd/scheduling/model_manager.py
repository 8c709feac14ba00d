# SPDX-License-Identifier: GPL-3.0-or-later
"""When the model is in memory: loaded in the background, given back when nobody needs it.

States: unloaded → loading → ready, or unavailable with a reason for people. A reload keeps the old model
speaking until the new one is ready.
"""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kokoro_speechd.errors import EngineError, KokoroSpeechdError, places_of, sentence_of
from kokoro_speechd.rendering.installed_model import sight_of_model
from kokoro_speechd.scheduling.model_state import ModelState
from kokoro_speechd.scheduling.statistics import ServiceStatistics
from kokoro_speechd.settings import Settings
from kokoro_speechd.system import memory

if TYPE_CHECKING:
    from kokoro_speechd.rendering.request import SpeechRequest
    from kokoro_speechd.rendering.synthesizer import Synthesizer

_log = logging.getLogger(__name__)

_RETRY_PAUSE = 5.0  # seconds between two looks for a model that was not there
_REST = 1.0  # seconds without work after which memory is given back
_NO_THREAD = "no thread can be had to load the model"
_AN_INTERNAL_ERROR = "an internal error, see the log"


class ModelManager:
    """The synthesizer, and who may have it."""

    def __init__(self, settings: Settings, statistics: ServiceStatistics) -> None:
        self.settings = settings
        self._statistics = statistics
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._synthesizer: Synthesizer | None = None
        self._state = ModelState.UNLOADED
        self._reason = ""
        self._entered = 0  # how often a state was entered
        self._loading = False
        self._wanted: Settings | None = None  # what the loader loads next
        self._held = False
        self._timer: threading.Timer | None = None
        self._tried = 0.0
        self._seen: tuple[int, int] | None = None  # the file of the model that was tried last
        self._on_change: list[Callable[[], None]] = []

    def on_change(self, callback: Callable[[], None]) -> None:
        """Have `callback` called, from any thread, whenever a state was entered, the same one again included.

        A model that is taken over from another, with other settings, is ready again.
        """
        self._on_change.append(callback)

    @property
    def state(self) -> ModelState:
        """What there is of the model now."""
        return self._state

    @property
    def reason(self) -> str:
        """Why it is unavailable, in a sentence for people."""
        return self._reason

    @property
    def device(self) -> str:
        """What renders, or would by the settings where there is no model yet."""
        synthesizer = self._synthesizer
        return self.settings.device if synthesizer is None else synthesizer.device

    def synthesizer_in_use(self) -> Synthesizer:
        """Return the synthesizer. Raises EngineError where there is none now."""
        synthesizer = self._synthesizer
        if synthesizer is None:
            raise EngineError(self._why_not())
        return synthesizer

    def require(self) -> None:
        """Make sure that there is a model. Raises EngineError when there is none now; then it is loaded."""
        if self._synthesizer is None:
            if self._state is ModelState.UNLOADED:
                self.load()
            raise EngineError(self._why_not())

    def wait_until_loaded(self, request: SpeechRequest) -> None:
        """Wait while the model is loaded, or until the request is over; begin to load it if need be."""
        self.retry()
        request.when_over(self._wake)
        with self._changed:
            self._changed.wait_for(lambda: self._state is not ModelState.LOADING or request.over.is_set())

    def load(self) -> None:
        """Load the model in the background unless it is there. Returns at once."""
        if self._synthesizer is None:
            self._start_loading(self.settings)

    def retry(self) -> None:
        """Load a model that was not asked for, or look again for one that was not there.

        A folder that has come back counts at once; for any other cause it is too early just after a try.
        """
        gone = self._state is ModelState.UNAVAILABLE and self._may_have_changed()
        if gone or self._state is ModelState.UNLOADED:
            self.load()

    def _may_have_changed(self) -> bool:
        just_now = time.monotonic() - self._tried < _RETRY_PAUSE
        return not just_now or sight_of_model(self.settings) != self._seen

    def reload(self, settings: Settings) -> None:
        """Take new settings over; a model in use speaks on until the new one is ready."""
        self.settings = settings
        if self._loading or self._state in (ModelState.READY, ModelState.UNAVAILABLE):
            self._start_loading(settings)

    def unload(self) -> None:
        """Give the memory back. What is being spoken is spoken to its end."""
        with self._stepping():
            if self._synthesizer is None:
                return
            self._synthesizer = None
            self._enter(ModelState.LOADING if self._loading else ModelState.UNLOADED)
        memory.settle()

    def hold(self) -> None:
        """Say that there is work: the model stays."""
        with self._lock:
            self._held = True
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

    def release(self) -> None:
        """Say that there is no work: after the time in the settings the model goes."""
        with self._lock:
            self._held = False
            self._set_timer(_REST, self._rest)

    def _set_timer(self, seconds: float, action: Callable[[], None]) -> None:
        """Have something done once, unless there is work before. Under the lock."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(seconds, action)
        self._timer.daemon = True
        self._timer.start()

    def _rest(self) -> None:
        """After a moment without work: give back what the last of it needed, and see to the model's end."""
        memory.give_back()
        with self._lock:
            if not self._held and self._synthesizer is not None and self.settings.unload_after_min > 0:
                self._set_timer(60 * self.settings.unload_after_min, self.unload)

    # --- the loading thread --------------------------------------------------------------------------

    def _start_loading(self, settings: Settings) -> None:
        with self._stepping():
            self._wanted = settings
            if self._loading:
                return  # it will see it
            self._loading = True
            if self._synthesizer is None:
                self._enter(ModelState.LOADING)
        try:
            threading.Thread(target=self._load, name="loader", daemon=True).start()
        except RuntimeError:  # the next message tries again
            self._tried = time.monotonic()
            with self._stepping():
                self._loading, self._wanted = False, None
                if self._synthesizer is None:
                    self._enter(ModelState.UNAVAILABLE, _NO_THREAD)

    def _load(self) -> None:
        more = True
        while more:
            with self._lock:
                settings, self._wanted = self._wanted, None
            assert settings is not None  # noqa: S101 - the loader is started with some
            self._seen = sight_of_model(settings)
            synthesizer, reason = _open(settings, self._statistics)
            self._tried = time.monotonic()
            with self._stepping():
                # In one step with the state: who unloads the model now must not believe that one comes.
                more = self._loading = self._wanted is not None
                if synthesizer is not None:
                    self._synthesizer = synthesizer
                    self._statistics.count("model_loads")
                # Else a model in use goes on: a mistake in the settings must not silence anyone.
                if self._synthesizer is not None:
                    self._enter(ModelState.READY)
                else:
                    self._enter(ModelState.UNAVAILABLE, reason)
            del synthesizer
            if not self._held:
                self.release()

    # -------------------------------------------------------------------------------------------------

    @contextmanager
    def _stepping(self) -> Iterator[None]:
        """Hold the lock; when it is let go, tell the listeners of a state that was entered.

        They ask for all sorts of things and must not be called under it.
        """
        with self._changed:
            before = self._entered
            yield
            entered = self._entered != before
        if entered:
            for callback in self._on_change:
                callback()

    def _enter(self, state: ModelState, reason: str = "") -> None:
        """Enter a state and wake who waits for it; within `_stepping`, which tells the listeners."""
        self._state, self._reason = state, reason
        self._entered += 1
        self._changed.notify_all()

    def _why_not(self) -> str:
        return self._reason or "the model is loading"

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()


def _open(settings: Settings, statistics: ServiceStatistics) -> tuple[Synthesizer | None, str]:
    """Return a synthesizer, or None and why not."""
    gc.disable()  # it would look through half a million new objects again and again
    try:
        from kokoro_speechd.synthesis.light_torch import import_torch

        import_torch()
        from kokoro_speechd.rendering.synthesizer import open_synthesizer

        return open_synthesizer(settings, statistics.count), ""
    except (KokoroSpeechdError, ImportError, MemoryError) as error:
        reason = sentence_of(error)
        _log.warning("the model cannot be used: %s", reason)
    except Exception as error:  # noqa: BLE001 - see below
        # The edge of the engine: whatever a library raised, espeak-ng speaks and the log says where it was.
        _log.error("the model could not be loaded:\n%s", places_of(error))
        reason = _AN_INTERNAL_ERROR
    finally:
        gc.enable()
        memory.settle()
    return None, reason
