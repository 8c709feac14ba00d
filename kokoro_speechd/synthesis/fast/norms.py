# SPDX-License-Identifier: GPL-3.0-or-later
"""The adaptive instance norms of decoder and vocoder, with the statistics of the phrase or of the voice.

Each of these norms takes mean and variance of a channel over time and normalizes with them, then scales and
shifts as the style says. Upstream takes them from whatever is rendered together. Then every layer waits for
all of the one before, and a piece of a phrase sounds otherwise than the same place of the whole.

With statistics that were taken once from the voice a norm is one constant scale and shift for each channel.
The decoder and vocoder are then plain convolutions: every piece is exact, whatever is rendered with it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from typing import Protocol

import torch

from kokoro_speechd.synthesis.fast.buffers import scratch
from kokoro_speechd.synthesis.fast.styles import Affine
from kokoro_speechd.synthesis.voice.voice_statistics import Moments

EPS = 1e-5  # of torch's InstanceNorm1d


class RunningMoments:
    """Mean and variance of each channel over all rows, from those of blocks.

    With nᵢ rows, mean mᵢ and variance vᵢ of block i, N = Σ nᵢ: m = Σ nᵢ·mᵢ / N and v = Σ nᵢ·(vᵢ + (mᵢ - m)²)
    / N (Chan, Golub and LeVeque): exact, and without the cancellation of Σx² - (Σx)². The blocks are summed
    in their order, whichever thread was first.
    """

    def __init__(self) -> None:
        self._blocks: dict[int, tuple[int, torch.Tensor, torch.Tensor]] = {}

    def measure(self, start: int, rows: torch.Tensor) -> None:
        """Take in the block that begins at row `start`."""
        image = rows.t()[None, :, None]  # channels last in memory
        mean, variance = torch.batch_norm_update_stats(image, None, None, 0.0)
        self._blocks[start] = (len(rows), mean, variance)

    def merged(self) -> Moments:
        """Return mean and variance, [channels] each."""
        blocks = [self._blocks[start] for start in sorted(self._blocks)]
        means = torch.stack([mean for _, mean, _ in blocks])
        variances = torch.stack([variance for _, _, variance in blocks])
        shares = torch.tensor([float(rows) for rows, _, _ in blocks])[:, None]
        shares /= shares.sum()
        mean = (shares * means).sum(0)
        return mean, (shares * (variances + (means - mean).square())).sum(0)


class NormSnake:
    """Adaptive instance norm and Snake, x + sin²(αx) / α, in four passes over a block.

    With y = s·x + b, where the norm's statistics, scale and shift are in s and b, and sin² z = (1 - cos 2z) /
    2:

        y + sin²(αy) / α = (s·x + b + 1/(2α)) - cos(2αs·x + 2αb) / (2α)
    """

    def __init__(self, affine: Affine, alpha: torch.Tensor) -> None:
        """`affine`: s and b. What each way needs of them is made when it is first asked for."""
        self._scale, self._offset = affine
        self._alpha = alpha

    @cached_property
    def coefficients(self) -> torch.Tensor:
        """s, b, α·s / π, α·b / π and 1 / α, [5, channels], for the compiled kernels."""
        turns = self._alpha / math.pi
        own = self._scale, self._offset, turns * self._scale, turns * self._offset, 1 / self._alpha
        return torch.stack(own)

    @cached_property
    def _factors(self) -> tuple[torch.Tensor, ...]:
        """B + 1/(2α), 2α·s, 2α·b and -1/(2α), for torch's operators."""
        half, twice = 0.5 / self._alpha, 2 * self._alpha
        return self._offset + half, twice * self._scale, twice * self._offset, -half

    def __call__(self, x: torch.Tensor, out: torch.Tensor) -> None:
        """Set `out` to the result for rows `x`, both [rows, channels]."""
        shift, inner_scale, inner_shift, minus_half = self._factors
        wave = scratch.take("wave", *x.shape)
        torch.addcmul(inner_shift, x, inner_scale, out=wave).cos_()
        torch.addcmul(shift, x, self._scale, out=out).addcmul_(wave, minus_half)


class Unchanged:
    """What a `BlockConvolution` takes in place of norm and Snake where there are none."""

    def __init__(self, channels: int) -> None:
        self.coefficients = torch.zeros(5, channels)
        self.coefficients[0] = 1

    def __call__(self, x: torch.Tensor, out: torch.Tensor) -> None:
        """Copy."""
        out.copy_(x)


class Norms(Protocol):
    """The norms of one phrase, by their number in the `StyleTable`."""

    def statistics(self) -> RunningMoments | None:
        """Return what is to measure the rows of the next norm; None where they need not be measured."""

    def over_time(self, number: int, x: torch.Tensor) -> torch.Tensor:
        """Return rows `x` [time, channels], normalized, scaled and shifted."""

    def snake(self, number: int, alpha: torch.Tensor, statistics: RunningMoments | None) -> NormSnake:
        """Return norm and Snake for rows of which `statistics` are known."""


class PhraseNorms:
    """Upstream's: the statistics of all rows that are rendered together."""

    def __init__(self, affines: list[Affine]) -> None:
        self._affines = affines

    def statistics(self) -> RunningMoments | None:
        """Return a new one for each norm."""
        return RunningMoments()

    def over_time(self, number: int, x: torch.Tensor) -> torch.Tensor:
        """Normalize as torch's batch norm of a batch of one in training, whose kernel needs two readings."""
        image = x.t()[None, :, None]  # [1, channels, 1, time], channels last in memory
        scale, shift = self._affines[number]
        normed = torch.batch_norm(
            image, scale, shift, None, None, training=True, momentum=0.0, eps=EPS, cudnn_enabled=False
        )
        return normed[0, :, 0].t().contiguous()

    def snake(self, number: int, alpha: torch.Tensor, statistics: RunningMoments | None) -> NormSnake:
        """Take the statistics' mean and variance."""
        assert statistics is not None  # noqa: S101 - the same object made them
        return NormSnake(fixed(self._affines[number], statistics.merged()), alpha)


class RecordingNorms(PhraseNorms):
    """Upstream's, and what they were is kept in `moments` by number."""

    def __init__(self, affines: list[Affine]) -> None:
        super().__init__(affines)
        self.moments: dict[int, Moments] = {}

    def over_time(self, number: int, x: torch.Tensor) -> torch.Tensor:
        """See `PhraseNorms`."""
        whole = RunningMoments()
        whole.measure(0, x)
        self.moments[number] = whole.merged()
        return super().over_time(number, x)

    def snake(self, number: int, alpha: torch.Tensor, statistics: RunningMoments | None) -> NormSnake:
        """See `PhraseNorms`."""
        assert statistics is not None  # noqa: S101 - the same object made them
        self.moments[number] = statistics.merged()
        return super().snake(number, alpha, statistics)


class VoiceNorms:
    """Constant ones: nothing is measured, and nothing depends on what is rendered together."""

    def __init__(self, affines: list[Affine], moments: Mapping[int, Moments]) -> None:
        self._affines = [
            fixed(affine, moments[number]) if number in moments else affine
            for number, affine in enumerate(affines)
        ]
        self._snakes: dict[int, NormSnake] = {}

    def statistics(self) -> RunningMoments | None:
        """Return None."""
        return None

    def over_time(self, number: int, x: torch.Tensor) -> torch.Tensor:
        """Scale and shift."""
        scale, shift = self._affines[number]
        return torch.addcmul(shift, x, scale)

    def snake(self, number: int, alpha: torch.Tensor, statistics: RunningMoments | None) -> NormSnake:
        """Return the same for all pieces of the phrase."""
        del statistics
        # Two threads may make it at the same time; both are right.
        if (made := self._snakes.get(number)) is None:
            made = self._snakes[number] = NormSnake(self._affines[number], alpha)
        return made


def fixed(affine: Affine, moments: Moments) -> Affine:
    """Return s and b of s·x + b = scale · (x - mean) / √(variance + ε) + shift."""
    mean, variance = moments
    scale = affine[0] * torch.rsqrt(variance + EPS)
    return scale, affine[1] - mean * scale
