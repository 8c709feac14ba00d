# SPDX-License-Identifier: GPL-3.0-or-later
"""Sections about how the voice sounds, words aside."""

from __future__ import annotations

from typing import Any

from kokoro_speechd.utterance import Kind
from tests.real_voice import corpora, judging, measuring
from tests.real_voice.listening import word_errors
from tests.real_voice.rendering import Voices, espeak, phonemes
from tests.voice_tables.tables import ENGLISH_VOICES, Bench, english, table


def quality(bench: Bench) -> list[str]:
    """Naturalness, and likeness to upstream."""
    texts = bench.some(corpora.ENGLISH[::8])
    rows: list[list[object]] = []
    for voice in ENGLISH_VOICES:
        ours = [bench.lab.ours.say(text, voice, english(voice)) for text in texts]
        theirs, again = (
            [bench.lab.upstream.say(phonemes(text, english(voice)), voice, seed=seed) for text in texts]
            for seed in (1, 2)
        )
        for name, sounds in (("ours", ours), ("upstream, other noise", again)):
            like = [judging.likeness(one, two) for one, two in zip(sounds, theirs, strict=True)]
            rows.append(
                [
                    f"{voice}, {name}",
                    f"{judging.mean([judging.naturalness(sound) for sound in sounds]):.2f}",
                    f"{judging.mean([pesq for pesq, _ in like]):.2f}",
                    f"{judging.mean([estoi for _, estoi in like]):.3f}",
                ]
            )
    natural = judging.mean([judging.naturalness(espeak(text)) for text in texts])
    rows.append(["espeak-ng", f"{natural:.2f}", "", ""])
    return [
        f"{len(texts)} sentences. PESQ (up to 4.64) and ESTOI (up to 1) compare with upstream's rendering",
        "of the same phonemes; the same model with other noise shows what can be reached.",
        "",
        *table(("", "MOS", "PESQ", "ESTOI"), rows),
    ]


def pitch(bench: Bench) -> list[str]:
    """Pitch as a setting, and as Orca tells capitals."""
    ours, rows = bench.lab.ours, []
    for setting in bench.some((-100, -50, -25, 25, 50, 100)):
        moved = [measuring.pitch_moved(ours, setting, voice) for voice in ENGLISH_VOICES]
        rows.append([setting, f"{12 * setting / 100:+.1f}", *(f"{each:+.1f}" for each in moved)])
    capitals = []
    for letter in bench.some("bdgjlmnr"):
        raised, plain = (ours.say(letter, "af_heart", "en-US", Kind.CHAR, pitch=each) for each in (40, 0))
        capitals.append(judging.pitch_moved(raised, plain))
    told = [ours.say(letter, "af_heart", "en-US", Kind.CHAR, capitals="spell") for letter in "BKR"]
    heard = bench.lab.ears.transcribe(told, "en-US")
    return [
        "Semitones by which the fundamental frequency moves: the median of the places that are voiced in",
        "both. Where a deep voice would be below some 55 Hz, as am_michael's at -100, what is heard is",
        "higher; with the statistics of the phrase it is what was asked.",
        "",
        *table(("pitch", "documented", *ENGLISH_VOICES), rows),
        "",
        f"Letters at pitch 40, as Orca tells capitals (documented: +4.8): {judging.mean(capitals):+.1f} on "
        f"average, {min(capitals):+.1f} … {max(capitals):+.1f}. B, K and R with capitals told by the word are"
        " heard as: " + ", ".join(f"{each!r}" for each in heard) + ".",
    ]


def mixed_and_child_voices(bench: Bench) -> list[str]:
    """Voices that are made of others."""
    texts = bench.some(corpora.ENGLISH[5::16])
    kinds: list[tuple[str, str, dict[str, Any], str]] = [
        ("af_heart", "af_heart", {}, "{}"),
        ("af_heart:0.5+af_bella:0.5", "af_heart:0.5+af_bella:0.5", {}, "{}"),
        ("am_michael:0.6+am_fenrir:0.4", "am_michael:0.6+am_fenrir:0.4", {}, "{}"),
        ("af_heart:0.5+am_michael:0.5", "af_heart:0.5+am_michael:0.5", {}, "{}"),
        ("a girl", "af_heart", {}, '<voice gender="female" age="8">{}</voice>'),
        ("a boy", "af_heart", {}, '<voice gender="male" age="8">{}</voice>'),
    ]
    rows = []
    for name, voice, parameters, form in bench.some(kinds):
        sounds = [
            bench.lab.ours.say(f"<speak>{form.format(text)}</speak>", voice, "en-US", **parameters)
            for text in texts
        ]
        errors = word_errors(texts, bench.lab.ears.transcribe(sounds, "en-US"), "en-US")
        rows.append(
            [
                name,
                f"{errors.rate:.3f}",
                f"{judging.mean([judging.naturalness(sound) for sound in sounds]):.2f}",
                f"{judging.mean([judging.median_pitch(sound) for sound in sounds]):.0f}",
                f"{judging.mean([judging.loudness(sound) for sound in sounds]):.1f}",
            ]
        )
    return [
        f"{len(texts)} English sentences.",
        "",
        *table(("", "word errors", "MOS", "pitch (Hz)", "loudness (LUFS)"), rows),
    ]


def edge_silence(bench: Bench) -> list[str]:
    """What the setting does."""
    texts = bench.some(corpora.ENGLISH[3::12])
    rows = []
    for edge in bench.some((0, 20, 300, 1000)):
        voices = Voices(bench.lab.model, edge_silence_ms=edge)
        spoken = measuring.spoken_by_us(bench.lab, texts, "af_heart", "en-US", voices)
        letters = [voices.say(letter, "af_heart", "en-US", Kind.CHAR) for letter in "abkmsxy"]
        rows.append(
            [
                edge,
                f"{1000 * max(judging.silence_before(sound) for sound in spoken.sounds):.0f}",
                f"{1000 * max(judging.silence_behind(sound) for sound in spoken.sounds):.0f}",
                f"{judging.mean([judging.heard_seconds(sound) for sound in spoken.sounds]):.3f}",
                f"{spoken.errors.rate:.3f}",
                f"{judging.mean([judging.heard_seconds(sound) for sound in letters]):.3f}",
                f"{1000 * measuring.break_length(voices, 500, 'af_heart'):.0f}",
            ]
        )
    return [
        f"{len(texts)} sentences and seven letters by af_heart. Only the silence may differ.",
        "",
        *table(
            (
                "edge_silence_ms", "longest before (ms)", "behind (ms)", "a sentence (s)", "word errors",
                "a letter (s)", "a break of 500 (ms)",
            ),
            rows,
        ),
    ]  # fmt: skip
