# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences in nine languages with what must be said for them, and a score for each language.

The table is `reading_cases.tsv`; its head explains the columns.
"""

import re
from pathlib import Path

import pytest

from kokoro_speechd.text.languages.all import LANGUAGES
from kokoro_speechd.text.phonemizers.japanese.sounds import sounds as kana_sounds
from kokoro_speechd.text.phonemizers.phonemizer import PhonemizerOptions
from kokoro_speechd.text.phonemizers.registry import phonemizer_for
from kokoro_speechd.text.phonemizers.script_phonemes import phonemes_of
from kokoro_speechd.text.script import Script
from tests.text.normalizing import test_french as french
from tests.text.normalizing import test_hindi as hindi
from tests.text.normalizing import test_italian as italian
from tests.text.normalizing import test_portuguese as portuguese
from tests.text.normalizing import test_spanish as spanish
from tests.text.normalizing.wording_tables import alike, sounds

RIGHT = 0.97
RIGHT_HOMOGRAPHS = 0.95
# Where two spellings of one reading differ in what hearers take for the same.
_SAME = {
    "es": [*spanish.SAME, ("j", "i"), ("w", "u")],
    "fr": french.SAME,
    "hi": hindi.SAME,
    "it": italian.SAME,
    "pt-BR": [*portuguese.SAME, ("ɛ", "e"), ("e", "y")],
    "ja": [(nasal, "n") for nasal in "ɴŋmɲ"],
}
_PAUSES = str.maketrans("", "", ' ,.:;!?—“”"…')


def _cases():
    lines = Path(__file__).with_name("reading_cases.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("# "))
    return [(*row, "") if len(row) == 3 else tuple(row) for row in rows]


CASES = _cases()


def _read(text, language):
    phonemes = phonemes_of(
        Script(text), (0, len(text)), language, lambda: phonemizer_for(language, PhonemizerOptions())
    )
    assert list(phonemes.starts) == sorted(phonemes.starts)
    places = zip(phonemes.starts, phonemes.ends, strict=True)
    assert all(0 <= start <= end <= len(text) for start, end in places)
    return phonemes


def _bare(symbols, language):
    return alike(symbols, _SAME.get(language, ())).translate(_PAUSES)


def _is_right(language, text, kind, expected):
    phonemes = _read(text, language)
    heard = phonemes.symbols
    if kind == "sounds":
        return heard == expected, heard
    if kind == "has":
        return bool(re.search(expected, heard)), heard
    if kind == "word":
        word, pattern = expected.split(" ", 1)
        own = "".join(
            symbol
            for symbol, start in zip(heard, phonemes.starts, strict=True)
            if text[start : start + len(word)].lower() == word.lower()
        )
        return bool(re.search(pattern, own.replace("ˌ", ""))), own
    words = text if kind == "plain" else expected
    wanted = kana_sounds(words) if language == "ja" and kind == "words" else sounds(words, language)
    return _bare(heard, language) == _bare(wanted, language), heard


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_what_is_written_is_read_as_a_person_would(language):
    cases = [case for case in CASES if case[0] == language]
    results = [(case, *_is_right(*case)) for case in cases]
    wrong = [(case[1:], heard) for case, right, heard in results if not right]
    assert len(cases) >= 8
    assert 1 - len(wrong) / len(cases) >= RIGHT, wrong
    print(f"{language}: {len(cases) - len(wrong)} of {len(cases)} right; wrong: {wrong}")


def test_homographs():
    cases = [case for case in CASES if case[0] == "en-US" and case[2] == "word"]
    wrong = [case[1:] for case in cases if not _is_right(*case)[0]]
    assert len(cases) > 80
    assert 1 - len(wrong) / len(cases) >= RIGHT_HOMOGRAPHS, wrong


def test_a_wrong_reading_is_found_out():
    assert not _is_right("es", "21 horas", "words", "veintiuno horas")[0]
    assert not _is_right("en-US", "I read it yesterday.", "word", "read ɹˈid")[0]
    assert not _is_right("ja", "3件", "words", "サンゲン")[0]
