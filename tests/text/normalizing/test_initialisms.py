# SPDX-License-Identifier: GPL-3.0-or-later
"""Initialisms: letter by letter where they cannot be read, as words where people say them as words.

The phonemes in `initialism_cases.tsv` were judged by hand, without stress and spaces.
"""

import importlib.util
from pathlib import Path

import pytest

from kokoro_speechd.text.languages.all import LANGUAGES
from tests.text.normalizing.wording_tables import alike, form, heard

_NEEDS = {"ja": "pyopenjtalk", "zh": "jieba"}
_SENTENCES = {"es": "El {} es", "fr": "Le {} qui", "it": "Il {} non", "pt-BR": "O {} novo", "hi": "यह {} है"}


def _cases():
    lines = Path(__file__).with_name("initialism_cases.tsv").read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language[:2] != "en"])
def test_initialisms(language):
    if language in _NEEDS and importlib.util.find_spec(_NEEDS[language]) is None:
        pytest.skip(f"the extra {language} is not installed")
    cases = [(word, phonemes) for each, word, phonemes in _cases() if each == language]
    assert len(cases) >= 15
    wrong = [(word, said) for word, phonemes in cases if (said := alike(heard(word, language))) != phonemes]
    assert wrong == []


@pytest.mark.parametrize("language", list(_SENTENCES))
@pytest.mark.parametrize("word", ["USB", "HTML", "PDF", "CPU", "GTK"])
def test_initialisms_in_a_sentence_are_spelled_as_alone(word, language):
    assert form(word, language) in form(_SENTENCES[language].format(word), language)


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("La memoria RAM y el PIN", "es", "La memoria ram y el pin"),
        ("Les PINs et les USBs", "fr", "Les pine et les U S B"),
        ("EL PIN ES NUEVO", "es", "EL pin ES NUEVO"),
        ("a RAM livre", "pt-BR", "a rã livre"),
    ],
)
def test_words_of_capitals(text, language, said):
    assert form(text, language) == said
