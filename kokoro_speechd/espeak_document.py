# SPDX-License-Identifier: GPL-3.0-or-later
"""A script as SSML that espeak-ng understands: clean, well-formed, numbers whole, marks numbered.

espeak-ng has a scale of its own for pitch. What its steps are, and how high its voices are, was measured with
version 1.52: a pitch comes out within half a semitone for each half octave, a break within some 30 ms.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kokoro_speechd.text.reading import Reading, read
from kokoro_speechd.text.say_as import spoken_as
from kokoro_speechd.text.script import Break, Manner, Mark, Script
from kokoro_speechd.text.ssml import escape
from kokoro_speechd.text.tone import tone_of
from kokoro_speechd.voices.tags import normalise, spoken_by_espeak

_MALE_HZ, _FEMALE_HZ = 107.0, 200.0
_SEMITONES_A_STEP = 0.16
_SHORT = 0.115  # seconds by which its breaks are shorter than they say
# What espeak-ng itself reads in these ways in every language.
_OWN_WAYS = {
    **dict.fromkeys(("characters", "character", "char", "spell-out", "spell", "letters"), "characters"),
    **dict.fromkeys(("tts:char", "verbatim"), "characters"),
    "tts:key": "tts:key",
}


@dataclass(frozen=True, slots=True)
class Base:
    """The voice and the parameters of the message, on espeak-ng's scales."""

    language: str = "en"
    variant: str | None = None
    pitch: int = 50
    pitch_range: int = 50
    volume: int = 100
    speed: float = 1.0  # the message's, against the normal rate
    respell: Callable[[Reading], Reading] = lambda reading: reading  # as the user wants words to be read


def to_espeak_ssml(script: Script, start: int = 0, base: Base | None = None) -> tuple[str, tuple[str, ...]]:
    """Return SSML of `script` from character `start` on, and the names its numbered marks stand for.

    The document is well-formed whatever the script holds: characters that XML forbids are left out, numbers
    that the server broke are whole again, and mark N of the document is element N of the names. Marks and
    breaks before `start` are left out.
    """
    base = base or Base()
    names: list[str] = []
    parts = ["<speak>"]
    for piece in _pieces(script, start, base):
        if isinstance(piece, Break):
            seconds = piece.seconds / (base.speed if piece.paced else 1) + _SHORT
            parts.append(f'<break time="{round(1000 * seconds)}ms"/>')
        elif isinstance(piece, Mark):
            parts.append(f'<mark name="{len(names)}"/>')
            names.append(piece.name)
        else:
            parts.append(_tagged(*piece, base))
    parts.append("</speak>")
    return "".join(parts), tuple(names)


def _pieces(script: Script, start: int, base: Base) -> Iterator[tuple[str, Manner] | Mark | Break]:
    """Yield text with its manner, marks and breaks, in order; a mark before a break at its place."""
    reading = base.respell(read(script.text[start:]))
    place = 0

    def until(offset: int) -> str:
        nonlocal place
        begin = place
        while place < len(reading.text) and reading.origins[place] < offset - start:
            place += 1
        return reading.text[begin:place]

    places: list[Mark | Break] = [*script.marks, *script.breaks]
    places.sort(key=lambda place: (place.offset, isinstance(place, Break)))
    waiting = deque(place for place in places if place.offset >= start)
    for span in script.segments(start):
        while waiting and waiting[0].offset < span.end:
            item = waiting.popleft()
            if not span.manner.replaces:  # else it comes before all that is read instead of the text
                yield until(item.offset), span.manner
            yield item
        text = until(span.end)
        yield script.text[span.start : span.end] if span.manner.replaces else text, span.manner
    yield from waiting


def _tagged(text: str, manner: Manner, base: Base) -> str:
    """Return text with the tags of its manner around it."""
    if not text:
        return ""
    language = normalise(manner.language)
    if language is None or not spoken_by_espeak(language):
        language = base.language
    text = _said(text, manner, language) if manner.replaces else escape(text)
    if prosody := _prosody(manner, base):
        text = f"<prosody{prosody}>{text}</prosody>"
    gender = (manner.voice_type or base.variant or "m").removeprefix("child_")[0]
    if language != base.language or gender != (base.variant or "m")[0]:
        kind = ' gender="female"' if gender == "f" else ' gender="male"'
        text = f'<voice xml:lang="{language}"{kind}>{text}</voice>'
    return text


def _said(text: str, manner: Manner, language: str) -> str:
    if way := _OWN_WAYS.get(manner.say_as or ""):
        return f'<say-as interpret-as="{way}">{escape(_clean(text))}</say-as>'
    return escape(_clean(spoken_as(text, manner.say_as or "", manner.form, language)))


def _clean(text: str) -> str:
    return read(text).text


def _prosody(manner: Manner, base: Base) -> str:
    """Return the attributes that make the manner of the message's own."""
    tone = tone_of(manner)
    rate = manner.rate * tone.pace
    attributes = f' rate="{round(100 * rate)}%"' if rate != 1 else ""
    female = (base.variant or "m").startswith("f")
    own = _FEMALE_HZ if female else _MALE_HZ
    pitch = base.pitch + tone.semitones / _SEMITONES_A_STEP
    if tone.hz is not None:
        pitch = 50 + (12 * math.log2(tone.hz / own) + tone.semitones) / _SEMITONES_A_STEP
    if tone.shift_hz:
        hz = own * 2 ** ((pitch - 50) * _SEMITONES_A_STEP / 12)
        pitch += 12 * math.log2(max(hz + tone.shift_hz, 1.0) / hz) / _SEMITONES_A_STEP
    for name, value, plain, most in (
        ("pitch", pitch, base.pitch, 99),
        ("range", base.pitch_range * tone.melody, base.pitch_range, 99),
        ("volume", base.volume * tone.gain, base.volume, 200),
    ):
        if value != plain:
            attributes += f' {name}="{max(0, min(most, round(value)))}"'
    return attributes
