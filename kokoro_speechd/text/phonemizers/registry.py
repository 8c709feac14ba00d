# SPDX-License-Identifier: GPL-3.0-or-later
"""From a language tag to the phonemizer that turns its text into Kokoro's phonemes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from kokoro_speechd.errors import LanguageError
from kokoro_speechd.text.language_tags import kokoro_language
from kokoro_speechd.text.phonemizers.phonemizer import Phonemizer, PhonemizerOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from kokoro_speechd.text.script import Phonemes


class _OneAtATime:
    """Makes a phonemizer that keeps to one text at a time one for any thread."""

    def __init__(self, phonemizer: Phonemizer) -> None:
        self._phonemizer = phonemizer
        self._lock = threading.Lock()

    def phonemes(self, text: str) -> Phonemes:
        with self._lock:
            return self._phonemizer.phonemes(text)


_phonemizers: dict[tuple[str, PhonemizerOptions], Phonemizer] = {}
_building = threading.Lock()


def phonemizer_for(language: str, options: PhonemizerOptions) -> Phonemizer:
    """Return the phonemizer of a language tag, for any thread; built at the first call and kept.

    Raises LanguageError for languages that Kokoro does not speak and where packages are missing.
    """
    canonical = kokoro_language(language)
    if canonical is None:
        raise LanguageError(f"Kokoro does not speak {language!r}")
    with _building:
        phonemizer = _phonemizers.get((canonical, options))
        if phonemizer is None:
            phonemizer = _naming(canonical, _BUILDERS[canonical](canonical, options), options)
            _phonemizers[canonical, options] = phonemizer
        return phonemizer


def _naming(language: str, phonemizer: Phonemizer, options: PhonemizerOptions) -> Phonemizer:
    from kokoro_speechd.text.phonemizers.naming import NamingPhonemizer

    english = language.startswith("en")
    return NamingPhonemizer(
        language, phonemizer, lambda: phonemizer if english else phonemizer_for("en-US", options)
    )


def _english(language: str, options: PhonemizerOptions) -> Phonemizer:
    from kokoro_speechd.text.phonemizers.english.phonemizer import EnglishPhonemizer

    return _OneAtATime(EnglishPhonemizer(british=language == "en-GB", tagger=options.tagger))


def _espeak(language: str, _options: PhonemizerOptions) -> Phonemizer:
    from kokoro_speechd.text.phonemizers.espeak import EspeakPhonemizer

    return EspeakPhonemizer(language)


def _japanese(_language: str, options: PhonemizerOptions) -> Phonemizer:
    from kokoro_speechd.text.phonemizers.japanese.phonemizer import JapanesePhonemizer

    def read_english(text: str) -> Phonemes:
        return phonemizer_for("en-US", options).phonemes(text)

    return _OneAtATime(JapanesePhonemizer(options.japanese_dictionary, read_english))


def _mandarin(_language: str, options: PhonemizerOptions) -> Phonemizer:
    from kokoro_speechd.text.phonemizers.mandarin import MandarinPhonemizer

    def read_english(text: str) -> Phonemes:
        return phonemizer_for("en-US", options).phonemes(text)

    return _OneAtATime(MandarinPhonemizer(read_english, options.jieba_cache))


_BUILDERS: dict[str, Callable[[str, PhonemizerOptions], Phonemizer]] = {
    "en-US": _english,
    "en-GB": _english,
    **dict.fromkeys(("es", "fr", "hi", "it", "pt-BR"), _espeak),
    "ja": _japanese,
    "zh": _mandarin,
}
