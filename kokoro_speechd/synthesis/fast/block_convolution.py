# SPDX-License-Identifier: GPL-3.0-or-later
"""Dilated convolutions over time by Toom-Cook, for a block of rows small enough to stay in a core's cache."""

from __future__ import annotations

import math
import threading

import torch

from kokoro_speechd.synthesis.fast.toom_cook import toom_cook

_OUTPUTS = 6  # m: more save fewer products and round worse
_ROUNDED_OUTPUTS = 4  # m, and the most of r, with rounded factors; see `BlockConvolution`
_ROWS_MORE = 16  # rounded factors have a multiple of so many rows
_MOST_TAPS = 7  # r: a longer kernel is cut into pieces of m taps


class _Scratch(threading.local):
    """Work buffers of each thread, by name. They grow to what a block needs and are never shared."""

    def __init__(self) -> None:
        self._buffers: dict[str, torch.Tensor] = {}

    def take(self, name: str, *shape: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
        """Return a tensor of this shape with anything in it; the next `take` of the name overwrites it.

        A name is always taken with the same type.
        """
        size = math.prod(shape)
        buffer = self._buffers.get(name)
        if buffer is None or buffer.numel() < size:
            self._buffers[name] = buffer = torch.empty(size, dtype=dtype)
        return buffer[:size].view(shape)


scratch = _Scratch()


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


class BlockConvolution:
    """y[t] = Σⱼ Wⱼ · x[t + (j - k // 2) · d], without a bias; W is [outputs, inputs, k].

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

    def __init__(self, weight: torch.Tensor, dilation: int, *, rounded: bool = False) -> None:
        """Take W [outputs, inputs, k]; V, U and Y are `rounded` to bfloat16, or not."""
        outputs, inputs, kernel = weight.shape
        self._at_once, most = (_ROUNDED_OUTPUTS, _ROUNDED_OUTPUTS) if rounded else (_OUTPUTS, _MOST_TAPS)
        taps = kernel if kernel <= most else self._at_once
        self._pieces = -(-kernel // taps)
        back, weights, transform = toom_cook(self._at_once, taps)
        padded = weight.new_zeros(outputs, inputs, self._pieces * taps, dtype=torch.float64)
        padded[:, :, :kernel] = weight
        products = _RoundedProducts if rounded else _Products
        self._products = products(
            torch.einsum(
                "pr,oijr->pjio",
                torch.tensor(weights, dtype=torch.float64),
                padded.view(outputs, inputs, self._pieces, taps),
            )
        )
        self._transform = torch.tensor(transform)
        self._back = torch.tensor(back)
        self._points = self._at_once + taps - 1
        self._dilation = dilation
        self._inputs, self._outputs = inputs, outputs
        self.reach = kernel // 2 * dilation  # rows before the first output that are read

    def input(self, count: int) -> torch.Tensor:
        """Return where this thread puts the input of `count` outputs, [rows, inputs], from `-reach` on.

        It has more rows than are needed, up to whole tiles; all must be set, beyond the ends to zeros.
        """
        steps = (self._tiles(count) + self._pieces - 1) * self._at_once + self._points - self._at_once
        return scratch.take("input", steps * self._dilation, self._inputs)

    def __call__(self, count: int, target: torch.Tensor, base: torch.Tensor | None = None) -> None:
        """Set `target` [count, outputs] to the convolution of what is in `input`, plus `base` where given.

        `base` may be `target` itself.
        """
        tiles, step = self._tiles(count), self._dilation
        products = self._multiply(tiles)
        by_tile = products.as_strided(
            (tiles, self._points, step * self._outputs),
            (step * self._outputs, tiles * step * self._outputs, 1),
        )
        back = self._back.expand(tiles, -1, -1)
        shape = (tiles, self._at_once, step * self._outputs)
        if count == tiles * self._at_once * step:
            if base is None:
                torch.bmm(back, by_tile, out=target.view(shape))
                return
            if base is not target:
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

    def _tiles(self, count: int) -> int:
        return -(-count // (self._at_once * self._dilation))

    def _multiply(self, tiles: int) -> torch.Tensor:
        """Return Y, [points, tiles · dilation, outputs]."""
        points, step, width = self._points, self._dilation, self._inputs
        read = tiles + self._pieces - 1
        row = step * width
        source = scratch.take("input", ((read - 1) * self._at_once + points) * step, width)
        windows = source.as_strided((read, points, row), (self._at_once * row, row, 1))
        # V by tiles where there is no dilation, else by points: the transforms' products are narrow or wide.
        tile, point, line = (points * width, width, points * width)
        if step > 1:
            tile, point, line = (row, read * row, width)
        transformed = scratch.take("transformed", read * points * row)
        torch.bmm(
            self._transform.expand(read, -1, -1),
            windows,
            out=transformed.as_strided((read, points, row), (tile, point, 1)),
        )
        sums = scratch.take("products", points, tiles * step, self._outputs)
        sides, strides = (points, tiles * step, self._pieces, width), (point, line, tile, 1)
        self._products(transformed.as_strided(sides, strides), sums)
        return sums
