# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.text.languages.all import LANGUAGES
from kokoro_speechd.text.phonemes.ipa import kokoro_symbols, not_ipa
from kokoro_speechd.text.phonemes.kokoro_symbols import SYMBOLS
from kokoro_speechd.text.phonemizers.phonemizer import PhonemizerOptions
from kokoro_speechd.text.phonemizers.registry import phonemizer_for


@pytest.mark.parametrize(
    ("language", "ipa", "symbols"),
    [
        # American, as Wiktionary, Cambridge and espeak-ng write it
        ("en-US", "/həˈloʊ/", "həlˈO"),
        ("en-US", "[həˈloʊ]", "həlˈO"),
        ("en", "ɡəˈnoʊm", "ɡənˈOm"),
        ("en-US", "/ˈɛndʒɪnˈɛks/", "ˈɛnʤɪnˈɛks"),
        ("en-US", "ˈɛn.d͡ʒɪn ˈɛks", "ˈɛnʤɪn ˈɛks"),
        ("en-US", "/bɜːrd/", "bɜɹd"),
        ("en-US", "bɝd", "bɜɹd"),
        ("en-US", "ˈlɛtɚ", "lˈɛtəɹ"),
        ("en-US", "ˈsɪɾi", "sˈɪTi"),
        ("en-US", "/nɪər/", "nɪɹ"),
        ("en-US", "/skweə(r)/", "skwɛɹ"),
        ("en-US", "/ˈhɒt dɒɡ/", "hˈɑt dɑɡ"),
        ("en-US", "/bed/", "bɛd"),
        ("en-US", "/ˈbʌtn̩/", "bˈʌtᵊn"),
        ("en-US", "'kætʃ", "kˈæʧ"),
        ("en-US", "/bɔːɪŋ/", "bɔɪŋ"),
        ("en-US", "/bɔɪ naʊ taɪ/", "bY nW tI"),
        ("en-US", "/foːɹ/", "fɔɹ"),
        ("en-US", "/bax ˈʒɔ̃ ˈtyːp/", "bɑk ʒˈɔ tˈup"),  # Bach, Jean, Typ: by the nearest sounds of English
        ("en-US", "həlˈO", "həlˈO"),  # Kokoro's own symbols
        # British
        ("en-GB", "/həˈləʊ/", "həlˈQ"),
        ("en-GB", "/həˈloʊ/", "həlˈQ"),
        ("en-GB", "/ˈkɑː(r)/", "kˈɑː"),
        ("en-GB", "/ˈtræp/", "tɹˈap"),
        ("en-GB", "/hɒt/", "hɒt"),
        ("en-GB", "/heə/", "hɛː"),
        ("en-GB", "/bɜːd/", "bɜːd"),
        ("en-au", "/bɜːd/", "bɜːd"),
        # the others
        ("fr", "/bɔ̃ˈʒuʁ/", "bɔ̃ʒˈuʁ"),
        ("fr-FR", "bɔ̃ʒur", "bɔ̃ʒuʁ"),
        ("fr", "/ɡaʁˈsɔ̃/", "ɡaʁsˈɔ̃"),
        ("fr", "/saʀkɔzi/", "saʁkɔzi"),
        ("fr", "/tʃɛk/", "ʧɛk"),
        ("es", "/ˈpero/", "pˈero"),
        ("es", "/ˈai̯ɾe/", "ˈIɾe"),
        ("es", "/θjuˈdad/", "θjudˈad"),
        ("es", "[muˈt͡ʃat͡ʃo]", "muʧˈaʧo"),
        ("it", "/ˈpit.tsa/", "pˈitʦa"),
        ("it", "/dzanˈdzara/", "ʣanʣˈara"),
        ("pt-BR", "/nɐ̃w̃/", "nɐ̃w̃"),
        ("pt-br", "/ˈõ.nibus/", "ˈo\u0303nibus"),
        ("hi", "/nəmˈəsteː/", "nəmˈəsteː"),
        ("ja", "/koɲːit͡ɕiɰa/", "koɲːiʨiɰa"),
        ("ja", "/ˈto.kʲo/", "tokʲo"),
        ("zh-CN", "/ni˧˩˧ xau˧˩˧/", "ni↓ xau↓"),
        ("en-US", "/ˈwʌn|ˈtu.ɪŋ‖θri/", "wˈʌn, tˈuɪŋ. θɹi"),
        # nothing that sounds
        ("en", "//", ""),
        ("en", "ˈˌ", ""),
        ("fr", " . | ", ""),
        ("en", "", ""),
    ],
)
def test_ipa_becomes_what_the_voices_learnt(language: str, ipa: str, symbols: str) -> None:
    assert kokoro_symbols(ipa, language) == symbols


@pytest.mark.parametrize(
    ("ipa", "strange"),
    [
        ("/həˈloʊ/", ""),
        ("həlˈO", ""),
        ("bɔ̃ˈʒuʁ ɡ̊ tʰ kʷ ʀ g", ""),
        ("/guh-NOME/", "NME"),
        ("/h3lo/", "3"),
        ("привет", "привет"),
    ],
)
def test_what_is_no_ipa_is_found(ipa: str, strange: str) -> None:
    assert not_ipa(ipa) == strange


languages = st.sampled_from([*LANGUAGES, "de", "xx"])


@given(st.text(alphabet=[*sorted(SYMBOLS), *"gɝɚʀɫ/()͡.'-éã"], max_size=30), languages)
def test_any_text_gives_known_symbols(ipa: str, language: str) -> None:
    symbols = kokoro_symbols(ipa, language)
    assert set(symbols) <= SYMBOLS
    assert symbols == symbols.strip()


WORDS = (
    "hello",
    "city",
    "bird",
    "four",
    "near",
    "cure",
    "hair",
    "goat",
    "trap",
    "boy",
    "now",
    "bath",
    "letter",
)


@pytest.mark.parametrize("language", ["en-US", "en-GB"])
@pytest.mark.parametrize("word", WORDS)
def test_what_the_reader_says_may_be_written_back(language: str, word: str) -> None:
    spoken = phonemizer_for(language, PhonemizerOptions()).phonemes(word).symbols
    assert kokoro_symbols(spoken, language) == spoken
