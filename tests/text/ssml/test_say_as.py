# SPDX-License-Identifier: GPL-3.0-or-later
"""Said as something, and IPA in Kokoro's symbols."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.text.languages.all import LANGUAGES
from kokoro_speechd.text.naming.spelling import NAMED
from kokoro_speechd.text.phonemizers.phonemizer import Phonemizer, PhonemizerOptions
from kokoro_speechd.text.phonemizers.registry import phonemizer_for
from kokoro_speechd.text.phonemizers.script_phonemes import phonemes_of
from kokoro_speechd.text.ssml.parser import scan
from kokoro_speechd.text.ssml.say_as import spoken_as

SAID = [
    ("abc 1", "characters", None, "en-US", "«a», «b», «c», «1»"),
    ("été", "spell-out", None, "fr", "«é», «t», «é»"),
    ("x", "tts:char", None, "en", "«x»"),
    ("shift_a", "tts:key", None, "en", "shift «a»"),
    ("2026", "digits", None, "es", "2 0 2 6"),
    ("+1 (555) 123-4567", "telephone", None, "en", "plus 1, 5 5 5, 1 2 3, 4 5 6 7"),
    ("1984", "cardinal", None, "en", "one thousand nine hundred and eighty-four"),
    ("1,234", "cardinal", None, "pt-BR", "mil duzentos e trinta e quatro"),
    ("-5", "number", None, "en", "minus five"),
    ("XIV", "cardinal", None, "it", "quattordici"),
    ("MCMXCIX", "cardinal", None, "en", "one thousand nine hundred and ninety-nine"),
    ("XIV", "ordinal", None, "en-GB", "fourteenth"),
    ("3rd", "ordinal", None, "en", "third"),
    ("5", "ordinal", None, "fr", "cinquième"),
    ("5", "ordinal", None, "zh", "第5"),
    ("21", "ordinal", None, "de", "einundzwanzigste"),
    ("7", "ordinal", None, "xx", "7"),
    ("9" * 40, "cardinal", None, "en", "9" * 40),
    ("room 12 b", "cardinal", None, "en", "room twelve b"),
    ("07/04/2026", "date", "mdy", "en-US", "July 4th, 2026"),
    ("4.7.2026", "date", "dmy", "es", "4 de julio de 2026"),
    ("1/8", "date", "dm", "fr", "1er août"),
    ("20260704", "date", "ymd", "ja", "2026年7月4日"),
    ("2026-07-04", "date", None, "de", "4. Juli 2026"),
    ("12/2026", "date", "my", "it", "dicembre 2026"),
    ("13/13/2026", "date", "mdy", "en", "13/13/2026"),
    ("next week", "date", "mdy", "en", "next week"),
    ("11", "date", "d", "en", "11th"),
    ("2:30pm", "time", "hms12", "en", "2 30 PM"),
    ("14:30", "time", "hms24", "de", "14:30"),
    ("damn", "expletive", None, "en", "beep"),
    ("merde", "bleep", None, "fr", "bip"),
    ("as it is", "address", None, "en", "as it is"),
    ("5", "vxml:ordinal", None, "en", "fifth"),
    ("5", "number:ordinal", None, "en", "fifth"),
    (" ", "digits", None, "en", " "),
]


@pytest.mark.parametrize(("text", "kind", "form", "language", "expected"), SAID)
def test_said(text, kind, form, language, expected):
    assert NAMED.sub(r"«\1»", spoken_as(text, kind, form, language)) == expected


KINDS = sorted({row[1] for row in SAID})


@given(
    st.text(max_size=12) | st.from_regex(r"[\d./ +-]{1,12}"),
    st.sampled_from(KINDS),
    st.sampled_from([None, "mdy", "ymd", "y", "hms12", "odd"]),
    st.sampled_from([*LANGUAGES, "de", "xx", ""]),
)
def test_anything_can_be_said(text, kind, form, language):
    assert spoken_as(text, kind, form, language).strip() or not text.strip()


def english() -> Phonemizer:
    return phonemizer_for("en-US", PhonemizerOptions())


READ = [
    ('I say <phoneme ph="təˈmɑtO">tomato</phoneme>, now.', "ˌI sˈA təmˈɑtO, nˈW."),
    ('<phoneme ph="ʘ">word</phoneme>', "wˈɜɹd"),
    ('<say-as interpret-as="digits">12</say-as>3', "wˈʌn tˈu θɹˈi"),
    ("word", "wˈɜɹd"),
    ("...", "dˈɑt"),
    ("  ", ""),
    ('<phoneme ph="i">x</phoneme>', "i"),
    ('<phoneme ph="i">x</phoneme><phoneme ph="b">y</phoneme>', "ib"),
]


@pytest.mark.parametrize(("document", "symbols"), READ)
def test_phonemes_of_spans(document, symbols):
    script = scan(document)
    phonemes = phonemes_of(script, (0, len(script.text)), "en-US", english)
    assert phonemes.symbols == symbols
    assert list(phonemes.starts) == sorted(phonemes.starts)
    assert all(
        start <= end <= len(script.text) for start, end in zip(phonemes.starts, phonemes.ends, strict=True)
    )


def test_places_survive_what_is_replaced():
    script = scan('One <say-as interpret-as="characters">ab</say-as> two')
    phonemes = phonemes_of(script, (0, len(script.text)), "en-US", english)
    places = {script.text[start:].split()[0] for start in phonemes.starts}
    assert places >= {"One", "ab", "two"}
    assert phonemes.starts[phonemes.symbols.index("tˈu")] == script.text.index("two")


def test_the_module_at_the_pipe_stays_light():
    code = (
        "import sys, kokoro_speechd.rendering.espeak_voice;"
        "heavy = {'numpy', 'torch', 'gi', 'num2words', 'fasttext', 'misaki'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
