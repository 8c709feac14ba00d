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
from kokoro_speechd.synthesis.model_files import find_model
from kokoro_speechd.synthesis.spectral_distance import mel_distances
from kokoro_speechd.synthesis.voice_pack import VoicePack, load_voice
from kokoro_speechd.synthesis.windows import WindowPlan
from tests.synthesis.fast_parts import snr_db, stop_at

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
def engines(rehearsal_model: Path) -> Iterator[tuple[Engine, Engine]]:
    files = find_model(rehearsal_model).files
    assert files is not None
    engines = Engine(files, kind="reference"), Engine(files, device="cuda")
    yield engines
    for engine in engines:
        engine.close()


@pytest.fixture(scope="module")
def voice(rehearsal_model: Path) -> VoicePack:
    return load_voice(rehearsal_model / "voices/af_heart.pt")


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
    """The harmonics' phase sums F0 over the phrase, so that samples drift apart; their spectra do not."""
    sounds = [engine.begin(symbols, voice, speed=speed, pitch_semitones=2) for engine in engines]
    assert np.array_equal(sounds[0].starts, sounds[1].starts)
    assert sounds[0].length == sounds[1].length
    (f0, energy), (f0_made, energy_made) = (
        (sound._phrase.f0.cpu(), sound._phrase.energy.cpu()) for sound in sounds
    )
    print(f"F0 {((f0_made - f0).abs() / f0.abs().clamp(min=10)).max():.1e}", end=" ")
    torch.testing.assert_close(f0_made, f0, rtol=2e-3, atol=0.05)
    torch.testing.assert_close(energy_made, energy, rtol=2e-3, atol=2e-3)
    distances = mel_distances(sounds[1].whole(), sounds[0].whole())
    print(f"spectra {distances.mean():.3f} dB", end=" ")
    assert distances.mean() < 0.5

    # With the CPU's prosody only the vocoder is left to differ.
    with torch.inference_mode():
        phrase, style = sounds[0]._phrase, sounds[0]._style
        expected = engines[0].model.decoder(phrase.features, phrase.f0, phrase.energy, style[:, :128])
        inputs = (each.to("cuda") for each in (phrase.features, phrase.f0, phrase.energy, style[:, :128]))
        made = engines[1].model.decoder(*inputs).cpu()
    likeness = snr_db(expected.reshape(-1), made.reshape(-1))
    print(f"with the same prosody {likeness:.1f} dB")
    assert likeness > 35


def test_a_stop_leaves_it_able_to_speak(engines: tuple[Engine, Engine], voice: VoicePack) -> None:
    cuda = engines[1]
    whole = cuda.render(PHRASES[1], voice).samples
    for moment in (1, 30, 300):
        with pytest.raises(Cancelled):
            cuda.render(PHRASES[1], voice, check=stop_at(moment))
    again = np.concatenate(list(cuda.begin(PHRASES[1], voice).pieces(WindowPlan())))
    assert np.allclose(again, whole, atol=1e-3)
