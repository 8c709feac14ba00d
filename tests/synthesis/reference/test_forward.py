# SPDX-License-Identifier: GPL-3.0-or-later
"""Our two steps give what upstream's `KModel.forward_with_tokens` gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from kokoro_speechd.synthesis.files.model_files import find_model
from kokoro_speechd.synthesis.phrase.prosody import FRAME_SAMPLES, token_starts
from kokoro_speechd.synthesis.reference import forward
from kokoro_speechd.synthesis.reference.kokoro_model import load_model
from kokoro_speechd.synthesis.voice.voice_pack import load_voice

pytestmark = pytest.mark.slow

PHRASES = {
    1: "A",
    3: "bˈi",
    15: "ɡˈO tə ðə bˈuk.",
    61: "ðə kwˈɪk bɹˈWn fˈɑks ʤˈʌmps ˈOvəɹ ðə lˈAzi dˈɔɡ bɪfˈɔɹ lˈʌnʧ.",
}


@pytest.fixture(scope="module")
def model(random_model: Path) -> Any:
    torch.set_num_threads(1)
    files = find_model(random_model).files
    assert files is not None
    return load_model(files)


def tokens_of(model: Any, symbols: str) -> torch.Tensor:
    return torch.tensor([[0, *(model.vocab[symbol] for symbol in symbols), 0]])


def snr_db(reference: torch.Tensor, ours: torch.Tensor) -> float:
    error = (reference.double() - ours.double()).square().sum().clamp(min=1e-300)
    return float(10 * torch.log10(reference.double().square().sum() / error))


@pytest.mark.parametrize(
    ("length", "voice", "speed"),
    [
        (1, "af_heart", 1.0),
        (3, "am_fenrir", 0.8),
        (15, "zf_xiaobei", 1.3),
        (15, "af_heart", 1.0),
        (61, "ff_siwis", 1.0),
    ],
)
def test_neutral_settings_equal_upstream(
    model: Any, random_model: Path, length: int, voice: str, speed: float
) -> None:
    symbols = PHRASES[length]
    assert len(symbols) == length
    tokens = tokens_of(model, symbols)
    style = load_voice(random_model / "voices" / f"{voice}.pt").style(length)
    torch.manual_seed(7)
    reference, durations = model.forward_with_tokens(tokens, style, speed)
    torch.manual_seed(7)
    with torch.inference_mode():
        prosody = forward.prosody(model, tokens, style, speed=speed)
        ours = forward.render(model, prosody, style)
    assert prosody.durations.tolist() == durations.tolist()
    assert ours.shape == reference.shape
    assert snr_db(reference, ours) >= 60


def test_another_seed_is_not_equal(model: Any, random_model: Path) -> None:
    """The comparison above can fail: the vocoder's noise alone is far above its bound."""
    tokens = tokens_of(model, PHRASES[3])
    style = load_voice(random_model / "voices/af_heart.pt").style(3)
    renderings = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        with torch.inference_mode():
            renderings.append(forward.render(model, forward.prosody(model, tokens, style), style))
    assert snr_db(*renderings) < 60


def test_samples_and_durations_agree(model: Any, random_model: Path) -> None:
    style = load_voice(random_model / "voices/af_heart.pt").style(15)
    with torch.inference_mode():
        prosody = forward.prosody(model, tokens_of(model, PHRASES[15]), style)
        samples = forward.render(model, prosody, style)
    assert len(samples) == int(prosody.durations.sum()) * FRAME_SAMPLES
    starts = token_starts(prosody.durations).tolist()
    assert len(starts) == 15
    assert starts[0] == int(prosody.durations[0]) * 600
    assert starts == [int(prosody.durations[: index + 1].sum()) * 600 for index in range(15)]
