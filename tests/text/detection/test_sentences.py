# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose writing, and whose words."""

from __future__ import annotations

import importlib.util

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokoro_speechd.text.detection.latin_guess import guess_language
from kokoro_speechd.text.detection.sentences import tell_languages
from kokoro_speechd.text.detection.writing_systems import foreign_text
from kokoro_speechd.text.script import Script
from kokoro_speechd.text.ssml.parser import scan

WRITING = [
    # What has no writing system of its own stays with what stands before it.
    ("He said привет, 5 раз! and left", "en", [("привет, 5 раз! ", "ru")]),
    ("3 (привет) 😀 ok", "en", [("привет) 😀 ", "ru")]),
    ("Привіт і бувай", "en", [("Привіт і бувай", "uk")]),
    ("Љубав", "en", [("Љубав", "sr")]),
    ("привет", "ru", []),
    ("привет", "bg", []),
    ("Καλημέρα κόσμε", "en", [("Καλημέρα κόσμε", "el")]),
    ("Καλημέρα привет", "en", [("Καλημέρα ", "el"), ("привет", "ru")]),
    # Letters of science.
    ("5 μm of Δx and π rad, Ω", "en", []),
    ("the μService", "en", []),
    ("Cyrillic а hides", "en", []),
    # East Asia.
    ("Tokyo is 東京", "en", [("東京", "zh")]),
    ("Tokyo is 東京です", "en", [("東京です", "ja")]),
    ("東京 and さくら", "en", [("東京 ", "ja"), ("さくら", "ja")]),
    ("東京", "ja", []),
    ("東京", "zh-CN", []),
    ("我喜欢さくら", "zh", [("我喜欢さくら", "ja")]),
    ("我非常喜欢看这个の", "zh", []),
    ("漢", "en", [("漢", "zh")]),
    ("안녕 hello", "en", [("안녕 ", "ko")]),
    ("안녕 漢字", "ko", []),
    ("GPT 模型 works", "zh", []),
    # Right to left, and India.
    ("שלום עולם", "en", [("שלום עולם", "he")]),
    ("السلام عليكم", "en", [("السلام عليكم", "ar")]),
    ("سلام چطوری", "en", [("سلام چطوری", "fa")]),
    ("کتابیں پڑھیے", "en", [("کتابیں پڑھیے", "ur")]),
    ("नमस्ते दुनिया", "en", [("नमस्ते दुनिया", "hi")]),
    ("नमस्ते दुनिया", "hi", []),
    ("சென்னை", "en", [("சென்னை", "ta")]),
    ("สวัสดี", "en", [("สวัสดี", "th")]),
    ("გამარჯობა", "en", [("გამარჯობა", "ka")]),
    ("Բարեւ", "en", [("Բարեւ", "hy")]),
    ("ሰላም", "en", [("ሰላም", "am")]),
    # Latin letters of all kinds are nobody's.
    ("größe Šnäyđer ŵ ﬁ 𝐁𝐨𝐥𝐝", "en", []),
    ("hello", "ru", []),
    ("", "en", []),
    ("1, 2. 3 😀", "en", []),
]


@pytest.mark.parametrize(("text", "language", "expected"), WRITING)
def test_writing(text, language, expected):
    assert [(text[start:end], tag) for start, end, tag in foreign_text(text, language)] == expected


@given(st.text(max_size=40), st.sampled_from(["en", "ja", "zh", "ru", "ko", "xx"]))
def test_ranges_are_in_order_and_inside(text, language):
    place = 0
    for start, end, _ in foreign_text(text, language):
        assert place <= start < end <= len(text)
        place = end


def languages(script: Script) -> list[tuple[str, str | None]]:
    return [(script.text[span.start : span.end], span.attributes.language) for span in script.segments()]


def test_documents_keep_their_manners_and_languages():
    script = scan('<prosody rate="fast">a привет</prosody> <lang xml:lang="ru">б hello</lang>')
    told = tell_languages(script, "en")
    assert languages(told) == [("a ", None), ("привет", "ru"), (" б hello", "ru")]
    assert [span.attributes.rate for span in told.segments()] == [1.5, 1.5, 1]
    assert tell_languages(script, "en", writing=False) == script


def test_what_is_replaced_stays():
    script = scan('<say-as interpret-as="characters">привет</say-as>')
    assert tell_languages(script, "en") == script


def guess(sentence: str) -> str | None:
    return {"D": "de", "F": "fr", "E": "en"}.get(sentence[0])


SENTENCES = [
    ("E one two three. D one two three. E one two three.", [("D one two three. ", "de")]),
    ("D one two three. No. D one two three.", [("D one two three. No. D one two three.", "de")]),
    ("D one two three. No. F one two three.", [("D one two three. ", "de"), ("F one two three.", "fr")]),
    ("No. D one two three.", [("D one two three.", "de")]),
    ("D two.", []),
    ("X one two three.", []),
    ("D one v1.2 three four. E one two three", [("D one v1.2 three four. ", "de")]),
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_sentences(text, expected):
    told = tell_languages(Script(text), "en-GB", guess=guess, words=3)
    assert [(words, tag) for words, tag in languages(told) if tag] == expected


def test_writing_knows_better_than_words():
    told = tell_languages(Script("D one two привет four."), "en", guess=guess, words=3)
    assert languages(told) == [("D one two ", "de"), ("привет ", "ru"), ("four.", "de")]


def test_words_are_not_looked_at_where_letters_are_borrowed():
    assert tell_languages(Script("D one two three."), "ja", guess=guess, words=3).spans == ()
    assert tell_languages(Script("D one two three."), "de", guess=guess, words=3).spans == ()


REAL = [
    ("en", "Please open the settings dialog and choose the output device that you want to use."),
    ("es", "Nos dijo que la reunión se había trasladado al próximo jueves a causa de la tormenta."),
    ("fr", "Le chien de mon voisin aboie toutes les nuits et ne me laisse jamais dormir tranquille."),
    ("it", "Ci ha detto che la riunione era stata spostata a giovedì prossimo a causa della tempesta."),
    ("pt", "Ele nos disse que a reunião foi adiada para a próxima quinta-feira por causa da tempestade."),
    ("de", "Bitte öffnen Sie die Einstellungen und wählen Sie das Ausgabegerät, das Sie benutzen möchten."),
    ("nl", "De hond van mijn buurman blaft elke nacht en laat mij nooit goed slapen in het weekend."),
    ("sv", "Min grannes hund skäller varje natt och låter mig aldrig sova ordentligt på helgen."),
    ("pl", "Pies mojego sąsiada szczeka każdej nocy i nigdy nie pozwala mi się porządnie wyspać."),
    ("cs", "Pes mého souseda štěká každou noc a nikdy mě nenechá pořádně vyspat doma."),
    ("tr", "Komşumun köpeği her gece havlıyor ve benim rahat uyumama asla izin vermiyor."),
]
DOUBTFUL = [
    "In Paris we visited the Louvre, the Musée d'Orsay, Notre Dame and the Champs Élysées with José.",
    "README.md LICENSE Makefile pyproject.toml config docs systemd tests kokoro",
    "Angela Merkel Olaf Scholz Frank-Walter Steinmeier Wolfgang Schäuble Helmut Kohl Gerhard Schröder",
    "Der Hund bellt. The dog barks loudly at night and so on and so forth",
    "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor",
    "def foo(self, bar): return [x for x in bar if x is not None and x > 3]",
    "1 2 3 4 5 6 7 8 9 10 11 12 13 14",
    "aoeu snth qjkx zvwm pyfg crl aoeuid htns qjkxbm wvz aoe snth",
    "\ud800 \x00",
    "",
]
needs_the_extra = pytest.mark.skipif(
    importlib.util.find_spec("fasttext") is None, reason="the extra languages is not installed"
)


@needs_the_extra
@pytest.mark.parametrize(("language", "text"), REAL)
def test_a_sentence_tells_its_language(language, text):
    assert guess_language(text) == language
    if language != "en":
        told = tell_languages(Script(text), "en-US", guess=guess_language, words=10)
        assert languages(told) == [(text, language)]


@needs_the_extra
@pytest.mark.parametrize("text", DOUBTFUL)
def test_what_is_doubtful_is_left_alone(text):
    assert guess_language(text) in (None, "en")
