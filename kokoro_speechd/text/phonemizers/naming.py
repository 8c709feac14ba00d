# SPDX-License-Identifier: GPL-3.0-or-later
"""A language's phonemizer, and the names of the characters that are to be named (`text.naming.spelling`)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from kokoro_speechd.espeak.letters import letter_name, number_name
from kokoro_speechd.text.languages.all import LANGUAGES
from kokoro_speechd.text.naming.characters import NamePart, name_parts, unicode_name
from kokoro_speechd.text.naming.spelling import NAMED
from kokoro_speechd.text.phonemes.kokoro_symbols import SYMBOLS, is_silent, keep_known
from kokoro_speechd.text.phonemes.phoneme_builder import PhonemeBuilder
from kokoro_speechd.text.phonemes.punctuation import OPENING, SIGNS
from kokoro_speechd.text.phonemizers.english.lone_words import stressed
from kokoro_speechd.text.phonemizers.english.unknown import english_symbols
from kokoro_speechd.text.phonemizers.espeak import kokoro_symbols

if TYPE_CHECKING:
    from kokoro_speechd.text.phonemizers.phonemizer import Phonemizer
    from kokoro_speechd.text.script import Phonemes


_BEHIND_A_NAME = frozenset(written for written, sign in SIGNS.items() if sign not in OPENING)


_ONSET = re.compile("(?:[kɡ]w|(?<![ɑɔɜə])ɹ|[bdfhjklmnpstvwzðŋɡɲɾʃʒʎʝʣʤʦʧθβɣçɕʥʨ])?ˈ")
_STRESSES = str.maketrans("", "", "ˈˌ")


def _words_apart(name: str, base: str) -> str:
    """Return a letter's name with its words apart: espeak-ng runs "e acute" and "Cyrillic ya" together.

    `base` is the name of the letter without its accents.
    """
    bare = base.translate(_STRESSES)
    if " " in name:
        return name
    if bare and name.translate(_STRESSES).startswith(bare):
        place = count = 0
        while count < len(bare):
            count += name[place] not in "ˈˌ"
            place += 1
        if place < len(name):
            return f"{name[:place]} {name[place:]}"
    starts = [match.start() for match in _ONSET.finditer(name)][1:]
    for start in reversed(starts):
        if start and name[start - 1] != " ":
            name = f"{name[:start]} {name[start:]}"
    return name


class NamingPhonemizer:
    """Reads a text with a language's phonemizer, and names the characters in it that are to be named."""

    def __init__(self, language: str, phonemizer: Phonemizer, english: Callable[[], Phonemizer]) -> None:
        """Take a key of LANGUAGES, its phonemizer, and what gives American English's."""
        self._language = language
        self._phonemizer = phonemizer
        self._english = english
        self._name = lru_cache(maxsize=2048)(self._name_of)

    def phonemes(self, text: str) -> Phonemes:
        """Return Kokoro phonemes of `text`, each with its place. Raises what the phonemizers raise."""
        found = list(NAMED.finditer(text))
        if not found:
            return self._alone(self._phonemizer, text)
        speech = PhonemeBuilder()
        done = 0
        for match in found:
            self._read(speech, text, done, match.start())
            done = match.end()
            speech.add(self._name(match[1]), match.start(), done, spaced=True)
        self._read(speech, text, done, len(text))
        return speech.build()

    def _alone(self, phonemizer: Phonemizer, text: str) -> Phonemes:
        phonemes = phonemizer.phonemes(text)
        english = phonemizer is not self._phonemizer or self._language.startswith("en")
        return stressed(phonemes) if english and " " not in text.strip() else phonemes

    def _read(self, speech: PhonemeBuilder, text: str, start: int, end: int) -> None:
        """Add the words between two characters; the signs at their beginning belong to what was before."""
        words = start
        while start > 0 and words < end and (text[words].isspace() or text[words] in _BEHIND_A_NAME):
            words += 1
        for place in range(start, words):
            speech.add(SIGNS.get(text[place], ""), place, place + 1)
        if words == end:
            return
        read = self._phonemizer.phonemes(text[words:end].rstrip())
        for index, symbol in enumerate(read.symbols):
            speech.add(symbol, words + read.starts[index], words + read.ends[index], spaced=index == 0)

    def _name_of(self, char: str) -> str:
        parts = [self._part(part) for part in name_parts(char, self._language)]
        name = " ".join(part for part in parts if part)
        if not name:  # a rare character of a script that the phonemizer reads by itself
            name = self._letter(char) or self._part(NamePart("english", unicode_name(char)))
        if not name and len(char) > 1:
            name = " ".join(filter(None, map(self._name, char)))
        return name

    def _part(self, part: NamePart) -> str:
        """Return the symbols of a part of a name, "" where it has no sound here."""
        if part.kind == "letter":
            return self._letter(part.text)
        phonemizer = self._english() if part.kind == "english" else self._phonemizer
        phonemes = keep_known(self._alone(phonemizer, part.text))
        return "" if is_silent(phonemes) else phonemes.symbols.strip()

    def _letter(self, char: str) -> str:
        """Return espeak-ng's name of a letter, or of its number; "" for what is none."""
        british = self._language == "en-GB"
        own = LANGUAGES[self._language].espeak
        language = own or ("en-gb" if british else "en-us")
        ipa = letter_name(char, language) or number_name(char, language)
        symbols = kokoro_symbols(ipa) if own else english_symbols(ipa, british)
        spoken = "".join(symbol for symbol in symbols if symbol in SYMBOLS).strip()
        base = unicodedata.normalize("NFD", char)[:1]
        return _words_apart(spoken, "" if base == char else self._letter(base))
