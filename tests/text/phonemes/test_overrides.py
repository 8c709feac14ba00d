# SPDX-License-Identifier: GPL-3.0-or-later
"""Words whose phonemes the user gave, among others that the language's phonemizer reads."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kokoro_speechd.errors import LanguageError
from kokoro_speechd.text.mapped_text import MappedText, Sounds, read
from kokoro_speechd.text.phonemes.overrides import phonemes_of_mapped
from kokoro_speechd.text.phonemizers.phonemizer import PhonemizerOptions
from kokoro_speechd.text.phonemizers.registry import phonemizer_for
from kokoro_speechd.text.script import Phonemes

OPTIONS = PhonemizerOptions()
NGINX, ZOOM = "ˈɛnʤɪnˈɛks", "zˈum"


def spoken(text: str, language: str) -> Phonemes:
    """Read a text in which "nginx" and "zoom" have known sounds."""
    try:
        phonemizer_for(language, OPTIONS)
    except LanguageError as error:
        pytest.skip(str(error))
    mapped = read(text)
    sounds = tuple(
        Sounds(found.start(), found.end(), NGINX if found[0].lower() == "nginx" else ZOOM)
        for found in re.finditer("nginx|zoom", mapped.text, re.IGNORECASE)
    )
    return phonemes_of_mapped(
        MappedText(mapped.text, mapped.origins, sounds), language, phonemizer_for(language, OPTIONS).phonemes
    )


@pytest.mark.parametrize(
    ("language", "text", "symbols"),
    [
        ("en-US", "nginx", NGINX),
        ("en-US", "I use nginx.", f"ˌI jˈuz {NGINX}."),
        ("en-US", "the nginx, the zoom", f"ði {NGINX}, ðə {ZOOM}"),  # vowel, consonant
        ("en-US", "a nginx (zoom)", f"ɐ {NGINX} ({ZOOM})"),
        ("en-US", "Nginx's zoom's", f"{NGINX}ᵻz {ZOOM}z"),
        ("en-GB", "nginx's", f"{NGINX}ɪz"),
        ("en-US", "nginx.conf", f"{NGINX}. kˈɑnf"),
        ("en-US", "zoom! nginx?", f"{ZOOM}! {NGINX}?"),
        ("en-US", "nginx nginx", f"{NGINX} {NGINX}"),
        ("fr", "J'utilise nginx.", f"ʒytilˈiz {NGINX}."),
        ("fr", "les nginx, les zoom", f"lez {NGINX}, le {ZOOM}"),  # the liaison, and none
        ("fr", "l'nginx", f"l{NGINX}"),
        ("es", "usa (nginx) ya", f"ˈusa ({NGINX}) ʝˈa"),
        ("it", "dell'nginx, zoom", f"dell{NGINX}, {ZOOM}"),
        ("pt-BR", "uso zoom/nginx", f"ˈuzʊ {ZOOM} {NGINX}"),
        ("hi", "मैं nginx।", f"mɛ̃ {NGINX}."),
        ("zh", "我用nginx写。", f"wo↓jʊ↘ŋ {NGINX} ɕje↓."),
        ("ja", "私はnginxです。", f"βataɕi βa {NGINX} desɨ."),
    ],
)
def test_known_sounds_stand_among_the_others(language: str, text: str, symbols: str) -> None:
    assert spoken(text, language).symbols == symbols


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en-US", "I  use nginx here"),
        ("fr", "voici  nginx pour vous"),
        ("zh", "我用nginx写"),
        ("ja", "私はnginxを使う"),
    ],
)
def test_they_keep_the_place_of_their_word(language: str, text: str) -> None:
    phonemes = spoken(text, language)
    first = phonemes.symbols.index(NGINX)
    place = text.index("nginx")
    assert set(phonemes.starts[first : first + len(NGINX)]) == {place}
    assert all(start < place for start in phonemes.starts[:first])
    behind = first + len(NGINX)
    assert all(start >= place + 1 for start in phonemes.starts[behind + 1 :])
    assert list(phonemes.starts) == sorted(phonemes.starts)


def test_a_sign_may_have_a_sound() -> None:
    smiles = MappedText(":)", (0, 1), (Sounds(0, 2, "smˈIl"),))
    assert phonemes_of_mapped(smiles, "en", phonemizer_for("en", OPTIONS).phonemes).symbols == "smˈIl"


def test_plain_punctuation_is_silent() -> None:
    def phonemizer(text: str) -> Phonemes:
        raise AssertionError("no reader is needed")

    assert phonemes_of_mapped(read("... ,"), "en", phonemizer).symbols == ""


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(["en-US", "fr", "es", "it", "hi"]),
    st.lists(
        st.sampled_from(
            ["nginx", "zoom", "the", "l'", "a", " ", " ", ".", ",", "-", "/", "x", "5", "'s", "(", "é"]
        ),
        max_size=10,
    ),
)
def test_every_known_word_is_heard_and_no_stand_in(language: str, pieces: list[str]) -> None:
    text = "".join(pieces)
    phonemes = spoken(text, language)
    assert phonemes.symbols.count(NGINX) == text.count("nginx")
    assert phonemes.symbols.count(ZOOM) == text.count("zoom")
    assert list(phonemes.starts) == sorted(phonemes.starts)
    for stand_in in ("ana", "nana"):
        assert phonemizer_for(language, OPTIONS).phonemes(stand_in).symbols not in phonemes.symbols
