# SPDX-License-Identifier: GPL-3.0-or-later
"""Speaks one utterance into a sink: in Kokoro's voice where that can be had, else with espeak-ng.

Whatever becomes of the engine in the middle of an utterance, espeak-ng goes on with what is left of it. Both
edges speak like this: the output module with the engine behind a socket, the daemon's own player with the
engine beside it.
"""

from __future__ import annotations

import logging
from collections.abc import Generator
from dataclasses import replace
from typing import Protocol

from kokoro_speechd.audio.format import SAMPLE_RATE
from kokoro_speechd.audio.ssip_scales import SEMITONES
from kokoro_speechd.errors import EngineError, EspeakError, MessageError
from kokoro_speechd.rendering.request import SpeakOptions, SpeechRequest
from kokoro_speechd.utterance import Item, Kind, MarkReached, Sink, Utterance
from kokoro_speechd.voices.selection import Choice

_log = logging.getLogger(__name__)


class SpeechEngine(Protocol):
    """Makes Kokoro's sound, here or in another process."""

    def speak(self, request: SpeechRequest, voice: str, language: str) -> Generator[Item, None, None]:
        """Yield audio and marks until the end, or until it is over. Raises EngineError."""

    def wait_until_loaded(self, request: SpeechRequest) -> None:
        """Wait while the model is loaded, or until it is over."""

    def retry(self) -> None:
        """Look again for a model that was not there."""


class _Watch:
    """Passes everything to a sink and notes how far it came."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.heard = False
        self.marks = 0
        self.offset = 0  # the script's character where the phrase begins that is heard now

    def audio(self, samples: bytes, sample_rate: int) -> bool:
        self.heard = True
        return self._sink.audio(samples, sample_rate)

    def mark(self, name: str) -> bool:
        self.marks += 1
        return self._sink.mark(name)


def _raised(utterance: Utterance, semitones: float) -> Utterance:
    """Return an utterance that is spoken higher, or lower."""
    pitch = max(-100, min(100, utterance.parameters.pitch + round(semitones * 100 / SEMITONES)))
    return (
        replace(utterance, parameters=replace(utterance.parameters, pitch=pitch)) if semitones else utterance
    )


class FallbackSpeaker:
    """Speaks with an engine and its stand-in. For one thread."""

    def __init__(self, engine: SpeechEngine, *, share_espeak: bool = False) -> None:
        """`share_espeak`: others in this process need espeak-ng while the sink waits."""
        self._engine = engine
        self._share_espeak = share_espeak
        # The reason last logged for speaking with espeak-ng; None once Kokoro spoke.
        self._told: str | None = ""

    def speak(
        self,
        request: SpeechRequest,
        choice: Choice,
        sink: Sink,
        options: SpeakOptions,
        *,
        bridge_loading: bool = True,
    ) -> bool:
        """Speak; return whether all of it went to the sink, or the sink or listener wanted no more.

        Without espeak-ng an utterance for a Kokoro voice is silent where Kokoro fails; it waits for the
        model, and so it does without `bridge_loading`.
        """
        request = request.with_utterance(options.loud_enough(request.utterance))
        if request.utterance.kind is Kind.ICON and self._play_icon(request.utterance, sink):
            return True
        watch = _Watch(sink)
        if choice.voice is not None:
            if not (options.use_espeak and bridge_loading):
                self._engine.wait_until_loaded(request)
            raised = request.with_utterance(_raised(request.utterance, choice.raised))
            try:
                self._speak_with_kokoro(raised, choice, watch)
            except (EngineError, MessageError) as error:
                self._tell(str(error))
                self._engine.retry()
            else:
                return True
        if options.use_espeak or choice.voice is None:
            return self._speak_with_espeak(request, choice, watch, options)
        return False

    def _play_icon(self, utterance: Utterance, sink: Sink) -> bool:
        """Play the file of a sound icon; return False where its name must be spoken instead."""
        from kokoro_speechd.rendering.sound_icons import sound_icon

        sound = sound_icon(utterance.text, utterance.parameters.volume)
        if sound is not None:
            sink.audio(sound.samples, sound.sample_rate)
        return sound is not None

    def _speak_with_kokoro(self, request: SpeechRequest, choice: Choice, watch: _Watch) -> None:
        assert choice.voice is not None  # noqa: S101 - the caller's case
        items = self._engine.speak(request, choice.voice.name, choice.language)
        for item in items:
            if isinstance(item, MarkReached):
                wanted = watch.mark(item.name)
            else:
                watch.offset = max(watch.offset, item.offset)
                wanted = watch.audio(item.samples, SAMPLE_RATE)
            if not wanted:
                items.close()
                return
        if self._told is not None:
            self._told = None
            _log.info("Kokoro speaks")

    def _speak_with_espeak(
        self, request: SpeechRequest, choice: Choice, watch: _Watch, options: SpeakOptions
    ) -> bool:
        """Speak what was not heard yet, leaving out the marks that were reached already."""
        from kokoro_speechd.rendering import espeak_voice

        utterance = request.utterance
        script = espeak_voice.script_for_espeak(utterance, choice.language, writing=options.writing)
        start = watch.offset
        if watch.marks and watch.marks <= len(script.marks):
            start = max(start, script.marks[watch.marks - 1].offset)
        speak = espeak_voice.speak_in_pieces if self._share_espeak else espeak_voice.speak
        try:
            speak(
                utterance,
                replace(script, marks=script.marks[watch.marks :]),
                choice.language,
                watch,
                start=start if watch.heard or watch.marks else 0,
                variant=choice.espeak_variant,
                fastest=options.fastest,
                even=options.even,
            )
        except EspeakError as error:
            _log.error("espeak-ng cannot speak: %s", error)
            return False
        return True

    def _tell(self, reason: str) -> None:
        """Log why espeak-ng speaks, once for each reason in a row."""
        if reason != self._told:
            self._told = reason
            _log.warning("espeak-ng speaks instead of Kokoro: %s", reason)
