# SPDX-License-Identifier: GPL-3.0-or-later
"""An English word by itself has a stress: "up" alone is no preposition."""

from __future__ import annotations

from dataclasses import replace

from kokoro_speechd.text.script import Phonemes

_VOWELS = frozenset("AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻ")


def stressed(phonemes: Phonemes) -> Phonemes:
    """Return the phonemes of one word with a stress: "up" by itself is no preposition."""
    symbols = phonemes.symbols
    if "ˈ" in symbols:
        return phonemes
    if "ˌ" in symbols:
        return replace(phonemes, symbols=symbols.replace("ˌ", "ˈ", 1))
    place = next((place for place, symbol in enumerate(symbols) if symbol in _VOWELS), None)
    if place is None:
        return phonemes
    return Phonemes(
        symbols[:place] + "ˈ" + symbols[place:],
        (*phonemes.starts[: place + 1], *phonemes.starts[place:]),
        (*phonemes.ends[: place + 1], *phonemes.ends[place:]),
    )
