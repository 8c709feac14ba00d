# SPDX-License-Identifier: GPL-3.0-or-later
"""Text with its places: what every later step hands on so that marks find their sample."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Mark:
    """An index mark; `offset` counts characters of `Script.text` before it."""

    name: str
    offset: int


@dataclass(frozen=True, slots=True)
class Break:
    """Silence in the place of the white space at `offset`.

    `seconds` are what the document asked for; with `paced` they are those at the normal rate, and fewer at a
    faster one.
    """

    offset: int
    seconds: float
    paced: bool = False


@dataclass(frozen=True, slots=True)
class SpeechAttributes:
    """How text is spoken where it differs from the message as a whole.

    language     as the document has it ("de-AT"); None: the message's, as for the next two
    voice        "af_heart"
    voice_type   "female2"
    rate         factor on the message's rate
    pitch_hz     median F0 in Hz; None: the message's own
    semitones    on top of that
    shift_hz     on top of that
    melody       factor on the width of the melody
    gain         factor on the samples
    emphasis     "strong", "moderate", "reduced", or "" for none
    say_as       how the text is to be read, as the document has it in lower case; None: as text
    form         the details of `say_as` ("mdy", "hms12")
    ipa          phonemes to be spoken instead of the text; None: the text
    """

    language: str | None = None
    voice: str | None = None
    voice_type: str | None = None
    rate: float = 1.0
    pitch_hz: float | None = None
    semitones: float = 0.0
    shift_hz: float = 0.0
    melody: float = 1.0
    gain: float = 1.0
    emphasis: str = ""
    say_as: str | None = None
    form: str | None = None
    ipa: str | None = None

    @property
    def replaces(self) -> bool:
        """Whether something else is read than the text: such a span is one whole."""
        return self.say_as is not None or self.ipa is not None


PLAIN = SpeechAttributes()


@dataclass(frozen=True, slots=True)
class Span:
    """The characters `start` … `end - 1` and their attributes."""

    start: int
    end: int
    attributes: SpeechAttributes


@dataclass(frozen=True, slots=True)
class Script:
    """The characters to speak and what the document says about them, everything in document order.

    `spans` do not overlap; text outside them is spoken in the message's own attributes.
    """

    text: str
    marks: tuple[Mark, ...] = ()
    spans: tuple[Span, ...] = ()
    breaks: tuple[Break, ...] = ()

    def segments(self, start: int = 0, end: int | None = None) -> Iterator[Span]:
        """Yield spans that cover the text from `start` to `end` without a gap."""
        end = len(self.text) if end is None else min(end, len(self.text))
        for span in self.spans:
            if span.end <= start:
                continue
            if span.start >= end:
                break
            if start < span.start:
                yield Span(start, span.start, PLAIN)
            start, finish = max(start, span.start), min(span.end, end)
            yield Span(start, finish, span.attributes)
            start = finish
        if start < end:
            yield Span(start, end, PLAIN)

    def until(self, end: int) -> Script:
        """Return the script up to character `end`, with all places as they are."""
        return Script(
            self.text[:end],
            tuple(mark for mark in self.marks if mark.offset < end),
            tuple(replace(span, end=min(span.end, end)) for span in self.spans if span.start < end),
            tuple(pause for pause in self.breaks if pause.offset < end),
        )

    def in_languages(self, ranges: Iterable[tuple[int, int, str]]) -> Script:
        """Return the script with the text of each (start, end, language) in that language.

        Ranges are in order and do not overlap. What replaces its text stays as it is.
        """
        spans: list[Span] = []

        def add(span: Span) -> None:
            last = spans[-1] if spans else None
            if (
                last
                and last.end == span.start
                and last.attributes == span.attributes
                and not span.attributes.replaces
            ):
                spans[-1] = replace(last, end=span.end)
            elif span.attributes != PLAIN:
                spans.append(span)

        done = 0
        for start, end, language in ranges:
            for span in self.segments(done, start):
                add(span)
            for span in self.segments(start, end):
                told = span.attributes.replaces
                add(
                    span
                    if told
                    else replace(span, attributes=replace(span.attributes, language=language, voice=None))
                )
            done = end
        for span in self.segments(done):
            add(span)
        return replace(self, spans=tuple(spans))


@dataclass(frozen=True, slots=True)
class Phonemes:
    """Kokoro phonemes, one character each, and where in the script each came from.

    `starts[i]` and `ends[i]` delimit the source characters of `symbols[i]` in `Script.text`;
    `starts` never decreases. Spaces and punctuation are symbols too.
    """

    symbols: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __post_init__(self) -> None:
        if not len(self.symbols) == len(self.starts) == len(self.ends):
            raise ValueError("each phoneme needs one source range")

    def __len__(self) -> int:
        return len(self.symbols)

    def slice(self, first: int, last: int) -> Phonemes:
        """Return the phonemes `first` … `last - 1`, with their places unchanged."""
        return Phonemes(self.symbols[first:last], self.starts[first:last], self.ends[first:last])
