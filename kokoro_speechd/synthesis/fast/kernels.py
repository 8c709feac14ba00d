# SPDX-License-Identifier: GPL-3.0-or-later
"""The compiled loops of `kernels.c`, where they were built and the processor can run them.

They are C because no operator of torch's does what lies between two products in one pass over a block, and
because its products are made for larger matrices: with those of this model they reach a half to three
quarters of what a core of AMD's can do. Without a compiler at installation nothing is missing but speed:
every caller has torch's way, too.

Tensors are float32 with rows contiguous. The loops check nothing; what calls them is here.
"""

from __future__ import annotations

import ctypes
import functools
import logging
import os
from pathlib import Path

import torch

from kokoro_speechd.synthesis.phrase.windows import Span

_log = logging.getLogger(__name__)

LIBRARY = Path(__file__).with_name("libkernels.so")
KINDS = ("avx512", "avx2", "plain")
# torch's own variable, and the kinds that it leaves.
_ALLOWED = {"avx512": KINDS, "avx2": KINDS[1:], "default": KINDS[2:]}

COLUMNS = 64  # a part of a product begins at a multiple of so many, which every panel's width divides
_FLOAT = 4  # bytes

_size, _matrix = ctypes.c_long, ctypes.c_void_p


def _entry(*arguments: type) -> type:
    return ctypes.CFUNCTYPE(None, *arguments)


class _Entries(ctypes.Structure):
    """`struct kernels`, which says what each entry does."""

    _fields_ = (
        ("panel", _size),
        ("group", _size),
        ("pack", _entry(_matrix, _size, _size, _size, _matrix)),
        ("product", _entry(_matrix, _size, _size, _matrix, _size, _size, _matrix, _size, _matrix, _size)),
        ("transform", _entry(_matrix, *[_size] * 8, _matrix, _matrix, _matrix)),
        ("products", _entry(_matrix, *[_size] * 5, _matrix, _size, _size, _matrix)),
        ("back", _entry(_matrix, *[_size] * 6, _matrix, _matrix, _matrix)),
        ("lstm", _entry(_matrix, _size, _size, _matrix, _size, _matrix, _matrix, _matrix, _size)),
        ("gelu", _entry(_matrix, _size, _size, _size)),
    )


class Kernels:
    """The loops for one kind of vector. Python's lock is free while they run."""

    def __init__(self, kind: str, entries: _Entries) -> None:
        self.kind = kind
        self._entries = entries

    def packed(self, weights: torch.Tensor) -> PackedWeights:
        """Return W [inputs, outputs], or some of them [count, inputs, outputs], as products read them."""
        return PackedWeights(self._entries, weights)

    def lstm_direction(self, weight: torch.Tensor, *, backward: bool) -> LstmDirection:
        """Return an LSTM's direction for W_hh [4 · hidden, hidden]."""
        return LstmDirection(self._entries, weight, backward=backward)

    def gelu_(self, x: torch.Tensor) -> torch.Tensor:
        """Apply GELU by way of tanh to rows `x` in place."""
        self._entries.gelu(x.data_ptr(), *x.shape, x.stride(0))
        return x

    def transform(
        self,
        source: torch.Tensor,
        out: torch.Tensor,
        *,
        snake: torch.Tensor,
        matrix: torch.Tensor,
        read: Span,
        first: int,
        outputs: int,
        dilation: int,
    ) -> None:
        """Set V, `out` [points, tiles · dilation, channels], for tiles of `source` from its row `first` on.

        Rows that are not in `read` count as zeros. The others pass norm and Snake with the coefficients
        `snake`, see `NormSnake`. `matrix` is Bᵀ; a tile has so many `outputs`. See `BlockConvolution`.
        """
        points, rows, channels = out.shape
        sizes = channels, dilation, points, outputs, rows // dilation
        matrices = matrix.data_ptr(), snake.data_ptr(), out.data_ptr()
        self._entries.transform(source.data_ptr(), *read, first, *sizes, *matrices)

    def back(
        self,
        sums: torch.Tensor,
        target: torch.Tensor,
        *,
        matrix: torch.Tensor,
        dilation: int,
        base: torch.Tensor | None,
    ) -> None:
        """Set `target` [rows, outputs] from Y, `sums` [points, tiles · dilation, outputs], plus `base`.

        `matrix` is Aᵀ; `base` may be the target itself.
        """
        points, rows, channels = sums.shape
        sizes = channels, dilation, points, len(matrix), rows // dilation, len(target)
        addend = None if base is None else base.data_ptr()
        self._entries.back(sums.data_ptr(), *sizes, matrix.data_ptr(), addend, target.data_ptr())


class PackedWeights:
    """Weights in the order in which products read them."""

    def __init__(self, entries: _Entries, weights: torch.Tensor) -> None:
        self._entries = entries
        weights = weights.float().contiguous()
        *_, self._inputs, self._outputs = weights.shape
        self._values = _in_panels(entries, weights.view(-1, self._inputs, self._outputs), entries.panel)

    def multiply(self, x: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
        """Return x · W + b for x [rows, inputs]."""
        out = torch.empty(len(x), self._outputs)
        self._product(x, None if bias is None else bias.data_ptr(), 0, out)
        return out

    def set_columns(
        self, x: torch.Tensor, bias: torch.Tensor | None, out: torch.Tensor, columns: Span
    ) -> None:
        """Set some columns of `out` [rows, outputs], from a multiple of `COLUMNS` on, to x · W + b's."""
        begin, end = columns
        weights = self._values.data_ptr() + _FLOAT * begin * self._inputs, self._inputs, end - begin
        own = None if bias is None else bias.data_ptr() + _FLOAT * begin
        result = out.data_ptr() + _FLOAT * begin, out.stride(0)
        self._entries.product(x.data_ptr(), x.stride(0), len(x), *weights, own, 0, *result)

    def add_to(self, out: torch.Tensor, x: torch.Tensor) -> None:
        """Add x · W to `out` [rows, outputs]."""
        self._product(x, None, 1, out)

    def multiply_points(self, factors: torch.Tensor, sums: torch.Tensor) -> None:
        """Set Y, `sums` [points, rows, outputs], to V · U summed over the pieces.

        V, `factors` [points, rows, pieces, inputs], may be a view in which pieces overlap; U are the weights
        [pieces · points, inputs, outputs].
        """
        points, rows, pieces, inputs = factors.shape
        sizes = factors.stride(0) // inputs, points, rows, pieces, factors.stride(2) // inputs
        weights = self._values.data_ptr(), inputs, self._outputs
        self._entries.products(factors.data_ptr(), *sizes, *weights, sums.data_ptr())

    def _product(self, x: torch.Tensor, bias: int | None, add: int, out: torch.Tensor) -> None:
        if len(x) > 1 and x.stride(1) != 1:
            x = x.contiguous()
        weights = self._values.data_ptr(), self._inputs, self._outputs
        result = out.data_ptr(), out.stride(0)
        self._entries.product(x.data_ptr(), x.stride(0), len(x), *weights, bias, add, *result)


def _in_panels(entries: _Entries, weights: torch.Tensor, width: int) -> torch.Tensor:
    """Return W [count, inputs, outputs] in panels of `width` columns, [count, inputs, outputs filled up]."""
    count, inputs, outputs = weights.shape
    packed = torch.empty(count, inputs, -(-outputs // width) * width)
    for own, result in zip(weights, packed, strict=True):
        entries.pack(own.data_ptr(), inputs, outputs, width, result.data_ptr())
    return packed


class LstmDirection:
    """One direction of an LSTM, whose gates' inputs were multiplied before."""

    def __init__(self, entries: _Entries, weight: torch.Tensor, *, backward: bool) -> None:
        self._entries, self._backward = entries, int(backward)
        self._hidden = weight.shape[1]
        self._across = _in_panels(entries, weight.t().float().contiguous()[None], entries.group)
        self._width = self._across.shape[2]

    def __call__(self, inner: torch.Tensor, out: torch.Tensor) -> None:
        """Set states `out` [time, hidden] for `inner` [time, 4 · hidden], see `struct kernels`."""
        room = torch.empty(self._hidden + self._width)
        sizes = len(inner), self._hidden, self._across.data_ptr(), self._backward
        rooms = room.data_ptr(), room[self._hidden :].data_ptr()
        self._entries.lstm(inner.data_ptr(), *sizes, *rooms, out.data_ptr(), out.stride(0))


def kernels_of(kind: str) -> Kernels | None:
    """Return those for a kind of vector; None where they were not built, or the processor lacks it."""
    library = _library()
    found = library.kernels_named(kind.encode()) if library is not None else None
    return Kernels(kind, found.contents) if found else None


@functools.cache
def best_kernels() -> Kernels | None:
    """Return those for the widest vectors here, None where there are none.

    Who holds torch to narrower ones (`ATEN_CPU_CAPABILITY`) holds these, too.
    """
    kinds = _ALLOWED.get(os.environ.get("ATEN_CPU_CAPABILITY", ""), KINDS)
    return next((found for kind in kinds if (found := kernels_of(kind)) is not None), None)


@functools.cache
def _library() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL(str(LIBRARY))
        library.kernels_named.argtypes = [ctypes.c_char_p]
        library.kernels_named.restype = ctypes.POINTER(_Entries)
    except (OSError, AttributeError):
        _log.info("the compiled kernels are not there: torch does their work")
        return None
    return library
