# SPDX-License-Identifier: GPL-3.0-or-later
"""IPA as people write it → the symbols that Kokoro's voices of a language were trained on."""

from __future__ import annotations

import unicodedata

from kokoro_speechd.text.vocabulary import PUNCTUATION, SYMBOLS

# Letters that are written in more than one way, or that no voice knows and that sound nearly like others.
_SPELLINGS = {
    "g": "ɡ",
    "'": "ˈ",
    "’": "ˈ",
    "ʼ": "",
    ":": "ː",
    "ˑ": "",
    ",": "ˌ",
    "ɝ": "ɜɹ",
    "ɫ": "l",
    "ɬ": "l",
    "ɮ": "l",
    "ʍ": "w",
    "ɱ": "m",
    "ɭ": "l",
    "ɺ": "ɾ",
    "ʙ": "b",
    "ɓ": "b",
    "ɗ": "d",
    "ɠ": "ɡ",
    "ɢ": "ɡ",
    "ħ": "h",
    "ʕ": "ʔ",
    "ɦ": "h",
    "ʜ": "h",
    "ʐ": "ʒ",
    "ʑ": "ʒ",
    "ɧ": "ʃ",
    "ɘ": "ə",
    "ɞ": "ɜ",
    "ɶ": "œ",
    "ʏ": "y",
    "ʉ": "u",
    "ʱ": "ʰ",
    "ˠ": "",
    ".": "",
    "‿": "",
    "|": ",",
    "‖": ".",
    "ɚ": "əɹ",
    "ǝ": "ə",
}
_AFFRICATES = {"tʃ": "ʧ", "dʒ": "ʤ", "ts": "ʦ", "dz": "ʣ", "tɕ": "ʨ"}
_DIPHTHONGS = {"aɪ": "I", "aʊ": "W", "eɪ": "A", "oʊ": "O", "ɔɪ": "Y", "əʊ": "Q", "aj": "I", "aw": "W"}
_TIES = "\u0361\u035c\u2040^"
# What is dropped in English only: its voices heard these as one sound or not at all.
_AMERICAN = {"ː": "", "ɒ": "ɑ", "r": "ɹ"}
_BRITISH = {"r": "ɹ"}


def kokoro_symbols(ipa: str, language: str) -> str:
    """Return `ipa` in Kokoro's symbols for a language of `KOKORO_LANGUAGES`; "" where nothing has a sound.

    Two letters become one symbol where they are tied, or where the language's voices have no other way to
    hear them. What the model does not know is left out.
    """
    text = unicodedata.normalize("NFD", ipa.strip().strip("/[]")).replace("c\u0327", "\u00e7")
    english = language.startswith("en")
    for pair, symbol in _AFFRICATES.items():
        for tie in _TIES:
            text = text.replace(pair[0] + tie + pair[1], symbol)
        if english and pair in ("tʃ", "dʒ"):
            text = text.replace(pair, symbol)
    for tie in _TIES:
        text = text.replace(tie, "")
    if language not in ("ja", "zh"):
        for pair, symbol in _DIPHTHONGS.items():
            if english or pair in ("aɪ", "aʊ", "eɪ", "oʊ"):
                text = text.replace(pair, symbol)
    regional = _AMERICAN if language == "en-US" else _BRITISH if english else {}
    symbols = "".join(_SPELLINGS.get(char, char) for char in text)
    symbols = "".join(regional.get(char, char) for char in symbols)
    symbols = " ".join("".join(symbol for symbol in symbols if symbol in SYMBOLS).split())
    return symbols if any(symbol not in PUNCTUATION for symbol in symbols) else ""
