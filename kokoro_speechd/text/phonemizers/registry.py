# SPDX-License-Identifier: GPL-3.0-or-later
"""From a language tag to the reader that turns its text into Kokoro's phonemes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from kokoro_speechd.errors import LanguageError
from kokoro_speechd.text.language_tags import kokoro_language
from kokoro_speechd.text.phonemizers.phonemizer import Reader, ReaderOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from kokoro_speechd.text.script import Phonemes


class _OneAtATime:
    """Makes a reader that keeps to one text at a time one for any thread."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._lock = threading.Lock()

    def phonemes(self, text: str) -> Phonemes:
        with self._lock:
            return self._reader.phonemes(text)


_readers: dict[tuple[str, ReaderOptions], Reader] = {}
_building = threading.Lock()


def reader_for(language: str, options: ReaderOptions) -> Reader:
    """Return the reader of a language tag, for any thread; built at the first call and kept.

    Raises LanguageError for languages that Kokoro does not speak and for a reader whose packages are missing.
    """
    canonical = kokoro_language(language)
    if canonical is None:
        raise LanguageError(f"Kokoro does not speak {language!r}")
    with _building:
        reader = _readers.get((canonical, options))
        if reader is None:
            reader = _naming(canonical, _BUILDERS[canonical](canonical, options), options)
            _readers[canonical, options] = reader
        return reader


def _naming(language: str, reader: Reader, options: ReaderOptions) -> Reader:
    from kokoro_speechd.text.phonemizers.naming_reader import NamingReader

    english = language.startswith("en")
    return NamingReader(language, reader, lambda: reader if english else reader_for("en-US", options))


def _english(language: str, options: ReaderOptions) -> Reader:
    from kokoro_speechd.text.phonemizers.english.english import EnglishReader

    return _OneAtATime(EnglishReader(british=language == "en-GB", tagger=options.tagger))


def _espeak(language: str, _options: ReaderOptions) -> Reader:
    from kokoro_speechd.text.phonemizers.espeak import EspeakReader

    return EspeakReader(language)


def _japanese(_language: str, options: ReaderOptions) -> Reader:
    from kokoro_speechd.text.phonemizers.japanese.japanese import JapaneseReader

    def read_english(text: str) -> Phonemes:
        return reader_for("en-US", options).phonemes(text)

    return _OneAtATime(JapaneseReader(options.japanese_dictionary, read_english))


def _mandarin(_language: str, options: ReaderOptions) -> Reader:
    from kokoro_speechd.text.phonemizers.mandarin import MandarinReader

    def read_english(text: str) -> Phonemes:
        return reader_for("en-US", options).phonemes(text)

    return _OneAtATime(MandarinReader(read_english, options.jieba_cache))


_BUILDERS: dict[str, Callable[[str, ReaderOptions], Reader]] = {
    "en-US": _english,
    "en-GB": _english,
    **dict.fromkeys(("es", "fr", "hi", "it", "pt-BR"), _espeak),
    "ja": _japanese,
    "zh": _mandarin,
}
