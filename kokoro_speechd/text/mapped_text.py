# SPDX-License-Identifier: GPL-3.0-or-later
"""The script as it should be read aloud, every character with its place in the script.

speech-dispatcher's symbol dictionaries break decimal numbers ("3.14" → "3 .14"), leave runs of spaces, and
let control characters through. Here that is mended before any grapheme-to-phoneme step looks at the text.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

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
class MappedText:
    """Text to read; `origins[i]` is the offset in the script of `text[i]` and never decreases.

    `sounds` are pieces whose phonemes are known already, in order and apart. `end` is where the script's
    last characters end that became a part of the text; None for behind the last origin.
    """

    text: str
    origins: tuple[int, ...]
    sounds: tuple[Sounds, ...] = ()
    end: int | None = field(default=None, compare=False)

    def replaced(self, edits: Iterable[tuple[int, int, str]]) -> MappedText:
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
        return MappedText("".join(parts), tuple(origins), tuple(_moved(self.sounds, edits)), self.end)

    def place(self, phonemes: Phonemes) -> Phonemes:
        """Return `phonemes` of `text` with places in the script instead of places in `text`.

        What comes from several characters, an accent of its own among them, ends where the last one does.
        """
        if not self.origins:
            return phonemes
        origins, last = self.origins, len(self.origins) - 1
        all_end = origins[last] + 1 if self.end is None else self.end
        if all_end == last + 1 and origins == tuple(range(last + 1)):
            return phonemes
        starts: list[int] = []
        ends: list[int] = []
        known = (-1, -1)  # all symbols of a word have one place
        start = stop = 0
        for first, end in zip(phonemes.starts, phonemes.ends, strict=True):
            if known != (first, end):
                known = (first, end)
                start = origins[first] if first <= last else origins[last] + 1
                stop = start
                if end > first:
                    behind = bisect_right(origins, origins[min(end - 1, last)])
                    stop = max(start, origins[behind] if behind <= last else all_end)
            starts.append(start)
            ends.append(stop)
        return Phonemes(phonemes.symbols, tuple(starts), tuple(ends))


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


# Letters, digits and signs that are others in another style: mathematical, full width, circled, squared.
_STYLED = re.compile(
    "[\uff03-\uff06\uff0a\uff0b\uff0d\uff0f\uff1c-\uff1e\uff20\uff3e\uff3f\uff5c\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\u2102-\u2115\u2119-\u211d\u2124\u2128-\u2134\u24b6-\u24e9"
    "\U0001d400-\U0001d7ff\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189]"
)
_KEPT_SIGNS = frozenset("℃℉№℗℠™℡℮℩Ω℅ℊ℀℁℆℈℔℞℟")
_SQUARED = {0x1F150: 0x41, 0x1F170: 0x41}  # white on black, which NFKC leaves as they are
_COMBINING = re.compile(r"[^\W\d_][\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a]+")


def _folded(char: str) -> str:
    """Return a styled letter or digit in its plain form."""
    for first, plain in _SQUARED.items():
        if first <= ord(char) < first + 26:
            return chr(plain + ord(char) - first)
    if char in _KEPT_SIGNS:
        return char
    plain_form = unicodedata.normalize("NFKC", char)
    return plain_form if len(plain_form) == 1 else char


def _composed(text: str) -> tuple[str, list[int]]:
    """Return the text with its accents composed and its styled letters plain, and where each came from."""
    text = _STYLED.sub(lambda match: _folded(match[0]), text)
    chars: list[str] = []
    origins: list[int] = []
    done = 0
    for match in _COMBINING.finditer(text):
        composed = unicodedata.normalize("NFC", match[0])
        chars += [*text[done : match.start()], *composed]
        origins += range(done, match.start())
        origins += [match.start() + min(place, len(match[0]) - 1) for place in range(len(composed))]
        done = match.end()
    chars += text[done:]
    origins += range(done, len(text))
    return "".join(chars), origins


def _is_emoji(char: str) -> bool:
    return char >= "\u2190" and (unicodedata.category(char) in ("So", "Sk") or char in "\ufe0e\ufe0f")


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
        # They join emoji to one, and shape words of Indic and Arabic scripts; elsewhere they only hide.
        if char == "\u200d" and before and after and _is_emoji(before) and _is_emoji(after):
            return char
        return char if "\u0600" <= before < "\u2000" and "\u0600" <= after < "\u2000" else ""
    if category in (_CONTROL, _FORMAT) or "\ufe00" <= char <= "\ufe0f":
        return ""
    return char


def read(script_text: str) -> MappedText:
    """Return the reading of a script's text: broken numbers whole, spaces single, nothing unspeakable.

    Control and format characters vanish, those that part words become a space; there is no space at either
    end. Never raises.
    """
    if "  " not in script_text and all(_is_plain(char) for char in set(script_text)):
        text = script_text.strip(" ")
        first = len(script_text) - len(script_text.lstrip(" ")) if text else 0
        origins = list(range(first, first + len(text)))
        return _whole_numbers(text, origins, first + len(text))
    chars: list[str] = []
    origins = []
    end = length = len(script_text)
    source: Iterable[tuple[int, str]] = enumerate(script_text)
    if not script_text.isascii():
        composed, places = _composed(script_text)
        source, script_text = zip(places, composed, strict=True), composed
    for index, (offset, char) in enumerate(source):
        before = script_text[index - 1 : index] if index else ""
        spoken = _spoken(char, before, script_text[index + 1 : index + 2])
        if not spoken:
            continue
        if spoken == " ":
            if not chars or chars[-1] == " ":
                continue
            end = offset
        else:
            end = length
        chars.append(spoken)
        origins.append(offset)
    if chars and chars[-1] == " ":
        chars.pop()
        origins.pop()
    return _whole_numbers("".join(chars), origins, end)


@lru_cache(maxsize=4096)
def _is_plain(char: str) -> bool:
    """Tell whether a character is read as it stands, whatever is around it."""
    if " " <= char <= "~":
        return True
    return (
        char not in _JOINERS
        and not _STYLED.match(char)
        and _spoken(char, "", "") == char
        and (unicodedata.category(char)[0] != "M" or not unicodedata.combining(char))
    )


def _whole_numbers(text: str, origins: list[int], end: int) -> MappedText:
    """Return the reading without the spaces that break numbers."""
    gaps = {match.start() for match in _BROKEN_NUMBER.finditer(text)}
    if gaps:
        text = "".join(char for place, char in enumerate(text) if place not in gaps)
        origins = [origin for place, origin in enumerate(origins) if place not in gaps]
    return MappedText(text, tuple(origins), end=end)
