# SPDX-License-Identifier: GPL-3.0-or-later
"""Dilated convolutions over time by Toom-Cook, for a block of rows small enough to stay in a core's cache.

What is convolved has passed norm and Snake: both are applied on the way, so that nothing is read twice.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

from kokoro_speechd.synthesis.fast.buffers import scratch
from kokoro_speechd.synthesis.fast.kernels import Kernels
from kokoro_speechd.synthesis.fast.norms import NormSnake, Unchanged
from kokoro_speechd.synthesis.fast.products import Packing
from kokoro_speechd.synthesis.fast.toom_cook import toom_cook
from kokoro_speechd.synthesis.phrase.windows import Span

_OUTPUTS = 6  # m: more save fewer products and round worse
_ROUNDED_OUTPUTS = 4  # m, and the most of r, with rounded factors; see `BlockConvolution`
_ROWS_MORE = 16  # rounded factors have a multiple of so many rows
_MOST_TAPS = 7  # r: a longer kernel is cut into pieces of m taps


class _Products:
    """Y[p] = Σⱼ V[p, piece j] · U[p, piece j]."""

    def __init__(self, weights: torch.Tensor) -> None:
        """Take U [points, pieces, inputs, outputs], float64."""
        self._weights = weights.float().transpose(0, 1).contiguous()

    def __call__(self, factors: torch.Tensor, sums: torch.Tensor) -> None:
        """Set Y, `sums` [points, rows, outputs], from V, `factors` [points, rows, pieces, inputs]."""
        for piece, weights in enumerate(self._weights):
            if piece == 0:
                torch.bmm(factors[:, :, piece], weights, out=sums)
            else:
                torch.baddbmm(sums, factors[:, :, piece], weights, out=sums)


class _RoundedProducts:
    """The same of factors rounded to bfloat16, for processors that multiply these twice as fast.

    The sum is float32 while it is summed, and rounded then: no operator of torch's returns it unrounded.
    oneDNN keeps code for each number of rows, 0.6 MB each, so there are few of them.
    """

    def __init__(self, weights: torch.Tensor) -> None:
        points, _, _, outputs = weights.shape
        self._weights = weights.reshape(points, -1, outputs).bfloat16()

    def __call__(self, factors: torch.Tensor, sums: torch.Tensor) -> None:
        points, rows, pieces, inputs = factors.shape
        made = rows + -rows % _ROWS_MORE
        rounded = scratch.take("rounded factors", points, made, pieces, inputs, dtype=torch.bfloat16)
        rounded[:, :rows].copy_(factors)
        out = scratch.take("rounded sums", points, made, sums.shape[2], dtype=torch.bfloat16)
        torch.bmm(rounded.view(points, made, -1), self._weights, out=out)
        sums.copy_(out[:, :rows])


class _CompiledProducts:
    """The same as `_Products`, by our own kernels."""

    def __init__(self, weights: torch.Tensor, kernels: Kernels) -> None:
        self._weights = kernels.packed(weights.transpose(0, 1).flatten(0, 1))

    def __call__(self, factors: torch.Tensor, sums: torch.Tensor) -> None:
        self._weights.multiply_points(factors, sums)


class BlockConvolution:
    """y[t] = Σⱼ Wⱼ · snake(x)[t + (j - k // 2) · d], without a bias; W is [outputs, inputs, k].

    Dilation: rows d apart form d sequences that do not meet. As rows of one time step of all d sequences lie
    together in memory, the transforms (which treat each channel alike) take them as d · C channels,
    undilated.

    A tile of m outputs of a sequence needs n = m + r - 1 of its inputs. With V[p] = Σᵢ Bᵀ[p][i] · x[tile + i]
    for each of n points p, and U[p] = Σₖ G[p][k] · Wₖ computed at loading, the products over channels are n
    matrix products Y[p] = V[p] · U[p] of all tiles at once, where the schoolbook way has m · r; then y[tile +
    i] = Σₚ Aᵀ[i][p] · Y[p]. For kernels of 3, 7 and 11 that is 1.3, 2 and 3.7 products for each output.

    A kernel longer than 7 is cut into pieces of m taps. Piece j of tile t then meets exactly the inputs that
    piece 0 of tile t + j meets, so V is transformed once and its products with all pieces are summed.

    Where V, U and Y are rounded to bfloat16, m is 4 and a piece has 4 taps at most: what is rounded grows
    with the number of points, as their powers are in Aᵀ and G. The vocoder is then 33 dB from the exact one;
    with 7 taps 25 dB, with m of 5 or 6 18 dB. For the three kernels that is 1.5, 3.5 and 5.3 products.
    """

    def __init__(
        self,
        weight: torch.Tensor,
        dilation: int,
        packing: Packing,
        *,
        outputs_at_once: int = _OUTPUTS,
    ) -> None:
        """Take W [outputs, inputs, k] and m; V, U and Y are rounded to bfloat16 where `packing` says so."""
        outputs, inputs, kernel = weight.shape
        rounded = packing.rounded
        self._kernels = packing.kernels if packing.convolutions else None
        self._at_once, most = (
            (_ROUNDED_OUTPUTS, _ROUNDED_OUTPUTS) if rounded else (outputs_at_once, _MOST_TAPS)
        )
        taps = kernel if kernel <= most else self._at_once
        self._pieces = -(-kernel // taps)
        back, weights, transform = toom_cook(self._at_once, taps)
        padded = weight.new_zeros(outputs, inputs, self._pieces * taps, dtype=torch.float64)
        padded[:, :, :kernel] = weight
        factors = torch.einsum(
            "pr,oijr->pjio",
            torch.tensor(weights, dtype=torch.float64),
            padded.view(outputs, inputs, self._pieces, taps),
        )
        self._products: Callable[[torch.Tensor, torch.Tensor], None]
        if rounded:
            self._products = _RoundedProducts(factors)
        elif self._kernels is not None:
            self._products = _CompiledProducts(factors, self._kernels)
        else:
            self._products = _Products(factors)
        self._transform = torch.tensor(transform)
        self._back = torch.tensor(back)
        self._points = self._at_once + taps - 1
        self._dilation = dilation
        self._inputs, self._outputs = inputs, outputs
        self.reach = kernel // 2 * dilation  # rows before the first output that are read

    def __call__(
        self,
        source: torch.Tensor,
        snake: NormSnake | Unchanged,
        target: torch.Tensor,
        span: Span,
        *,
        read: Span,
        base: torch.Tensor | None = None,
    ) -> None:
        """Set rows `span` of `target` [rows, outputs], to which those of `base` are added where it is given.

        Rows `read` of `source` [rows, inputs] are right; those beyond count as zeros, behind the Snake.
        `base` may be `target` itself.
        """
        start, end = span
        target, base = target[start:end], None if base is None else base[start:end]
        tiles = -(-(end - start) // (self._at_once * self._dilation))
        sums = scratch.take("products", self._points, tiles * self._dilation, self._outputs)
        factors = self._factors if self._kernels is None else self._factors_by_kernels
        self._products(factors(source, snake, start - self.reach, tiles, read), sums)
        if self._kernels is None:
            self._finish(sums, tiles, target, base)
        else:
            self._kernels.back(sums, target, matrix=self._back, dilation=self._dilation, base=base)

    def _factors_by_kernels(
        self, source: torch.Tensor, snake: NormSnake | Unchanged, first: int, tiles: int, read: Span
    ) -> torch.Tensor:
        """Return V, [points, tiles · dilation, pieces, inputs], a view in which pieces overlap."""
        rows = (tiles + self._pieces - 1) * self._dilation
        transformed = scratch.take("transformed", self._points, rows, self._inputs)
        assert self._kernels is not None  # noqa: S101 - the caller asked
        self._kernels.transform(
            source, transformed, snake=snake.coefficients, matrix=self._transform,
            read=read, first=first, outputs=self._at_once, dilation=self._dilation,
        )  # fmt: skip
        return self._in_pieces(transformed, tiles, point=rows * self._inputs, row=self._inputs)

    def _factors(
        self, source: torch.Tensor, snake: NormSnake | Unchanged, first: int, tiles: int, read: Span
    ) -> torch.Tensor:
        """Return the same by torch's operators."""
        points, step, width = self._points, self._dilation, self._inputs
        steps = tiles + self._pieces - 1
        rows = ((steps - 1) * self._at_once + points) * step
        room = scratch.take("input", rows, width)
        begin, end = max(read[0], first), min(read[1], first + rows)
        room[: begin - first] = 0
        room[end - first :] = 0
        snake(source[begin:end], room[begin - first : end - first])
        row = step * width
        windows = room.as_strided((steps, points, row), (self._at_once * row, row, 1))
        # V by tiles where there is no dilation, else by points: the transforms' products are narrow or wide.
        by_tiles = step == 1
        tile, point = (points * width, width) if by_tiles else (row, steps * row)
        transformed = scratch.take("transformed", steps * points * row)
        torch.bmm(
            self._transform.expand(steps, -1, -1),
            windows,
            out=transformed.as_strided((steps, points, row), (tile, point, 1)),
        )
        return self._in_pieces(transformed, tiles, point=point, row=tile // step)

    def _in_pieces(self, transformed: torch.Tensor, tiles: int, *, point: int, row: int) -> torch.Tensor:
        """Return a view of V in which the pieces' rows overlap; `point` and `row` are its strides."""
        step = self._dilation
        return transformed.as_strided(
            (self._points, tiles * step, self._pieces, self._inputs), (point, row, row * step, 1)
        )

    def _finish(
        self, sums: torch.Tensor, tiles: int, target: torch.Tensor, base: torch.Tensor | None
    ) -> None:
        """Set `target` from Y, `sums`, by torch's operators."""
        step, count = self._dilation, len(target)
        by_tile = sums.as_strided(
            (tiles, self._points, step * self._outputs),
            (step * self._outputs, tiles * step * self._outputs, 1),
        )
        back = self._back.expand(tiles, -1, -1)
        shape = (tiles, self._at_once, step * self._outputs)
        if count == tiles * self._at_once * step:
            if base is None:
                torch.bmm(back, by_tile, out=target.view(shape))
                return
            if base.data_ptr() != target.data_ptr():
                target.copy_(base)
            target.view(shape).baddbmm_(back, by_tile)
            return
        whole = scratch.take("output", *shape)
        torch.bmm(back, by_tile, out=whole)
        rows = whole.view(-1, self._outputs)[:count]
        if base is None:
            target.copy_(rows)
        else:
            torch.add(base, rows, out=target)
