# SPDX-License-Identifier: GPL-3.0-or-later
"""Mandarin → Kokoro's phonemes: words by jieba, sounds by misaki's table, the way its voices were trained.

misaki reads word by word, so that every phoneme knows its word here for free. Numbers and Latin letters,
which it leaves to chance, are said in Chinese and read as English.
"""

from __future__ import annotations

import importlib
import logging
import re
import unicodedata
import warnings
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from kokoro_speechd.errors import LanguageError
from kokoro_speechd.system.private_files import make_folder
from kokoro_speechd.text.phonemes.kokoro_symbols import keep_known
from kokoro_speechd.text.phonemes.phoneme_builder import PhonemeBuilder
from kokoro_speechd.text.phonemes.punctuation import OPENING, SIGNS
from kokoro_speechd.text.phonemizers.mandarin_numbers import NUMBER, say_number
from kokoro_speechd.text.phonemizers.mandarin_words import READINGS, as_read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kokoro_speechd.text.script import Phonemes

_logger = logging.getLogger(__name__)

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_PIECE = re.compile(
    rf"(?P<han>[{_HAN}]+)"
    # "iPhone", "Visual Studio Code", "Ctrl+T", "C++", "don't", "MP3"
    r"|(?P<latin>[A-Za-zÀ-ɏ](?:[A-Za-zÀ-ɏ0-9]|[ '’.&+/_-](?=[A-Za-zÀ-ɏ]))*\+*)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_NON_SYLLABIC = "\u032f"  # misaki leaves it out of what it hands to Kokoro
_LONGEST_RUN = 500  # characters without punctuation; jieba's own work grows with the run


class MandarinPhonemizer:
    """Reads Mandarin, simplified and traditional. For one thread at a time."""

    def __init__(self, read_english: Callable[[str], Phonemes], cache: Path | None) -> None:
        """Take a phonemizer for Latin letters, and a folder for jieba's dictionary. Raises LanguageError."""
        self._read_english = read_english
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # invalid escapes in jieba's patterns
                importlib.import_module("cn2an")  # the numbers need it; find out now
                import jieba
                from misaki.zh import ZHG2P
                from pypinyin import Style, lazy_pinyin
        except ImportError as error:
            raise LanguageError(
                f"Mandarin needs the extra 'zh' (pip install 'kokoro-speechd[zh]'): no module {error.name}"
            ) from error
        self._segmenter = _segmenter(jieba, cache)
        self._syllables = partial(lazy_pinyin, style=Style.TONE3, neutral_tone_with_five=True)
        self._py2ipa = ZHG2P.py2ipa
        self._syllable = lru_cache(maxsize=2048)(self._sound_of_syllable)
        self._sound = lru_cache(maxsize=4096)(self._sound_of_word)

    def phonemes(self, text: str) -> Phonemes:
        """Return Kokoro phonemes of `text`, each with the word it came from."""
        speech = PhonemeBuilder()
        written, starts, ends = _said(text)
        apart = False  # a space is due before what comes next
        for piece in _PIECE.finditer(written):
            start, end = starts[piece.start()], ends[piece.end() - 1]
            if piece["han"]:
                position = piece.start()
                for word, name in as_read(
                    self._words(piece[0]), written[max(0, piece.start() - 1) : piece.start()]
                ):
                    behind = position + len(word)
                    speech.add(self._sound(name), starts[position], ends[behind - 1], spaced=apart)
                    position = behind
                    apart = True
            elif piece["latin"]:
                self._read_latin(text[start:end], start, speech, apart)
                apart = True
            elif piece[0] in SIGNS:
                sign = SIGNS[piece[0]]
                speech.add(sign, start, end, spaced=sign in OPENING)
                apart = sign not in OPENING
            else:
                apart = apart or piece[0].isspace()
        return keep_known(speech.build())

    def _words(self, run: str) -> Iterator[str]:
        for first in range(0, len(run), _LONGEST_RUN):
            yield from self._segmenter.lcut(run[first : first + _LONGEST_RUN])

    def _read_latin(self, letters: str, start: int, speech: PhonemeBuilder, apart: bool) -> None:
        english = self._read_english(letters)
        for symbol, begin, end in zip(english.symbols, english.starts, english.ends, strict=True):
            if symbol == " ":
                apart = True
                continue
            speech.add(symbol, start + begin, start + end, spaced=apart)
            apart = False

    def _sound_of_word(self, word: str) -> str:
        syllables = READINGS.get(word) or self._syllables(word)
        return "".join(map(self._syllable, syllables)).replace(_NON_SYLLABIC, "")

    def _sound_of_syllable(self, syllable: str) -> str:
        try:
            return str(self._py2ipa(syllable))
        except (ValueError, KeyError, AssertionError):  # no pinyin: 々, or a kanji of Japan's own
            return ""


def _segmenter(jieba: Any, cache: Path | None) -> Any:
    """Return a segmenter of our own: jieba's shared one leaves a file in /tmp, and takes one from there."""
    jieba.setLogLevel(logging.CRITICAL)  # it writes to stderr at every start
    segmenter = jieba.Tokenizer()
    if cache is not None:
        try:
            make_folder(cache)
        except OSError:
            _logger.info("no folder for the Mandarin dictionary; it is prepared anew at every start")
            cache = None
    if cache is not None:
        segmenter.tmp_dir = str(cache)
        segmenter.initialize()
    else:
        segmenter.FREQ, segmenter.total = segmenter.gen_pfdict(segmenter.get_dict_file())
        segmenter.initialized = True
    return segmenter


def _said(text: str) -> tuple[str, list[int], list[int]]:
    """Return `text` with ASCII letters and Chinese numbers, and where each character comes from.

    All characters of a number come from the whole number.
    """
    plain = "".join(_narrow(char) for char in text)
    said: list[str] = []
    starts: list[int] = []
    ends: list[int] = []

    def keep(first: int, last: int) -> None:
        said.append(plain[first:last])
        starts.extend(range(first, last))
        ends.extend(range(first + 1, last + 1))

    done = 0
    for match in NUMBER.finditer(plain):
        keep(done, match.start())
        number = say_number(match)
        said.append(number)
        starts += [match.start()] * len(number)
        ends += [match.end()] * len(number)
        done = match.end()
    keep(done, len(plain))
    return "".join(said), starts, ends


def _narrow(char: str) -> str:
    narrow = unicodedata.normalize("NFKC", char) if "\uff00" <= char <= "\uffef" else char
    return narrow if len(narrow) == 1 else char
