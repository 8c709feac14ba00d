# SPDX-License-Identifier: GPL-3.0-or-later
"""Sections about what is short: letters, digits, the words of an interface."""

from __future__ import annotations

import numpy as np

from kokoro_speechd.utterance import Kind
from tests.measure_levels import other_sentences
from tests.real_voice import corpora, judging, measuring
from tests.voice_tables.tables import ENGLISH_VOICES, Bench, english, table


def letters(bench: Bench) -> list[str]:
    """Letters and digits by forced choice."""
    rows: list[list[object]] = []
    notes = []
    for voice in bench.some(ENGLISH_VOICES):
        language = english(voice)
        cells: dict[str, list[object]] = {"ours": [], "upstream": []}
        for choices in (corpora.LETTERS, corpora.DIGITS):
            sides = (
                ("ours", measuring.letter_sounds(bench.lab.ours, choices, voice, language)),
                ("upstream", measuring.upstream_letter_sounds(bench.lab, choices, voice, language)),
            )
            for name, sounds in sides:
                right = measuring.characters(bench.lab, choices, sounds, language)
                cells[name].append(f"{sum(right)} of {len(right)}")
                wrong = [names[0] for names, each in zip(choices, right, strict=True) if not each]
                if wrong and name == "ours":
                    notes.append(f"{voice} {' '.join(wrong)}")
        rows.extend([f"{voice}, {name}", *counts] for name, counts in cells.items())
    counts = []
    for choices in (corpora.LETTERS, corpora.DIGITS):
        sounds = measuring.espeak_letter_sounds(choices, "en-US")
        right = measuring.characters(bench.lab, choices, sounds, "en-US")
        counts.append(f"{sum(right)} of {len(right)}")
    rows.append(["espeak-ng", *counts])
    return [
        "The likeliest of 26 letters, or 10 digits, homophones included.",
        "",
        *table(("", "letters", "digits"), rows),
        "",
        "Taken for others, of ours: " + ("; ".join(notes) if notes else "none") + ".",
    ]


def interface_words(bench: Bench) -> list[str]:
    """What a screen reader says all day, transcribed freely."""
    texts = bench.some(corpora.INTERFACE_WORDS)
    rows: list[list[object]] = []
    wrong = []
    for voice in bench.some(ENGLISH_VOICES):
        language = english(voice)
        ours = measuring.spoken_by_us(bench.lab, texts, voice, language)
        stopped = [f"{text}." for text in texts]
        theirs = measuring.spoken_by_upstream(bench.lab, stopped, voice, language)
        rows += [
            [f"{voice}, ours", f"{sum(measuring.words_right(ours))} of {len(texts)}"],
            [f"{voice}, upstream", f"{sum(measuring.words_right(theirs))} of {len(texts)}"],
        ]
        wrong += [
            f"{text!r} → {heard!r}"
            for text, heard, right in zip(texts, ours.heard, measuring.words_right(ours), strict=True)
            if not right
        ]
    other = measuring.spoken_by_espeak(bench.lab, texts, "en-US")
    rows.append(["espeak-ng", f"{sum(measuring.words_right(other))} of {len(texts)}"])
    return [
        "Words and pairs of words, transcribed freely.",
        "",
        *table(("", "heard right"), rows),
        "",
        "Not heard right of ours: " + ("; ".join(wrong) if wrong else "none") + ".",
    ]


LOUDNESS_VOICES = (*ENGLISH_VOICES, "am_onyx", "am_echo", "am_santa", "af_nova", "bm_fable")


def loudness(bench: Bench) -> list[str]:
    """Loudness of letters, words and sentences."""
    ours = bench.lab.ours
    rows = []
    for voice in bench.some(LOUDNESS_VOICES):
        language = english(voice)
        kinds = (
            [ours.say(letter, voice, language, Kind.CHAR) for letter in corpora.CHARACTERS[language]],
            [ours.say(word, voice, language) for word in corpora.OTHER_WORDS],
            [ours.say(text, voice, language) for text in other_sentences(language)],
        )
        rows.append([voice, *(f"{judging.loudness(np.concatenate(sounds)):.1f}" for sounds in kinds)])
    return [
        "LUFS as heard; words and sentences are others than those that a voice's gains were measured by.",
        "",
        *table(("", "letters", "words", "sentences"), rows),
    ]
