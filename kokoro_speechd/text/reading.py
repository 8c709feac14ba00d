# SPDX-License-Identifier: GPL-3.0-or-later
"""The script as it should be read aloud, every character with its place in the script.

speech-dispatcher's symbol dictionaries break decimal numbers ("3.14" → "3 .14"), leave runs of spaces, and
let control characters through. Here that is mended before any grapheme-to-phoneme step looks at the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kokoro_speechd.text.script import Phonemes

# "3 .14", "$3 .50" and French "3 ,14" are one number each.
_BROKEN_NUMBER = re.compile(r"(?<=\d) (?=[.,]\d)")
_SURROGATE, _PRIVATE, _CONTROL, _FORMAT = "Cs", "Co", "Cc", "Cf"
_SEPARATORS = frozenset({"Zs", "Zl", "Zp", _SURROGATE, _PRIVATE})
_JOINERS = frozenset("\u200c\u200d")


@dataclass(frozen=True, slots=True)
class Sounds:
    """The phonemes, in Kokoro's symbols, of the characters `start` … `end - 1`, whatever these are."""

    start: int
    end: int
    symbols: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Text to read; `origins[i]` is the offset in the script of `text[i]` and never decreases.

    `sounds` are pieces whose phonemes are known already, in order and apart.
    """

    text: str
    origins: tuple[int, ...]
    sounds: tuple[Sounds, ...] = ()

    def replaced(self, edits: Iterable[tuple[int, int, str]]) -> Reading:
        """Return the reading with `text[start:end]` replaced by a text, for each (start, end, text).

        Edits are in order and do not overlap. All of a replacement comes from where `start` came from, so a
        mark within the characters that it replaces falls behind it. What is put in where nothing is taken
        out comes from the next character's place. Known sounds of characters that are replaced are lost.
        """
        edits = tuple(edits)
        parts: list[str] = []
        origins: list[int] = []
        done = 0
        for start, end, text in edits:
            parts += [self.text[done:start], text]
            origins += self.origins[done:start]
            if start < len(self.origins):
                origin = self.origins[start]
            else:
                origin = self.origins[-1] + 1 if self.origins else 0
            origins += [origin] * len(text)
            done = end
        parts.append(self.text[done:])
        origins += self.origins[done:]
        return Reading("".join(parts), tuple(origins), tuple(_moved(self.sounds, edits)))

    def place(self, phonemes: Phonemes) -> Phonemes:
        """Return `phonemes` of `text` with places in the script instead of places in `text`."""
        if not self.origins:
            return phonemes
        last = len(self.origins) - 1
        starts = tuple(
            self.origins[start] if start <= last else self.origins[last] + 1 for start in phonemes.starts
        )
        ends = tuple(
            max(start, self.origins[min(end - 1, last)] + 1) if end > first else start
            for start, first, end in zip(starts, phonemes.starts, phonemes.ends, strict=True)
        )
        return Phonemes(phonemes.symbols, starts, ends)


def _moved(sounds: Iterable[Sounds], edits: tuple[tuple[int, int, str], ...]) -> Iterator[Sounds]:
    """Yield the sounds at their places after the edits, without those whose characters were replaced."""
    shift = index = 0
    for sound in sounds:
        while index < len(edits) and edits[index][1] <= sound.start:
            start, end, text = edits[index]
            shift += len(text) - (end - start)
            index += 1
        if index == len(edits) or edits[index][0] >= sound.end:
            yield Sounds(sound.start + shift, sound.end + shift, sound.symbols)


def _spoken(char: str, before: str, after: str) -> str:
    """Return what `char` is in the reading: itself, a space, or nothing."""
    if " " <= char <= "~":
        return char
    category = unicodedata.category(char)
    # U+FFFC stands for an embedded object, U+FFFD for what was lost; the last two are forbidden in XML. None
    # has a sound.
    if char.isspace() or category in _SEPARATORS or char in "\ufffc\ufffd\ufffe\uffff":
        return " "
    if char in _JOINERS:
        # They shape words of Indic and Arabic scripts; elsewhere they only hide inside words and emoji.
        return char if "\u0600" <= before < "\u2000" and "\u0600" <= after < "\u2000" else ""
    if category in (_CONTROL, _FORMAT) or "\ufe00" <= char <= "\ufe0f":
        return ""
    return char


def read(script_text: str) -> Reading:
    """Return the reading of a script's text: broken numbers whole, spaces single, nothing unspeakable.

    Control and format characters vanish, those that part words become a space; there is no space at either
    end. Never raises.
    """
    chars: list[str] = []
    origins: list[int] = []
    for offset, char in enumerate(script_text):
        spoken = _spoken(char, script_text[offset - 1 : offset], script_text[offset + 1 : offset + 2])
        if not spoken or (spoken == " " and (not chars or chars[-1] == " ")):
            continue
        chars.append(spoken)
        origins.append(offset)
    if chars and chars[-1] == " ":
        chars.pop()
        origins.pop()
    text = "".join(chars)
    gaps = {match.start() for match in _BROKEN_NUMBER.finditer(text)}
    if gaps:
        text = "".join(char for place, char in enumerate(chars) if place not in gaps)
        origins = [origin for place, origin in enumerate(origins) if place not in gaps]
    return Reading(text, tuple(origins))
