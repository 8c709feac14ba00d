# SPDX-License-Identifier: GPL-3.0-or-later
"""The symbols that Kokoro-82M was trained on, from the `vocab` of its config.json."""

from __future__ import annotations

import logging

from kokoro_speechd.text.script import Phonemes

_logger = logging.getLogger(__name__)

PUNCTUATION = frozenset(';:,.!?—…"()“” ')
_DIPHTHONGS_AND_AFFRICATES = "ʣʥʦʨᵝ\uab67AIOQSTWYᵊ"
_LATIN = "abcdefhijklmnopqrstuvwxyz"  # "g" is not among them: the voiced velar stop is ɡ (U+0261)
_IPA = "ɑɐɒæβɔɕçɖðʤəɚɛɜɟɡɥɨɪʝɯɰŋɳɲɴøɸθœɹɾɻʁɽʂʃʈʧʊʋʌɣɤχʎʒʔ"
_MODIFIERS = "\u0303ˈˌːʰʲ↓→↗↘ᵻ"

SYMBOLS: frozenset[str] = PUNCTUATION | frozenset(_DIPHTHONGS_AND_AFFRICATES + _LATIN + _IPA + _MODIFIERS)
"""All 114 symbols; KModel ignores any other silently."""


def keep_known(phonemes: Phonemes) -> Phonemes:
    """Return `phonemes` without the symbols that the model does not know; only their number is logged."""
    if SYMBOLS.issuperset(phonemes.symbols):
        return phonemes
    kept = [index for index, symbol in enumerate(phonemes.symbols) if symbol in SYMBOLS]
    _logger.debug("%d symbols outside the model's vocabulary left out", len(phonemes) - len(kept))
    return Phonemes(
        "".join(phonemes.symbols[index] for index in kept),
        tuple(phonemes.starts[index] for index in kept),
        tuple(phonemes.ends[index] for index in kept),
    )


def is_silent(phonemes: Phonemes) -> bool:
    """Tell whether nothing in `phonemes` has a sound: no symbols, or only punctuation and spaces."""
    return all(symbol in PUNCTUATION for symbol in phonemes.symbols)
