# SPDX-License-Identifier: GPL-3.0-or-later
"""Large work buffers that outlive a phrase."""

from __future__ import annotations

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
