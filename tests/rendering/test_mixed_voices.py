# SPDX-License-Identifier: GPL-3.0-or-later
"""Mixed voices at the server's pipe and in the synthesizer; children's voices on their way to the engine."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from kokoro_speechd.errors import EngineError, VoiceError
from kokoro_speechd.rendering.fallback import FallbackSpeaker
from kokoro_speechd.rendering.request import SpeakOptions, SpeechRequest
from kokoro_speechd.rendering.synthesizer import Synthesizer, open_synthesizer
from kokoro_speechd.settings import Settings
from kokoro_speechd.utterance import Audio, Item, Kind, Parameters, Utterance
from kokoro_speechd.voices.catalogue import describe
from kokoro_speechd.voices.levels import levels
from kokoro_speechd.voices.mixing import parse_mix
from kokoro_speechd.voices.selection import CHILD_HZ, choose
from tests.module_driver import SETTINGS, Module, samples_of, wait_for_kokoro
from tests.private_home import end_daemon, private_environment

MIX = "af_heart:0.7+af_bella:0.3"
NAMED = f'[voices]\ncalm = "{MIX}"\nodd = "af_heart+nobody"\n'


@pytest.mark.slow
def test_a_mix_is_listed_and_speaks_at_the_pipe(random_model: Path, tmp_path: Path) -> None:
    module = Module(private_environment(tmp_path, random_model, NAMED))
    try:
        module.init()
        module.send("LIST VOICES\n")
        listed = [line.text for line in module.reply()]
        assert "200-calm\ten-US\tnone" in listed
        assert "200-af_heart\ten-US\tnone" in listed
        assert not any("odd" in line for line in listed)
        wait_for_kokoro(module)
        for voice in ("calm", MIX, "am_michael:1 + AF_HEART:2"):
            module.speak("Hello", SETTINGS.replace("synthesis_voice=NULL", f"synthesis_voice={voice}"))
            events = module.until_end()
            assert samples_of(events) > 0
            assert {event.sample_rate for event in events if event.samples} == {24_000}, "espeak-ng spoke"
        assert module.quit() == 0
    finally:
        module.close()
        end_daemon(module.environment)


def styles(synthesizer: Synthesizer, name: str) -> torch.Tensor:
    return synthesizer._pack(synthesizer._own(name, "en-US").voice).styles


@pytest.mark.slow
def test_the_studio_mixes(random_model: Path, tmp_path: Path) -> None:
    for voice in ("af_heart", "af_bella", "am_michael"):
        (tmp_path / f"{voice}.pt").symlink_to(random_model / f"voices/{voice}.pt")
    settings = Settings(model_path=random_model, voice_path=tmp_path, mixes=(("calm", parse_mix(MIX)),))
    synthesizer = open_synthesizer(settings)
    heart, bella = styles(synthesizer, "af_heart"), styles(synthesizer, "af_bella")
    assert torch.allclose(styles(synthesizer, "calm"), 0.7 * heart + 0.3 * bella, atol=1e-6)
    assert torch.equal(styles(synthesizer, MIX), styles(synthesizer, "calm"))
    assert torch.allclose(
        styles(synthesizer, "af_heart+am_michael").mean(0),
        (heart + styles(synthesizer, "am_michael")).mean(0) / 2,
    )
    utterance = Utterance(1, Kind.TEXT, "hi", Parameters(rate=100))
    assert any(
        isinstance(item, Audio) for item in synthesizer.speak(utterance, "calm", "en-US", lambda: None)
    )
    with pytest.raises(VoiceError):
        synthesizer._own("af_heart+bf_emma", "en-US")
    (tmp_path / "bf_emma.pt").symlink_to(random_model / "voices/bf_emma.pt")
    assert len(styles(synthesizer, "af_heart+bf_emma")) == len(heart)  # found without a reload


class Recording:
    """An engine that fails, and notes what it was asked for."""

    def __init__(self) -> None:
        self.pitches: list[int] = []

    def speak(self, request: SpeechRequest, voice: str, language: str) -> Generator[Item, None, None]:
        self.pitches.append(request.utterance.parameters.pitch)
        raise EngineError("fails")
        yield

    def wait_until_loaded(self, request: SpeechRequest) -> None:
        pass

    def retry(self) -> None:
        pass


class Nowhere:
    """A sink that takes nothing."""

    def audio(self, samples: bytes, sample_rate: int) -> bool:
        return False

    def mark(self, name: str) -> bool:
        return False


def higher(child: str) -> int:
    """Return by how much af_heart's pitch is raised to be a child's; semitones are rounded to tenths."""
    semitones = round(12 * math.log2(CHILD_HZ[child] / levels()["af_heart"].hz), 1)
    return round(semitones * 100 / 12)


@pytest.mark.parametrize(
    ("voice_type", "pitch", "asked_of_kokoro"),
    [
        ("female1", 10, 10),
        ("male2", -100, -100),
        ("child_female", 0, higher("child_female")),
        ("child_male", 10, 10 + higher("child_male")),
        ("child_female", 90, 100),
    ],
)
def test_a_child_speaks_higher(voice_type: str, pitch: int, asked_of_kokoro: int) -> None:
    parameters = Parameters(voice_type=voice_type, language="en-us", pitch=pitch)
    voices = [replace(describe(name), path=Path(name)) for name in ("af_heart", "am_michael")]
    request = SpeechRequest(Utterance(1, Kind.TEXT, "x", parameters))
    engine = Recording()
    choice = choose(parameters, voices)
    assert FallbackSpeaker(engine).speak(request, choice, Nowhere(), SpeakOptions.of(Settings()))
    assert engine.pitches == [asked_of_kokoro]
    assert request.utterance.parameters is parameters  # espeak-ng has a variant for children
