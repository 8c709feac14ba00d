# SPDX-License-Identifier: GPL-3.0-or-later
"""From a language tag to the reader that turns its text into Kokoro's phonemes."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from kokoro_speechd.errors import LanguageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kokoro_speechd.text.script import Phonemes

KOKORO_LANGUAGES = {
    "en-US": "a",
    "en-GB": "b",
    "es": "e",
    "fr": "f",
    "hi": "h",
    "it": "i",
    "ja": "j",
    "pt-BR": "p",
    "zh": "z",
}
"""The languages Kokoro speaks → the letter that the names of their voices begin with."""

_BASES = {
    **dict.fromkeys(("en", "eng"), "en-US"),
    **dict.fromkeys(("es", "spa"), "es"),
    **dict.fromkeys(("fr", "fra", "fre"), "fr"),
    **dict.fromkeys(("hi", "hin"), "hi"),
    **dict.fromkeys(("it", "ita"), "it"),
    **dict.fromkeys(("ja", "jpn"), "ja"),
    **dict.fromkeys(("pt", "por"), "pt-BR"),
    **dict.fromkeys(("zh", "zho", "chi", "cmn"), "zh"),
}
# Where written and taught English follows Britain rather than America.
_BRITISH_REGIONS = frozenset({"gb", "uk", "au", "nz", "ie", "za", "in", "sg", "hk", "mt", "scotland", "rp"})


@dataclass(frozen=True, slots=True)
class ReaderOptions:
    """What readers need to know from the settings."""

    tagger: Literal["rules", "spacy"] = "rules"
    """How English words get their part of speech."""
    jieba_cache: Path | None = None
    """Folder where the Mandarin segmenter may keep its prepared dictionary; None for nowhere."""
    japanese_dictionary: Path | None = None
    """Open JTalk's dictionary; None for $OPEN_JTALK_DICT_DIR, then Debian's place."""


class Reader(Protocol):
    """Turns text of one language into phonemes."""

    def phonemes(self, text: str) -> Phonemes:
        """Return Kokoro phonemes of `text`; places count characters of `text`.

        Any text will do. Raises EspeakError where it needs espeak-ng and that is missing.
        """


class _OneAtATime:
    """Makes a reader that keeps to one text at a time one for any thread."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._lock = threading.Lock()

    def phonemes(self, text: str) -> Phonemes:
        with self._lock:
            return self._reader.phonemes(text)


def kokoro_language(tag: str | None) -> str | None:
    """Return the key of KOKORO_LANGUAGES that reads text tagged `tag` (any case), None for none."""
    if not tag:
        return None
    base, *rest = tag.strip().lower().replace("_", "-").partition(".")[0].partition("@")[0].split("-")
    language = _BASES.get(base)
    if language == "en-US" and _BRITISH_REGIONS.intersection(rest):
        return "en-GB"
    if language == "zh" and "yue" in rest:
        return None  # Cantonese, which shares the script and nothing of the sound
    return language


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
