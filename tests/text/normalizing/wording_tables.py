# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares a text with the words that a person would say for it, as the language's phonemizer says both."""

from functools import cache

from kokoro_speechd.text.mapped_text import MappedText, read
from kokoro_speechd.text.normalizing.stage import normalize
from kokoro_speechd.text.phonemizers.phonemizer import PhonemizerOptions
from kokoro_speechd.text.phonemizers.registry import phonemizer_for

_STRESS = str.maketrans("", "", "ˈˌ ")


@cache
def _phonemizer(language):
    return phonemizer_for(language, PhonemizerOptions())


def form(text, language):
    """Return the words that the phonemizer gets."""
    return normalize(read(text), language).text


def sounds(words, language):
    """Return the phonemes of words as they stand."""
    return _phonemizer(language).phonemes(words).symbols


def heard(text, language):
    """Return the phonemes of a text."""
    return sounds(form(text, language), language)


def alike(symbols, same=()):
    """Return phonemes without what depends on whether a number is one word or several: stress and spaces."""
    symbols = symbols.translate(_STRESS)
    for one, other in same:
        symbols = symbols.replace(one, other)
    return symbols


def assert_said(text, words, language, same=()):
    """Check that `text` is read like `words`, and that every word knows its place in the text."""
    mapped = normalize(read(text), language)
    assert isinstance(mapped, MappedText)
    assert len(mapped.text) == len(mapped.origins)
    assert list(mapped.origins) == sorted(mapped.origins)
    assert all(0 <= origin < len(text) for origin in mapped.origins)
    assert alike(sounds(mapped.text, language), same) == alike(sounds(words, language), same), mapped.text
