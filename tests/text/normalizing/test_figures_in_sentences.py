# SPDX-License-Identifier: GPL-3.0-or-later
"""Never a wrong figure: a sentence with figures sounds like the same with its figures written out."""

from __future__ import annotations

import importlib.util
from itertools import groupby
from pathlib import Path

import pytest

from tests.real_voice.rendering import phonemes

TABLE = Path(__file__).with_name("figures_in_sentences.tsv")
_NEEDS = {"ja": "pyopenjtalk", "zh": "jieba"}
NO_SOUND = str.maketrans("", "", 'ˈˌ ː;:,.!?—…"()“”‘’')  # stress and pauses, which may differ


def rows() -> dict[str, list[tuple[str, str]]]:
    """Return language → sentences, each with figures and written out."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    fields = [line.split("\t") for line in lines if not line.startswith("#")]
    return {
        language: [(figures, words) for _, figures, words in group]
        for language, group in groupby(fields, lambda each: each[0])
    }


# Hindi's figures are left to espeak-ng, which counts with other vowels than the written words have.
@pytest.mark.parametrize("language", [language for language in rows() if language != "hi"])
def test_figures_sound_like_their_words(language: str) -> None:
    needed = _NEEDS.get(language)
    if needed is not None and importlib.util.find_spec(needed) is None:
        pytest.skip(f"the extra {language} is not installed")
    assert len(rows()[language]) >= 40
    wrong = [
        figures
        for figures, words in rows()[language]
        if phonemes(figures, language).translate(NO_SOUND) != phonemes(words, language).translate(NO_SOUND)
    ]
    assert wrong == []
