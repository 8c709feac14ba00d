# SPDX-License-Identifier: GPL-3.0-or-later
"""Accents, styled letters and emoji of several characters: one reading, however they are written."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.text.languages.all import LANGUAGES
from kokoro_speechd.text.mapped_text import read
from kokoro_speechd.text.naming.modes import Modes
from kokoro_speechd.text.phonemes.kokoro_symbols import is_silent
from kokoro_speechd.text.phonemizers.phonemizer import PhonemizerOptions
from kokoro_speechd.text.phonemizers.registry import phonemizer_for
from kokoro_speechd.text.phonemizers.script_phonemes import phonemes_of
from kokoro_speechd.text.phonemizers.spoken_form import spoken_form
from kokoro_speechd.text.script import Script
from kokoro_speechd.utterance import Kind

_JOINERS = dict.fromkeys(map(ord, "\u200d\ufe0f"))
WOMAN, MICROSCOPE = "\U0001f469", "\U0001f52c"


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("cafe\u0301 ole\u0301", "café olé"),
        ("Ẹ̀kọ́", unicodedata.normalize("NFC", "Ẹ̀kọ́")),
        ("𝓯𝓸𝓸 𝗟𝗶𝗻𝘂𝘅 𝟛", "foo Linux 3"),
        ("Ｌｉｎｕｘ ５０％", "Linux 50%"),
        ("ⓐⓑⓒ 🅰🅱", "abc AB"),
        ("20 ℃, № 5", "20 ℃, № 5"),
        ("。、！", "。、！"),
    ],
)
def test_one_reading_for_all_ways_to_write_it(written, plain):
    assert read(written).text == plain


def test_places_of_composed_letters():
    text = "x cafe\u0301 y"
    mapped = read(text)
    assert [text[origin] for origin in mapped.origins] == list("x cafe y")
    assert mapped.origins == (0, 1, 2, 3, 4, 5, 7, 8)


@pytest.mark.parametrize(
    ("text", "language", "word"),
    [
        ("a cafe\u0301 now", "en-US", "cafe\u0301"),
        ("a cafe\u0301", "en-US", "cafe\u0301"),
        ("un cafe\u0301 ", "fr", "cafe\u0301"),
        ("ole\u0301, si", "es", "ole\u0301"),
        ("citta\u0300 e", "it", "citta\u0300"),
        ("irma\u0303 e", "pt-BR", "irma\u0303"),
        ("ハ\u309aソコン", "ja", "ハ\u309aソコン"),
        ("你 e\u0301 好", "zh", "e\u0301"),
        ("ok ☑\ufe0f yes", "en-US", "☑\ufe0f"),
        ("it is $35", "en-US", "$35"),  # and what is said otherwise than written
        ("it is $35 now", "en-US", "$35"),
    ],
)
def test_a_word_ends_behind_its_accents(text, language, word):
    phonemes = _read(text, language, Kind.TEXT)
    places = {text[start:end] for start, end in zip(phonemes.starts, phonemes.ends, strict=True)}
    assert word in places
    assert max(phonemes.ends) <= len(text)
    spelled = Script(f"x, {text}")  # the same behind other words
    later = phonemes_of(
        spelled, (3, len(spelled.text)), language, lambda: phonemizer_for(language, PhonemizerOptions())
    )
    assert later.ends == tuple(end + 3 for end in phonemes.ends)


@given(st.text(alphabet=st.sampled_from("aé e\u0301\u0300\u200d\ufe0f𝓯Ａ☑👩🔬  .5"), max_size=30))
def test_every_character_comes_from_one_of_the_text(text):
    mapped = read(text)
    assert len(mapped.text) == len(mapped.origins)
    assert list(mapped.origins) == sorted(mapped.origins)
    assert all(0 <= origin < len(text) for origin in mapped.origins)
    assert "  " not in mapped.text
    assert unicodedata.is_normalized("NFC", read(text.translate(_JOINERS)).text)


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        (f"{WOMAN}\u200d{MICROSCOPE}", "en-US", "woman scientist"),
        (f"a {WOMAN}\u200d{MICROSCOPE} b", "es", "a profesional de la ciencia mujer b"),
        ("🏳\ufe0f\u200d🌈", "en-US", "rainbow flag"),
        ("👍🏽👍🏽", "en-US", "thumbs up medium skin tone thumbs up medium skin tone"),
        ("👨\u200d👩\u200d👧", "en-US", "family man, woman, girl"),
    ],
)
def test_emoji_of_several_characters_are_one(text, language, said):
    assert spoken_form(text, language).text.strip() == said


@pytest.mark.parametrize("language", list(LANGUAGES))
@pytest.mark.parametrize("sign", list("@#*&!✓•…\\|☑.,;:?-—()[]{}\"'“”%$€<>=+~^`_/。★→😀"))
def test_no_sign_alone_is_silent(sign, language):
    assert not is_silent(_read(sign, language, Kind.TEXT))
    assert not is_silent(_read(f" {sign}\n", language, Kind.TEXT))


@pytest.mark.parametrize(
    ("char", "name"),
    [
        ("中", "ʧˈInizlˌɛTəɹ fˈɔɹ ˈi tˈu dˈi"),
        ("я", "sᵻɹˈɪlɪk jˈææ"),
        ("é", "ˌi əkjˈut"),
        ("@", "ˈæt"),
        ("&", "ˈænd"),
    ],
)
def test_names_have_spaces_and_stress(char, name):
    assert _read(char, "en-US", Kind.CHAR).symbols == name


@pytest.mark.parametrize(
    ("word", "symbols"), [("Up", "ˈʌp"), ("at", "ˈæt"), ("the", "ðˈə"), ("Down", "dˈWn")]
)
def test_a_word_alone_has_a_stress(word, symbols):
    assert _read(word, "en-US", Kind.TEXT).symbols == symbols


def _read(text, language, kind):
    def phonemizer():
        return phonemizer_for(language, PhonemizerOptions())

    return phonemes_of(Script(text), (0, len(text)), language, phonemizer, modes=Modes(kind=kind))
