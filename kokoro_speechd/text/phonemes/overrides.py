# SPDX-License-Identifier: GPL-3.0-or-later
"""Phonemes of a reading some of whose words have known sounds, the rest by the language's phonemizer.

It gets the whole text, because its neighbours decide how a word is read ("the apple", "les amis").
For what is known already a word stands in that it reads as one, with a vowel or a consonant at its beginning
like the sounds; then its phonemes are changed for these.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from kokoro_speechd.text.language_tags import kokoro_language
from kokoro_speechd.text.languages.all import LANGUAGES
from kokoro_speechd.text.mapped_text import MappedText, Sounds
from kokoro_speechd.text.script import Phonemes

if TYPE_CHECKING:
    from collections.abc import Callable

_VOWEL, _CONSONANT = "ana", "nana"  # read as a word in every language of Kokoro's
_BEGINS_WITH_VOWEL = re.compile("[ˈˌ]?[aeiouyæøœɐɑɒɔəɛɜɪɨɯʊʌᵊᵻAIOQWY]")
_UNSPACED = "\u2e80"  # from here on scripts do without spaces
_CONNECTING = frozenset("'’/\\@&#*%_-")
_STOP = re.compile(r"[.,:;!?…]+(?=[^\W_])")
_ELIDED = re.compile(r"(?<!\w)\w{1,5}['’]\Z")  # "l'", "dell'": one word with what follows
_POSSESSIVE = re.compile(r"['’][sS](?!\w)")
_SIBILANTS, _VOICELESS = frozenset("szʃʒʧʤ"), frozenset("ptkfθ")


def phonemes_of_mapped(mapped: MappedText, language: str, read: Callable[[str], Phonemes]) -> Phonemes:
    """Return the phonemes of a reading with their places in the script.

    `read` is the language's phonemizer, called where there is something to read. Raises what it raises.
    """
    text, sounds = _with_stand_ins(mapped, kokoro_language(language) or "")
    if not any(character.isalnum() or ord(character) > 0x7F for character in text.text):
        return Phonemes("", (), ())  # blank or plain punctuation: nothing to say, no phonemizer needed
    phonemes = read(text.text)
    return text.place(_changed(phonemes, sounds, read) if sounds else phonemes)


def _with_stand_ins(mapped: MappedText, language: str) -> tuple[MappedText, list[Sounds]]:
    """Return the reading with stand-ins, and where in it which sounds belong."""
    text = mapped.text
    edits: list[tuple[int, int, str]] = []
    sounds: list[Sounds] = []
    shift = done = 0
    eliding = language in LANGUAGES and LANGUAGES[language].elides
    for known in mapped.sounds:
        start, end, symbols = known.start, known.end, known.symbols
        if start < done:
            continue
        if language.startswith("en") and (possessive := _POSSESSIVE.match(text, end)):
            end = possessive.end()
            symbols += ending_of(symbols, british=language == "en-GB")
        stand_in = _stand_in(symbols)
        elided = eliding and _ELIDED.search(text, max(0, start - 7), start)
        before = " " if start > done and _touches(text, start - 1, -1) and not elided else ""
        stop = _STOP.match(text, end)
        after = " " if not stop and _touches(text, end, 1) else ""
        edits.append((start, end, before + stand_in + after))
        first = start + shift + len(before)
        sounds.append(Sounds(first, first + len(stand_in), symbols))
        shift += len(before + stand_in + after) - (end - start)
        done = end
        if stop:  # "a.b": the word, a stop, and the rest
            done = stop.end()
            edits.append((done, done, " "))
            shift += 1
    if not edits:
        return mapped, sounds
    return mapped.replaced(edits), sounds


def _stand_in(symbols: str) -> str:
    return _VOWEL if _BEGINS_WITH_VOWEL.match(symbols) else _CONSONANT


def _touches(text: str, place: int, step: int) -> bool:
    """Tell whether a phonemizer would join a word to what is next to it, on the side of `step`.

    Punctuation alone, up to the next space, is not joined: ")." is not, but ".b" and "(b" are.
    """
    while 0 <= place < len(text):
        char = text[place]
        if char.isspace() or char >= _UNSPACED:
            return False
        if char in _CONNECTING or not unicodedata.category(char).startswith("P"):
            return True
        place += step
    return False


def ending_of(symbols: str, *, british: bool) -> str:
    """Return the sound of an English possessive's "'s" behind `symbols`."""
    last = symbols.rstrip("ː ")[-1:]
    if last in _SIBILANTS:
        return "ɪz" if british else "ᵻz"
    return "s" if last in _VOICELESS else "z"


def _changed(phonemes: Phonemes, sounds: list[Sounds], read: Callable[[str], Phonemes]) -> Phonemes:
    """Return the phonemes with those of the stand-ins changed; `read` is their phonemizer."""
    changed = _Edited(phonemes)
    for known in sounds:
        first = _first_at(phonemes, known.start, changed.done)
        last = _first_at(phonemes, known.end, first)
        if last > first and phonemes.symbols[last - 1] == " ":
            last -= 1  # the space belongs to the word behind
        if first == last:  # its phonemizer thinks it a part of the word before ("l'ana"), or of a sign behind
            alone = read(_stand_in(known.symbols)).symbols
            found = phonemes.symbols.find(alone, changed.done)
            if found >= 0:
                first, last = found, found + len(alone)
        changed.put_in(first, last, known)
    return changed.build()


class _Edited:
    """Phonemes some of which are changed for others."""

    def __init__(self, phonemes: Phonemes) -> None:
        self._phonemes = phonemes
        self._symbols: list[str] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        self.done = 0

    def put_in(self, first: int, last: int, known: Sounds) -> None:
        """Change the phonemes `first` … `last - 1` for known ones."""
        self._keep(first)
        start = max(known.start, self._starts[-1]) if self._starts else known.start
        self._symbols += known.symbols
        self._starts += [start] * len(known.symbols)
        self._ends += [max(start, known.end)] * len(known.symbols)
        self.done = last

    def build(self) -> Phonemes:
        """Return all of them."""
        self._keep(len(self._phonemes))
        return Phonemes("".join(self._symbols), tuple(self._starts), tuple(self._ends))

    def _keep(self, end: int) -> None:
        kept = self._phonemes.slice(self.done, end)
        self._symbols += kept.symbols
        self._starts += kept.starts
        self._ends += kept.ends
        self.done = end


def _first_at(phonemes: Phonemes, place: int, index: int) -> int:
    """Return the first phoneme from `index` on that comes from `place` or behind it."""
    while index < len(phonemes) and phonemes.starts[index] < place:
        index += 1
    return index
