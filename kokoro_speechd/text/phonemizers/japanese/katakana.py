# SPDX-License-Identifier: GPL-3.0-or-later
"""English words as Japanese speakers say them: Kokoro's English phonemes → katakana.

For words of Latin letters that Open JTalk would spell. The rules are those of loanwords: every consonant gets
a vowel, a stop behind a short vowel is doubled, "o" and "a" follow the spelling where that tells.
"""

from __future__ import annotations

import re

_VOWELS = {
    "A": "エイ", "I": "アイ", "O": "オー", "W": "アウ", "Y": "オイ", "i": "イー", "u": "ウー", "ɑ": "オ",
    "æ": "ア",
    "ɛ": "エ", "ɪ": "イ", "ʌ": "ア", "ʊ": "ウ", "ə": "ア", "ᵻ": "イ", "ɔ": "オー", "ɜ": "アー", "ɐ": "ア",
}  # fmt: skip
_BEFORE_R = {
    "ɑ": "アー",
    "ɔ": "オー",
    "ɜ": "アー",
    "ə": "アー",
    "ɛ": "エア",
    "ɪ": "イア",
    "ʊ": "ウア",
    "I": "アイア",
    "W": "アワー",
}
# Consonant → its kana before a i u e o, then alone.
_ROWS = {
    "b": "バ ビ ブ ベ ボ ブ", "d": "ダ ディ ドゥ デ ド ド", "f": "ファ フィ フ フェ フォ フ",
    "h": "ハ ヒ フ ヘ ホ フ",
    "j": "ヤ イ ユ イェ ヨ イ", "k": "カ キ ク ケ コ ク", "l": "ラ リ ル レ ロ ル", "m": "マ ミ ム メ モ ム",
    "n": "ナ ニ ヌ ネ ノ ン", "p": "パ ピ プ ペ ポ プ", "s": "サ シ ス セ ソ ス",
    "t": "タ ティ トゥ テ ト ト",
    "v": "バ ビ ブ ベ ボ ブ", "w": "ワ ウィ ウ ウェ ウォ ウ", "z": "ザ ジ ズ ゼ ゾ ズ",
    "ð": "ザ ジ ズ ゼ ゾ ズ",
    "ŋ": "ンガ ンギ ング ンゲ ンゴ ング", "ɡ": "ガ ギ グ ゲ ゴ グ", "ɹ": "ラ リ ル レ ロ ル",
    "ʃ": "シャ シ シュ シェ ショ シュ", "ʒ": "ジャ ジ ジュ ジェ ジョ ジュ", "ʤ": "ジャ ジ ジュ ジェ ジョ ジ",
    "ʧ": "チャ チ チュ チェ チョ チ", "θ": "サ シ ス セ ソ ス", "T": "タ ティ トゥ テ ト ト",
}  # fmt: skip
_COLUMNS = "アイウエオ"
_YOON = {
    "k": "キュ",
    "m": "ミュ",
    "p": "ピュ",
    "b": "ビュ",
    "f": "フュ",
    "v": "ビュ",
    "h": "ヒュ",
    "n": "ニュ",
    "t": "チュ",
    "d": "デュ",
    "ɡ": "ギュ",
    "s": "シュ",
    "l": "リュ",
    "T": "チュ",
}
_DOUBLED = frozenset("ptkʧʤɡd")
_SHORT = frozenset("æɛɪʌʊɑ")


def katakana(phonemes: str, written: str) -> str:
    """Return the katakana of one English word; `written` is its spelling. "" for nothing to say."""
    sounds = [sound for sound in phonemes if sound in _VOWELS or sound in _ROWS]
    letters = re.findall("[aeiou]", written.lower())
    said = ""
    vowels = 0
    place = 0
    while place < len(sounds):
        sound = sounds[place]
        if sound in _VOWELS:
            kana, place = _vowel(sounds, place, letters, vowels)
            vowels += 1
            said += kana
            continue
        following = sounds[place + 1] if place + 1 < len(sounds) else ""
        if following == "j" and sound in _YOON and sounds[place + 2 : place + 3] in (["u"], ["ʊ"], ["ə"]):
            said += _YOON[sound] + ("ー" if sounds[place + 2] == "u" else "")
            place += 3
            vowels += 1
            if sounds[place : place + 1] == ["ɹ"]:
                said += "ア"
                place += 1
            continue
        row = _ROWS[sound].split()
        if following and following in _VOWELS:
            kana, place = _vowel(sounds, place + 1, letters, vowels)
            vowels += 1
            said += row[_COLUMNS.index(kana[0])] + kana[1:]
            continue
        last = place + 1 == len(sounds)
        before = sounds[place - 1] if place else ""
        if sound in _DOUBLED and before in _SHORT and (last or following == "s"):
            said += "ッ"
        if (sound == "m" and following in ("p", "b")) or (sound == "n" and following == "ɡ"):
            said += "ン"
        elif sound == "t" and following == "s":
            said += "ツ"
            place += 1
        elif sound == "d" and following == "z":
            said += "ズ"
            place += 1
        elif sound == "ŋ" and following in ("k", "ɡ"):
            said += "ン"
        else:
            said += row[5]
        place += 1
    return said


def _vowel(sounds: list[str], place: int, letters: list[str], number: int) -> tuple[str, int]:
    """Return the kana of a vowel and where the next sound is."""
    sound = sounds[place]
    behind = sounds[place + 1 : place + 2]
    after_r = sounds[place + 2] if place + 2 < len(sounds) else ""
    if behind == ["ɹ"] and sound in _BEFORE_R and not (after_r and after_r in _VOWELS):
        return _BEFORE_R[sound], place + 2
    kana = _VOWELS[sound]
    if sound in "əɑᵻ" and number < len(letters):
        letter = letters[number]
        kana = {"a": "ア", "o": "オ", "e": "エ", "i": "イ", "u": "ア"}[letter]
    return kana, place + 1
