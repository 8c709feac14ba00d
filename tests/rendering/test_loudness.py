# SPDX-License-Identifier: GPL-3.0-or-later
"""All voices are made equally loud, by every way. With the random model and espeak-ng."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from kokoro_speechd.audio import ssip_scales
from kokoro_speechd.rendering import espeak_voice
from kokoro_speechd.rendering.synthesizer import open_synthesizer
from kokoro_speechd.settings import Settings
from kokoro_speechd.synthesis.voice.statistics_store import StatisticsStore
from kokoro_speechd.utterance import Audio, Kind, Parameters, Utterance
from kokoro_speechd.voices.catalogue import KNOWN, Voice, describe
from kokoro_speechd.voices.levels import TARGET, Level, espeak_gain, gain_of, levels, pauses_of
from tests.real_voice.rendering import phonemes

LONG = 100  # phonemes of a sentence


def decibels(factor: float) -> float:
    return float(20 * np.log10(factor))


def mix(**weights: float) -> Voice:
    return Voice(
        "calm", "en-US", "female", None, parts=tuple((Path(f"{k}.pt"), w) for k, w in weights.items())
    )


def test_every_published_voice_has_a_level() -> None:
    assert set(levels()) == set(KNOWN)
    for level in levels().values():
        assert all(-40 < lufs < -10 for lufs in (level.letters, level.words, level.sentences))
        assert 60 < level.hz < 400
        assert 30 <= level.clause <= 1100
        assert 60 <= level.stop <= 1300


@pytest.mark.parametrize(("phonemes", "kind"), [(3, "letters"), (10, "words"), (30, "sentences")])
def test_with_its_gain_every_voice_is_at_the_target(phonemes: int, kind: str) -> None:
    for name, level in levels().items():
        assert getattr(level, kind) + decibels(gain_of(describe(name), phonemes)) == pytest.approx(TARGET)


def test_what_is_between_goes_over_without_a_step() -> None:
    level = Level(letters=-30, words=-26, sentences=-20, hz=100, clause=300, stop=400)
    loudness = [level.lufs(phonemes) for phonemes in range(511)]
    assert loudness == sorted(loudness)
    assert max(later - earlier for earlier, later in pairwise(loudness)) < 1.5
    assert (loudness[0], loudness[1], loudness[510]) == (-30, -30, -20)


def test_a_mix_gets_its_parts_gains_by_weight_and_a_stranger_none() -> None:
    one, other = (decibels(gain_of(describe(name), LONG)) for name in ("af_nova", "if_sara"))
    mixed = decibels(gain_of(mix(af_nova=0.25, if_sara=0.75), LONG))
    assert mixed == pytest.approx(0.25 * one + 0.75 * other)
    assert decibels(gain_of(mix(af_nova=0.25, mine=0.75), LONG)) == pytest.approx(0.25 * one)
    assert gain_of(describe("mine"), LONG) == 1


def test_a_mix_pauses_like_its_parts_by_weight_and_a_stranger_like_most() -> None:
    one, other = levels()["af_heart"], levels()["am_fenrir"]
    assert pauses_of(describe("af_heart")) == pytest.approx((one.clause / 1000, one.stop / 1000))
    half = ((one.clause + other.clause) / 2000, (one.stop + other.stop) / 2000)
    assert pauses_of(mix(af_heart=0.5, am_fenrir=0.5)) == pytest.approx(half)
    assert pauses_of(describe("mine")) == pytest.approx((0.325, 0.375))


def test_espeaks_volume_only_goes_down() -> None:
    for variant in (None, "m3", "m4", "m7", "f2", "f3", "f4", "f5", "unknown"):
        for language in ("en-US", "fr-FR", "zh-CN", "de", "cmn"):
            assert 0.35 < espeak_gain(variant, language) < 1
    assert espeak_gain("f2", "zh-CN") < espeak_gain("f2", "en") < espeak_gain(None, "en")
    loud = [ssip_scales.volume_to_espeak(volume, 0.7) for volume in range(-100, 101)]
    assert loud == sorted(loud)
    assert (loud[0], loud[-1]) == (0, 70)


def level(sound: bytes) -> float:
    return float(np.sqrt(np.square(np.frombuffer(sound, np.int16).astype(float)).mean()))


class Heard:
    def __init__(self) -> None:
        self.sound = b""

    def audio(self, samples: bytes, sample_rate: int) -> bool:
        self.sound += samples
        return True

    def mark(self, name: str) -> bool:
        return True


def by_espeak(volume: int, *, even: bool) -> float:
    utterance = Utterance(1, Kind.TEXT, "Hello", Parameters(volume=volume))
    heard = Heard()
    script = espeak_voice.script_for_espeak(utterance, "en-US", writing=True)
    espeak_voice.speak(utterance, script, "en-US", heard, variant="f2", even=even)
    return level(heard.sound)


@pytest.mark.parametrize("volume", [100, 50, 0])
def test_espeak_gets_its_gain_at_every_volume(volume: int) -> None:
    gain = by_espeak(volume, even=True) / by_espeak(volume, even=False)
    assert decibels(gain) == pytest.approx(decibels(espeak_gain("f2", "en-US")), abs=0.7)


@pytest.mark.slow
def test_a_voice_gets_its_gain_once_also_from_memory(random_model: Path, tmp_path: Path) -> None:
    def heard(*, even: bool, volume: int) -> list[float]:
        settings: dict[str, Any] = {"model_path": random_model, "disk_mb": 0, "even_loudness": even}
        synthesizer = open_synthesizer(Settings(**settings))
        synthesizer._statistics = StatisticsStore(tmp_path, "", {})  # none: the phrase is rendered whole
        torch.manual_seed(1)  # the noise of the vocoder
        utterance = Utterance(1, Kind.TEXT, "Hello", Parameters(volume=volume))
        return [
            level(
                b"".join(
                    item.samples
                    for item in synthesizer.speak(utterance, "af_heart", "en-US", lambda: None)
                    if isinstance(item, Audio)
                )
            )
            for _ in range(2)  # the second time it is remembered
        ]

    first, second = heard(even=True, volume=-80)
    plain, _ = heard(even=False, volume=-80)
    assert first == second
    gain = gain_of(describe("af_heart"), len(phonemes("Hello", "en-US")))
    assert decibels(first / plain) == pytest.approx(decibels(gain), abs=0.1)
