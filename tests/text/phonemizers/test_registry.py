# SPDX-License-Identifier: GPL-3.0-or-later
"""Which phonemizer reads which tag."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.errors import LanguageError
from kokoro_speechd.text.language_tags import kokoro_language
from kokoro_speechd.text.languages.all import LANGUAGES
from kokoro_speechd.text.phonemizers.espeak import EspeakPhonemizer
from kokoro_speechd.text.phonemizers.phonemizer import PhonemizerOptions
from kokoro_speechd.text.phonemizers.registry import phonemizer_for

OPTIONS = PhonemizerOptions()


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en-US"),
        ("EN_us", "en-US"),
        ("en-CA", "en-US"),
        ("en_US.UTF-8", "en-US"),
        ("en-GB", "en-GB"),
        ("en-uk", "en-GB"),
        ("en-AU", "en-GB"),
        ("en-gb-scotland", "en-GB"),
        ("es", "es"),
        ("es-419", "es"),
        ("spa", "es"),
        ("fr-CA", "fr"),
        ("hi-IN", "hi"),
        ("it_IT@euro", "it"),
        ("pt", "pt-BR"),
        ("pt-br", "pt-BR"),
        ("pt_PT", "pt-BR"),
        ("ja-JP", "ja"),
        ("zh", "zh"),
        ("zh-cn", "zh"),
        ("zh-TW", "zh"),
        ("zh-Hant-TW", "zh"),
        ("cmn", "zh"),
        ("zh-yue", None),
        ("yue", None),
        ("de", None),
        ("c", None),
        ("xx", None),
        ("NULL", None),
        ("", None),
        (None, None),
    ],
)
def test_tags(tag, language):
    assert kokoro_language(tag) == language


@given(st.text(max_size=20))
def test_any_tag_has_an_answer(tag):
    assert kokoro_language(tag) in {None, *LANGUAGES}


def test_every_language_names_itself():
    assert [kokoro_language(language) for language in LANGUAGES] == list(LANGUAGES)
    assert sorted(language.letter for language in LANGUAGES.values()) == list("abefhijpz")


@pytest.mark.parametrize("language", ["es", "fr", "hi", "it", "pt-BR"])
def test_espeak_languages_have_readers(language):
    assert phonemizer_for(language, OPTIONS).phonemes("10") == EspeakPhonemizer(language).phonemes("10")


def test_readers_are_built_once():
    assert phonemizer_for("es-419", OPTIONS) is phonemizer_for("es", PhonemizerOptions())
    assert phonemizer_for("es", OPTIONS) is not phonemizer_for("it", OPTIONS)


@pytest.mark.parametrize(
    ("language", "word", "sound"), [("en-US", "hello", "həlˈO"), ("en-GB", "hello", "həlˈQ")]
)
def test_english_is_read_in_its_own_accent(language, word, sound):
    assert phonemizer_for(language, OPTIONS).phonemes(word).symbols == sound


@pytest.mark.parametrize("language", ["de", "c", "xx", ""])
def test_other_languages_are_refused(language):
    with pytest.raises(LanguageError):
        phonemizer_for(language, OPTIONS)


@pytest.mark.parametrize(
    ("language", "module", "extra"), [("zh", "jieba", "[zh]"), ("ja", "pyopenjtalk", "[ja]")]
)
def test_a_missing_extra_is_named(language, module, extra):
    code = f"""
import sys
sys.modules[{module!r}] = None
from kokoro_speechd.errors import LanguageError
from kokoro_speechd.text.phonemizers.phonemizer import PhonemizerOptions
from kokoro_speechd.text.phonemizers.registry import phonemizer_for
try:
    phonemizer_for({language!r}, PhonemizerOptions())
except LanguageError as error:
    sys.exit(0 if {extra!r} in str(error) and {module!r} in str(error) else str(error))
sys.exit("no error")
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_import_is_light():
    code = (
        "import sys, kokoro_speechd.text.phonemizers.registry;"
        "sys.exit(str({'numpy', 'torch', 'gi', 'misaki', 'jieba', 'pyopenjtalk'} & set(sys.modules) or ''))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).stderr in {
        b"",
        b"\n",
    }
