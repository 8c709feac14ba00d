# SPDX-License-Identifier: GPL-3.0-or-later
"""Spelling, punctuation and capitals as SET asks; «a» is a character that is to be named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.rendering.espeak_ssml import Base, to_espeak_ssml
from kokoro_speechd.text.mapped_text import read
from kokoro_speechd.text.naming.modes import AS_WRITTEN, CAPITAL_SOUND, Modes, modes_of
from kokoro_speechd.text.phonemes.kokoro_symbols import is_silent
from kokoro_speechd.text.phonemizers.spoken_form import spoken_form
from kokoro_speechd.text.script import Mark, Script
from kokoro_speechd.text.ssml.parser import scan
from kokoro_speechd.utterance import Kind, Parameters, Utterance
from tests.text.dictionaries import entry
from tests.text.naming.test_characters import phonemizer
from tests.text.naming.test_keys import shown


def spoken(text: str, language: str = "en-US", **modes: object) -> str:
    return shown(Modes(**modes).read(text, language).text)  # type: ignore[arg-type]


HINDI_PERCENT_AND = "pəcˈaːs pɾˈʌtɪʃˌət ɔːɾ" if entry("hi", "%").name else "pəcˈaːs pətˈɪʃət ɔːɾ"
PUNCTUATION = [
    # English
    ("en", "none", "Hi, (you) & me... 50% of $3.50!", "Hi, (you) & me... 50% of $3.50!"),
    ("en", "some", "Hi, (you) & me... 50% of $3.50!", "Hi, (you) and me... 50 percent of $3.50!"),
    ("en", "most", "Hi, (you) & me", "Hi, left paren( you right paren) and me"),
    ("en", "all", "Hi, you!", "Hi comma, you bang!"),
    ("en", "all", "it's 3.14, or -5", "it tick s 3.14 comma, or minus 5"),
    ("en", "all", "end. Next", "end dot. Next"),
    ("en", "some", "a.b", "a dot b"),
    ("en", "some", "me@example.org", "me at example dot org"),
    ("en", "some", "a_b", "a_b"),
    # The dictionary says whether the sign itself stays for its pause.
    ("en", "most", "a_b—c", f"a line b em dash{'—' if entry('en', '—').preserve == 'always' else ''} c"),
    ("en", "all", "x!!!!!", "x 5 bang"),
    ("en", "all", "wait...", "wait dot dot dot..."),
    (
        "en",
        "all",
        "[x] {y} #1 *2 /3",
        "left bracket x right bracket left brace y right brace number 1 star 2 slash 3",
    ),
    ("en", "some", "a ≥ b", "a greater-than or equal to b"),
    ("en", "wrong", "a, b", "a, b"),
    # the others
    ("es", "all", "¿Qué?", "abrir interrogación Qué cerrar interrogación?"),
    ("es", "some", "50% & a@b", "50 porciento et a arroba b"),
    ("es", "most", "(a)", "abrir paréntesis( a cerrar paréntesis)"),
    ("fr", "all", "Oui, 12.05.2020 !", "Oui virgule, 12 point 05 point 2020 point d'exclamation !"),
    ("fr", "some", "50 % & 3,14", "50 pour cent et commercial 3,14"),
    ("fr", "all", "l'eau", "l apostrophe eau"),
    ("it", "all", "Ciao, a/b!", "Ciao virgola, a barra b punto esclamativo!"),
    ("it", "most", "(a)", "aperta parentesi( a chiusa parentesi)"),
    ("pt-BR", "all", "Oi, 3,14!", "Oi vírgula, 3,14 exclamação!"),
    ("pt-BR", "some", "50% @", "50 porcento arroba"),
    ("ja", "all", "はい。", "はい マル"),
    ("ja", "some", "50%", "50 パーセント"),
    ("zh", "all", "你好，世界！", "你好 全角逗号， 世界 全角感叹号！"),
    ("zh", "some", "50%", "50 百分号"),
    ("de", "all", "Ja, (gut)!", "Ja Komma, Runde Klammer auf( gut Runde Klammer zu) Ausrufezeichen!"),
    # Without names of their own: the English ones, said in English.
    ("hi", "some", "50% & a", f"50 {entry('hi', '%').name or '«%»'} {entry('hi', '&').name or '«&»'} a"),
    ("hi", "all", "हाँ!", f"हाँ {entry('hi', '!').name or '«!»'}!"),
]


@pytest.mark.parametrize(("language", "mode", "text", "named"), PUNCTUATION)
def test_punctuation(language: str, mode: str, text: str, named: str) -> None:
    assert spoken(text, language, punctuation=mode) == named


@pytest.mark.parametrize("mode", ["none", "some", "most", "all"])
def test_what_the_server_has_named_is_not_named_again(mode: str) -> None:
    """As captured: the server has a dictionary, names everything itself and asks for "none"."""
    for text in (" left paren(e right paren)", " comma,", "a dot b", " 5 bang "):
        assert Modes(punctuation="none").read(text, "en") == read(text)
    assert spoken("a dot b", punctuation=mode) == "a dot b"


SPELLED = [
    ("en-US", "cat", "«c», «a», «t»"),
    ("en-US", "a b", "«a». «b»"),
    ("en-US", "C3, ok", "«C», «3», «,». «o», «k»"),
    ("es", "ñu", "«ñ», «u»"),
    ("hi", "कि", "«कि»"),
    ("fr", "e\u0301t", "«é», «t»"),
    ("en-US", "", ""),
]


@pytest.mark.parametrize(("language", "text", "spelled"), SPELLED)
def test_spelling(language: str, text: str, spelled: str) -> None:
    assert spoken(text, language, spelling=True) == spelled


CAPITALS = [
    ("en-US", "Hello World", "capital Hello capital World"),
    ("en-US", "USA", "capital USA"),
    ("en-US", "camelCase", "camel capital Case"),
    ("en-US", "iPhone 5S", "i capital Phone 5 capital S"),
    ("en-US", "a", "«a»"),
    ("en-US", "A", "capital «A»"),
    ("es", "Ávila", "mayúscula Ávila"),
    ("fr", "Été", "majuscule Été"),
    ("it", "Roma", "maiuscola Roma"),
    ("pt-BR", "Rio", "maiúscula Rio"),
    ("ja", "ABC", "大文字 ABC"),
    ("zh", "ABC", "大写 ABC"),
    ("hi", "ABC", "बड़ा ABC"),
    ("de", "Haus", "Haus"),  # espeak-ng tells it with a word of its own
]


@pytest.mark.parametrize(("language", "text", "told"), CAPITALS)
def test_capitals_by_a_word(language: str, text: str, told: str) -> None:
    assert spoken(text, language, capitals="spell") == told
    assert spoken(text, language) == spoken(text, language, capitals="icon")
    assert spoken(text, language) in (text, f"«{text}»")


def test_capitals_of_characters_and_spelled_words() -> None:
    assert spoken("A", kind=Kind.CHAR, capitals="spell") == "capital «A»"
    assert spoken("A", kind=Kind.CHAR) == "«A»"
    assert spoken("Ab", "es", spelling=True, capitals="spell") == "mayúscula «A», «b»"
    assert spoken("shift_A", kind=Kind.KEY, capitals="spell") == "shift capital «A»"


def test_capitals_by_a_sound() -> None:
    icons = Modes(capitals="icon")
    script = Script("One camelCase USA", (Mark("m", 4),))
    assert icons.with_capital_sounds(script).marks == (
        Mark(CAPITAL_SOUND, 0),
        Mark("m", 4),
        Mark(CAPITAL_SOUND, 4),
        Mark(CAPITAL_SOUND, 14),
    )
    assert icons.read(script.text, "en").text == script.text
    assert Modes(Kind.CHAR, capitals="icon").with_capital_sounds(Script("A")).marks == (
        Mark(CAPITAL_SOUND, 0),
    )
    assert Modes(Kind.KEY, capitals="icon").with_capital_sounds(Script("Page_Up")).marks == ()
    for other in ("none", "spell"):
        assert Modes(capitals=other).with_capital_sounds(script) == script


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("t ", "«t»"),
        (" a", "«a»"),
        ("Y", "«Y»"),
        ("क", "«क»"),
        ("a b", "a b"),
        ("?", "?"),
        ("7", "7"),
        ("", ""),
    ],
)
def test_a_letter_alone_is_named(text: str, told: str) -> None:
    assert spoken(text) == told


@pytest.mark.parametrize(
    ("name", "told"),
    [("message", "message"), ("message-new_email", "message new email"), ("...", "«...»"), ("", "« »")],
)
def test_an_icon_without_a_file_is_told_by_its_name(name: str, told: str) -> None:
    assert spoken(name, kind=Kind.ICON) == told


def test_modes_come_from_the_utterance() -> None:
    parameters = Parameters(punctuation="all", spelling=True, capitals="icon")
    assert modes_of(Utterance(1, Kind.CHAR, "x", parameters)) == Modes(Kind.CHAR, "all", True, "icon")
    assert modes_of(Utterance(1, Kind.TEXT, "x", Parameters())) == AS_WRITTEN
    assert [Modes(kind).verbatim for kind in Kind] == [False, True, True, True]
    assert Modes(spelling=True).verbatim


def test_signs_of_ours_cannot_come_from_outside() -> None:
    for kind in (Kind.KEY, Kind.ICON):
        assert "«evil»" not in spoken("\ufdd0evil\ufdd1", kind=kind)
    assert "«evil»" not in spoken(scan("\ufdd0evil&#xfdd1;").text)


MODES = st.builds(
    Modes,
    st.just(Kind.TEXT),
    st.sampled_from(["none", "some", "most", "all"]),
    st.booleans(),
    st.sampled_from(["none", "spell", "icon"]),
)


@given(st.text(max_size=60), MODES, st.sampled_from(["en-US", "fr", "hi", "ja", "xx"]))
def test_places_stay_in_order_whatever_the_modes(text: str, modes: Modes, language: str) -> None:
    mapped = modes.read(text, language)
    assert len(mapped.text) == len(mapped.origins)
    assert list(mapped.origins) == sorted(mapped.origins)
    assert all(0 <= origin <= len(text) for origin in mapped.origins)


@given(st.text(max_size=40), MODES, st.lists(st.integers(0, 40), max_size=5))
def test_marks_survive_whatever_the_modes(text: str, modes: Modes, places: list[int]) -> None:
    marks = tuple(Mark(f"m{place}", min(place, len(text))) for place in sorted(places))
    document, names = to_espeak_ssml(modes.with_capital_sounds(Script(text, marks)), 0, Base("en"), modes)
    assert [name for name in names if name != CAPITAL_SOUND] == [mark.name for mark in marks]
    assert document.count("<mark name=") == len(names)


DOCUMENTS = [
    (Kind.CHAR, "A", "en-US", '<speak> <say-as interpret-as="characters">&#97;</say-as> </speak>'),
    (Kind.CHAR, "y", "es", '<speak> <say-as interpret-as="characters">&#121;</say-as> </speak>'),
    (Kind.CHAR, ".", "de", "<speak> Punkt </speak>"),
    (Kind.CHAR, "<", "en-US", "<speak> less </speak>"),
    (Kind.CHAR, "ᚠ", "de", '<speak> <voice xml:lang="en">runic letter fehu feoh fe F</voice> </speak>'),
    (Kind.KEY, "shift_a", "en-US", '<speak>shift  <say-as interpret-as="characters">&#97;</say-as> </speak>'),
    (Kind.TEXT, "a < b", "en-US", "<speak>a &lt; b</speak>"),
]


@pytest.mark.parametrize(("kind", "text", "language", "document"), DOCUMENTS)
def test_documents_for_espeak(kind: Kind, text: str, language: str, document: str) -> None:
    assert to_espeak_ssml(Script(text), 0, Base(language), Modes(kind))[0] == document


@pytest.mark.parametrize("language", ["en-US", "es", "fr", "hi", "it", "ja", "pt-BR", "zh"])
@pytest.mark.parametrize(
    "modes",
    [
        Modes(punctuation="all"),
        Modes(spelling=True, capitals="spell"),
        Modes(capitals="spell"),
    ],
)
def test_readers_say_what_the_modes_ask_for(language: str, modes: Modes) -> None:
    read_aloud = phonemizer(language).phonemes
    text = "Ab, (c)!"
    told = read_aloud(modes.read(text, language).text)
    plain = read_aloud(AS_WRITTEN.read(text, language).text)
    assert not is_silent(told)
    assert len(told) > len(plain) + 3


@pytest.mark.parametrize(
    ("text", "language", "modes", "symbols"),
    [
        ("50% & so", "hi", Modes(punctuation="all"), HINDI_PERCENT_AND),
        ("A", "en-US", Modes(capitals="spell"), "kˈæpəTᵊl ˈA"),
        ("12", "en-US", Modes(spelling=True), "wˈʌn, tˈu"),
        ("12", "en-US", Modes(), "twˈɛlv"),
        ("3 .14!", "en-US", Modes(punctuation="all"), "θɹˈi pYnt wˈʌn fˈɔɹ bˈæŋ"),
    ],
)
def test_rules_for_running_text_and_modes_together(
    text: str, language: str, modes: Modes, symbols: str
) -> None:
    told = phonemizer(language).phonemes(spoken_form(text, language, modes).text).symbols
    assert told.startswith(symbols)
