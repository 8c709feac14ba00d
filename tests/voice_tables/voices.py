# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of all voices."""

from __future__ import annotations

import numpy as np

from kokoro_speechd.voices.catalogue import describe
from kokoro_speechd.voices.levels import TARGET
from kokoro_speechd.voices.selection import espeak_variant
from tests.measure_levels import other_sentences
from tests.real_voice import judging, measuring
from tests.real_voice.judging import Sound
from tests.real_voice.rendering import Voices, espeak
from tests.voice_tables.tables import Bench, table

_SENTENCES = 3
_ESPEAK = {
    "de": ("Morgen früh gehen wir auf den Markt.", "Der Zug fährt um acht Uhr abends ab."),
    "ru": ("Завтра утром мы пойдём на рынок.", "Поезд уходит в восемь часов вечера."),
}


def all_voices(bench: Bench) -> list[str]:
    """Some sentences by every voice."""
    # What the first rendered the second remembers: the same sound with another gain.
    ours = Voices(bench.lab.model, memory_mb=500)
    plain = Voices(bench.lab.model, even_loudness=False)
    plain.synthesizer._renderer._engine = ours.synthesizer._renderer._engine
    plain.synthesizer._packs = ours.synthesizer._packs
    rows: list[list[object]] = []
    before: list[float] = []
    after: list[float] = []
    for voice, language in bench.some(list(bench.lab.languages.items())):
        texts = other_sentences(language)[:_SENTENCES]
        spoken = measuring.spoken_by_us(bench.lab, texts, voice, language, ours)
        own = np.concatenate([plain.say(text, voice, language) for text in texts])
        before.append(judging.loudness(own))
        after.append(judging.loudness(np.concatenate(spoken.sounds)))
        rows.append(
            [
                voice,
                f"{before[-1]:.1f}",
                f"{after[-1]:.1f}",
                f"{max(float(np.abs(sound).max()) for sound in spoken.sounds):.2f}",
                _milliseconds([judging.silence_before(sound) for sound in spoken.sounds]),
                _milliseconds([judging.silence_behind(sound) for sound in spoken.sounds]),
                f"{spoken.errors.wrong} of {spoken.errors.of}",
                f"{judging.mean([judging.naturalness(sound) for sound in spoken.sounds]):.2f}",
                f"{judging.median_pitch(own):.0f}",
            ]
        )
    stand_ins: list[float] = []
    for voice in ("af_heart", "am_michael"):
        variant = espeak_variant(describe(voice))
        for language in ("en-US", "es", "fr", "zh", *_ESPEAK):
            said = _ESPEAK.get(language) or other_sentences(language)[:_SENTENCES]
            levels = []
            for even in (False, True):
                sounds: list[Sound] = [espeak(text, language, variant=variant, even=even) for text in said]
                levels.append(judging.loudness(np.concatenate(sounds)))
            stand_ins.append(levels[1])
            name = f"espeak-ng{f'+{variant}' if variant else ''}, {language}"
            rows.append([name, *(f"{level:.1f}" for level in levels), *[""] * 6])
    far = max(abs(level - TARGET) for level in [*after, *stand_ins])
    return [
        f"{_SENTENCES} sentences each in the voice's language, others than its gain was measured by;",
        "the silence is the mean of theirs. MOS is what distillmos expects of listeners, 1 … 5.",
        "Whisper-base hears no Hindi.",
        "",
        *table(
            (
                "", "LUFS by itself", "LUFS as heard", "peak", "silence before (ms)", "behind (ms)",
                "words wrong", "MOS", "pitch (Hz)",
            ),
            rows,
        ),
        "",
        (
            f"Loudness of the voices: {min(before):.1f} … {max(before):.1f} LUFS by themselves, "
            f"{min(after):.1f} … {max(after):.1f} as heard; espeak-ng's {min(stand_ins):.1f} … "
            f"{max(stand_ins):.1f}. The farthest is {far:.1f} LU from {TARGET:.0f}."
        ),
    ]  # fmt: skip


def _milliseconds(seconds: list[float]) -> str:
    return f"{1000 * judging.mean(seconds):.0f}"
