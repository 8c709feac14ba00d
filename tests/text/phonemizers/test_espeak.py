# SPDX-License-Identifier: GPL-3.0-or-later
"""Languages read by espeak-ng: the right symbols, each with its word."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kokoro_speechd.errors import LanguageError
from kokoro_speechd.text.languages.all import LANGUAGES
from kokoro_speechd.text.phonemes.kokoro_symbols import SYMBOLS
from kokoro_speechd.text.phonemes.word_matching import owners
from kokoro_speechd.text.phonemizers.espeak import EspeakPhonemizer
from tests.phoneme_places import by_source

READERS = {language.tag: EspeakPhonemizer(language.tag) for language in LANGUAGES.values() if language.espeak}


# Without numbers these are the symbols that misaki gives for espeak-ng's languages, letter by letter.
SENTENCES = [
    ("es", "¿Qué hora es? ¡Son las tres!", "kˈe ˈoɾa ˈes? sˈon las tɾˈes!"),
    ("es", "El coche, (rojo) «vale»...", "el kˈoʧe, (rˈoxo) “bˈale”..."),
    ("fr", "L'homme qu'il a vu s'en va.", "lˈɔm kil a vˈy sɑ̃ vˈa."),
    ("it", "Non c'è più nessuno, pazienza!", "non ʧe pjʊ neSˈuno, paʦjˈɛnʦa!"),
    ("pt-BR", "Vou de ônibus para a escola (amanhã).", "vow ʤj ˈonibus pˌaɾæ a ˌeskˈɔlæ (ˌæmɐ̃ɲˈɐ̃)."),
    ("hi", "धन्यवाद। मैं हिन्दी बोलता हूँ।", "dʰˌənjəʋˈaːd. mɛ̃ hˈɪndi bˈoːltˌaː hu\u0303."),
]


@pytest.mark.parametrize(("language", "text", "symbols"), SENTENCES)
def test_symbols_are_those_the_voices_learnt(language, text, symbols):
    assert READERS[language].phonemes(text).symbols == symbols


PLACES = [
    (
        "es",
        "El precio es 1.234,56 €; son las 15:30.",
        [
            ("El", "el"),
            ("precio", "pɾˈeθjo"),
            ("es", "ˈes"),
            ("1.234,56", "mˈildosθjˈentostɾˌAntaikwˈatɾokˌomaθinkwˌɛntaisˈAs"),
            ("€", "ˈeʊɾo"),
            (";", ";"),
            ("son", "sˈon"),
            ("las", "las"),
            ("15:30", "kˈinθetɾˈAnta"),
            (".", "."),
        ],
    ),
    (
        "fr",
        "Y a-t-il un «aujourd'hui» peut-être?",
        [
            ("Y", "i"),
            ("a-t-il", "atil"),
            ("un", "œ̃"),
            ("«", "“"),
            ("aujourd'hui", "oʒuʁdyˈi"),
            ("»", "”"),
            ("peut-être", "pˈøtˈɛtʁ"),
            ("?", "?"),
        ],
    ),
    # Two words of the source that espeak-ng speaks as one are told apart inside it.
    (
        "it",
        "tutto quanto all'interno",
        [("tutto", "tˌʊtːo"), ("quanto", "kwˈanto"), ("all'interno", "allintˈɛrno")],
    ),
    # A dash is a pause of its own; a hyphen is not.
    ("es", "sí — no - ya", [("sí", "sˈi"), ("—", "—"), ("no", "nˈo"), ("ya", "ʝˈa")]),
    # An acronym that falls into letters, and the flags of a change of language, which are no sound.
    ("hi", "XMB छवि", [("XMB", "ˌɛksˌɛmbˈiː"), ("छवि", "cʰˈʌʋɪ")]),
]


@pytest.mark.parametrize(("language", "text", "places"), PLACES)
def test_every_phoneme_knows_its_word(language, text, places):
    assert by_source(text, READERS[language].phonemes(text)) == places


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "es",
            "En un lugar de la Mancha, de cuyo nombre no quiero acordarme, vivía un hidalgo.",
        ),
        ("fr", "Longtemps, je me suis couché de bonne heure, et parfois mes yeux se fermaient très vite."),
        (
            "it",
            "Nel mezzo del cammin di nostra vita mi ritrovai per una selva oscura, che la via era smarrita.",
        ),
        ("pt-BR", "Quando eu era menino, os mais velhos perguntavam: o que você quer ser quando crescer?"),
        ("hi", "भारत एक विशाल देश है, और यहाँ अनेक भाषाएँ बोली जाती हैं।"),
    ],
)
def test_each_word_begins_at_its_own_place(language, text):
    phonemes = READERS[language].phonemes(text)
    firsts = {}
    for symbol, start in zip(phonemes.symbols, phonemes.starts, strict=True):
        firsts.setdefault(start, symbol)
    for word in re.finditer(r"[^\s,.:?।]+", text):
        assert firsts.get(word.start(), " ") != " ", word[0]


_ANY_TEXT = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            [
                "¿Qué",
                "1.234,56",
                "€",
                "(",
                "l'homme",
                "—",
                "है।",
                "tutto quanto",
                "...",
                "\n",
                " ",
                "R$",
                "XMB",
                "a",
                '"',
            ]
        ),
        max_size=20,
    ).map(" ".join),
)


@settings(max_examples=300, deadline=None)
@given(text=_ANY_TEXT, language=st.sampled_from(sorted(READERS)))
def test_any_text_is_read_in_order_and_inside(text, language):
    phonemes = READERS[language].phonemes(text)
    assert set(phonemes.symbols) <= SYMBOLS
    assert list(phonemes.starts) == sorted(phonemes.starts)
    assert all(
        0 <= start <= end <= len(text) for start, end in zip(phonemes.starts, phonemes.ends, strict=True)
    )
    assert "  " not in phonemes.symbols
    assert phonemes.symbols == phonemes.symbols.strip()


@pytest.mark.parametrize(
    "text", ["", " ", "x" * 20_000, "palabra " * 2500, "\0\ud800", "שלום 😀", "漢字 " * 300]
)
def test_odd_text_is_no_error(text):
    phonemes = READERS["es"].phonemes(text)
    assert set(phonemes.symbols) <= SYMBOLS
    assert list(phonemes.starts) == sorted(phonemes.starts)
    assert all(end <= len(text) for end in phonemes.ends)


def test_long_text_keeps_every_place():
    text = "palabra " * 2500
    starts = set(READERS["es"].phonemes(text).starts)
    assert set(range(0, len(text), 8)) <= starts


def test_other_languages_are_refused():
    with pytest.raises(LanguageError, match="xx"):
        EspeakPhonemizer("xx")


@pytest.mark.parametrize(
    ("words", "expected", "result"),
    [
        (["a", "b"], [(0, "a"), (1, "b")], [[0], [1]]),
        (["xb"], [(0, "x"), (1, "b")], [[0, 1]]),  # run together
        (["x", "y", "b"], [(0, "xy"), (1, "b")], [[0], [0], [1]]),  # fallen apart
        (["a", "new", "b"], [(0, "a"), (1, "b")], [[0], [0, 0, 0], [1]]),  # said too much
        (["a", "c"], [(0, "a"), (1, "b"), (2, "c")], [[0], [2]]),  # left out
        (["ˈa", "ˌbc"], [(3, "a"), (5, "b"), (5, "c")], [[3, 3], [5, 5, 5]]),
    ],
)
def test_owners_match_what_is_said_to_what_was_written(words, expected, result):
    assert owners(words, expected) == result


def test_owners_of_a_monstrous_clause_still_go_forward():
    found = owners(["ab"] * 3000, [(index, "ba") for index in range(1000)])
    flat = [index for word in found for index in word]
    assert len(flat) == 6000
    assert flat == sorted(flat)
