# SPDX-License-Identifier: GPL-3.0-or-later
"""Characters that are to be named, inside of a text that is to be read.

A character between two signs of ours is not read but named: by `phonemizers.naming` in phonemes of Kokoro, by
`text.ssml` for espeak-ng. The signs are characters that Unicode keeps for such uses; they cannot come from
outside, see `without_signs`.
"""

from __future__ import annotations

import re
import unicodedata

from kokoro_speechd.text.mapped_text import MappedText

_BEGIN, _END = "\ufdd0", "\ufdd1"
NAMED = re.compile(f"{_BEGIN}([^{_BEGIN}{_END}]*){_END}")
"""A character to be named; group 1."""

_BETWEEN_LETTERS = ", "
_BETWEEN_WORDS = ". "


def named(char: str) -> str:
    """Return text that has `char`, or a few that are one to a phonemizer, named."""
    return f"{_BEGIN}{without_signs(char)}{_END}"


def without_signs(text: str) -> str:
    """Return text from outside without our signs; others of as little meaning take their place."""
    return text.replace(_BEGIN, "\ufdd2").replace(_END, "\ufdd2")


def name_single_letter(mapped: MappedText) -> MappedText:
    """Name the only letter of a text, as in key echo: "a" is then no article, "y" no conjunction."""
    letters = unicodedata.normalize("NFC", mapped.text)
    if len(letters) == 1 and letters.isalpha():
        return mapped.replaced([(0, len(mapped.text), named(letters))])
    return mapped


def spell(mapped: MappedText) -> MappedText:
    """Have every character of a text named, with a pause after each and a longer one between words."""
    edits: list[tuple[int, int, str]] = []
    start = 0
    text = mapped.text
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.category(text[end])[0] == "M":
            end += 1
        pause = _BETWEEN_LETTERS if end < len(text) and not text[end].isspace() else ""
        edits.append(
            (start, end, _BETWEEN_WORDS if text[start].isspace() else named(text[start:end]) + pause)
        )
        start = end
    return mapped.replaced(edits)
