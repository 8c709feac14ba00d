# SPDX-License-Identifier: GPL-3.0-or-later
"""English that the lexicon does not know: espeak-ng's phonemes in the symbols of Kokoro's English voices."""

from __future__ import annotations

import re

from kokoro_speechd.text.script import Phonemes

# espeak-ng's IPA → the symbols of misaki's lexicons, on which the voices were trained. Longer ones come
# first.
_COMMON = (
    ("ʔˌn\u0329", "tn"),
    ("ʔn\u0329", "tn"),
    ("a^ɪ", "I"),
    ("a^ʊ", "W"),
    ("d^ʒ", "ʤ"),
    ("t^ʃ", "ʧ"),
    ("ɔ^ɪ", "Y"),
    ("ə^l", "ᵊl"),
    ("ʲo", "jo"),
    ("ʲə", "jə"),
    ("ɚɹ", "əɹ"),  # before ɚ alone, or the r would be doubled
    ("ɚ", "əɹ"),
    ("ʲ", ""),
    ("r", "ɹ"),
    ("x", "k"),
    ("ç", "k"),
    ("ɐ", "ə"),
    ("ɬ", "l"),
    ("g", "ɡ"),
    ("\u0303", ""),
)
_BRITISH = (("e^ə", "ɛː"), ("e^ɪ", "A"), ("e", "A"), ("iə", "ɪə"), ("ə^ʊ", "Q"))
_AMERICAN = (
    ("e^ɪ", "A"),
    ("e", "A"),
    ("o^ʊ", "O"),
    ("ɜːɹ", "ɜɹ"),
    ("ɜː", "ɜɹ"),
    ("ɪə", "iə"),
    ("ː", ""),
)
_LAST = (("o", "ɔ"), ("ɾ", "T"), ("ʔ", "t"), ("^", ""), ("-", ""), ("_", ""))
_SYLLABIC = re.compile("(\\S)\u0329")
_LANGUAGE_SWITCH = re.compile(r"\(\^?[a-z][a-z^-]*\)")
_PAUSES = {"。": ".", "！": "!", "？": "?", "、": ",", "，": ",", "；": ";", "：": ":", "।": "."}


def english_symbols(ipa: str, british: bool) -> str:
    """Return espeak-ng's English IPA (tie `^`) in the symbols of the English voices."""
    ipa = _LANGUAGE_SWITCH.sub("", ipa)
    for old, new in _COMMON:
        ipa = ipa.replace(old, new)
    ipa = _SYLLABIC.sub(r"ᵊ\1", ipa).replace("\u0329", "")
    for old, new in (*(_BRITISH if british else _AMERICAN), *_LAST):
        ipa = ipa.replace(old, new)
    return ipa


def _language(british: bool) -> str:
    return "en-gb" if british else "en-us"


def unknown_word(text: str, british: bool) -> str:
    """Return phonemes for one unknown word, "" where espeak-ng has none. Raises EspeakError."""
    from kokoro_speechd.espeak import Espeak

    clauses = Espeak.shared().clauses(text, _language(british))
    return english_symbols(" ".join(clause.phonemes for clause in clauses), british).strip()


def unknown_text(text: str, british: bool) -> Phonemes:
    """Return phonemes for a whole text, its clauses as source ranges. Raises EspeakError."""
    from kokoro_speechd.espeak import Espeak

    symbols: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for clause in Espeak.shared().clauses(text, _language(british)):
        pause = "".join(_PAUSES.get(char, char) for char in clause.punctuation)
        spoken = english_symbols(clause.phonemes, british).strip() + pause
        if not spoken:
            continue
        if symbols:
            spoken = " " + spoken
        symbols.append(spoken)
        starts += [clause.start] * len(spoken)
        ends += [clause.end] * len(spoken)
    return Phonemes("".join(symbols), tuple(starts), tuple(ends))
