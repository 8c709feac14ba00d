# SPDX-License-Identifier: GPL-3.0-or-later
"""The small parts of the fast engine: products, convolutions over time, recurrent layers.

All tensors are float32 [time, channels], contiguous, so that a convolution over time is a plain matrix
product, and an LSTM's input needs no packing.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch.nn import functional

from kokoro_speechd.synthesis.fast.block_convolution import BlockConvolution
from kokoro_speechd.synthesis.fast.kernels import COLUMNS
from kokoro_speechd.synthesis.fast.norms import Unchanged
from kokoro_speechd.synthesis.fast.parallel import Work, alone
from kokoro_speechd.synthesis.fast.products import CompiledProduct, Packing, lstm, product
from kokoro_speechd.synthesis.files.checkpoint import Weights
from kokoro_speechd.synthesis.phrase.windows import Span

_LAYER_NORM_EPS = 1e-5
_AT_ONCE, _ROWS = 4, 480  # of a Toom-Cook convolution: outputs of a tile, rows of a block


class Linear:
    """x · Wᵀ + b."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None, packing: Packing) -> None:
        """Take W [outputs, inputs] and b [outputs]."""
        self._product = product(weight, bias, packing)
        self._outputs = len(weight)

    @classmethod
    def of(cls, weights: Weights, packing: Packing) -> Linear:
        """Return the layer of these tensors."""
        return cls(weights.of("weight"), weights.of("bias"), packing)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Return [time, outputs], the caller's own."""
        return self._product(x)

    @property
    def can_be_cut(self) -> bool:
        """Say whether `set` can make a part."""
        return isinstance(self._product, CompiledProduct)

    def set(self, x: torch.Tensor, out: torch.Tensor, columns: Span) -> None:
        """Set some columns of `out` [time, outputs], see `COLUMNS`; all, where it cannot be cut."""
        if isinstance(self._product, CompiledProduct):
            self._product.set(x, out, columns)
        else:
            out.copy_(self._product(x))

    def work(
        self, x: torch.Tensor, pieces: int, then: Callable[[torch.Tensor], torch.Tensor] | None = None
    ) -> Work[torch.Tensor]:
        """Return [time, outputs], made in so many pieces where it can be cut; `then` is done to each."""
        if pieces == 1 or not self.can_be_cut:
            whole = yield from alone(lambda: self(x) if then is None else then(self(x)))
            return whole
        out = torch.empty(len(x), self._outputs)
        size = -(-self._outputs // (pieces * COLUMNS)) * COLUMNS

        def piece(begin: int) -> None:
            end = min(begin + size, self._outputs)
            self.set(x, out, (begin, end))
            if then is not None:
                then(out[:, begin:end])  # in place, as whoever can be cut does it

        yield [lambda begin=begin: piece(begin) for begin in range(0, self._outputs, size)]  # type: ignore[misc]
        return out


class TimeConvolution:
    """A convolution over time with an odd kernel k, stride 1 and zeros beyond the ends, as one product.

    y[t] = b + Σⱼ x[t + j - k // 2] · Wⱼ: the k rows that row t needs lie together in memory, so a copy in
    which they are one row, [time, k · inputs], is multiplied once. The copy is small beside the weight. (A
    convolution of oneDNN's packed for one length falls on a reference path some 50 times slower below about
    16 rows where there is no AVX-512.)

    With `many_rows`, and our kernels, by a Toom-Cook convolution instead: half the products, of a weight that
    is twice as large, so that few rows would wait for it longer than they take.
    """

    def __init__(
        self, weight: torch.Tensor, bias: torch.Tensor | None, packing: Packing, *, many_rows: bool = False
    ) -> None:
        """Take upstream's weight [outputs, inputs, k] and bias [outputs]."""
        outputs, _, self._kernel = weight.shape
        self._by_blocks: Callable[[torch.Tensor], torch.Tensor] | None = None
        if many_rows and self._kernel > 1 and packing.convolutions:
            self._by_blocks = _by_blocks(weight, bias, packing)
        else:
            self._linear = Linear(weight.permute(0, 2, 1).reshape(outputs, -1), bias, packing)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Return [time, outputs], the caller's own."""
        if self._by_blocks is not None:
            return self._by_blocks(x)
        side = self._kernel // 2
        if not side:
            return self._linear(x)
        length, inputs = x.shape
        windows = functional.pad(x, (0, 0, side, side)).as_strided(
            (length, self._kernel * inputs), (inputs, 1)
        )
        return self._linear(windows.contiguous())


def _by_blocks(
    weight: torch.Tensor, bias: torch.Tensor | None, packing: Packing
) -> Callable[[torch.Tensor], torch.Tensor]:
    convolution = BlockConvolution(weight, 1, packing, outputs_at_once=_AT_ONCE)
    outputs, inputs, _ = weight.shape
    unchanged = Unchanged(inputs)

    def run(x: torch.Tensor) -> torch.Tensor:
        out = torch.empty(len(x), outputs)
        for start in range(0, len(x), _ROWS):
            span = start, min(start + _ROWS, len(x))
            convolution(x, unchanged, out, span, read=(0, len(x)))
        return out if bias is None else out.add_(bias)

    return run


class BidirectionalLstm:
    """An LSTM in both directions; a single sequence needs neither packing nor padding."""

    def __init__(self, weights: Weights, packing: Packing) -> None:
        parameters = [
            weights.of(f"{kind}_l0{end}")
            for end in ("", "_reverse")
            for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        ]
        self._run = lstm(parameters, packing)

    def __call__(self, x: torch.Tensor) -> Work[torch.Tensor]:
        """Return [time, 2 · hidden]: the forward states beside the backward ones."""
        return self._run(x)


def layer_norm(
    x: torch.Tensor, scale: torch.Tensor | None, shift: torch.Tensor | None, eps: float = _LAYER_NORM_EPS
) -> torch.Tensor:
    """Normalize each row over its channels, then scale and shift."""
    return functional.layer_norm(x, (x.shape[-1],), scale, shift, eps)
