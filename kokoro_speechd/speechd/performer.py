# SPDX-License-Identifier: GPL-3.0-or-later
"""Speaks one message after another: in Kokoro's voice where that can be had, else with espeak-ng.

The performing thread lives here. Whatever goes wrong with a message, it ends it.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import replace

from kokoro_speechd.audio.resampling import resample
from kokoro_speechd.errors import EngineError, EspeakError, FrameError, places_of
from kokoro_speechd.frames import SAMPLE_RATE
from kokoro_speechd.speechd.engine_client import EngineClient
from kokoro_speechd.speechd.pacing import Pacer, blocks
from kokoro_speechd.speechd.session import Performance, Session
from kokoro_speechd.speechd.voice_book import VoiceBook
from kokoro_speechd.voices.choice import Choice

_log = logging.getLogger(__name__)


class PacedSink:
    """Hands audio and marks of one message to the session, at the listener's pace.

    A message keeps the sample rate it began with, because the server opens the device for the first block;
    another voice that goes on with it is resampled.
    """

    def __init__(self, session: Session, performance: Performance, lead: float) -> None:
        self._session = session
        self._performance = performance
        self._pacer = Pacer(lead)
        self._rate: int | None = None
        self.marks = 0  # marks written so far
        self.heard = False  # whether any audio was written

    def audio(self, samples: bytes, sample_rate: int) -> bool:
        """Write samples when their time has come; return False when the message is over."""
        if self._rate is None:
            self._rate = sample_rate
        samples = resample(samples, sample_rate, self._rate)
        for block in blocks(samples, self._rate):
            if not self._pacer.wait(len(block) / 2 / self._rate, self._performance.over):
                return False
            if not self._session.audio(self._performance, block, self._rate):
                return False
            self.heard = True
        return not self._performance.over.is_set()

    def mark(self, name: str) -> bool:
        """Write an index mark; return False when the message is over."""
        self.marks += 1
        return self._session.mark(self._performance, name)


class Performer:
    """The thread that speaks."""

    def __init__(
        self, session: Session, engine: EngineClient, voices: VoiceBook, *, lead: float, use_espeak: bool
    ) -> None:
        self._session = session
        self._engine = engine
        self._voices = voices
        self._lead = lead
        self._use_espeak = use_espeak
        self._told: str | None = None  # the reason last logged for speaking with espeak-ng

    def start(self) -> None:
        """Start the performing thread."""
        threading.Thread(target=self._run, name="performer", daemon=True).start()

    def _run(self) -> None:
        _prepare_espeak()
        while True:
            performance = self._session.next_performance()
            try:
                self._perform(performance)
            except Exception as error:  # noqa: BLE001 - see below
                # The edge of the protocol: a listener waits for the end of this message, so it gets one.
                _log.error("a message failed:\n%s", places_of(error))
            self._session.finish(performance)

    def _perform(self, performance: Performance) -> None:
        sink = PacedSink(self._session, performance, self._lead)
        choice = self._voices.choose(performance.utterance.parameters)
        start = 0
        if choice.voice is not None:
            progress = _Progress()
            if not self._use_espeak:
                self._engine.wait_until_loaded(performance)
            try:
                self._speak_with_kokoro(performance, choice, sink, progress)
            except (EngineError, FrameError) as error:
                self._tell(str(error))
                self._engine.retry()
            else:
                return
            start = progress.offset
        if self._use_espeak or choice.voice is None:
            self._speak_with_espeak(performance, choice, sink, start)

    def _speak_with_kokoro(
        self, performance: Performance, choice: Choice, sink: PacedSink, progress: _Progress
    ) -> None:
        assert choice.voice is not None  # noqa: S101 - the caller's case
        frames = self._engine.speak(performance, choice.voice.name, choice.language)
        for frame in frames:
            if frame.type == "audio":
                progress.offset = max(progress.offset, frame.integer("offset"))
                wanted = sink.audio(frame.payload, SAMPLE_RATE)
            else:
                wanted = sink.mark(frame.string("name"))
            if not wanted:
                frames.close()
                return
        self._told = None

    def _speak_with_espeak(
        self, performance: Performance, choice: Choice, sink: PacedSink, start: int
    ) -> None:
        """Speak from the script's character `start` on, leaving out the marks that were reached already."""
        from kokoro_speechd import espeak_voice

        utterance = performance.utterance
        script = espeak_voice.script_for_espeak(utterance)
        marks = script.marks[sink.marks :]
        if sink.marks and sink.marks <= len(script.marks):
            start = max(start, script.marks[sink.marks - 1].offset)
        try:
            espeak_voice.speak(
                utterance,
                replace(script, marks=marks),
                choice.language,
                sink,
                start=start if sink.heard or sink.marks else 0,
                variant=choice.espeak_variant,
            )
        except EspeakError as error:
            _log.error("espeak-ng cannot speak: %s", error)

    def _tell(self, reason: str) -> None:
        """Log why espeak-ng speaks, once for each reason in a row."""
        if reason != self._told:
            self._told = reason
            _log.warning("espeak-ng speaks instead of Kokoro: %s", reason)


def _prepare_espeak() -> None:
    """Start espeak-ng's binding: the answer to INIT need not wait for it, but the first word must not."""
    from kokoro_speechd.espeak import Espeak

    try:
        Espeak.shared()
    except EspeakError as error:
        _log.warning("espeak-ng cannot speak: %s", error)


class _Progress:
    """How far into the script an utterance was heard."""

    offset: int = 0
