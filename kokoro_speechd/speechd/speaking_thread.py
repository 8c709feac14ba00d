# SPDX-License-Identifier: GPL-3.0-or-later
"""The performing thread: speaks one message after another at the listener's pace.

Whatever goes wrong with a message, it ends it.
"""

from __future__ import annotations

import logging
import threading
import time

from kokoro_speechd.audio.resampling import resample
from kokoro_speechd.errors import EspeakError, places_of
from kokoro_speechd.rendering.fallback import Engine, Performer
from kokoro_speechd.rendering.request import Performance
from kokoro_speechd.speechd.haste import Haste
from kokoro_speechd.speechd.pacing import Pacer, blocks
from kokoro_speechd.speechd.session import Session
from kokoro_speechd.speechd.voice_list import VoiceBook

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

    @property
    def heard(self) -> bool:
        """Whether there was any sound."""
        return self._rate is not None

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
        return not self._performance.over.is_set()

    def mark(self, name: str) -> bool:
        """Write an index mark; return False when the message is over."""
        return self._session.mark(self._performance, name)


class PerformingThread:
    """The thread that speaks."""

    def __init__(
        self,
        session: Session,
        engine: Engine,
        voices: VoiceBook,
        *,
        lead: float,
        haste: Haste,
    ) -> None:
        """`lead`: seconds of sound that are written ahead."""
        self._session = session
        self._performer = Performer(engine)
        self._voices = voices
        self._lead = lead
        self._haste = haste

    def start(self) -> None:
        """Start the thread."""
        threading.Thread(target=self._run, name="performer", daemon=True).start()

    def _run(self) -> None:
        _prepare_espeak()
        while True:
            performance = self._session.next_performance()
            performance.patience = self._haste.patience if self._voices.options.use_espeak else None
            sink, begun = PacedSink(self._session, performance, self._lead), time.monotonic()
            try:
                self._performer.perform(
                    performance,
                    self._voices.choose(performance.utterance.parameters),
                    sink,
                    self._voices.options,
                )
            except Exception as error:  # noqa: BLE001 - see below
                # The edge of the protocol: a listener waits for the end of this message, so it gets one.
                _log.error("a message failed:\n%s", places_of(error))
            self._haste.ended(
                stopped=performance.over.is_set(), heard=sink.heard, after=time.monotonic() - begun
            )
            self._session.finish(performance)


def _prepare_espeak() -> None:
    """Start espeak-ng's binding: the answer to INIT need not wait for it, but the first word must not."""
    from kokoro_speechd.espeak import Espeak

    try:
        Espeak.shared()
    except EspeakError as error:
        _log.warning("espeak-ng cannot speak: %s", error)
