# SPDX-License-Identifier: GPL-3.0-or-later
"""Upstream's `AdainResBlk1d`: the residual block of the F0 and energy curves and of the 40 Hz decoder."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch.nn import functional

from kokoro_speechd.synthesis.fast.layers import Linear, TimeConvolution
from kokoro_speechd.synthesis.fast.norms import Norms
from kokoro_speechd.synthesis.fast.products import Packing
from kokoro_speechd.synthesis.fast.styles import StyleTable
from kokoro_speechd.synthesis.files.checkpoint import Weights

_SLOPE = 0.2


class AdainBlock:
    """(second(first(x)) + shortcut(x)) / √2, each of the two: norm over time, leaky ReLU, convolution.

    The division is folded into the second convolution and the shortcut, which are linear.

    A block that doubles its rate does so by a transposed convolution of each channel by itself (kernel 3,
    stride 2): with w its three taps, out[2t] = w₁·x[t] and out[2t + 1] = w₂·x[t] + w₀·x[t + 1]; the shortcut
    repeats each value, which commutes with its convolution of width 1, so it is done behind it.
    """

    def __init__(
        self, weights: Weights, styles: StyleTable, packing: Packing, *, many_rows: bool = False
    ) -> None:
        """Take the weights; `many_rows`: see `TimeConvolution`."""
        share = 1 / math.sqrt(2)
        self._norms = styles.add(weights.below("norm1")), styles.add(weights.below("norm2"))
        self._first = TimeConvolution(
            weights.folded("conv1"), weights.of("conv1.bias"), packing, many_rows=many_rows
        )
        self._second = TimeConvolution(
            weights.folded("conv2") * share, weights.of("conv2.bias") * share, packing, many_rows=many_rows
        )
        self._share = share
        self._narrow = None
        if weights.has("conv1x1.weight_v"):
            self._narrow = Linear(weights.folded("conv1x1")[:, :, 0] * share, None, packing)
        self._pool = None
        if weights.has("pool.weight_v"):
            self._pool = weights.folded("pool")[:, 0].t().contiguous(), weights.of("pool.bias")

    def __call__(self, x: torch.Tensor, norms: Norms, check: Callable[[], None]) -> torch.Tensor:
        """Return [time, outputs], or [2 · time, outputs] from a block that doubles the rate."""
        check()
        y = functional.leaky_relu_(norms.over_time(self._norms[0], x), _SLOPE)
        if self._pool is not None:
            y = self._doubled(y, *self._pool)
        y = self._first(y)
        check()
        y = functional.leaky_relu_(norms.over_time(self._norms[1], y), _SLOPE)
        shortcut = x * self._share if self._narrow is None else self._narrow(x)
        if self._pool is not None:
            shortcut = shortcut.repeat_interleave(2, 0)
        check()
        return self._second(y).add_(shortcut)

    @staticmethod
    def _doubled(x: torch.Tensor, taps: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        out = x.new_empty(x.shape[0], 2, x.shape[1])
        torch.addcmul(bias, x, taps[1], out=out[:, 0])
        torch.addcmul(bias, x, taps[2], out=out[:, 1])
        out[:-1, 1].addcmul_(x[1:], taps[0])
        return out.view(2 * x.shape[0], x.shape[1])
