# SPDX-License-Identifier: GPL-3.0-or-later
"""Kana → the phonemes of Kokoro's Japanese voices: the alphabet of misaki 0.9's default phonemizer."""

from __future__ import annotations

import re
from functools import lru_cache

# A row of kana with the vowels a i u e o: each column's phonemes, "-" where there is no such kana.
_ROWS = {
    "アイウエオ": "a i ɯ e o",
    "カキクケコ": "ka kʲi kɯ ke ko",
    "ガギグゲゴ": "ɡa ɡʲi ɡɯ ɡe ɡo",
    "サシスセソ": "sa ɕi sɨ se so",
    "ザジズゼゾ": "ʣa ʥi zɨ ʣe ʣo",
    "タチツテト": "ta ʨi ʦɨ te to",
    "ダヂヅデド": "da ʥi zɨ de do",
    "ナニヌネノ": "na ɲi nɯ ne no",
    "ハヒフヘホ": "ha çi ɸɯ he ho",
    "バビブベボ": "ba bʲi bɯ be bo",
    "パピプペポ": "pa pʲi pɯ pe po",
    "マミムメモ": "ma mʲi mɯ me mo",
    "ラリルレロ": "ɾa ɾʲi ɾɯ ɾe ɾo",
    "ヤユヨ": "ja jɯ jo",
    "ワヰヱヲヴ": "βa i e o vɯ",
    "ヷヸヹヺ": "va vʲi ve vo",
    "ァィゥェォ": "a i ɯ e o",
    "ャュョヮヵヶ": "ja jɯ jo βa ka ke",
}
# Kana before ャ ュ ョ → what stands before a, ɨ, o.
_GLIDES = dict(
    zip(
        "キギシジチヂニヒビピミリテデフヴ",
        ["kʲ", "ɡʲ", "ɕ", "ʥ", "ʨ", "ʥ", "ɲ", "ç", "bʲ", "pʲ", "mʲ", "ɾʲ", "tʲ", "dʲ", "ɸʲ", "bʲ"],
        strict=True,
    )
)
# Kana before ァ ィ ェ ォ, mostly of borrowed words → what stands before a, i, e, o.
_BORROWED = dict(
    zip(
        "クグツフヴウイキシジチニヒテデスズ",
        ["kᵝ", "ɡᵝ", "ʦ", "ɸ", "v", "β", "j", "kʲ", "ɕ", "ʥ", "ʨ", "ɲ", "ç", "t", "d", "s", "z"],
        strict=True,
    )
)
_PALATAL_BEFORE_I = "tdvɸʦ"


def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    for row, sounds in _ROWS.items():
        table |= dict(zip(row, sounds.split(), strict=True))
    for kana, onset in _GLIDES.items():
        table |= {kana + small: onset + vowel for small, vowel in zip("ャュョ", "aɨo", strict=True)}
    for kana, onset in _BORROWED.items():
        for small, vowel in zip("ァィェォ", "aieo", strict=True):
            soft = "ʲ" if vowel == "i" and onset in _PALATAL_BEFORE_I else ""
            table[kana + small] = onset + soft + vowel
    return table | {"トゥ": "tɯ", "ドゥ": "dɯ", "ー": "ː", "ッ": "ʔ"}


_SOUNDS = _table()
_MORA = re.compile("|".join(sorted((re.escape(kana) for kana in [*_SOUNDS, "ン"]), key=len, reverse=True)))
# The syllabic nasal takes the place of what follows it in the same word.
_NASALS = {
    **dict.fromkeys("mpb", "m"),
    **dict.fromkeys("kɡ", "ŋ"),
    **dict.fromkeys("ɲʨʥ", "ɲ"),
    **dict.fromkeys("ntdɾz", "n"),
}


@lru_cache(maxsize=4096)
def sounds(katakana: str) -> str:
    """Return the phonemes of one word in katakana; what is no kana has none."""
    spoken = ""
    nasal = False
    for mora in _MORA.findall(katakana):
        sound = _SOUNDS.get(mora, "")
        if nasal:
            spoken += _NASALS.get(sound[:1], "ɴ")
        nasal = not sound
        spoken += sound
    return spoken + ("ɴ" if nasal else "")
