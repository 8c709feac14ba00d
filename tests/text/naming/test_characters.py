# SPDX-License-Identifier: GPL-3.0-or-later
"""Characters by name: letters in every language of Kokoro, symbols, all of Unicode's first plane."""

from __future__ import annotations

import importlib.util
import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.text.languages.all import LANGUAGES
from kokoro_speechd.text.naming.characters import name_parts, unicode_name
from kokoro_speechd.text.naming.spelling import named
from kokoro_speechd.text.naming.symbols import parse, symbol_name
from kokoro_speechd.text.phonemes.kokoro_symbols import SYMBOLS, is_silent
from kokoro_speechd.text.phonemizers.phonemizer import Phonemizer, PhonemizerOptions
from kokoro_speechd.text.phonemizers.registry import phonemizer_for
from tests.text.dictionaries import entry


def phonemizer(language: str) -> Phonemizer:
    if language == "ja" and importlib.util.find_spec("pyopenjtalk") is None:
        pytest.skip("the extra ja is not installed")
    if language == "zh" and importlib.util.find_spec("pypinyin") is None:
        pytest.skip("the extra zh is not installed")
    return phonemizer_for(language, PhonemizerOptions())


def name(char: str, language: str) -> str:
    return phonemizer(language).phonemes(named(char)).symbols


# Written down by ear and from grammars, not from the program's output.
LETTERS = {
    "en-US": {
        "a": "ˈA", "A": "ˈA", "b": "bˈi", "e": "ˈi", "h": "ˈAʧ", "i": "ˈI", "j": "ʤˈA", "o": "ˈO",
        "q": "kjˈu", "r": "ˈɑɹ", "t": "tˈi", "u": "jˈu", "w": "dˈʌbᵊljˌu", "x": "ˈɛks",
        "y": "wˈI", "z": "zˈi", "Z": "zˈi",
        "é": "ˌi əkjˈut", "ñ": "ˌɛn tˈɪldə", "7": "sˈɛvən", "α": "ˈælfə", "\u0301": "əkjˈut",
    },
    "en-GB": {"a": "ˈA", "h": "ˈAʧ", "o": "ˈQ", "r": "ˈɑː", "z": "zˈɛd", "Z": "zˈɛd", "5": "fˈIv"},
    "es": {
        "a": "ˈa", "b": "bˈe", "c": "θˈe", "h": "ˈaʧe", "j": "xˈota", "ñ": "ˈɛɲe", "q": "kˈu", "v": "ˈuβe",
        "w": "ˌuβe ðˈoβle", "x": "ˈɛkis", "y": "ˌiɣɾiˈeɣa", "z": "θˈɛta", "é": "ˈe aθentwˈaða", "5": "θˈinko",
    },
    "fr": {
        "a": "ˈa", "e": "ˈə", "g": "ʒˈe", "h": "ˈaʃ", "j": "ʒˈi", "u": "ˈy", "w": "dubləvˈe", "y": "iɡʁˈɛk",
        "z": "zˈɛd", "é": "ˌə aksɑ̃tɛɡˈy", "ç": "sˌe sedˈij", "8": "yˈit",
    },
    "hi": {"क": "kˈə", "ख": "kʰˈə", "अ": "ˈʌ", "a": "ˈA", "z": "zˈɛd", "५": "pˈa\u0303c", "5": "pˈa\u0303c"},
    "it": {
        "a": "ˈaː", "c": "ʧˈi", "g": "ʤˈi", "h": "ˈakːa", "y": "ˈipsilon", "z": "ʣˈɛta", "è": "ˌeː ɡrˈave",
        "é": "ˌeː akˈuːto", "2": "dˈue",
    },
    "ja": {"あ": "a", "き": "kʲi", "は": "ha", "へ": "he", "ン": "ɴ", "漢": "kaɴ", "5": "ɡo", "a": "ˈA"},
    "pt-BR": {
        "a": "ˈa", "h": "aɡˈa", "j": "ʒˈɔtæ", "w": "dˈablju", "x": "ʃˈis", "y": "ˈipsiloŋ", "z": "zˈe",
        "é": "ˌɛ aɡˈudʊ", "ç": "sˌe seʤˈiljæ",
    },
    "zh": {"漢": "xa↘n", "五": "u↓", "a": "ˈA", "w": "dˈʌbᵊljˌu", "5": "u↓"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "char", "symbols"),
    [(language, *row) for language, rows in LETTERS.items() for row in rows.items()],
)
def test_letters(language: str, char: str, symbols: str) -> None:
    assert name(char, language) == symbols


ALPHABETS = {
    "es": "áéíóúüñ", "fr": "àâæçéèêëîïôœùûüÿ", "it": "àèéìòù", "pt-BR": "áâãàçéêíóôõú",
    "hi": "अआइईउऊऋएऐओऔकखगघचछजझटठडढणतथदधनपफबभमयरलवशषसह",
    "ja": "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letters_of_an_alphabet_have_names_of_their_own(language: str) -> None:
    letters = string.ascii_lowercase + ALPHABETS.get(language, "")
    names = [name(letter, language) for letter in letters]
    assert not any(is_silent(phonemizer(language).phonemes(named(letter))) for letter in letters)
    assert set("".join(names)) <= SYMBOLS
    same = len(names) - len(set(names))
    # いえ/ゐゑ have gone; を sounds like お, and Hindi's ऋ like रि to some.
    assert same <= {"ja": 1, "hi": 1}.get(language, 0)
    assert [name(letter.upper(), language) for letter in string.ascii_lowercase] == names[:26]


# In words of the dictionary of the language, in English words, or as letters for espeak-ng.
PARTS = [
    (".", "en-US", "words", "dot"),
    (" ", "en-US", "words", "space"),
    ("space", "es", "words", "espacio"),
    ("\t", "fr", "words", "tab"),
    ("!", "de", "words", "Ausrufezeichen"),
    ("—", "pt-BR", "words", "travessão"),
    ("→", "it", "words", "freccia destra"),
    ("_", "es", "words", "subrayado"),
    ("😀", "es", "words", "cara sonriendo"),
    ("🇩🇪", "en-US", "words", "flag Germany"),
    ("%", "ja", "words", "パーセント"),
    ("&", "zh", "words", "和号"),
    ("\u0301", "es", "words", "acento agudo"),
    ("\u0308", "de", "words", "Trema"),
    ("\u0300", "fr", "words", "accent grave"),
    (" ", "hi", "words", "स्थान" if entry("hi", "!").name else "स्पेस"),
    ("!", "hi", *(("words", entry("hi", "!").name) if entry("hi", "!").name else ("english", "bang"))),
    ("ᚠ", "es", "english", "runic letter fehu feoh fe F"),
    (
        "⠿",
        "es",
        *(
            ("words", entry("es", "⠿").name)
            if entry("es", "⠿").name
            else ("english", "braille pattern dots-123456")
        ),
    ),
    ("½", "en-US", "words", "one half"),
    ("a", "de", "letter", "a"),
    ("ж", "ru", "letter", "ж"),
    ("ß", "de", "letter", "ß"),
    ("漢", "ja", "words", "漢"),
    ("っ", "ja", "english", "hiragana letter small tu"),
    ("क्ष", "hi", "words", "क्ष"),
    ("7", "fr", "words", "7"),
    ("b", "cv", "english", "B"),
    (" और", "hi", "words", "और"),
]


@pytest.mark.parametrize(("char", "language", "kind", "text"), PARTS)
def test_what_a_character_is_called(char: str, language: str, kind: str, text: str) -> None:
    assert [(part.kind, part.text) for part in name_parts(char, language)] == [(kind, text)]


@pytest.mark.parametrize(
    ("char", "language", "said"),
    [
        ("\x07", "en-US", "U 0 0 0 7"),
        ("\ue000", "es", "U E 0 0 0"),
        ("\ud800", "en-US", "U D 8 0 0"),
        ("Ṓ", "es", "O macron acento agudo"),
        ("e\u0301", "en-US", "é"),
        ("", "en-US", ""),
    ],
)
def test_names_of_several_parts(char: str, language: str, said: str) -> None:
    assert " ".join(part.text for part in name_parts(char, language)) == said


def test_unicode_names_are_read_with_letters_as_letters() -> None:
    assert unicode_name("あ") == "hiragana letter A"
    assert unicode_name("\x01") == ""


SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    ("language", "step"),
    [
        pytest.param("en-US", 1, marks=SLOW),
        *((language, 97) for language in ("es", "fr", "it", "ja", "pt-BR", "zh")),
    ],
)
def test_every_character_of_the_first_plane_has_sound(language: str, step: int) -> None:
    read = phonemizer(language)
    silent = [
        f"{code:04X}"
        for code in range(0, 0x10000, step)
        if unicodedata.category(chr(code)) != "Cn" and is_silent(read.phonemes(named(chr(code))))
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        (f"so {named('a')}, yes", "sˌO ˈA, jˈɛs"),
        (f"{named('a')}, {named('b')}. {named('c')}", "ˈA, bˈi. sˈi"),
        (f"{named('&')} $5", "ˈænd fˈIv dˈɑləɹz"),
        (f"(left {named('a')})", "(lˈɛft ˈA)"),
        (f"capital {named('A')}", "kˈæpəTᵊl ˈA"),
    ],
)
def test_names_stand_between_words(text: str, symbols: str) -> None:
    assert phonemizer("en-US").phonemes(text).symbols == symbols


@given(st.text(max_size=6), st.sampled_from(["en-US", "es", "hi"]))
def test_any_text_can_be_named_and_keeps_its_places(char: str, language: str) -> None:
    text = f"so {named(char)}, yes"
    phonemes = phonemizer(language).phonemes(text)
    assert list(phonemes.starts) == sorted(phonemes.starts)
    assert all(
        0 <= start <= end <= len(text) for start, end in zip(phonemes.starts, phonemes.ends, strict=True)
    )
    assert set(phonemes.symbols) <= SYMBOLS


def test_dictionaries_are_read_as_they_are_written() -> None:
    content = parse(
        "\ufeff# a comment\ncomplexSymbols:\n# another\ndecimal point\t(?<=\\d)\\.(?=\\d)\nsymbols:\n"
        "decimal point\t\tnone\talways\n\\#\thash\tsome\n\\0\tblank\tchar\t# null\n"
        "!\tbang\tall\n€\t↑↑↑\tnone\nnothing\n\r\n$\tdollar\twrong\tnorep\r\n"
    )  # fmt: skip
    assert content.patterns == {"decimal point": r"(?<=\d)\.(?=\d)"}
    assert {key: (symbol.name, symbol.level, symbol.preserve) for key, symbol in content.symbols.items()} == {
        "decimal point": ("", "none", "always"),
        "#": ("hash", "some", ""),
        "\0": ("blank", "char", ""),
        "!": ("bang", "all", ""),
        "€": ("", "none", ""),
        "$": ("dollar", "", "norep"),
    }


@pytest.mark.parametrize("language", ["../../../etc", "", "en/../..", "x" * 500])
def test_a_language_leads_to_no_other_folder(language: str) -> None:
    assert symbol_name("!", language) == ""


def test_without_dictionaries_there_are_english_names(monkeypatch: pytest.MonkeyPatch) -> None:
    from kokoro_speechd.text.naming import characters, symbols

    monkeypatch.setenv("XDG_DATA_DIRS", "/nowhere")
    monkeypatch.setattr(symbols, "_PREFIXES", ())
    caches = (symbols._file, symbols.punctuation, characters._name_parts)
    for cache in caches:
        cache.cache_clear()
    try:
        assert [part.text for part in name_parts("—", "es")] == ["em dash"]
        assert [part.text for part in name_parts("é", "es")] == ["é"]
    finally:
        monkeypatch.undo()
        for cache in caches:
            cache.cache_clear()
