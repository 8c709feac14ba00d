# SPDX-License-Identifier: GPL-3.0-or-later
"""The voice that is always there: espeak-ng, in this process, marks included.

It speaks while the model loads, where there is none, for languages Kokoro lacks, and when the engine dies.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kokoro_speechd.audio import shaping
from kokoro_speechd.espeak import Espeak, EspeakMark
from kokoro_speechd.text import reading, ssml
from kokoro_speechd.text.script import Script
from kokoro_speechd.utterance import Kind, Utterance


class Sink(Protocol):
    """Where audio and marks of one utterance go. Each returns False when no more is wanted."""

    def audio(self, samples: bytes, sample_rate: int) -> bool:
        """Take int16 mono little endian samples."""

    def mark(self, name: str) -> bool:
        """Take an index mark, which belongs before the next sample."""


def speak(
    utterance: Utterance, script: Script, language: str, sink: Sink, *, start: int = 0, variant: str | None = None
) -> None:
    """Speak the script from its character `start` on, with the marks it still has.

    Blocks until everything went to the sink or the sink wants no more. Raises EspeakError.
    """
    parameters = utterance.parameters
    spelled = utterance.kind is Kind.CHAR and len(utterance.text) == 1
    document, names = ssml.to_espeak_ssml(script, start)
    delivery = _Delivery(sink, names, Espeak.shared().sample_rate)
    Espeak.shared().synthesize(
        utterance.text if spelled else document,
        language,
        wpm=shaping.rate_to_wpm(parameters.rate),
        pitch=shaping.pitch_to_espeak(parameters.pitch),
        pitch_range=shaping.range_to_espeak(parameters.pitch_range),
        volume=shaping.volume_to_espeak(parameters.volume),
        ssml=not spelled,
        spell=spelled,
        variant=variant,
        on_audio=delivery.take,
    )
    delivery.finish()


def script_for_espeak(utterance: Utterance) -> Script:
    """Return what espeak-ng reads for an utterance; it names single characters itself."""
    if utterance.kind is Kind.TEXT:
        return ssml.scan(utterance.text)
    return Script(utterance.text if utterance.kind is Kind.CHAR else reading.name_key(utterance.text))


class _Delivery:
    """Cuts espeak-ng's chunks at its marks, and sees to it that every mark is delivered once, in order."""

    def __init__(self, sink: Sink, names: Sequence[str], sample_rate: int) -> None:
        self._sink = sink
        self._names = names
        self._rate = sample_rate
        self._delivered = 0  # marks
        self._position = 0  # samples delivered so far
        self._wanted = True

    def take(self, samples: bytes, marks: Sequence[EspeakMark]) -> bool:
        """Deliver one chunk with the marks in it; return whether more is wanted."""
        first = self._position
        for mark in marks:
            cut = max(0, min(mark.sample - self._position, len(samples) // 2 - (self._position - first)))
            begin = 2 * (self._position - first)
            self._audio(samples[begin : begin + 2 * cut])
            self._marks_until(int(mark.name) + 1)
        self._audio(samples[2 * (self._position - first) :])
        return self._wanted

    def finish(self) -> None:
        """Deliver the marks espeak-ng did not report: those behind its last word."""
        self._marks_until(len(self._names))

    def _audio(self, samples: bytes) -> None:
        if samples and self._wanted:
            self._position += len(samples) // 2
            self._wanted = self._sink.audio(samples, self._rate)

    def _marks_until(self, end: int) -> None:
        while self._wanted and self._delivered < end:
            self._wanted = self._sink.mark(self._names[self._delivered])
            self._delivered += 1
