# SPDX-License-Identifier: GPL-3.0-or-later
"""Sections about words: sentences, languages, voices, long texts, ways to the voice."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.real_voice import corpora, judging, measuring
from tests.real_voice.listening import first_words_right, word_errors
from tests.real_voice.rendering import espeak
from tests.real_voice.ways import (
    at_the_pipe,
    at_the_sink,
    by_spiel,
    by_the_command_line,
    by_the_control_interface,
    user_with,
)
from tests.voice_tables.tables import ENGLISH_VOICES, Bench, english, table


def first_words(bench: Bench) -> list[str]:
    """English sentences: the first word and all words."""
    texts = bench.some(corpora.ENGLISH)
    rows: list[list[object]] = []
    missed = []
    for voice in ENGLISH_VOICES:
        language = english(voice)
        ours = measuring.spoken_by_us(bench.lab, texts, voice, language)
        theirs = measuring.spoken_by_upstream(bench.lab, texts, voice, language)
        rows += [
            [f"{voice}, ours", sum(ours.first_words), f"{ours.errors.rate:.3f}"],
            [f"{voice}, upstream", sum(theirs.first_words), f"{theirs.errors.rate:.3f}"],
        ]
        if ours.missed():
            missed.append(f"{voice}: {ours.missed()}")
    other = measuring.spoken_by_espeak(bench.lab, texts, "en-US")
    rows.append(["espeak-ng", sum(other.first_words), f"{other.errors.rate:.3f}"])
    return [
        f"{len(texts)} sentences whose first words begin with every English sound.",
        "",
        *table(("", "first words heard", "word errors"), rows),
        "",
        "Not heard of ours: " + (". ".join(missed) if missed else "none") + ".",
    ]


def word_errors_of_languages(bench: Bench) -> list[str]:
    """The other languages."""
    rows, picked = [], ""
    for language in corpora.SENTENCES:
        if language.startswith("en"):
            continue
        texts, voice = bench.some(corpora.SENTENCES[language]), corpora.VOICE_OF[language]
        sides = (
            measuring.spoken_by_us(bench.lab, texts, voice, language),
            measuring.spoken_by_upstream(bench.lab, texts, voice, language),
            measuring.spoken_by_espeak(bench.lab, texts, language),
        )
        rows.append([f"{language} ({voice})", len(texts), *(f"{spoken.errors.rate:.3f}" for spoken in sides)])
        if language == "hi":
            counts = [measuring.recognized(bench.lab, spoken) for spoken in sides]
            picked = "{} of ours, {} of upstream's, {} of espeak-ng's".format(*counts)
    return [
        "Errors among words; in Japanese and Mandarin among sounds: both can be written in several ways.",
        "",
        *table(("", "sentences", "ours", "upstream", "espeak-ng"), rows),
        "",
        f"Whisper-base writes no Hindi, but can tell which sentence it hears: it recognizes {picked}.",
    ]


def joins(bench: Bench) -> list[str]:
    """Texts of several phrases."""
    rows = []
    for voice in ENGLISH_VOICES[:2]:
        texts = bench.some(corpora.LONG)
        sides = (
            ("ours", measuring.spoken_by_us(bench.lab, texts, voice, "en-US")),
            ("upstream, in one", measuring.spoken_by_upstream(bench.lab, texts, voice, "en-US")),
        )
        for name, spoken in sides:
            gaps = [end - begin for sound in spoken.sounds for begin, end in judging.silences(sound)]
            rows.append(
                [
                    f"{voice}, {name}",
                    f"{spoken.errors.rate:.3f}",
                    f"{judging.mean([judging.naturalness(sound) for sound in spoken.sounds]):.2f}",
                    f"{1000 * max(gaps, default=0):.0f}",
                ]
            )
    return [
        f"{len(bench.some(corpora.LONG))} texts of some 200 phonemes; ours renders each in several phrases.",
        "",
        *table(("", "word errors", "MOS", "longest silence (ms)"), rows),
    ]


def switches(bench: Bench) -> list[str]:
    """Languages inside a message."""
    rows = []
    for number in range(len(bench.some(corpora.SWITCHES))):
        document, text = measuring.switch_document(number)
        sounds = [bench.lab.ours.say(document), espeak(document)]
        heard = bench.lab.ears.transcribe(sounds, "en-US")
        wrong = [word_errors([text], [each], "en-US").wrong for each in heard]
        rows.append([text, f"{heard[0]} ({wrong[0]})", f"{heard[1]} ({wrong[1]})"])
    return [
        "Messages with words in another language. Whisper listens in English; in brackets: wrong words.",
        "",
        *table(("said", "ours, heard as", "espeak-ng, heard as"), rows),
    ]


def ways(bench: Bench) -> list[str]:
    """The same sentences by every way to the voice."""
    texts = bench.some(corpora.ENGLISH[::2][:40])
    rows = []
    leading: list[float] = []
    bench.lab.ours.learn("af_heart", "en-US")
    with (
        tempfile.TemporaryDirectory(prefix="voice-") as folder,
        user_with(bench.lab.model, Path(folder)) as user,
    ):
        for name, speak in (
            ("sd_kokoro's pipe", at_the_pipe),
            ("spd-say at the sink of a sound server", at_the_sink),
            ("kokoro-speechd say", lambda user, text: by_the_command_line(user, text, Path(folder))),
            ("D-Bus Synthesize", by_the_control_interface),
            ("Spiel", by_spiel),
        ):
            sounds = [speak(user, text) for text in texts]
            heard = bench.lab.ears.transcribe(sounds, "en-US")
            right = sum(first_words_right(texts, heard))
            rows.append([name, right, f"{word_errors(texts, heard, 'en-US').rate:.3f}"])
            if speak is at_the_pipe:
                leading = [judging.silence_before(sound) for sound in sounds]
                leading += [
                    judging.silence_before(at_the_pipe(user, text))
                    for text in bench.some(corpora.INTERFACE_WORDS)
                ]
                leading += [
                    judging.silence_before(at_the_pipe(user, names[0].lower(), command="CHAR"))
                    for names in bench.some(corpora.LETTERS)
                ]
    upstream = measuring.spoken_by_upstream(bench.lab, texts, "af_heart", "en-US")
    own = judging.mean([judging.silence_before(sound) for sound in upstream.sounds])
    rows.append(["upstream, by itself", sum(upstream.first_words), f"{upstream.errors.rate:.3f}"])
    return [
        f"{len(texts)} sentences by af_heart.",
        "",
        *table(("", "first words heard", "word errors"), rows),
        "",
        (
            f"Silence before the first sound at the pipe, of {len(leading)} sentences, interface words and "
            f"letters: {1000 * judging.mean(leading):.0f} ms on average, {1000 * max(leading):.0f} at most; "
            f"upstream's own is {1000 * own:.0f}."
        ),
    ]
