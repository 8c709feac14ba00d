# SPDX-License-Identifier: GPL-3.0-or-later
"""Spanish, French, Hindi, Italian and Brazilian Portuguese: espeak-ng's phonemes in Kokoro's symbols.

espeak-ng gets the text whole, so that it reads "1.234,56" and "15:30" as one thing and decides where clauses
end. Which word each phoneme came from is found by asking espeak-ng for every word alone: almost always each
yields as many phoneme words as it does in the sentence; where not, the two readings are matched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from kokoro_speechd.errors import LanguageError
from kokoro_speechd.espeak import Espeak
from kokoro_speechd.text.languages.all import LANGUAGES
from kokoro_speechd.text.phonemes.kokoro_symbols import keep_known
from kokoro_speechd.text.phonemes.phoneme_builder import PhonemeBuilder
from kokoro_speechd.text.phonemes.punctuation import ENCLOSING, SIGNS
from kokoro_speechd.text.phonemes.word_matching import owners

if TYPE_CHECKING:
    from kokoro_speechd.text.script import Phonemes

# Diphthongs and affricates that the training data has as one symbol (misaki's table for espeak-ng languages).
_SINGLE_SYMBOLS = (
    ("a^ɪ", "I"),
    ("a^ʊ", "W"),
    ("d^z", "ʣ"),
    ("d^ʒ", "ʤ"),
    ("e^ɪ", "A"),
    ("o^ʊ", "O"),
    ("s^s", "S"),
    ("t^s", "ʦ"),
    ("t^ʃ", "ʧ"),
    ("ɔ^ɪ", "Y"),
    ("ə^ʊ", "Q"),
)
_LANGUAGE_SWITCH = re.compile(r"\(\^?[a-z][a-z^-]*\)")
_AROUND_WORDS = "".join(SIGNS) + "'’‘‚‹›¿¡[]{}<>`´*_~-"
_TOKEN = re.compile(r"\S+")
_LONGEST_KNOWN_TOKEN = 64  # characters; longer ones are not remembered


class EspeakPhonemizer:
    """Reads one language through espeak-ng. For any thread; nothing is loaded before the first text."""

    def __init__(self, language: str) -> None:
        """Take a key of LANGUAGES that espeak-ng reads. Raises LanguageError for another."""
        known = LANGUAGES.get(language)
        if known is None or not known.espeak:
            raise LanguageError(f"espeak-ng is not the reader of {language}")
        self._language = known.espeak
        self._missaid = known.espeak_missaid
        self._remembered = lru_cache(maxsize=4096)(self._spoken_alone)

    def phonemes(self, text: str) -> Phonemes:
        """Return Kokoro phonemes of `text`, each with the word it came from. Raises EspeakError."""
        speech = PhonemeBuilder()
        for clause in Espeak.shared().clauses(text, self._language):
            tokens = [
                _Token(clause.start + match.start(), match[0])
                for match in _TOKEN.finditer(text[clause.start : clause.end])
            ]
            self._hear(tokens, self._symbols(clause.phonemes).split())
            for token in tokens:
                spaced = token.start > 0 and text[token.start - 1].isspace()
                token.speak(speech, spaced=spaced, last=token is tokens[-1])
        return keep_known(speech.build())

    def _hear(self, tokens: list[_Token], words: list[str]) -> None:
        """Give each token the phonemes that come from it."""
        if not words:
            return
        expected = [
            (index, word) for index, token in enumerate(tokens) for word in self._alone(token.written)
        ]
        for word, word_owners in zip(words, owners(words, expected or [(0, "")]), strict=True):
            begins_word = True
            for index, symbols in groupby(zip(word_owners, word, strict=True), key=itemgetter(0)):
                heard = "".join(symbol for _, symbol in symbols)
                tokens[index].heard.append((heard, begins_word))
                begins_word = False

    def _symbols(self, ipa: str) -> str:
        for wrong, right in self._missaid:
            ipa = ipa.replace(wrong, right)
        return kokoro_symbols(ipa)

    def _alone(self, token: str) -> tuple[str, ...]:
        return self._remembered(token) if len(token) <= _LONGEST_KNOWN_TOKEN else self._spoken_alone(token)

    def _spoken_alone(self, token: str) -> tuple[str, ...]:
        """Return the phoneme words of one word by itself."""
        clauses = Espeak.shared().clauses(token, self._language)
        return tuple(word for clause in clauses for word in self._symbols(clause.phonemes).split())


def kokoro_symbols(ipa: str) -> str:
    """Return espeak-ng's IPA (tie `^`) of these languages in Kokoro's symbols."""
    ipa = _LANGUAGE_SWITCH.sub("", ipa)
    for old, new in _SINGLE_SYMBOLS:
        ipa = ipa.replace(old, new)
    return ipa.replace("^", "").replace("-", "").replace("_", "")


@dataclass(slots=True)
class _Token:
    """What stands between two spaces in the source, and what is heard of it."""

    start: int
    written: str
    heard: list[tuple[str, bool]] = field(default_factory=list)  # phonemes, begins a phoneme word

    def speak(self, speech: PhonemeBuilder, *, spaced: bool, last: bool) -> None:
        """Add the phonemes and the signs around them; pauses only where espeak-ng ended a clause."""
        first = end = 0
        if self.heard:
            core = self.written.strip(_AROUND_WORDS) or self.written
            first = self.written.find(core)
            end = first + len(core)
        for place, char in enumerate(self.written[:first]):
            if SIGNS.get(char) in ENCLOSING:
                speech.add(SIGNS[char], self.start + place, self.start + place + 1, spaced=spaced)
                spaced = False
        for number, (symbols, begins_word) in enumerate(self.heard):
            apart = (spaced or number > 0) and begins_word
            speech.add(symbols, self.start + first, self.start + end, spaced=apart)
        spaced = spaced and not self.heard
        for place, char in enumerate(self.written[end:], end):
            sign = SIGNS.get(char, "")
            if sign in ENCLOSING or last or (sign == "—" and len(self.written) == 1):
                speech.add(sign, self.start + place, self.start + place + 1, spaced=spaced)
                spaced = spaced and not sign
