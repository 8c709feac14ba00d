# SPDX-License-Identifier: GPL-3.0-or-later
"""The small parts of the fast engine: products, convolutions over time, recurrent layers.

All tensors are float32 [time, channels], contiguous, so that a convolution over time is a few plain matrix
products on shifted views of its input, and an LSTM's input needs no packing.
"""

from __future__ import annotations

import torch
from torch.nn import functional

from kokoro_speechd.synthesis.files.checkpoint import Weights

_LAYER_NORM_EPS = 1e-5


class Linear:
    """x · Wᵀ + b, with Wᵀ stored contiguous: MKL multiplies it faster than a transposed view."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor) -> None:
        self._weight = weight.t().contiguous()
        self._bias = bias

    @classmethod
    def of(cls, weights: Weights) -> Linear:
        """Return the layer of these tensors."""
        return cls(weights.of("weight"), weights.of("bias"))

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Return [time, outputs]."""
        return torch.addmm(self._bias, x, self._weight)


class TimeConvolution:
    """A convolution over time with an odd kernel k, stride 1 and zeros beyond the ends, as k products.

    y[t] = b + Σⱼ x[t + j - k // 2] · Wⱼ: row t of the sum is row t of k matrix products whose left sides are
    the padded input, shifted by j rows. These are views: nothing is copied, no weight is packed for a length,
    and short phrases take the same way as long ones. (oneDNN's weights packed for one length fall on a
    reference path some 50 times slower below about 16 rows where there is no AVX-512.)
    """

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None = None) -> None:
        """Take upstream's weight [outputs, inputs, k] and bias [outputs]."""
        outputs, inputs, kernel = weight.shape
        # [kernel, inputs, outputs] by two copies that torch makes fast; one of single numbers takes longer.
        by_input = weight.view(outputs, inputs * kernel).t().contiguous().view(inputs, kernel, outputs)
        self._taps = by_input.transpose(0, 1).contiguous().unbind()
        self._bias = bias

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Return [time, outputs]."""
        outputs = self._taps[0].shape[1]
        if self._bias is None:
            return self.add_to(x.new_zeros(x.shape[0], outputs), x)
        return self.add_to(self._bias.expand(x.shape[0], outputs).contiguous(), x)

    def add_to(self, total: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        """Add the convolution without its bias to `total` in place and return it."""
        side = len(self._taps) // 2
        padded = functional.pad(x, (0, 0, side, side)) if side else x
        for tap, weight in enumerate(self._taps):
            total.addmm_(padded[tap : tap + x.shape[0]], weight)
        return total


class BidirectionalLstm:
    """torch's own LSTM in both directions; a single sequence needs neither packing nor padding."""

    def __init__(self, weights: Weights) -> None:
        self._parameters = [
            weights.of(f"{kind}_l0{end}")
            for end in ("", "_reverse")
            for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        ]
        self._start = torch.zeros(2, 1, self._parameters[1].shape[1])

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Return [time, 2 · hidden]: the forward states beside the backward ones."""
        states: torch.Tensor = torch.lstm(
            x[None],
            [self._start, self._start],
            self._parameters,
            has_biases=True,
            num_layers=1,
            dropout=0.0,
            train=False,
            bidirectional=True,
            batch_first=True,
        )[0]
        return states[0]


def layer_norm(
    x: torch.Tensor, scale: torch.Tensor | None, shift: torch.Tensor | None, eps: float = _LAYER_NORM_EPS
) -> torch.Tensor:
    """Normalize each row over its channels, then scale and shift."""
    return functional.layer_norm(x, (x.shape[-1],), scale, shift, eps)
