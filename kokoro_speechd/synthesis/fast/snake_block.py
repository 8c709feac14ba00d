# SPDX-License-Identifier: GPL-3.0-or-later
"""Upstream's `AdaINResBlock1`: the residual block of the generator, in passes over blocks of rows.

Upstream goes over the whole sound about ten times for each of a block's six convolutions. Here each
convolution is one pass over blocks of rows: read, norm and Snake, convolution, statistics for the next norm;
what lies between stays in the core's cache.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from kokoro_speechd.synthesis.fast.block_convolution import BlockConvolution
from kokoro_speechd.synthesis.fast.norms import Norms, NormSnake, RunningMoments
from kokoro_speechd.synthesis.fast.parallel import Job, Piece
from kokoro_speechd.synthesis.fast.products import Packing
from kokoro_speechd.synthesis.fast.styles import StyleTable
from kokoro_speechd.synthesis.files.checkpoint import Weights
from kokoro_speechd.synthesis.phrase.windows import Span

_LAYERS = 3
_ROWS = 540  # of a block: whole tiles of 6 for the dilations 1, 3 and 5; 360 to 1800 measured alike
_WHOLE = 90


def spans(length: int) -> list[Span]:
    """Cut `length` rows into even blocks of about 540, all but the last of whole tiles."""
    blocks = max(1, round(length / _ROWS))
    rows = -(-length // (blocks * _WHOLE)) * _WHOLE
    return [(start, min(length, start + rows)) for start in range(0, length, rows)]


class SnakeBlock:
    """x + c₂(snake(norm(c₁(snake(norm(x)))))), three times, each with its own convolutions, norms and Snakes.

    Biases: that of c₁ is taken out again by the norm behind it, exactly, and so has no effect. That of c₂
    shifts x by a constant, which the following norms take out and the sum keeps: the three are summed in
    `bias`, and who uses the result adds them.
    """

    def __init__(
        self, weights: Weights, dilations: Sequence[int], styles: StyleTable, packing: Packing
    ) -> None:
        """Take the weights; `packing`: see `BlockConvolution`."""
        self._convolutions = [
            (
                BlockConvolution(weights.folded(f"convs1.{layer}"), dilations[layer], packing),
                BlockConvolution(weights.folded(f"convs2.{layer}"), 1, packing),
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
        # How far each convolution's result is from the block's own, in rows that the later ones read.
        reaches = [each.reach for pair in self._convolutions for each in pair]
        self.reach = sum(reaches)
        self._later = [sum(reaches[place + 1 :]) for place in range(len(reaches))]
        self.bias = sum(
            (weights.of(f"convs2.{layer}.bias") for layer in range(_LAYERS)), start=torch.tensor(0.0)
        )

    def job(
        self,
        x: torch.Tensor,
        statistics: RunningMoments | None,
        norms: Norms,
        between: torch.Tensor,
        out: torch.Tensor,
        *,
        spare: Span = (0, 0),
    ) -> Job:
        """Set `out` [rows, channels] to the block's result for `x` without `bias`; `out` may be `x`.

        `statistics` are those of `x`; `between` is room for as many rows. Nobody needs the first and last
        `spare` rows, and anything may be in them: each convolution makes only what the later ones read.
        """
        read = (0, len(x))  # the rows of the source that are right
        made = [self._needed(len(x), later, spare) for later in self._later]
        for layer, (first, second) in enumerate(self._convolutions):
            numbers, alphas = self._norms[layer], self._alphas[layer]
            source = x if layer == 0 else out
            snake = norms.snake(numbers[0], alphas[0], statistics)
            statistics = norms.statistics()
            yield self._pass(first, source, snake, between, statistics, read=read, made=made[2 * layer])
            snake = norms.snake(numbers[1], alphas[1], statistics)
            statistics = norms.statistics() if layer < _LAYERS - 1 else None
            yield self._pass(
                second, between, snake, out, statistics,
                read=made[2 * layer], made=made[2 * layer + 1], base=source,
            )  # fmt: skip
            read = made[2 * layer + 1]

    @staticmethod
    def _needed(length: int, later: int, spare: Span) -> Span:
        """Return the rows of a convolution's result that are needed; those beyond the ends are zeros."""
        return max(0, spare[0] - later), length - max(0, spare[1] - later)

    @staticmethod
    def _pass(
        convolution: BlockConvolution,
        source: torch.Tensor,
        snake: NormSnake,
        target: torch.Tensor,
        statistics: RunningMoments | None,
        *,
        read: Span,
        made: Span,
        base: torch.Tensor | None = None,
    ) -> list[Piece]:
        """Return the pieces of target = base + convolution(snake(source)), and of the target's statistics.

        The rows `made` are set, from the rows `read`.
        """

        def piece(start: int, end: int) -> None:
            convolution(source, snake, target, (start, end), read=read, base=base)
            if statistics is not None:
                statistics.measure(start, target[start:end])

        return [
            lambda start=start, end=end: piece(made[0] + start, made[0] + end)  # type: ignore[misc]
            for start, end in spans(made[1] - made[0])
        ]
