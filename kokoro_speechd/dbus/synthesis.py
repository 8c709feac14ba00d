# SPDX-License-Identifier: GPL-3.0-or-later
"""A text's sound into a file descriptor, as WAV or as samples alone."""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from kokoro_speechd.audio.format import SAMPLE_RATE
from kokoro_speechd.audio.resampling import resample
from kokoro_speechd.audio.wav import WavWriter
from kokoro_speechd.dbus import ERRORS
from kokoro_speechd.errors import NamedError, places_of
from kokoro_speechd.rendering.fallback import FallbackSpeaker, SpeechEngine
from kokoro_speechd.rendering.request import SpeakOptions, SpeechRequest

if TYPE_CHECKING:
    from kokoro_speechd.voices.selection import Choice

_log = logging.getLogger(__name__)


class _FileSink:
    """Writes everything at SAMPLE_RATE; marks are not part of a file, but told with their second in it."""

    def __init__(
        self,
        file: io.BufferedWriter,
        request: SpeechRequest,
        on_mark: Callable[[str, float], None],
        *,
        raw: bool,
    ) -> None:
        self._file = file
        self._on_mark = on_mark
        self._samples = 0
        self._request = request
        self._wav = None if raw else WavWriter(file, SAMPLE_RATE)

    def audio(self, samples: bytes, sample_rate: int) -> bool:
        samples = resample(samples, sample_rate, SAMPLE_RATE)
        (self._wav or self._file).write(samples)
        self._samples += len(samples) // 2
        return not self._request.over.is_set()

    def mark(self, name: str) -> bool:
        self._on_mark(name, self._samples / SAMPLE_RATE)
        return not self._request.over.is_set()

    def finish(self) -> None:
        if self._wav is not None:
            self._wav.finish()
        self._file.flush()


def synthesize(
    request: SpeechRequest,
    choice: Choice,
    engine: SpeechEngine,
    descriptor: int,
    options: SpeakOptions,
    *,
    raw: bool,
    on_mark: Callable[[str, float], None] = lambda _name, _seconds: None,
) -> NamedError | None:
    """Write an utterance and close the descriptor; return what went wrong.

    `on_mark` gets the name of each mark and its second in the sound.

    While the model loads it is waited for: a file is no conversation.
    """
    try:
        with os.fdopen(descriptor, "wb") as file:
            sink = _FileSink(file, request, on_mark, raw=raw)
            fallback_speaker = FallbackSpeaker(engine, share_espeak=True)
            whole = fallback_speaker.speak(request, choice, sink, options, bridge_loading=False)
            sink.finish()
    except OSError as error:
        return NamedError(ERRORS + "Closed", f"the file cannot be written: {error.strerror}")
    except Exception as error:  # noqa: BLE001 - see below
        # The edge: the caller waits for an answer.
        _log.error("a synthesis failed:\n%s", places_of(error))
        return NamedError(ERRORS + "Internal", "an internal error; the log says where")
    if request.over.is_set():
        return NamedError(ERRORS + "Stopped", "the daemon ends")
    return None if whole else NamedError(ERRORS + "NotReady", "nothing here could speak it; the log says why")
