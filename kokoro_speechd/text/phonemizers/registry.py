# SPDX-License-Identifier: GPL-3.0-or-later
"""From a language tag to the phonemizer that turns its text into Kokoro's phonemes."""

from __future__ import annotations

import importlib
import threading
from typing import TYPE_CHECKING

from kokoro_speechd.errors import LanguageError
from kokoro_speechd.text.language_tags import kokoro_language
from kokoro_speechd.text.languages.all import LANGUAGES
from kokoro_speechd.text.languages.language import Language
from kokoro_speechd.text.phonemizers.phonemizer import Builder, Phonemizer, PhonemizerOptions

if TYPE_CHECKING:
    from kokoro_speechd.text.script import Phonemes


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
            phonemizer = _built(LANGUAGES[canonical], options)
            _phonemizers[canonical, options] = phonemizer
        return phonemizer


def _built(language: Language, options: PhonemizerOptions) -> Phonemizer:
    module, _, function = language.phonemizer.partition(":")
    build: Builder = getattr(importlib.import_module(module), function)

    def read_english(text: str) -> Phonemes:
        return phonemizer_for("en-US", options).phonemes(text)

    return _naming(language.tag, build(language, options, read_english), options)


def _naming(language: str, phonemizer: Phonemizer, options: PhonemizerOptions) -> Phonemizer:
    from kokoro_speechd.text.phonemizers.naming import NamingPhonemizer

    english = language.startswith("en")
    return NamingPhonemizer(
        language, phonemizer, lambda: phonemizer if english else phonemizer_for("en-US", options)
    )
