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

from kokoro_speechd.synthesis.files.architecture import HARMONICS
from kokoro_speechd.synthesis.files.checkpoint import Weights

_RATE = 24_000
_HOLD = 300  # samples of one F0 value
_SINE_AMPLITUDE = 0.1
_VOICED_NOISE = 0.003
_UNVOICED_NOISE = _SINE_AMPLITUDE / 3
_VOICED_THRESHOLD = 10.0  # Hz
_BLOCK = 16  # values of F0 whose source is made at once: 0.2 s


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
        self.hop = hop
        self._upstream_noise = upstream_noise

    def wave(self, f0: torch.Tensor) -> torch.Tensor:
        """Return the excitation [300 · n] for F0 [n] in Hz at 80 Hz."""
        if self._upstream_noise:
            return self._upstream_wave(f0)
        return self.part(f0, self.phases(f0), self.noise(f0), 0, len(f0))

    @staticmethod
    def noise(f0: torch.Tensor) -> torch.Tensor:
        """Return noise for all of F0's values, [n, 300]: the same numbers however it is cut afterwards."""
        return torch.randn(len(f0), _HOLD)

    def phases(self, f0: torch.Tensor) -> torch.Tensor:
        """Return the phase of each harmonic at 80 Hz, [9, n], in radians at its samples."""
        steps = (f0[:, None] * self._numbers / _RATE) % 1
        return (torch.cumsum(steps, 0) * 2 * math.pi * _HOLD).t()

    def part(
        self, f0: torch.Tensor, phases: torch.Tensor, noise: torch.Tensor, start: int, end: int
    ) -> torch.Tensor:
        """Return the samples of F0's values [start, end); see `phases` and `noise`."""
        # Interpolation reads one value on either side.
        first, last = max(0, start - 1), min(len(f0), end + 1)
        sines = torch.sin_(_held(phases[:, first:last])[:, (start - first) * _HOLD : (end - first) * _HOLD])
        voiced, deviation = _voicing(f0[start:end])
        tone = torch.mv(sines.t(), self._weight[0] * _SINE_AMPLITUDE).view(-1, _HOLD)
        hiss = noise[start:end] * (deviation[:, None] * self._noise_scale)
        return tone.mul_(voiced[:, None]).add_(hiss).add_(self._bias).tanh_().view(-1)

    @property
    def is_whole(self) -> bool:
        """Say whether the wave must be made at once, for upstream's order of its noise."""
        return self._upstream_noise

    def _upstream_wave(self, f0: torch.Tensor) -> torch.Tensor:
        voiced, noise = (each.repeat_interleave(_HOLD)[:, None] for each in _voicing(f0))
        torch.rand(1, HARMONICS)  # the phases without effect
        # Transposed in memory as upstream's, for the order in which torch fills it with random numbers.
        sines = torch.sin(_held(self.phases(f0)).t()) * _SINE_AMPLITUDE
        sines = sines * voiced + noise * torch.randn_like(sines[None])[0]
        return torch.tanh(sines @ self._weight[0] + self._bias)

    def excitation(self, f0: torch.Tensor) -> Excitation:
        """Return the source of a phrase, computed as far as it is asked for."""
        return Excitation(self, f0)

    def spectrum(self, wave: torch.Tensor, *, begins: bool = True, ends: bool = True) -> torch.Tensor:
        """Return magnitudes beside phases, [samples / hop + 1, 22].

        Where the sound begins or ends the wave is mirrored; else it has half a window more there.
        """
        size = 4 * self.hop
        sides = (size // 2 if begins else 0, size // 2 if ends else 0)
        padded = functional.pad(wave[None], sides, mode="reflect") if any(sides) else wave[None]
        spectrum = torch.stft(
            padded, size, self.hop, size, window=self._window, center=False, return_complex=True
        )[0]
        return torch.cat([spectrum.abs(), spectrum.angle()]).t().contiguous()


class Excitation:
    """The source of one phrase. Its phase runs on over all parts, and its noise is drawn once.

    It is computed in blocks of a fixed grid, whatever is asked for: a phase near π may come out as one near
    -π by another rounding, which is heard no less but makes other samples.
    """

    def __init__(self, source: HarmonicSource, f0: torch.Tensor) -> None:
        self._source, self._f0 = source, f0
        self._phases, self._noise = source.phases(f0), source.noise(f0)
        self._wave = torch.empty(len(f0) * _HOLD)
        self._ready = 0  # values whose wave is there
        self._rows: dict[int, torch.Tensor] = {}
        if source.is_whole:
            self._wave, self._ready = source.wave(f0), len(f0)

    def spectrum(self, start: int, end: int) -> torch.Tensor:
        """Return the rows of F0's values [start, end), 60 each and one more, [rows, 22]."""
        per_value = _HOLD // self._source.hop
        first, last = start // _BLOCK, min(end, len(self._f0) - 1) // _BLOCK
        rows = torch.cat([self._block(number) for number in range(first, last + 1)])
        begin = (start - first * _BLOCK) * per_value
        return rows[begin : begin + (end - start) * per_value + 1]

    def _block(self, number: int) -> torch.Tensor:
        """Return the rows of a block; the last one of all has one more, as the phrase has."""
        if number not in self._rows:
            start, end = number * _BLOCK, min((number + 1) * _BLOCK, len(self._f0))
            self._extend(min(len(self._f0), end + 1))
            begins, ends = start == 0, end == len(self._f0)
            side = 2 * self._source.hop
            wave = self._wave[start * _HOLD - (0 if begins else side) : end * _HOLD + (0 if ends else side)]
            rows = self._source.spectrum(wave, begins=begins, ends=ends)
            self._rows[number] = rows if ends else rows[:-1]
        return self._rows[number]

    def _extend(self, needed: int) -> None:
        """Make the wave of so many values at least, by whole blocks."""
        while self._ready < needed:
            end = min(self._ready + _BLOCK, len(self._f0))
            part = self._source.part(self._f0, self._phases, self._noise, self._ready, end)
            self._wave[self._ready * _HOLD : end * _HOLD] = part
            self._ready = end


def _held(phases: torch.Tensor) -> torch.Tensor:
    """Interpolate phases [9, n] to samples, [9, 300 · n]."""
    return functional.interpolate(phases[None], scale_factor=float(_HOLD), mode="linear")[0]


def _voicing(f0: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return 1 where there is a voice and 0 elsewhere, and the noise's deviation."""
    voiced = (f0 > _VOICED_THRESHOLD).to(torch.float32)
    return voiced, voiced * _VOICED_NOISE + (1 - voiced) * _SINE_AMPLITUDE / 3
