# SPDX-License-Identifier: GPL-3.0-or-later
"""Work buffers: large ones that outlive a phrase, and those of each thread."""

from __future__ import annotations

import math
import threading

import torch

_LARGEST = 6_000_000  # numbers in a kept buffer: 24 MB, what ten seconds of sound need


class Buffers:
    """Buffers by name. New memory from the kernel costs a fault for each 4 kB: a fifth of a phrase's time.

    What is too large is made for the one phrase, so that no long text leaves a large process behind.
    """

    def __init__(self) -> None:
        self._kept: dict[str, torch.Tensor] = {}

    def take(self, name: str, rows: int, width: int) -> torch.Tensor:
        """Return [rows, width] with anything in it; the next `take` of the name overwrites it."""
        size = rows * width
        if size > _LARGEST:
            return torch.empty(rows, width)
        kept = self._kept.get(name)
        if kept is None or len(kept) < size:
            self._kept[name] = kept = torch.empty(size)
        return kept[:size].view(rows, width)


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
