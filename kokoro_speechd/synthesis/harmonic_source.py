# SPDX-License-Identifier: GPL-3.0-or-later
"""The harmonic source of the vocoder: nine sines that follow F0, noise, and their spectrum.

Source: `SineGen`, `SourceModuleHnNSF` and `TorchSTFT` of kokoro 0.9.4. F0 is held for 300 samples. Upstream
repeats it to 24 kHz, takes the phase's steps back to 80 Hz by interpolation between two equal values, sums
them there and interpolates the phase to 24 kHz. The first and last of these four steps undo each other
exactly, so the steps are made at 80 Hz at once. The random phases that upstream draws sit on the first
sample, which that interpolation does not read: they have no effect.
"""

from __future__ import annotations

import math

import torch
from torch.nn import functional

from kokoro_speechd.synthesis.architecture import HARMONICS
from kokoro_speechd.synthesis.checkpoint import Weights

_RATE = 24_000
_HOLD = 300  # samples of one F0 value
_SINE_AMPLITUDE = 0.1
_VOICED_NOISE = 0.003
_UNVOICED_NOISE = _SINE_AMPLITUDE / 3
_VOICED_THRESHOLD = 10.0  # Hz


class HarmonicSource:
    """F0 to excitation, and excitation to magnitudes and phases.

    With h the harmonics, u = 1 where voiced and 0 elsewhere, a = 0.003 where voiced and 0.1 / 3 elsewhere,
    and n independent standard noise: tanh(b + Σₕ wₕ · (u · 0.1 · sin φₕ + a · nₕ)).

    The weighted sum of the nine noises is normal again, with the standard deviation a · ‖w‖. So one noise in
    place of nine has exactly the same distribution; that is what is drawn unless `upstream_noise` asks for
    upstream's numbers: nine noises in upstream's order from torch's generator, and its order of rounding.
    """

    def __init__(self, weights: Weights, hop: int, *, upstream_noise: bool = False) -> None:
        self._weight = weights.of("m_source.l_linear.weight")
        self._bias = weights.of("m_source.l_linear.bias")
        self._noise_scale = float(self._weight.norm())
        self._numbers = torch.arange(1, HARMONICS + 1, dtype=torch.float32)
        self._window = torch.hann_window(4 * hop)
        self._hop = hop
        self._upstream_noise = upstream_noise

    def wave(self, f0: torch.Tensor) -> torch.Tensor:
        """Return the excitation [300 · n] for F0 [n] in Hz at 80 Hz."""
        voiced = (f0 > _VOICED_THRESHOLD).to(torch.float32)
        noise = voiced * _VOICED_NOISE + (1 - voiced) * _SINE_AMPLITUDE / 3
        if self._upstream_noise:
            return self._upstream_wave(f0, voiced.repeat_interleave(_HOLD), noise.repeat_interleave(_HOLD))
        sines = torch.sin_(self._phases(f0))
        tone = torch.mv(sines.t(), self._weight[0] * _SINE_AMPLITUDE).view(-1, _HOLD)
        hiss = torch.randn(len(f0), _HOLD) * (noise[:, None] * self._noise_scale)
        return tone.mul_(voiced[:, None]).add_(hiss).add_(self._bias).tanh_().view(-1)

    def _phases(self, f0: torch.Tensor) -> torch.Tensor:
        """Return the phase of each harmonic in radians, [9, 300 · n]."""
        steps = (f0[:, None] * self._numbers / _RATE) % 1
        phases = torch.cumsum(steps, 0) * 2 * math.pi
        return functional.interpolate((phases * _HOLD).t()[None], scale_factor=float(_HOLD), mode="linear")[0]

    def _upstream_wave(self, f0: torch.Tensor, voiced: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        torch.rand(1, HARMONICS)  # the phases without effect
        # Transposed in memory as upstream's, for the order in which torch fills it with random numbers.
        sines = torch.sin(self._phases(f0).t()) * _SINE_AMPLITUDE
        sines = sines * voiced[:, None] + noise[:, None] * torch.randn_like(sines[None])[0]
        return torch.tanh(sines @ self._weight[0] + self._bias)

    def spectrum(self, wave: torch.Tensor) -> torch.Tensor:
        """Return magnitudes beside phases, [samples / hop + 1, 22]."""
        size = 4 * self._hop
        spectrum = torch.stft(wave[None], size, self._hop, size, window=self._window, return_complex=True)[0]
        return torch.cat([spectrum.abs(), spectrum.angle()]).t().contiguous()
