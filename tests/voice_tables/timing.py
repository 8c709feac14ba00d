# SPDX-License-Identifier: GPL-3.0-or-later
"""Sections about time: rates, breaks, marks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kokoro_speechd.audio.ssip_scales import rate_to_speed
from tests.real_voice import corpora, judging, measuring
from tests.real_voice.judging import Sound
from tests.real_voice.listening import word_errors
from tests.real_voice.rendering import Voices, espeak, espeak_with_marks, phonemes
from tests.voice_tables.tables import ENGLISH_VOICES, Bench, english, table

CUT_VOICES = (*ENGLISH_VOICES, "am_santa", "ef_dora", "ff_siwis", "if_sara", "jf_alpha", "zm_yunxi")
_LITTLE_FASTER = 15
_RATES = (-100, -50, 0, 20, 40, 60, 75, 85, 100)


def rate(bench: Bench) -> list[str]:
    """Word errors against words a minute."""
    texts = bench.some(corpora.ENGLISH[2::9])
    ours = Voices(bench.lab.model, memory_mb=500)  # one rendering serves for all paces beyond the model's
    rows = []
    for setting in bench.some(_RATES):
        cells: list[str] = []
        for sounds in (
            [ours.say(text, rate=setting) for text in texts],
            [espeak(text, rate=setting) for text in texts],
        ):
            errors = word_errors(texts, bench.lab.ears.transcribe(sounds, "en-US"), "en-US")
            cells += [f"{measuring.words_a_minute(texts, sounds):.0f}", f"{errors.rate:.3f}"]
        rows.append([setting, *cells])
    return [
        f"{len(texts)} sentences by af_heart and by espeak-ng at the same setting. Whisper is no practised",
        "listener: people who use screen readers follow espeak-ng far beyond what it does.",
        "",
        *table(("rate", "words a minute", "word errors", "espeak-ng: words a minute", "word errors"), rows),
    ]


def near_neutral(bench: Bench) -> list[str]:
    """Rates and pitches that are nearly the voice's own, as Orca sends them."""
    words = bench.some(measuring.NEAR_WORDS)
    texts = bench.some((*measuring.NEAR_SENTENCES, *corpora.ENGLISH[:14]))
    ours, upstream, rows = bench.lab.ours, bench.lab.upstream, []
    for voice in ("am_fenrir", "af_heart"):
        speakers: dict[str, Callable[[str], Sound]] = {
            f"{voice}, rate {each}, pitch {pitch}": partial(ours.say, voice=voice, rate=each, pitch=pitch)
            for each, pitch in ((0, 0), (5, 0), (0, 10), (5, 10), (10, 5))
        }
        speakers[f"{voice}, upstream"] = lambda text, voice=voice: upstream.say(  # type: ignore[misc]
            phonemes(text, "en-US"), voice
        )
        for name, speak in speakers.items():
            single = measuring.heard_from(bench.lab, words, "en-US", [speak(word) for word in words])
            spoken = measuring.heard_from(bench.lab, texts, "en-US", [speak(text) for text in texts])
            mos = judging.mean([judging.naturalness(sound) for sound in spoken.sounds])
            right, first = sum(measuring.words_right(single)), sum(spoken.first_words)
            rows.append([name, right, first, f"{spoken.errors.rate:.3f}", f"{mos:.2f}"])
    return [
        f"{len(words)} words and pairs of words of an interface, and {len(texts)} sentences.",
        "",
        *table(("", "words right", "first words heard", "word errors", "MOS"), rows),
    ]


def first_sounds(bench: Bench) -> list[str]:
    """First words a little faster than the voice's own rate."""
    texts, pace = measuring.LOST_SENTENCES, rate_to_speed(_LITTLE_FASTER)
    rows, counts = [], [0, 0]
    for voice in bench.some([name for name, tag in bench.lab.languages.items() if tag.startswith("en")]):
        language = english(voice)
        cells: list[object] = []
        for side, sounds in enumerate(
            (
                [bench.lab.ours.say(text, voice, language, rate=_LITTLE_FASTER) for text in texts],
                [bench.lab.upstream.say(phonemes(text, language), voice, speed=pace) for text in texts],
            )
        ):
            spoken = measuring.heard_from(bench.lab, texts, language, sounds)
            counts[side] += sum(spoken.first_words)
            cells += [sum(spoken.first_words), f"{spoken.errors.rate:.3f}"]
        rows.append([voice, *cells])
    return [
        f"{len(texts)} sentences at the rate {_LITTLE_FASTER}, {pace:.2f} times the voice's pace, upstream's",
        f"at this speed. {counts[0]} first words of ours are heard, {counts[1]} of upstream's.",
        "",
        *table(("", "ours: first words", "word errors", "upstream's: first words", "word errors"), rows),
    ]


def cut_pauses(bench: Bench) -> list[str]:
    """Pauses where a text is cut into phrases, beside the model's own."""
    ours, languages = bench.lab.ours, bench.lab.languages
    rows = []
    for voice in bench.some(CUT_VOICES):
        cells = []
        language = languages[voice]
        pairs = corpora.joined(language)[:2]  # the voice's pauses were measured with others
        for kind in (measuring.CLAUSE, measuring.SENTENCE):
            for whole in (True, False):
                pauses = [
                    measuring.pause_at(ours, pair, kind, voice, language, whole=whole) for pair in pairs
                ]
                cells.append(f"{1000 * judging.mean(pauses):.0f}")
        rows.append([voice, *cells])
    return [
        "Milliseconds of silence where two clauses or sentences meet, of two pairs: as the model makes it",
        "in one phrase, and where the text is cut there.",
        "",
        *table(("", "comma, in one", "cut", "full stop, in one", "cut"), rows),
    ]


def breaks(bench: Bench) -> list[str]:
    """Silence as long as a document asks for."""
    rows = []
    for milliseconds in bench.some((100, 200, 500, 1000, 2000)):
        heard = [
            1000 * measuring.break_length(bench.lab.ours, milliseconds, voice, each)
            for each in (0, 50)
            for voice in ENGLISH_VOICES
        ]
        rows.append([milliseconds, *(f"{each:.0f}" for each in heard)])
    return [
        "Milliseconds of silence that are heard at a `break time` between two words with stop consonants.",
        "",
        *table(
            (
                "asked for",
                *ENGLISH_VOICES,
                *(f"{voice}, rate 50" for voice in ENGLISH_VOICES),
            ),
            rows,
        ),
    ]


def marks(bench: Bench) -> list[str]:
    """Marks against where their words are heard."""
    ours = bench.lab.ours
    texts = bench.some(corpora.ENGLISH[7::14])
    speakers: dict[str, measuring.Marked] = {
        voice: partial(ours.say_with_marks, voice=voice, language=english(voice)) for voice in ENGLISH_VOICES
    }
    speakers["espeak-ng"] = espeak_with_marks
    pauses = {name: measuring.marks_off_after_pauses(speak) for name, speak in speakers.items()}
    speech = {
        name: [each for text in texts for each in measuring.marks_off_in_speech(bench.lab, speak, text)]
        for name, speak in speakers.items()
    }
    bias = judging.mean(speech["espeak-ng"]) - judging.mean(pauses["espeak-ng"])
    rows = [
        [
            name,
            f"{1000 * judging.mean(pauses[name]):+.0f}",
            f"{1000 * judging.mean([abs(each) for each in pauses[name]]):.0f}",
            f"{1000 * (judging.mean(speech[name]) - bias):+.0f}",
            f"{1000 * judging.mean([abs(each - bias) for each in speech[name]]):.0f}",
        ]
        for name in speakers
    ]
    return [
        "Milliseconds from a mark to the sound of its word, below 0 where the word comes before its mark:",
        "behind pauses, where the sound shows its begin, and in running speech, where whisper's attention",
        f"shows it, {-1000 * bias:.0f} ms early, to judge by espeak-ng, whose marks are as far off in both;",
        "that is taken off.",
        "",
        *table(
            (
                "", "behind a pause, on average", "without sign", "in speech, on average", "without sign"
            ),
            rows,
        ),
    ]  # fmt: skip
