# SPDX-License-Identifier: GPL-3.0-or-later
"""Upstream's `AdaINResBlock1`: the residual block of the generator, in passes over blocks of rows.

Upstream goes over the whole sound about ten times for each of a block's six convolutions. Here each
convolution is one pass over blocks of rows: read, norm and Snake, convolution, statistics for the next norm;
what lies between stays in the core's cache.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from kokoro_speechd.synthesis.block_convolution import BlockConvolution, scratch
from kokoro_speechd.synthesis.checkpoint import Weights
from kokoro_speechd.synthesis.parallel import Job, Piece
from kokoro_speechd.synthesis.styles import Affine, StyleTable

_EPS = 1e-5  # of torch's InstanceNorm1d
_LAYERS = 3
_ROWS = 540  # of a block: whole tiles of 6 for the dilations 1, 3 and 5; 360 to 1800 measured alike
_WHOLE = 90

Span = tuple[int, int]


def spans(length: int) -> list[Span]:
    """Cut `length` rows into even blocks of about 540, all but the last of whole tiles."""
    blocks = max(1, round(length / _ROWS))
    rows = -(-length // (blocks * _WHOLE)) * _WHOLE
    return [(start, min(length, start + rows)) for start in range(0, length, rows)]


class Statistics:
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

    def merged(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Return mean and 1 / √(variance + ε), [channels] each."""
        blocks = [self._blocks[start] for start in sorted(self._blocks)]
        means = torch.stack([mean for _, mean, _ in blocks])
        variances = torch.stack([variance for _, _, variance in blocks])
        shares = torch.tensor([float(rows) for rows, _, _ in blocks])[:, None]
        shares /= shares.sum()
        mean = (shares * means).sum(0)
        variance = (shares * (variances + (means - mean).square())).sum(0)
        return mean, torch.rsqrt(variance + _EPS)


class NormSnake:
    """Adaptive instance norm and Snake, x + sin²(αx) / α, in four passes over a block.

    With y = s·x + b, where the norm's statistics, scale and shift are in s and b, and sin² z = (1 - cos 2z) /
    2:

        y + sin²(αy) / α = (s·x + b + 1/(2α)) - cos(2αs·x + 2αb) / (2α)
    """

    def __init__(self, affine: Affine, alpha: torch.Tensor, statistics: Statistics) -> None:
        mean, inverse = statistics.merged()
        half = 0.5 / alpha
        self._scale = affine[0] * inverse
        shift = affine[1] - mean * self._scale
        self._shift = shift + half
        self._inner_scale = 2 * alpha * self._scale
        self._inner_shift = 2 * alpha * shift
        self._minus_half = -half

    def __call__(self, x: torch.Tensor, out: torch.Tensor) -> None:
        """Set `out` to the result for rows `x`, both [rows, channels]."""
        wave = scratch.take("wave", *x.shape)
        torch.addcmul(self._inner_shift, x, self._inner_scale, out=wave).cos_()
        torch.addcmul(self._shift, x, self._scale, out=out).addcmul_(wave, self._minus_half)


class SnakeBlock:
    """x + c₂(snake(norm(c₁(snake(norm(x)))))), three times, each with its own convolutions, norms and Snakes.

    Biases: that of c₁ is taken out again by the norm behind it, exactly, and so has no effect. That of c₂
    shifts x by a constant, which the following norms take out and the sum keeps: the three are summed in
    `bias`, and who uses the result adds them.
    """

    def __init__(self, weights: Weights, dilations: Sequence[int], styles: StyleTable) -> None:
        self._convolutions = [
            (
                BlockConvolution(weights.folded(f"convs1.{layer}"), dilations[layer]),
                BlockConvolution(weights.folded(f"convs2.{layer}"), 1),
            )
            for layer in range(_LAYERS)
        ]
        self._norms = [
            tuple(styles.add(weights.below(f"adain{side}.{layer}")) for side in (1, 2))
            for layer in range(_LAYERS)
        ]
        self._alphas = [
            tuple(weights.of(f"alpha{side}.{layer}").view(-1) for side in (1, 2)) for layer in range(_LAYERS)
        ]
        self.bias = sum(
            (weights.of(f"convs2.{layer}.bias") for layer in range(_LAYERS)), start=torch.tensor(0.0)
        )

    def job(
        self,
        x: torch.Tensor,
        statistics: Statistics,
        styles: list[Affine],
        between: torch.Tensor,
        out: torch.Tensor,
    ) -> Job:
        """Set `out` [rows, channels] to the block's result for `x` without `bias`; `out` may be `x`.

        `statistics` are those of `x`; `between` is room for as many rows.
        """
        for layer, (first, second) in enumerate(self._convolutions):
            norms, alphas = self._norms[layer], self._alphas[layer]
            source = x if layer == 0 else out
            snake = NormSnake(styles[norms[0]], alphas[0], statistics)
            statistics = Statistics()
            yield self._pass(first, source, snake, between, statistics)
            snake = NormSnake(styles[norms[1]], alphas[1], statistics)
            statistics = Statistics()
            yield self._pass(second, between, snake, out, statistics, base=source)

    @staticmethod
    def _pass(
        convolution: BlockConvolution,
        source: torch.Tensor,
        snake: NormSnake,
        target: torch.Tensor,
        statistics: Statistics,
        *,
        base: torch.Tensor | None = None,
    ) -> list[Piece]:
        """Return the pieces of target = base + convolution(snake(source)), and of the target's statistics."""
        length = len(source)

        def piece(start: int, end: int) -> None:
            room = convolution.input(end - start)
            before = start - convolution.reach  # the source's row that is the room's first
            first, last = max(0, before), min(length, before + len(room))
            room[: first - before] = 0
            room[last - before :] = 0
            snake(source[first:last], room[first - before : last - before])
            result = target[start:end]
            if base is None:
                convolution(end - start, result)
            else:
                convolution(end - start, result, result if base is target else base[start:end])
            statistics.measure(start, result)

        return [lambda span=span: piece(*span) for span in spans(length)]  # type: ignore[misc]
