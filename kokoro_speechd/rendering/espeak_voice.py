# SPDX-License-Identifier: GPL-3.0-or-later
"""The voice that is always there: espeak-ng, in this process, marks included.

It speaks while the model loads, where there is none, for languages Kokoro lacks, and when the engine dies.
"""

from __future__ import annotations

import array
from collections.abc import Iterator, Sequence
from functools import partial

from kokoro_speechd.audio import ssip_scales
from kokoro_speechd.espeak import Espeak, EspeakMark
from kokoro_speechd.pronunciations.files import user_pronunciations
from kokoro_speechd.rendering.capital_sound import CapitalSink
from kokoro_speechd.rendering.espeak_ssml import Base, to_espeak_ssml
from kokoro_speechd.text.detection.sentences import tell_languages
from kokoro_speechd.text.language_tags import normalise
from kokoro_speechd.text.naming.modes import modes_of, script_of_name
from kokoro_speechd.text.script import Script
from kokoro_speechd.text.ssml import parser
from kokoro_speechd.utterance import Kind, Sink, Utterance
from kokoro_speechd.voices.levels import espeak_gain

_SILENCE = 50  # of 32767: espeak-ng's own silence is below
_PIECE = 600  # characters: some 40 seconds of sound, computed in as many milliseconds
_STOPS = (". ", "! ", "? ", "\n")
_PAUSE = 0.3  # seconds between two pieces, as espeak-ng has it between sentences


def speak(
    utterance: Utterance,
    script: Script,
    language: str,
    sink: Sink,
    *,
    start: int = 0,
    variant: str | None = None,
    fastest: float = ssip_scales.FASTEST,
    even: bool = True,
) -> None:
    """Speak the script from its character `start` on, with the marks it still has.

    `fastest`: how many times the normal pace the rate 100 is; `even`: it is as loud as the other voices.
    Blocks until everything went to the sink or the sink wants no more. Raises EspeakError.
    """
    parameters = utterance.parameters
    modes = modes_of(utterance)
    sample_rate = Espeak.shared().sample_rate
    tag = normalise(language) or language
    base = Base(
        tag,
        variant,
        ssip_scales.pitch_to_espeak(parameters.pitch),
        ssip_scales.range_to_espeak(parameters.pitch_range),
        ssip_scales.volume_to_espeak(parameters.volume, espeak_gain(variant, tag) if even else 1.0),
        ssip_scales.rate_to_speed(parameters.rate, fastest),
        partial(user_pronunciations().respell, language=language),
    )
    document, names = to_espeak_ssml(modes.with_capital_sounds(script), start, base, modes)
    delivery = _Delivery(CapitalSink(sink, sample_rate, parameters.volume), names, sample_rate)
    Espeak.shared().synthesize(
        document,
        language,
        wpm=ssip_scales.rate_to_wpm(parameters.rate, fastest),
        pitch=base.pitch,
        pitch_range=base.pitch_range,
        volume=base.volume,
        ssml=True,
        tell_capitals=modes.espeak_tells_capitals(language),
        variant=variant,
        on_audio=delivery.take,
    )
    delivery.finish()


def speak_in_pieces(
    utterance: Utterance,
    script: Script,
    language: str,
    sink: Sink,
    *,
    start: int = 0,
    variant: str | None = None,
    fastest: float = ssip_scales.FASTEST,
    even: bool = True,
) -> None:
    """Speak like `speak`, but hold espeak-ng only while it computes, never while the sink waits.

    For a process in which others need espeak-ng meanwhile. Raises EspeakError.
    """
    for store in rendered(
        utterance, script, language, start=start, variant=variant, fastest=fastest, even=even
    ):
        if not store.deliver(sink):
            return


def rendered(
    utterance: Utterance,
    script: Script,
    language: str,
    *,
    start: int = 0,
    variant: str | None = None,
    fastest: float = ssip_scales.FASTEST,
    even: bool = True,
) -> Iterator[RenderedClause]:
    """Yield what `speak` would hand to a sink, in pieces of some 40 seconds of sound. Raises EspeakError."""
    for begin, end in _pieces(script.text, start):
        store = RenderedClause(begin)
        last = end == len(script.text)
        piece = script if last else script.until(end)
        speak(utterance, piece, language, store, start=begin, variant=variant, fastest=fastest, even=even)
        if not last:
            store.audio(bytes(2 * int(_PAUSE * Espeak.shared().sample_rate)), Espeak.shared().sample_rate)
        yield store


def _pieces(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Yield the places of pieces of at most _PIECE characters, cut behind sentences or at least words."""
    while True:
        end = start + _PIECE
        if end >= len(text):
            yield start, len(text)
            return
        piece = text[start:end]
        cut = max(piece.rfind(stop) for stop in _STOPS) + 1 or piece.rfind(" ") + 1 or len(piece)
        yield start, start + cut
        start += cut


class RenderedClause:
    """Keeps what a sink was to get: samples with their rate, and names of marks.

    `offset` is the script's character where it begins.
    """

    def __init__(self, offset: int) -> None:
        self.offset = offset
        self.items: list[tuple[bytes, int] | str] = []

    def audio(self, samples: bytes, sample_rate: int) -> bool:
        """Keep samples."""
        self.items.append((samples, sample_rate))
        return True

    def mark(self, name: str) -> bool:
        """Keep a mark."""
        self.items.append(name)
        return True

    def deliver(self, sink: Sink) -> bool:
        """Hand everything on; return False when the sink wants no more."""
        return all(sink.mark(item) if isinstance(item, str) else sink.audio(*item) for item in self.items)


def script_for_espeak(utterance: Utterance, language: str, *, writing: bool) -> Script:
    """Return what espeak-ng reads for an utterance.

    `writing`: text in other writing systems is in languages of theirs.
    """
    if utterance.kind is Kind.TEXT:
        return tell_languages(parser.scan(utterance.text), language, writing=writing)
    return script_of_name(utterance)


class _Delivery:
    """Cuts espeak-ng's chunks at its marks, and sees to it that every mark is delivered once, in order.

    espeak-ng ends with a third of a second of silence, which would keep the next message waiting. So silence
    is held back, with the marks in it, until sound follows; what is left of it at the end is dropped.
    """

    def __init__(self, sink: Sink, names: Sequence[str], sample_rate: int) -> None:
        self._sink = sink
        self._names = names
        self._rate = sample_rate
        self._counted = 0  # marks taken
        self._position = 0  # samples taken
        self._held: list[bytes | str] = []  # silence and the names of the marks in it
        self._wanted = True

    def take(self, samples: bytes, marks: Sequence[EspeakMark]) -> bool:
        """Take one chunk with the marks in it; return whether more is wanted."""
        begin = self._position
        for mark in marks:
            self._audio(samples[2 * (self._position - begin) : max(0, 2 * (mark.sample - begin))])
            self._marks_until(int(mark.name) + 1)
        self._audio(samples[2 * (self._position - begin) :])
        return self._wanted

    def finish(self) -> None:
        """Deliver the marks that are left; espeak-ng does not report those behind its last word."""
        self._marks_until(len(self._names))
        self._held = [held for held in self._held if isinstance(held, str)]
        self._release()

    def _audio(self, samples: bytes) -> None:
        self._position += len(samples) // 2
        end = _end_of_sound(samples)
        if end:
            self._release()
            if self._wanted:
                self._wanted = self._sink.audio(samples[:end], self._rate)
        if samples[end:]:
            self._held.append(samples[end:])

    def _marks_until(self, end: int) -> None:
        self._held += self._names[self._counted : end]
        self._counted = max(self._counted, end)
        if not any(isinstance(held, bytes) for held in self._held):
            self._release()

    def _release(self) -> None:
        for held in self._held:
            if self._wanted and isinstance(held, str):
                self._wanted = self._sink.mark(held)
            elif self._wanted and isinstance(held, bytes):
                self._wanted = self._sink.audio(held, self._rate)
        self._held.clear()


def _end_of_sound(samples: bytes) -> int:
    """Return the number of bytes up to and with the last sample that can be heard."""
    heard = array.array("h", samples)
    for index in range(len(heard) - 1, -1, -1):
        if abs(heard[index]) > _SILENCE:
            return 2 * (index + 1)
    return 0
