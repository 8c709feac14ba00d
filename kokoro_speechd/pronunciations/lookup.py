# SPDX-License-Identifier: GPL-3.0-or-later
"""How a word is read, and because of which entries of the user."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kokoro_speechd.errors import LanguageError, PronunciationError
from kokoro_speechd.pronunciations.entries import Pronunciation, write_line
from kokoro_speechd.pronunciations.files import ALL, UserPronunciations, user_pronunciations
from kokoro_speechd.settings import Settings
from kokoro_speechd.system import paths
from kokoro_speechd.text.language_tags import base, kokoro_language, normalise, spoken_by_espeak
from kokoro_speechd.text.mapped_text import read
from kokoro_speechd.text.phonemes.overrides import phonemes_of_mapped
from kokoro_speechd.text.phonemizers.phonemizer import PhonemizerOptions
from kokoro_speechd.text.phonemizers.registry import phonemizer_for
from kokoro_speechd.text.phonemizers.spoken_form import spoken_form
from kokoro_speechd.voices.catalogue import describe
from kokoro_speechd.voices.selection import LAST_RESORT


@dataclass(frozen=True, slots=True)
class AppliedEntry:
    """An entry and where it stands."""

    path: Path
    line: int
    language: str  # a tag, or ALL
    entry: Pronunciation

    @property
    def written(self) -> str:
        """The entry as a line of its file."""
        return write_line(self.entry)


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a text is read in a language; `phonemes` are Kokoro's, or espeak-ng's IPA where that speaks it."""

    language: str
    phonemes: str
    by_espeak: bool
    entries: tuple[AppliedEntry, ...]


def explain(text: str, language: str, settings: Settings) -> Explanation:
    """Return how a text is read in a language (a normalised tag). Raises EspeakError."""
    words = user_pronunciations()
    if kokoro_language(language) is not None:
        options = PhonemizerOptions(tagger=settings.english_tagger, jieba_cache=paths.cache_folder())
        try:
            symbols = phonemes_of_mapped(
                spoken_form(text, language, pronouncer=words),
                language,
                lambda text: phonemizer_for(language, options).phonemes(text),
            ).symbols
        except LanguageError:
            pass  # espeak-ng speaks, as it does with a message
        else:
            return Explanation(language, symbols, False, _used(words, text, language, ipa=True))
    from kokoro_speechd.espeak import Espeak

    clauses = Espeak.shared().clauses(words.respell(read(text), language).text, language)
    heard = " ".join(clause.phonemes for clause in clauses).replace("^", "").replace("_", "")
    return Explanation(language, heard, True, _used(words, text, language, ipa=False))


def all_entries() -> list[AppliedEntry]:
    """Return every entry, the user's own files first, by file and line."""
    return [
        AppliedEntry(file.path, line, file.language, entry)
        for file in user_pronunciations().files()
        for line, entry in file.entries
    ]


def default_language(settings: Settings) -> str:
    """Return the language of somebody who names none."""
    return normalise(settings.default_language) or describe(settings.default_voice).language or LAST_RESORT


def language_of_entry(language: str | None, settings: Settings) -> str:
    """Return the tag, or ALL, of the file that somebody means. Raises PronunciationError."""
    if not language:
        return base(default_language(settings))
    if language.casefold() == ALL:
        return ALL
    tag = normalise(language)
    if tag is None or not spoken_by_espeak(tag):
        raise PronunciationError("nothing here speaks this language")
    return tag


def _used(words: UserPronunciations, text: str, language: str, *, ipa: bool) -> tuple[AppliedEntry, ...]:
    used = [match.entry for match in words.dictionary(language).matches(read(text), ipa=ipa)]
    return tuple(found for entry in used for found in all_entries() if found.entry is entry)
