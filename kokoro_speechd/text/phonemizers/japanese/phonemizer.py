# SPDX-License-Identifier: GPL-3.0-or-later
"""Japanese → Kokoro's phonemes: words and readings by Open JTalk, with a dictionary from the disk.

Kokoro's voices were trained on the output of misaki's default phonemizer, which needs a dictionary of half a
gigabyte from the network. Open JTalk finds nearly the same words and readings; the phonemes, the joining of
word parts and the spacing are misaki's. Nothing is ever downloaded.
"""

from __future__ import annotations

import importlib
import importlib.resources
import os
import re
import unicodedata
import warnings
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kokoro_speechd.errors import LanguageError
from kokoro_speechd.text.normalizing.loanwords import KATAKANA, OWN_KATAKANA
from kokoro_speechd.text.phonemes.kokoro_symbols import keep_known
from kokoro_speechd.text.phonemes.phoneme_builder import PhonemeBuilder
from kokoro_speechd.text.phonemes.punctuation import OPENING, SIGNS
from kokoro_speechd.text.phonemizers.japanese.katakana import katakana
from kokoro_speechd.text.phonemizers.japanese.places import Places
from kokoro_speechd.text.phonemizers.japanese.sounds import sounds

if TYPE_CHECKING:
    from collections.abc import Callable

    from kokoro_speechd.text.script import Phonemes

DEBIAN_DICTIONARY = Path("/var/lib/mecab/dic/open-jtalk/naist-jdic")

# Open JTalk copies text into a buffer of 8192 bytes without a look at its length; ASCII takes 3 bytes each.
_SENTENCE = re.compile(r"[^。．！？!?]{0,400}[。．！？!?]{0,40}[」』）”]{0,8}", re.DOTALL)
_UNREADABLE = re.compile("[\0-\x1f\x7f\ud800-\udfff]")
_LONGEST_WORD = 8  # parts
_ADJECTIVE, _UNKNOWN = "形容詞", "フィラー"
_LONG_I = re.compile("(?<=[イキシチニヒミリギジビ])イ\\Z")
# Rows of consonants are spelled, and so are short words in capitals.
_ENGLISH_WORD = re.compile(r"(?=[^aeiouyAEIOUY]*[aeiouyAEIOUY])(?![A-Z]{1,4}\Z)[A-Za-z]{3,24}")
_DETACHED = frozenset("—…")
LOANWORDS = Path(__file__).with_name("loanwords.tsv")
_PIECE = re.compile("[A-Z]?[a-z]+|[A-Z]+(?![a-z])")  # of "PulseAudio", "OpenSSH"
_LETTERS = {
    "A": "エー", "B": "ビー", "C": "シー", "D": "ディー", "E": "イー", "F": "エフ", "G": "ジー",
    "H": "エイチ", "I": "アイ", "J": "ジェー", "K": "ケー", "L": "エル", "M": "エム", "N": "エヌ",
    "O": "オー", "P": "ピー", "Q": "キュー", "R": "アール", "S": "エス", "T": "ティー", "U": "ユー",
    "V": "ブイ", "W": "ダブリュー", "X": "エックス", "Y": "ワイ", "Z": "ゼット",
}  # fmt: skip
_KATAKANA = re.compile("[ァ-ヴー]+")


@dataclass(slots=True)
class _Part:
    """A part of a word as Open JTalk found it, or a sign."""

    written: str
    mapped: str  # katakana; "" for what has no sound
    start: int
    end: int
    number: bool
    bound: bool  # follows the part before it inside one accent phrase


class JapanesePhonemizer:
    """Reads Japanese. For one thread at a time."""

    def __init__(
        self, dictionary: Path | None, read_english: Callable[[str], Phonemes] | None = None
    ) -> None:
        """Take Open JTalk's dictionary, None for $OPEN_JTALK_DICT_DIR or Debian's. Raises LanguageError.

        `read_english` gives the phonemes of words that Open JTalk would spell.
        """
        self._read_english = read_english
        folder = dictionary or Path(os.environ.get("OPEN_JTALK_DICT_DIR") or DEBIAN_DICTIONARY)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                # Not the package's own functions: they download a dictionary where they find none.
                openjtalk: Any = importlib.import_module("pyopenjtalk.openjtalk")
        except ImportError as error:
            raise LanguageError(
                f"Japanese needs the extra 'ja' (pip install 'kokoro-speechd[ja]'): no module {error.name}"
            ) from error
        if not (folder / "sys.dic").is_file():
            raise LanguageError(
                f"no dictionary for Japanese in {folder}: install open-jtalk-mecab-naist-jdic"
            )
        try:
            self._frontend = openjtalk.OpenJTalk(dn_mecab=os.fsencode(folder))
        except RuntimeError as error:
            raise LanguageError(f"Open JTalk's dictionary in {folder} is damaged") from error

    def phonemes(self, text: str) -> Phonemes:
        """Return Kokoro phonemes of `text`, each with the word it came from."""
        speech = PhonemeBuilder()
        apart = False  # a space is due before what comes next
        last_sound = ""
        for sentence in _SENTENCE.finditer(text):
            for word in _words(self._parts(sentence[0], sentence.start())):
                start, end = word[0].start, word[-1].end
                spoken = sounds("".join(part.mapped for part in word))
                if spoken:
                    # No space parts a geminate from its neighbours, or a long vowel from its beginning.
                    clings = last_sound == "ʔ" or (last_sound and spoken[0] in "ʔː")
                    speech.add(spoken, start, end, spaced=apart and not clings)
                    apart, last_sound = True, spoken[-1]
                    continue
                for place, char in enumerate(text[start:end], start):
                    sign = SIGNS.get(char)
                    if sign:
                        speech.add(sign, place, place + 1, spaced=sign in OPENING or sign in _DETACHED)
                        apart, last_sound = sign not in OPENING, ""
        return keep_known(speech.build())

    def _parts(self, sentence: str, offset: int) -> list[_Part]:
        places = Places(sentence)
        parts: list[_Part] = []
        for feature in self._frontend.run_frontend(_UNREADABLE.sub(" ", sentence)):
            start, end, number = places.find(feature["string"])
            mapped = feature["pron"] if feature["mora_size"] > 0 else ""
            if feature["pos"] == _ADJECTIVE:
                mapped = _LONG_I.sub("ー", mapped)  # as the voices learnt it: アタラシー
            elif feature["pos"] == _UNKNOWN:
                mapped = self._loanword(unicodedata.normalize("NFKC", feature["string"])) or mapped
            bound = feature["chain_flag"] == 1
            parts.append(_Part(feature["string"], mapped, offset + start, offset + end, number, bound))
        return _whole_names(parts)

    def _loanword(self, word: str) -> str:
        """Return the katakana of an English word that Open JTalk would spell; "" if it should."""
        if self._read_english is None or not _ENGLISH_WORD.fullmatch(word):
            return ""
        pieces = [] if known_loanword(word) else _PIECE.findall(word)
        if len(pieces) < 2:
            return _in_katakana(word, self._read_english)
        return "".join(
            "".join(_LETTERS[letter] for letter in piece)
            if piece.isupper() and not _ENGLISH_WORD.fullmatch(piece)
            else _in_katakana(piece.lower(), self._read_english)
            for piece in pieces
        )


def _in_katakana(word: str, read_english: Callable[[str], Phonemes]) -> str:
    return known_loanword(word) or katakana(read_english(word).symbols, word)


def known_loanword(word: str) -> str:
    """Return the katakana of an English word, or of its plural, by the tables; "" for others."""
    low = word.lower()
    if (known := _loanword_of(low)) or not low.endswith("s") or low.endswith(("ss", "us", "is")):
        return known
    ones = [low[:-1], low[:-2] if low.endswith("es") else "", low[:-3] + "y" if low.endswith("ies") else ""]
    for one in filter(None, ones):
        if known := _loanword_of(one):
            sound = one.rstrip("e")[-1:]
            if known[-1] in "トドス" and sound in "tdscx":
                return known[:-1] + {"ト": "ツ", "ド": "ズ", "ス": "シズ"}[known[-1]]
            return known + ("ス" if sound in "pkf" or (sound == "c" and one[-1] == "c") else "ズ")
    return ""


def _loanword_of(low: str) -> str:
    return KATAKANA.get(low) or _loanwords().get(low, "")


@lru_cache(maxsize=1)
def _loanwords() -> dict[str, str]:
    lines = LOANWORDS.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if not line.startswith("#"))


def _words(parts: list[_Part]) -> list[list[_Part]]:
    """Return `parts` joined to words: the longest that misaki's list has, and the digits of a number."""
    known, longest = _known_words()
    words: list[list[_Part]] = []
    first = 0
    while first < len(parts):
        last = first + 1
        if parts[first].mapped:
            joined = parts[first].written
            end = last
            while end < min(len(parts), first + _LONGEST_WORD) and parts[end].mapped:
                joined += parts[end].written
                if len(joined) > longest:
                    break
                end += 1
                if joined in known:
                    last = end
            while parts[first].number and last < len(parts) and parts[last].number and parts[last].bound:
                last += 1
        words.append(parts[first:last])
        first = last
    return words


def _whole_names(parts: list[_Part]) -> list[_Part]:
    """Return the parts with ours in katakana in one: Open JTalk reads ウブントゥ as ウブン and トー."""
    names: list[_Part] = []
    first = 0
    while first < len(parts):
        last = first + 1
        if _KATAKANA.fullmatch(parts[first].written):
            joined = parts[first].written
            for end in range(first + 1, min(len(parts), first + _LONGEST_WORD)):
                joined += parts[end].written
                if parts[end].start != parts[end - 1].end or not _KATAKANA.fullmatch(parts[end].written):
                    break
                if joined in OWN_KATAKANA:
                    last = end + 1
        part = parts[first]
        if last > first + 1:
            whole = "".join(each.written for each in parts[first:last])
            part = _Part(whole, whole, part.start, parts[last - 1].end, part.number, part.bound)
        names.append(part)
        first = last
    return names


@lru_cache(maxsize=1)
def _known_words() -> tuple[frozenset[str], int]:
    """Return misaki's list, and the length of its longest word."""
    file = importlib.resources.files("misaki.data").joinpath("ja_words.txt")
    words = frozenset(file.read_text(encoding="utf-8").split())
    return words, max(map(len, words))
