# SPDX-License-Identifier: GPL-3.0-or-later
"""A script as SSML that espeak-ng understands: clean, well-formed, numbers whole, marks numbered.

espeak-ng has a scale of its own for pitch. What its steps are, and how high its voices are, was measured with
version 1.52: a pitch comes out within half a semitone for each half octave, a break within some 30 ms.
"""

from __future__ import annotations

import math
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kokoro_speechd.text.language_tags import normalise, spoken_by_espeak
from kokoro_speechd.text.mapped_text import MappedText, read
from kokoro_speechd.text.naming.characters import name_parts
from kokoro_speechd.text.naming.modes import AS_WRITTEN, Modes
from kokoro_speechd.text.naming.spelling import NAMED
from kokoro_speechd.text.script import Break, Mark, Script, SpeechAttributes
from kokoro_speechd.text.ssml.parser import escape
from kokoro_speechd.text.ssml.say_as import spoken_as
from kokoro_speechd.text.tone import tone_of

_MALE_HZ, _FEMALE_HZ = 107.0, 200.0
_SEMITONES_A_STEP = 0.16
_SHORT = 0.115  # seconds by which its breaks are shorter than they say
_GREENLANDIC_DIGIT = re.compile(r"(?<!\d)[08](?!\d)")


@dataclass(frozen=True, slots=True)
class Base:
    """The voice and the parameters of the message, on espeak-ng's scales."""

    language: str = "en"
    variant: str | None = None
    pitch: int = 50
    pitch_range: int = 50
    volume: int = 100
    speed: float = 1.0  # the message's, against the normal rate
    respell: Callable[[MappedText], MappedText] = lambda mapped: mapped  # as the user wants words to be read


def to_espeak_ssml(
    script: Script, start: int = 0, base: Base | None = None, modes: Modes = AS_WRITTEN
) -> tuple[str, tuple[str, ...]]:
    """Return SSML of `script` from character `start` on, and the names its numbered marks stand for.

    The document is well-formed whatever the script holds: characters that XML forbids are left out, numbers
    that the server broke are whole again, and mark N of the document is element N of the names. Marks and
    breaks before `start` are left out.
    """
    base = base or Base()
    names: list[str] = []
    parts = ["<speak>"]
    for piece in _pieces(script, start, base, modes):
        if isinstance(piece, Break):
            seconds = piece.seconds / (base.speed if piece.paced else 1) + _SHORT
            parts.append(f'<break time="{round(1000 * seconds)}ms"/>')
        elif isinstance(piece, Mark):
            parts.append(f'<mark name="{len(names)}"/>')
            names.append(piece.name)
        else:
            parts.append(_tagged(*piece, base, modes))
    parts.append("</speak>")
    return "".join(parts), tuple(names)


def _pieces(
    script: Script, start: int, base: Base, modes: Modes
) -> Iterator[tuple[str, SpeechAttributes] | Mark | Break]:
    """Yield text with its attributes, marks and breaks, in order; a mark before a break at its place."""
    mapped = modes.read(script.text[start:], base.language)
    if not modes.verbatim:
        mapped = base.respell(mapped)
    place = 0

    def until(offset: int) -> str:
        nonlocal place
        begin = place
        while place < len(mapped.text) and mapped.origins[place] < offset - start:
            place += 1
        return mapped.text[begin:place]

    places: list[Mark | Break] = [*script.marks, *script.breaks]
    places.sort(key=lambda place: (place.offset, isinstance(place, Break)))
    waiting = deque(place for place in places if place.offset >= start)
    for span in script.segments(start):
        while waiting and waiting[0].offset < span.end:
            item = waiting.popleft()
            if not span.attributes.replaces:  # else it comes before all that is read instead of the text
                yield until(item.offset), span.attributes
            yield item
        text = until(span.end)
        yield script.text[span.start : span.end] if span.attributes.replaces else text, span.attributes
    yield from waiting


def _tagged(text: str, speech_attributes: SpeechAttributes, base: Base, modes: Modes) -> str:
    """Return text with the tags of its attributes around it."""
    if not text:
        return ""
    language = normalise(speech_attributes.language)
    if language is None or not spoken_by_espeak(language):
        language = base.language
    if speech_attributes.replaces:
        text = _clean(spoken_as(text, speech_attributes.say_as or "", speech_attributes.form, language))
    text = _speakable(text, language, modes)
    if prosody := _prosody(speech_attributes, base):
        text = f"<prosody{prosody}>{text}</prosody>"
    gender = (speech_attributes.voice_type or base.variant or "m").removeprefix("child_")[0]
    if language != base.language or gender != (base.variant or "m")[0]:
        kind = ' gender="female"' if gender == "f" else ' gender="male"'
        text = f'<voice xml:lang="{language}"{kind}>{text}</voice>'
    return text


def _clean(text: str) -> str:
    return read(text).text


def _prosody(speech_attributes: SpeechAttributes, base: Base) -> str:
    """Return the attributes that make the attributes of the message's own."""
    tone = tone_of(speech_attributes)
    rate = speech_attributes.rate * tone.pace
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


def _speakable(text: str, language: str, modes: Modes) -> str:
    """Return text as SSML, in which characters are named that are to be named."""
    own_word = modes.espeak_tells_capitals(language)
    parts: list[str] = []
    done = 0
    for match in NAMED.finditer(text):
        parts += [_safe(text[done : match.start()], language), _named(match[1], language, own_word)]
        done = match.end()
    return "".join([*parts, _safe(text[done:], language)])


def _named(char: str, language: str, own_word: bool) -> str:
    """Return SSML that names a character; `own_word`: espeak-ng says "capital" before capitals in text."""
    parts: list[str] = []
    for part in name_parts(char, language):
        text = _safe(part.text, language)
        if part.kind == "letter" and not (own_word and part.text.isupper()):
            # A capital would be called so in any mode.
            small = part.text.lower() if len(part.text.lower()) == 1 else part.text
            text = f'<say-as interpret-as="characters">&#{ord(small)};</say-as>'
        elif part.kind == "english":
            text = f'<voice xml:lang="en">{text}</voice>'
        parts.append(text)
    return f" {' '.join(parts)} "


def _safe(text: str, language: str) -> str:
    """Return text as SSML; espeak-ng 1.52 ends the process at a single 0 or 8 in Greenlandic."""
    if language.partition("-")[0] == "kl":
        text = _GREENLANDIC_DIGIT.sub(lambda match: "nul" if match[0] == "0" else "arfineq pingasut", text)
    return escape(text)
