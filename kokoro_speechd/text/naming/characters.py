# SPDX-License-Identifier: GPL-3.0-or-later
"""What one character is called: in the message's language where anything knows that, else in English.

In this order:

1. letters, digits and accents: espeak-ng's letter names for the language; an accent by itself like its
   spacing twin ("´"), a letter that is unknown with its accents by letter and accents
2. anything else: speech-dispatcher's dictionaries (`text.symbols`), then espeak-ng's word for it
3. the dictionaries' English name, then Unicode's, in English
4. the number: "U+0001" digit by digit

Letters are not taken from the dictionaries: "a acute" there would be read with an article.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from kokoro_speechd.errors import EspeakError
from kokoro_speechd.espeak import Espeak
from kokoro_speechd.espeak.letters import can_be_letter, letter_name, names_letters, number_name
from kokoro_speechd.text.languages.all import by_base
from kokoro_speechd.text.naming.keys import key_name
from kokoro_speechd.text.naming.symbols import symbol_name

ENGLISH = "en-US"

# Accents whose spacing twin Unicode does not know as such, because ASCII had it before.
_TWINS = {"\u0300": "`", "\u0302": "^", "\u0303": "~"}
_TWINS |= {
    unicodedata.normalize("NFKD", twin)[1:]: twin
    for twin in "\u00a8\u00af\u00b4\u00b8\u02d8\u02d9\u02da\u02db\u02dd"
}
# Characters that are called like their keys, where nothing else is known.
_KEYS = {" ": "space", "\t": "tab", "\n": "return", "\r": "return", "\x1b": "escape", "\x7f": "delete"}
_NUMBER_IN_NAME = re.compile(r"[- ][0-9A-F]{4,6}\b")  # "CJK UNIFIED IDEOGRAPH-6F22"
_ANOTHER_LANGUAGE = re.compile(r"\(\^?[a-z]")
_DIGITS = frozenset("0123456789")
_WITHOUT_SOUND = " SMALL TU"  # by itself


@dataclass(frozen=True, slots=True)
class NamePart:
    """A piece of a name: a letter that espeak-ng names, or words in the language or in English."""

    kind: Literal["letter", "words", "english"]
    text: str


def name_parts(char: str, language: str) -> tuple[NamePart, ...]:
    """Return what to say for a character, or a few that are one to a phonemizer; never nothing but for ""."""
    try:
        return _name_parts(unicodedata.normalize("NFC", char), language)
    except EspeakError:  # the voice is then Kokoro's, and English names are better than none
        return _english(char)


@lru_cache(maxsize=1024)
def _name_parts(char: str, language: str) -> tuple[NamePart, ...]:
    if char == "space":  # SSIP's only name for a character
        char = " "
    if len(char) != 1:
        return _sequence(char, language) if char else ()
    if char in _DIGITS:
        return (NamePart("words", char),)
    if can_be_letter(char):
        return _letter(char, language)
    if name := symbol_name(char, language) or key_name(_KEYS.get(char, ""), language):
        return (NamePart("words", name),)
    if _espeak_knows(char, language):
        return (NamePart("words", char),)
    return _english(char)


def _letter(char: str, language: str) -> tuple[NamePart, ...]:
    known = by_base(language)
    native = known.read_scripts if known else ()
    unicode = unicodedata.name(char, "")
    if native and unicode.startswith(native):
        if unicode.endswith(_WITHOUT_SOUND):
            return _english(char)
        # In Katakana, because は and へ by themselves would be read as the particles.
        return (NamePart("words", chr(ord(char) + 0x60) if "\u3041" <= char <= "\u3096" else char),)
    if not names_letters(language) and char.isalnum():
        return (NamePart("words", char),)
    if (twin := _TWINS.get(char)) and (name := symbol_name(twin, language)):
        return (NamePart("words", name),)
    if letter_name(char, language):
        return (NamePart("letter", char),)
    if name := symbol_name(char, language):
        return (NamePart("words", name),)
    parts = unicodedata.normalize("NFD", char)
    if len(parts) > 1 and not "\uac00" <= char <= "\ud7a3":
        return tuple(part for piece in parts for part in _name_parts(piece, language))
    if _NUMBER_IN_NAME.search(unicode) and number_name(char, language):
        return (NamePart("letter", char),)
    return _english(char)


def _sequence(chars: str, language: str) -> tuple[NamePart, ...]:
    """Name what is several characters to Unicode: by one name, as a word, or one after another."""
    if name := symbol_name(chars, language):
        return (NamePart("words", name),)
    words = chars.strip()  # a later stage may have put a word in a sign's place
    if words[:1].isalpha() and all(char.isalpha() or unicodedata.category(char)[0] == "M" for char in words):
        return (NamePart("words", words),)
    return tuple(part for char in chars[:100] for part in _name_parts(char, language))


def _espeak_knows(char: str, language: str) -> bool:
    if not char.isprintable() or not names_letters(language):
        return False
    heard = "".join(clause.phonemes for clause in Espeak.shared().clauses(char, language))
    return bool(heard) and not _ANOTHER_LANGUAGE.search(heard)


def _english(char: str) -> tuple[NamePart, ...]:
    letter = char.upper() if char.isascii() and char.isalpha() else ""
    name = letter or symbol_name(char, ENGLISH) or unicode_name(char)
    if name:
        return (NamePart("english", name),)
    code = f"U{ord(char):04X}" if len(char) == 1 else ""
    return tuple(NamePart("words" if digit.isdigit() else "letter", digit) for digit in code)


def unicode_name(char: str) -> str:
    """Return Unicode's English name, to be read aloud; "" for what has none, such as control characters."""
    words = unicodedata.name(char, "").split() if len(char) == 1 else []
    return " ".join(word if len(word) == 1 else word.lower() for word in words)
