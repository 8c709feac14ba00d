# SPDX-License-Identifier: GPL-3.0-or-later
"""English words that are written alike and spoken differently: sentences beside those of `reading_cases`."""

import re
import time
from pathlib import Path

from kokoro_speechd.text.phonemizers.english.phonemizer import EnglishPhonemizer

RIGHT = 0.95
_MOST = 0.05  # seconds for a sentence's tags; in practice 0.2 ms, and never a hang


def _cases():
    lines = Path(__file__).with_name("homograph_cases.tsv").read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("# ")]


def test_homographs_are_told_apart():
    phonemizer = EnglishPhonemizer(british=False)
    wrong = []
    for sentence, word, pattern in _cases():
        phonemes = phonemizer.phonemes(sentence)
        heard = "".join(
            symbol
            for symbol, start in zip(phonemes.symbols, phonemes.starts, strict=True)
            if sentence[start : start + len(word)].lower() == word.lower()
        ).replace("ˌ", "")
        if not re.search(pattern, heard):
            wrong.append((sentence, heard, pattern))
    assert len(_cases()) > 340
    assert 1 - len(wrong) / len(_cases()) >= RIGHT, wrong


def test_tags_take_no_time():
    phonemizer = EnglishPhonemizer(british=False)
    sentences = [sentence for sentence, _, _ in _cases()]
    begin = time.perf_counter()
    for sentence in sentences:
        phonemizer._tagger(sentence)
    assert (time.perf_counter() - begin) / len(sentences) < _MOST
