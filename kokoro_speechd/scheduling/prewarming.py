# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done while nothing is spoken: the voice in use is learned, then sounds are made ahead.

These are letters, digits and keys, in the way they are asked for now.

"Now" is what most of the latest utterances had: a capital letter's pitch must not start this over. Each
phrase is followed by a rest as long as it took, so that a laptop's other programs, and its battery, hardly
notice. Once everything is made no timer is set any more until somebody speaks.
"""

from __future__ import annotations

import logging
import time
import weakref
from collections import Counter, deque
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from kokoro_speechd.errors import Cancelled, KokoroSpeechdError, places_of
from kokoro_speechd.scheduling.model_manager import ModelManager
from kokoro_speechd.scheduling.model_state import ModelState
from kokoro_speechd.utterance import Parameters, Utterance

if TYPE_CHECKING:
    from kokoro_speechd.rendering.synthesizer import Synthesizer

_log = logging.getLogger(__name__)

_QUIET = 3.0  # seconds without an utterance before the first is made
_LATEST = 15  # utterances that decide what is in use

VoiceSettings = tuple[str, str, Parameters]  # voice, language, and what shapes the sound


class Prewarmer:
    """What is still to be made ahead. For the worker's thread, which makes it."""

    def __init__(self, model_manager: ModelManager) -> None:
        self._model_manager = model_manager
        self._latest: deque[VoiceSettings] = deque(maxlen=_LATEST)
        self._begun: tuple[weakref.ref[Synthesizer], VoiceSettings] | None = None
        self._making: Iterator[None] | None = None
        self._next = 0.0

    def spoken(self, utterance: Utterance, voice: str, language: str) -> None:
        """Take note of an utterance that was wholly rendered."""
        asked = utterance.parameters
        shape = Parameters(rate=asked.rate, pitch=asked.pitch, pitch_range=asked.pitch_range)
        self._latest.append((voice, language, shape))
        self._next = time.monotonic() + _QUIET

    def pause(self) -> float | None:
        """Return in how many seconds `step` should be called if nothing happens; None: never."""
        settings = self._model_manager.settings
        wanted = settings.warm and (settings.memory_mb or settings.disk_mb)
        if self._model_manager.state is not ModelState.READY and self._making is not None:
            self._making = None  # it holds on to the model
            self._model_manager.release()
        if not (wanted and self._latest and self._model_manager.state is ModelState.READY):
            return None
        if self._making is None and self._begun == self._wanted():
            return None
        return max(0.0, self._next - time.monotonic())

    def step(self, check: Callable[[], None]) -> None:
        """Make one sound; `check` raises Cancelled when there is something better to do."""
        began = time.monotonic()
        try:
            if self._making is None or self._begun != self._wanted():
                self._begin(check)
            if self._making is not None and next(self._making, self) is self:
                self._end()
        except Cancelled:
            # Begun again later: what is kept costs next to nothing then.
            self._making = self._begun = None
            self._next = began + _QUIET
            return
        except (KokoroSpeechdError, MemoryError) as error:
            _log.warning("sounds could not be made ahead: %s", type(error).__name__)
            self._end()  # not tried again in this attributes
        except Exception as error:  # noqa: BLE001 - as in `Scheduler`: whatever a library raised, speech goes on
            _log.error("sounds could not be made ahead:\n%s", places_of(error))
            self._end()
        self._next = 2 * time.monotonic() - began

    def _begin(self, check: Callable[[], None]) -> None:
        self._model_manager.hold()
        self._begun = synthesizer, voice_settings = self._wanted()
        if (model := synthesizer()) is not None:
            voice, language, _ = voice_settings
            self._making = chain(model.learn(voice, language, check), model.prepare(*voice_settings, check))

    def _end(self) -> None:
        self._making = None
        self._model_manager.release()

    def _wanted(self) -> tuple[weakref.ref[Synthesizer], VoiceSettings]:
        """Return what is in use. Raises EngineError where there is no model now."""
        (voice_settings, _), *_ = Counter(self._latest).most_common(1)
        return weakref.ref(self._model_manager.synthesizer_in_use()), voice_settings
