# SPDX-License-Identifier: GPL-3.0-or-later
"""The small parts of the fast engine: products, convolutions over time, recurrent layers.

All tensors are float32 [time, channels], contiguous, so that a convolution over time is a plain matrix
product, and an LSTM's input needs no packing.
"""

from __future__ import annotations

import torch
from torch.nn import functional

from kokoro_speechd.synthesis.fast.products import Packing, packed_lstm, product, torch_lstm
from kokoro_speechd.synthesis.files.checkpoint import Weights
from kokoro_speechd.synthesis.phrase.prosody import Check

_LAYER_NORM_EPS = 1e-5


class Linear:
    """x · Wᵀ + b."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None, packing: Packing) -> None:
        """Take W [outputs, inputs] and b [outputs]."""
        self._product = product(weight, bias, packing)

    @classmethod
    def of(cls, weights: Weights, packing: Packing) -> Linear:
        """Return the layer of these tensors."""
        return cls(weights.of("weight"), weights.of("bias"), packing)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Return [time, outputs], the caller's own."""
        return self._product(x)


class TimeConvolution:
    """A convolution over time with an odd kernel k, stride 1 and zeros beyond the ends, as one product.

    y[t] = b + Σⱼ x[t + j - k // 2] · Wⱼ: the k rows that row t needs lie together in memory, so a copy in
    which they are one row, [time, k · inputs], is multiplied once. The copy is small beside the weight. (A
    convolution of oneDNN's packed for one length falls on a reference path some 50 times slower below about
    16 rows where there is no AVX-512.)
    """

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None, packing: Packing) -> None:
        """Take upstream's weight [outputs, inputs, k] and bias [outputs]."""
        outputs, _, self._kernel = weight.shape
        self._linear = Linear(weight.permute(0, 2, 1).reshape(outputs, -1), bias, packing)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Return [time, outputs], the caller's own."""
        side = self._kernel // 2
        if not side:
            return self._linear(x)
        length, inputs = x.shape
        windows = functional.pad(x, (0, 0, side, side)).as_strided(
            (length, self._kernel * inputs), (inputs, 1)
        )
        return self._linear(windows.contiguous())


class BidirectionalLstm:
    """An LSTM in both directions; a single sequence needs neither packing nor padding."""

    def __init__(self, weights: Weights, packing: Packing) -> None:
        parameters = [
            weights.of(f"{kind}_l0{end}")
            for end in ("", "_reverse")
            for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        ]
        self._run = (packed_lstm if packing.lstm else torch_lstm)(parameters)

    def __call__(self, x: torch.Tensor, check: Check) -> torch.Tensor:
        """Return [time, 2 · hidden]: the forward states beside the backward ones."""
        return self._run(x, check)


def layer_norm(
    x: torch.Tensor, scale: torch.Tensor | None, shift: torch.Tensor | None, eps: float = _LAYER_NORM_EPS
) -> torch.Tensor:
    """Normalize each row over its channels, then scale and shift."""
    return functional.layer_norm(x, (x.shape[-1],), scale, shift, eps)
