# SPDX-License-Identifier: GPL-3.0-or-later
"""IPA as people and dictionaries write it → the symbols that Kokoro's voices of a language learnt.

What the voices of a language never heard is said by the nearest sound that they did. Kokoro's own symbols
("A" for eɪ) stay, so that what `kokoro-speechd pronounce` prints can be written back.
"""

from __future__ import annotations

import re
import unicodedata

from kokoro_speechd.text.language_tags import kokoro_language
from kokoro_speechd.text.languages.all import LANGUAGES
from kokoro_speechd.text.phonemes.kokoro_symbols import PUNCTUATION, SYMBOLS

_Table = tuple[tuple[str, str], ...]

_TIES = "\u0361\u035c^"
_VOWELS = "aeiouyæøœɐɑɒɔəɚɛɜɝɞɘɤɨɪɯɵɶʉʊʌʏᵊᵻAIOQWY"
_STRESSES = "ˈˌ"

# Ways of writing that are the same everywhere; longer ones first.
_WRITTEN = (
    ("c\u0327", "ç"),
    *(("t͡s", "ʦ"), ("d͡z", "ʣ"), ("t͡ʃ", "ʧ"), ("d͡ʒ", "ʤ"), ("t͡ɕ", "ʨ"), ("d͡ʑ", "ʥ")),
    *(("tʃ", "ʧ"), ("dʒ", "ʤ"), ("tɕ", "ʨ"), ("dʑ", "ʥ")),
    *(("i\u032f", "ɪ"), ("u\u032f", "ʊ"), ("o\u032f", "ʊ"), ("e\u032f", "ɪ")),
    *((".", ""), ("‖", ". "), ("|", ", ")),  # parts of a word; pauses
    *(("'", "ˈ"), ("’", "ˈ"), ("ʼ", ""), (":", "ː"), ("g", "ɡ")),
)
_SYLLABIC = re.compile("([lmnŋɹr])[\u0329\u030d]")

# (sound, those that are said by it). First those that no voice has a symbol for.
_NEAREST = (
    *(
        ("m", "ɱ"),
        ("b", "ʙɓ"),
        ("v", "ⱱ"),
        ("ɾ", "ɺ"),
        ("l", "ɭʟɫɬɮ"),
        ("ʁ", "ʀ"),
        ("h", "ħɦʜ"),
        ("ʔ", "ʕʢʡ"),
    ),
    *(("ʒ", "ʑʐ"), ("ʃ", "ɧ"), ("w", "ʍʷ"), ("ɡ", "ɢʛɠ"), ("d", "ɗ"), ("ɟ", "ʄ"), ("ɖ", "ᶑ"), ("ɲ", "ȵ")),
    *(("ə", "ɘɵ"), ("ɜ", "ɞ"), ("œ", "ɶ"), ("u", "ʉ"), ("y", "ʏ"), ("ɜɹ", "ɝ"), ("ɪ", "ɩ"), ("ʊ", "ɷ")),
)
# Then those that English voices do not know.
_ENGLISH_NEAREST = (
    *(("ɹ", "rɻʁɽ"), ("k", "xχqc"), ("h", "ç"), ("ɡ", "ɣɟ"), ("v", "βʋ"), ("f", "ɸ"), ("n", "ɳ"), ("ŋ", "ɴ")),
    *(("nj", "ɲ"), ("lj", "ʎ"), ("ʃ", "ɕʂ"), ("d", "ɖ"), ("t", "ʈʔ"), ("ts", "ʦ"), ("dz", "ʣ"), ("ʧ", "ʨ")),
    *(
        ("ʤ", "ʥ"),
        ("w", "ɥɰ"),
        ("s", "S"),
        ("u", "yɯ"),
        ("ɜ", "øœ"),
        ("ɪ", "ɨ"),
        ("ʌ", "ɤ"),
        ("", "ʰʲ\u0303"),
    ),
)
_AMERICAN = (
    (r"\(ɹ\)", "ɹ"),
    *(("e[ɪi]", "A"), ("a[ɪi]", "I"), ("a[ʊu]", "W"), ("[oə][ʊu]", "O"), ("[ɔo][ɪi]", "Y"), ("Q", "O")),
    *(("ɚ", "əɹ"), ("ɜː?ɹ?", "ɜɹ"), ("[ɪi]əɹ", "ɪɹ"), ("[eɛ]əɹ", "ɛɹ"), ("ʊəɹ", "ʊɹ")),
    *(("o(?=ː?ɹ)", "ɔ"), ("o", "O"), ("[ɒa]", "ɑ"), ("e", "ɛ"), ("ɾ", "T"), ("ː", "")),
)
_BRITISH = (
    (r"\(ɹ\)", ""),
    *(("[eɛ]ə", "ɛː"), ("e[ɪi]", "A"), ("a[ɪi]", "I"), ("a[ʊu]", "W"), ("[oə][ʊu]", "Q"), ("[ɔo][ɪi]", "Y")),
    *(("O", "Q"), ("ɚ", "ə"), ("ɜɹ", "ɜː"), ("oː", "ɔː"), ("o", "Q"), ("æ", "a"), ("e", "ɛ"), ("[ɾT]", "t")),
    ("ᵻ", "ɪ"),
)
_ENGLISH = " ,.bdfhijklmnpstuvwzðŋɑɐɔəɛɜɡɪɹʃʊʌʒʤʧˈˌθᵊAIWY"
_KNOWN = {"en-US": frozenset(_ENGLISH + "æᵻOT"), "en-GB": frozenset(_ENGLISH + "aɒːQ")}


def kokoro_symbols(ipa: str, language: str) -> str:
    """Return IPA (slashes or brackets around it do not matter) in Kokoro's symbols for a language tag.

    "" where nothing in it has a sound. Never raises; what is no IPA is left out, see `not_ipa`.
    """
    canonical = kokoro_language(language) or "en-US"
    text = _plain(ipa)
    if canonical in _KNOWN:
        text = _english(text, british=canonical == "en-GB")
        known: frozenset[str] = _KNOWN[canonical]
    else:
        text, known = _other(text, LANGUAGES[canonical].ipa), SYMBOLS - PUNCTUATION | set(" ,.")
    text = "".join(symbol for symbol in text if symbol in known)
    if LANGUAGES[canonical].stressed:
        text = _stress_before_vowels(text)
    else:
        text = text.translate(dict.fromkeys(map(ord, _STRESSES)))
    text = " ".join(text.split())
    return text if any(unicodedata.category(symbol)[1] in "lu" for symbol in text) else ""


def not_ipa(ipa: str) -> str:
    """Return the letters and digits of `ipa` that are neither IPA nor Kokoro's symbols, each once."""
    known = SYMBOLS.union(*(sounds for _, sounds in _NEAREST))
    strange = (char for char in _plain(ipa) if char.isalnum() and char not in known)
    return "".join(dict.fromkeys(char for char in strange if unicodedata.category(char) != "Lm"))


def _plain(ipa: str) -> str:
    text = unicodedata.normalize("NFD", ipa.strip().strip("/[]\\"))
    for tie in _TIES[1:]:
        text = text.replace(tie, _TIES[0])
    for old, new in _WRITTEN:
        text = text.replace(old, new)
    return text.replace(_TIES[0], "")


def _by_nearest(text: str, table: _Table) -> str:
    return text.translate({ord(sound): said for said, sounds in table for sound in sounds})


def _english(text: str, *, british: bool) -> str:
    text = _by_nearest(_by_nearest(_SYLLABIC.sub(r"ᵊ\1", text), _NEAREST), _ENGLISH_NEAREST)
    for old, new in _BRITISH if british else _AMERICAN:
        text = re.sub(old, new, text)
    return text


def _other(text: str, table: _Table) -> str:
    text = _SYLLABIC.sub(r"ə\1", text)
    for old, new in table:
        text = text.replace(old, new)
    return _by_nearest(text, _NEAREST)


def _stress_before_vowels(text: str) -> str:
    """Move each stress mark from the beginning of its syllable to the vowel, where the voices learnt it."""
    return re.sub(
        rf"([{_STRESSES}])([^\s{_STRESSES}{_VOWELS}]+)(?=[{_VOWELS}])",
        r"\2\1",
        re.sub("[ˈˌ]+(?=[ˈˌ])", "", text),
    )
