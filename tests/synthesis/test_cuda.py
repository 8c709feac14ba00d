# SPDX-License-Identifier: GPL-3.0-or-later
"""On a GPU: the same prosody and sound as on the CPU. Where there is none, these are skipped by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from kokoro_speechd.errors import Cancelled
from kokoro_speechd.synthesis.engine import Engine
from kokoro_speechd.synthesis.files.model_files import find_model
from kokoro_speechd.synthesis.phrase.request import PhraseRequest
from kokoro_speechd.synthesis.voice.voice_pack import VoicePack, load_voice
from tests.synthesis.fast.parts import snr_db, stop_at
from tests.synthesis.spectral_distance import mel_distances

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU that torch can use"),
]
PHRASES = [
    "ˈA",
    "həlˈO ðˈɛɹ, bɹˈAv nˈu wˈɜɹld.",
    "ðə kwˈɪk bɹˈWn fˈɑks ʤˈʌmps ˈOvəɹ ðə lˈAzi dˈɔɡ, ænd ðˈɛn ɪt ɡˈOz hˈOm.",
]


@pytest.fixture(scope="module")
def engines(random_model: Path) -> Iterator[tuple[Engine, Engine]]:
    files = find_model(random_model).files
    assert files is not None
    engines = Engine(files, kind="reference"), Engine(files, device="cuda")
    yield engines
    for engine in engines:
        engine.close()


@pytest.fixture(scope="module")
def voice(random_model: Path) -> VoicePack:
    return load_voice(random_model / "voices/af_heart.pt")


@pytest.fixture(autouse=True)
def the_same_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw the vocoder's noise on the CPU for both: a GPU's generator makes other numbers."""
    generator = torch.Generator()
    rand = torch.rand

    def randn_like(like: torch.Tensor, **_: object) -> torch.Tensor:
        generator.manual_seed(7)
        return torch.randn(like.shape, generator=generator).to(like.device)

    def plain_rand(*size: int, device: object = None, **_: object) -> torch.Tensor:
        generator.manual_seed(8)
        return rand(*size, generator=generator).to(device or "cpu")

    monkeypatch.setattr(torch, "randn_like", randn_like)
    monkeypatch.setattr(torch, "rand", plain_rand)


@pytest.mark.parametrize("symbols", PHRASES)
@pytest.mark.parametrize("speed", [1.0, 1.5])
def test_a_gpu_says_the_same(
    engines: tuple[Engine, Engine], voice: VoicePack, symbols: str, speed: float
) -> None:
    """Its samples differ, as upstream's do: see `test_its_vocoder_is_the_same`."""
    expected, made = (
        engine.begin(PhraseRequest(symbols, voice, speed=speed, pitch_semitones=2)) for engine in engines
    )
    assert np.array_equal(expected.starts, made.starts)
    assert expected.length == made.length
    for name, tolerance in (("f0", 0.02), ("energy", 1e-4), ("features", 1e-4)):
        there, here = getattr(made.excerpt.phrase, name).cpu(), getattr(expected.excerpt.phrase, name)
        print(f"{name} {(there - here).abs().max():.1e}", end=" ")
        torch.testing.assert_close(there, here, rtol=0, atol=tolerance)
    distances = mel_distances(made.whole(), expected.whole())
    print(f"spectra {distances.mean():.2f} dB")
    assert distances.mean() < 1.5  # other noise makes 3.6


@pytest.mark.parametrize("symbols", PHRASES)
def test_its_vocoder_is_the_same(
    engines: tuple[Engine, Engine], voice: VoicePack, symbols: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the CPU's harmonic spectrum. Its phases are angles: where one is near π, or real and negative as
    in the lowest and highest bin, rounding decides between π and -π, and the vocoder hears a difference."""
    sound = engines[0].begin(PhraseRequest(symbols, voice))
    phrase, style = sound.excerpt.phrase, sound.excerpt.style
    inputs = phrase.features, phrase.f0, phrase.energy, style[:, :128]
    stft = engines[0].model.decoder.generator.stft
    spectra: list[tuple[torch.Tensor, ...]] = []
    transform = stft.transform

    def recorded(wave: torch.Tensor) -> tuple[torch.Tensor, ...]:
        spectra.append(transform(wave))
        return spectra[-1]

    monkeypatch.setattr(stft, "transform", recorded)
    with torch.inference_mode():
        expected = engines[0].model.decoder(*inputs)
        monkeypatch.setattr(
            engines[1].model.decoder.generator.stft,
            "transform",
            lambda _: tuple(part.to("cuda") for part in spectra[0]),
        )
        made = engines[1].model.decoder(*(each.to("cuda") for each in inputs)).cpu()
    likeness = snr_db(expected.reshape(-1), made.reshape(-1))
    print(f"{likeness:.1f} dB to the CPU's")
    assert likeness > 70


def test_a_stop_leaves_it_able_to_speak(engines: tuple[Engine, Engine], voice: VoicePack) -> None:
    cuda = engines[1]
    whole = cuda.render(PhraseRequest(PHRASES[1], voice)).samples
    for moment in (1, 30, 300):
        with pytest.raises(Cancelled):
            cuda.render(PhraseRequest(PHRASES[1], voice), check=stop_at(moment))
    again = np.concatenate(list(cuda.begin(PhraseRequest(PHRASES[1], voice)).pieces()))
    assert np.allclose(again, whole, atol=1e-3)
