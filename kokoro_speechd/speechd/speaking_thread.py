# SPDX-License-Identifier: GPL-3.0-or-later
"""The speaking thread: speaks one message after another at the listener's pace.

Whatever goes wrong with a message, it ends it.
"""

from __future__ import annotations

import logging
import threading
import time

from kokoro_speechd.audio.resampling import resample_block
from kokoro_speechd.errors import EspeakError, places_of
from kokoro_speechd.rendering.fallback import FallbackSpeaker, SpeechEngine
from kokoro_speechd.rendering.request import SpeechRequest
from kokoro_speechd.speechd.hurry import Hurry
from kokoro_speechd.speechd.pacing import Pacer, blocks
from kokoro_speechd.speechd.session import Session
from kokoro_speechd.speechd.voice_list import VoiceList
from kokoro_speechd.utterance import Kind, Parameters, Utterance

_log = logging.getLogger(__name__)


class PacedSink:
    """Hands audio and marks of one message to the session, at the listener's pace.

    A message keeps the sample rate it began with, because the server opens the device for the first block;
    another voice that goes on with it is resampled.
    """

    def __init__(self, session: Session, request: SpeechRequest, lead: float) -> None:
        self._session = session
        self._request = request
        self._pacer = Pacer(lead)
        self._rate: int | None = None

    @property
    def heard(self) -> bool:
        """Whether there was any sound."""
        return self._rate is not None

    def audio(self, samples: bytes, sample_rate: int) -> bool:
        """Write samples when their time has come; return False when the message is over."""
        if self._rate is None:
            self._rate = sample_rate
        samples = resample_block(samples, sample_rate, self._rate)
        for block in blocks(samples, self._rate):
            if not self._pacer.wait(len(block) / 2 / self._rate, self._request.over):
                return False
            if not self._session.audio(self._request, block, self._rate):
                return False
        return not self._request.over.is_set()

    def mark(self, name: str) -> bool:
        """Write an index mark; return False when the message is over."""
        return self._session.mark(self._request, name)


class SpeakingThread:
    """The thread that speaks."""

    def __init__(
        self,
        session: Session,
        engine: SpeechEngine,
        voices: VoiceList,
        *,
        lead: float,
        hurry: Hurry,
    ) -> None:
        """`lead`: seconds of sound that are written ahead."""
        self._session = session
        self._fallback_speaker = FallbackSpeaker(engine)
        self._voices = voices
        self._lead = lead
        self._hurry = hurry

    def start(self) -> None:
        """Start the thread."""
        threading.Thread(target=self._run, name="speaker", daemon=True).start()

    def _run(self) -> None:
        try:
            prepare_espeak(self._voices)
        except Exception as error:  # noqa: BLE001 - whatever it was: without this thread nothing is ever heard
            _log.error("espeak-ng could not be made ready:\n%s", places_of(error))
        while True:
            request = self._session.next_request()
            request.patience = self._hurry.patience if self._voices.options.use_espeak else None
            sink, begun = PacedSink(self._session, request, self._lead), time.monotonic()
            try:
                self._fallback_speaker.speak(
                    request,
                    self._voices.choose(request.utterance.parameters),
                    sink,
                    self._voices.options,
                )
            except Exception as error:  # noqa: BLE001 - see below
                # The edge of the protocol: a listener waits for the end of this message, so it gets one.
                _log.error("a message failed:\n%s", places_of(error))
            self._hurry.ended(stopped=request.over.is_set(), heard=sink.heard, after=time.monotonic() - begun)
            self._session.finish(request)


def prepare_espeak(voices: VoiceList) -> None:
    """Speak a word with espeak-ng to nobody.

    The answer to INIT need not wait for what that imports and loads, but the first word must not. And where
    Kokoro spoke until now and fails, the machine is often so busy that importing takes a second.
    """
    from kokoro_speechd.rendering import espeak_voice

    language = voices.choose(Parameters()).language
    utterance = Utterance(0, Kind.TEXT, "<speak>a</speak>", Parameters())
    script = espeak_voice.script_for_espeak(utterance, language, writing=voices.options.writing)
    try:
        espeak_voice.speak(utterance, script, language, espeak_voice.RenderedClause(0))
    except EspeakError as error:
        _log.warning("espeak-ng cannot speak: %s", error)
