# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the fast engine share."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

import torch

from kokoro_speechd.errors import Cancelled
from kokoro_speechd.synthesis.files.checkpoint import Weights

_WORDS = [
    "ðə",
    "kwˈɪk",
    "bɹˈWn",
    "fˈɑks",
    "ʤˈʌmps",
    "ˈOvəɹ",
    "lˈAzi",
    "dˈɔɡ",
    "bɪfˈɔɹ",
    "lˈʌnʧ",
    "ænd",
    "ðˈɛn",
    "ɪt",
    "ɡˈOz",
    "hˈOm,",
    "tʰə",
    "ʃˈɜɹ!",
    "æz?",
]


def snr_db(reference: torch.Tensor, ours: torch.Tensor) -> float:
    """Return 10 · log₁₀ of the reference's energy by the difference's."""
    assert reference.shape == ours.shape
    error = (reference.double() - ours.double()).square().sum().clamp(min=1e-300)
    return float(10 * torch.log10(reference.double().square().sum() / error))


def phonemes(length: int, seed: int) -> str:
    """Return words of phonemes that a model knows."""
    source = random.Random(seed)
    text = ""
    while len(text) < length:
        text += source.choice(_WORDS) + " "
    return text[:length]


def tokens_of(vocab: Mapping[str, int], symbols: str) -> torch.Tensor:
    return torch.tensor([[0, *(vocab[symbol] for symbol in symbols), 0]])


def weights_of(module: torch.nn.Module) -> Weights:
    """Return a module's tensors by their published names."""
    names = {"parametrizations.weight.original0": "weight_g", "parametrizations.weight.original1": "weight_v"}
    tensors = {}
    for name, value in module.state_dict().items():
        for new, published in names.items():
            name = name.replace(new, published)  # noqa: PLW2901
        tensors[name] = value
    return Weights(tensors)


def stop_at(number: int) -> Callable[[], None]:
    """Return a check that ends the work at the call of this number, and at every later one."""
    calls = 0

    def check() -> None:
        nonlocal calls
        calls += 1
        if calls >= number:
            raise Cancelled

    return check
