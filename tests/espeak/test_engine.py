# SPDX-License-Identifier: GPL-3.0-or-later
"""espeak-ng: clauses, sound, marks, aborting, threads."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kokoro_speechd.errors import EspeakError
from kokoro_speechd.espeak import Clause, Espeak, EspeakMark, library
from kokoro_speechd.espeak.letters import letter_name


class Recorder:
    """Takes audio; stops after `chunks` of it."""

    def __init__(self, chunks: int = sys.maxsize) -> None:
        self.audio = b""
        self.marks: list[EspeakMark] = []
        self.calls = 0
        self.misplaced: list[EspeakMark] = []
        self._chunks = chunks

    def __call__(self, samples, marks) -> bool:
        first = len(self.audio) // 2
        self.audio += samples
        self.misplaced += [mark for mark in marks if not first <= mark.sample <= len(self.audio) // 2]
        self.marks += marks
        self.calls += 1
        return self.calls < self._chunks

    @property
    def seconds(self) -> float:
        return len(self.audio) / 2 / Espeak.shared().sample_rate


def speak(document: str, language: str = "en-us", *, chunks: int = sys.maxsize, **parameters) -> Recorder:
    recorder = Recorder(chunks)
    Espeak.shared().synthesize(document, language, on_audio=recorder, **parameters)
    return recorder


def written(text: str, language: str) -> list[tuple[str, str]]:
    return [
        (text[clause.start : clause.end], clause.punctuation)
        for clause in Espeak.shared().clauses(text, language)
    ]


NUMBERS = [
    ("es", "El precio es 1.234,56 €.", "mˈil dosθjˈentos tɾˌe^ɪntaikwˈatɾo kˌoma θinkwˌɛntaisˈe^ɪs"),
    ("es", "a las 15:30", "kˈinθe tɾˈe^ɪnta"),
    ("fr-fr", "Il est 15h30.", "kˈɛ̃z ˈaʃ tʁˈɑ̃t"),
    ("it", "Costa 1.234,56 euro.", "mˈille dʊet^ʃˈɛnto trˈeːntakwˈatːro vˈirɡola t^ʃinkwˈantasˈɛj"),
    ("pt-br", "São 15:30.", "kˈiŋzy trˈiŋtæ"),
    ("en-us", "It is 3.14.", "θɹˈiː pɔ^ɪnt wˈʌn fˈɔː^ɹ"),
    ("de", "Es sind 1.234,56 Meter.", "fˈiːɾ ʊntdɾˈa^ɪsɪç kˌɔmɑː fˈʏnf"),
]


@pytest.mark.parametrize(("language", "text", "phonemes"), NUMBERS)
def test_numbers_are_read_whole(language, text, phonemes):
    (clause,) = Espeak.shared().clauses(text, language)
    assert phonemes in clause.phonemes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wait... what?! No; yes.", [("Wait...", "..."), ("what?!", "?!"), ("No;", ";"), ("yes.", ".")]),
        ("One, two", [("One,", ","), ("two", "")]),
        ('He said "no!" and (really) left.', [('He said "no!', "!"), ('" and (really) left.', ".")]),
        ("Version 2.7.18 of 1,234 at 15:30", [("Version 2.7.18 of 1,234 at 15:30", "")]),
        ("  spaced   out.  ", [("spaced   out.", ".")]),
        ("", []),
        (" ", []),
        ("...", []),
    ],
)
def test_clauses_keep_places_and_punctuation(text, expected):
    assert written(text, "en-us") == expected


def test_clauses_count_characters_not_bytes():
    text = "¿Qué? Año nuevo, ñandú — fin 😀."
    clauses = Espeak.shared().clauses(text, "es")
    assert [text[clause.start : clause.end] for clause in clauses][:2] == ["¿Qué?", "Año nuevo,"]
    assert clauses[-1].end == len(text)


def test_the_whole_of_a_very_long_clause_is_read():
    clauses = Espeak.shared().clauses("word " * 4000, "en")
    assert sum(clause.phonemes.count("wˈɜːd") for clause in clauses) == 4000
    assert clauses[-1].end == 5 * 4000 - 1


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=80), language=st.sampled_from(["en-us", "es", "hi", "ja", "ar"]))
def test_any_text_has_clauses_in_order_inside_it(text, language):
    position = 0
    for clause in Espeak.shared().clauses(text, language):
        assert position <= clause.start <= clause.end <= len(text)
        position = clause.end


@pytest.mark.parametrize(
    ("tag", "like"),
    [
        ("EN_us", "en-us"),
        ("en_US.UTF-8", "en-us"),
        ("de-AT", "de"),
        ("zh-cn", "cmn"),
        ("pt", "pt-pt"),
        ("fr-CA", "fr"),
        ("sr@latin", "sr"),
        ("c", "en"),
        ("xx", "en"),
        ("xx-YY", "en"),
        ("", "en"),
        ("NULL", "en"),
        ("\0\ud800🤖" * 50, "en"),
    ],
)
def test_every_tag_finds_a_voice(tag, like):
    text = "Bahn 5, chat."
    assert Espeak.shared().clauses(text, tag) == Espeak.shared().clauses(text, like)


def test_languages_differ():
    spoken = {
        Espeak.shared().clauses("Chat 5", tag)[0].phonemes for tag in ("en-us", "fr", "de", "pt-br", "pt")
    }
    assert len(spoken) == 5


def test_voices_are_listed_with_tags():
    voices = Espeak.shared().languages()
    assert {"de", "en-us", "pt-br", "cmn", "hi"} <= {voice.language for voice in voices}
    assert all(voice.name for voice in voices)


SSML = (
    '<speak><mark name="0"/>Hello <mark name="1"/>big <mark name="2"/><mark name="3"/>world. '
    'Next <mark name="4"/>one<mark name="5"/></speak>'
)


@pytest.mark.parametrize("wpm", [80, 175, 449, 460, 900])
def test_marks_come_with_the_sound_that_holds_them(wpm):
    recorder = speak(SSML, ssml=True, wpm=wpm)
    assert [mark.name for mark in recorder.marks] == list("012345")
    assert recorder.misplaced == []
    assert recorder.marks[0].sample == 0
    assert recorder.marks[2].sample == recorder.marks[3].sample
    samples = [mark.sample for mark in recorder.marks]
    assert samples == sorted(samples)


def test_no_mark_is_lost_after_many_changes_of_voice():
    for turn in range(60):
        Espeak.shared().clauses("5", ("en-us", "fr", "de", "pt")[turn % 4])
    assert [mark.name for mark in speak(SSML, ssml=True).marks] == list("012345")


def test_a_mark_lies_where_the_words_before_it_end():
    marked = speak('<speak>Several words go here <mark name="m"/>and more.</speak>', ssml=True)
    early = speak('<speak>Several <mark name="m"/>words go here and more.</speak>', ssml=True)
    assert early.seconds == pytest.approx(marked.seconds, rel=0.1)
    # Four of six words, then one of six, counted by their syllables: 5 of 7 and 2 of 7.
    places = [spoken.marks[0].sample / (len(spoken.audio) / 2) for spoken in (marked, early)]
    assert places == pytest.approx([5 / 7, 2 / 7], abs=0.15)


def test_speed_pitch_and_volume_change_the_sound():
    assert speak("some words to say", wpm=400).seconds < 0.6 * speak("some words to say", wpm=150).seconds
    assert max(speak("word", volume=20).audio[1::2]) != 0
    loud, soft = (
        max(abs(sample) for sample in memoryview(speak("word", volume=volume).audio).cast("h"))
        for volume in (100, 20)
    )
    assert soft < 0.4 * loud
    assert speak("word", pitch=0).audio != speak("word", pitch=99).audio


@pytest.mark.parametrize("wpm", [-5, 0, 10_000])
def test_parameters_out_of_range_are_clipped(wpm):
    nearest = 80 if wpm < 80 else 900
    assert speak("a few words", wpm=wpm).seconds == pytest.approx(
        speak("a few words", wpm=nearest).seconds, rel=0.05
    )
    assert speak("a", pitch=1000, pitch_range=-4, volume=10_000).audio


def test_capitals_are_told_where_that_is_asked_for():
    plain, told = speak("Ann Bob Carl Don"), speak("Ann Bob Carl Don", tell_capitals=True)
    assert told.seconds > 1.5 * plain.seconds
    small = speak("ann bob carl don", tell_capitals=True)
    assert small.seconds < 1.2 * plain.seconds
    assert speak("Ann Bob Carl Don").seconds < 1.2 * plain.seconds  # it is not asked for any more
    assert [clause.phonemes for clause in Espeak.shared().clauses("Ann", "en-us")] == ["ˈæn"]


@pytest.mark.parametrize(
    ("char", "language", "name"),
    [
        ("y", "es", "ˌiɣɾiˈeɣa"),
        ("a", "en-us", "ˈe^ɪ"),
        ("z", "en-us", "zˈiː"),
        ("z", "en-gb", "zˈɛd"),
        ("É", "it", "ˌeːakˈuːto"),
        ("α", "en-us", "ˈælfə"),
        ("7", "fr-fr", ""),  # read, not named
        ("\u0301", "it", "akˈuːto"),
        ("漢", "en-us", ""),  # only its number
        ("ᚠ", "hi", ""),
        ("ℹ", "hi", ""),  # would end the process
        ("€", "en-us", ""),
        ("ab", "en-us", ""),
        ("", "en-us", ""),
    ],
)
def test_names_of_letters(char: str, language: str, name: str):
    assert letter_name(char, language) == name


@pytest.mark.slow
def test_no_letter_in_any_language_ends_the_process():
    """espeak-ng 1.52 overruns a buffer for some names; each language is tried in a process of its own."""
    program = """
import os, sys, unicodedata
from kokoro_speechd.espeak import Espeak
from kokoro_speechd.espeak.letters import letter_name
languages = sorted({voice.language for voice in Espeak.shared().languages()})
letters = [char for char in map(chr, range(0x3400)) if unicodedata.category(char)[0] in "LMN"]
failed = []
for language in languages:
    if not (child := os.fork()):
        for letter in letters[hash(language) % 7 :: 7]:
            letter_name(letter, language)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        failed.append(language)
print(len(languages), *failed)
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=250,
        env={"PYTHONHASHSEED": "1", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    count, *failed = ran.stdout.split()
    assert int(count) > 100
    assert failed == []


def test_a_variant_changes_the_voice_and_not_the_language():
    plain, female = speak("Guten Tag", "de"), speak("Guten Tag", "de", variant="f3")
    assert plain.audio != female.audio
    assert speak("Guten Tag", "de", variant="no such").seconds == pytest.approx(plain.seconds, rel=0.05)


@pytest.mark.parametrize(
    "document", ["", "  ", "<speak></speak>", "<speak>", "<<>>&;", "\0", "\ud800", "</say-as>"]
)
def test_odd_documents_are_no_error(document):
    assert speak(document, ssml=True).seconds < 5


def test_abort_ends_within_one_chunk():
    recorder = speak("This is a long sentence, which is not wanted any more. " * 20, chunks=3)
    assert recorder.calls == 3
    assert recorder.seconds < 0.25


def test_nothing_is_left_of_what_was_aborted():
    expected = Espeak.shared().clauses("Hello there.", "en")
    speak("One thing, and more. And more.", "en", chunks=1)
    assert Espeak.shared().clauses("Hello there.", "en") == expected
    speak('<speak><say-as interpret-as="characters">abcdefgh', "en", ssml=True, chunks=1)
    assert Espeak.shared().clauses("Hello there.", "en") == expected
    speak('<speak xml:lang="de">Hallo <voice xml:lang="fr">bonjour tous', "en", ssml=True, chunks=1)
    assert Espeak.shared().clauses("Hello there.", "en") == expected


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt()])
def test_an_error_of_the_listener_ends_the_synthesis_and_is_raised(error):
    calls = []

    def fail(samples, marks):
        calls.append(samples)
        raise error

    with pytest.raises(type(error)) as caught:
        Espeak.shared().synthesize("a long enough text to have chunks", "en", on_audio=fail)
    assert caught.value is error
    assert len(calls) == 1
    assert speak("again").seconds > 0.2


def test_threads_get_what_they_asked_for():
    texts = {
        "en-us": "The quick brown fox, 3.14 times.",
        "de": "Das kostet 1.234,56 €, nicht wahr?",
        "fr": "Il est 15h30, ça va ?",
        "hi": "मैं हिन्दी बोलता हूँ।",
    }
    engine = Espeak.shared()
    alone = {language: engine.clauses(text, language) for language, text in texts.items()}
    seconds = {language: speak(text, language).seconds for language, text in texts.items()}
    marks = [mark.name for mark in speak(SSML, ssml=True).marks]

    def work(number: int) -> list[tuple[str, list[Clause], float, list[str]]]:
        results = []
        for turn in range(60):
            language = list(texts)[(turn + number) % len(texts)]
            clauses = engine.clauses(texts[language], language)
            spoken = speak(texts[language], language).seconds if turn % 3 == 0 else seconds[language]
            names = [mark.name for mark in speak(SSML, ssml=True).marks] if turn % 5 == 0 else marks
            if turn % 7 == 0:
                speak(texts[language], language, chunks=1)
            results.append((language, clauses, spoken, names))
        return results

    with ThreadPoolExecutor(4) as pool:
        for results in pool.map(work, range(4)):
            for language, clauses, spoken, names in results:
                assert clauses == alone[language]
                assert spoken == pytest.approx(seconds[language], rel=0.03)
                assert names == marks


@pytest.mark.parametrize("text", ["|-\u0973", ")-\u097d", "(-漢", "६-\u094cढ", "x -ॳ", "ॽऽv\u0900 " * 3])
def test_what_crashes_the_library_does_not_reach_it(text):
    code = (
        "import sys; from kokoro_speechd.espeak import Espeak;"
        "Espeak.shared().clauses(sys.argv[1], 'hi');"
        "Espeak.shared().synthesize(sys.argv[1], 'hi', on_audio=lambda samples, marks: True)"
    )
    subprocess.run([sys.executable, "-c", code, text], check=True)


def test_hyphens_that_mean_something_stay():
    assert "mˈa^ɪnəs" in Espeak.shared().clauses("it is -5", "en-us")[0].phonemes
    assert Espeak.shared().clauses("tar (-C)", "es") == Espeak.shared().clauses("tar ( C)", "es")
    (joined,) = Espeak.shared().clauses("peut-être", "fr")
    (apart,) = Espeak.shared().clauses("peut être", "fr")
    assert joined.phonemes != apart.phonemes


def test_without_a_library_the_error_tells_why(monkeypatch):
    monkeypatch.setattr(library, "_candidates", lambda: [("/nowhere/libespeak-ng.so", None)])
    with pytest.raises(EspeakError, match=r"/nowhere/libespeak-ng\.so"):
        Espeak()


def test_the_import_is_light_and_starts_nothing():
    code = (
        "import sys, kokoro_speechd.espeak as e;"
        "heavy = {'numpy', 'torch', 'gi', 'misaki', 'espeakng_loader'} & set(sys.modules);"
        "sys.exit(f'{heavy} {e.Espeak._shared}' if heavy or e.Espeak._shared else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
