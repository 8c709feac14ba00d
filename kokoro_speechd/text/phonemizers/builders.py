# SPDX-License-Identifier: GPL-3.0-or-later
"""How each phonemizer is built; languages name these functions, see `Builder`."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from kokoro_speechd.text.phonemizers.phonemizer import Phonemizer, PhonemizerOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from kokoro_speechd.text.languages.language import Language
    from kokoro_speechd.text.script import Phonemes


class _OneAtATime:
    """Makes a phonemizer that keeps to one text at a time one for any thread."""

    def __init__(self, phonemizer: Phonemizer) -> None:
        self._phonemizer = phonemizer
        self._lock = threading.Lock()

    def phonemes(self, text: str) -> Phonemes:
        with self._lock:
            return self._phonemizer.phonemes(text)


def english(
    language: Language, options: PhonemizerOptions, _english: Callable[[str], Phonemes]
) -> Phonemizer:
    """Return English's, American or British."""
    from kokoro_speechd.text.phonemizers.english.phonemizer import EnglishPhonemizer

    return _OneAtATime(EnglishPhonemizer(british=language.tag == "en-GB", tagger=options.tagger))


def espeak(
    language: Language, _options: PhonemizerOptions, _english: Callable[[str], Phonemes]
) -> Phonemizer:
    """Return espeak-ng's, for the languages that name one of its."""
    from kokoro_speechd.text.phonemizers.espeak import EspeakPhonemizer

    return EspeakPhonemizer(language.tag)


def japanese(
    _language: Language, options: PhonemizerOptions, english: Callable[[str], Phonemes]
) -> Phonemizer:
    """Return Japanese's."""
    from kokoro_speechd.text.phonemizers.japanese.phonemizer import JapanesePhonemizer

    return _OneAtATime(JapanesePhonemizer(options.japanese_dictionary, english))


def mandarin(
    _language: Language, options: PhonemizerOptions, english: Callable[[str], Phonemes]
) -> Phonemizer:
    """Return Mandarin's."""
    from kokoro_speechd.text.phonemizers.mandarin import MandarinPhonemizer

    return _OneAtATime(MandarinPhonemizer(english, options.jieba_cache))
