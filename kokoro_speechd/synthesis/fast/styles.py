# SPDX-License-Identifier: GPL-3.0-or-later
"""What a voice's style sets in each layer, computed once for a voice's row.

Each adaptive norm has a linear layer that makes its scale and shift from the style alone. There are 66 of
them in the decoder's half. Their weights are stacked, so that one product serves all, and the results are
kept for the rows used last: a voice has one row for each length of phrase.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

import torch

from kokoro_speechd.synthesis.files.checkpoint import Weights

_KEPT = 32  # rows: about 200 kB each

Affine = tuple[torch.Tensor, torch.Tensor]  # scale and shift, each [channels]


class StyleTable:
    """Collects the adaptive norms of one half of the model, then makes their scales and shifts."""

    def __init__(self) -> None:
        self._weights: list[torch.Tensor] = []
        self._biases: list[torch.Tensor] = []
        self._own: list[Affine | None] = []
        self.names: list[str] = []  # where the checkpoint has the norm of each number
        self._stacked: tuple[torch.Tensor, torch.Tensor] | None = None
        self._rows: OrderedDict[bytes, list[Affine]] = OrderedDict()
        self._adding = threading.Lock()

    def add(self, weights: Weights) -> int:
        """Take in an adaptive norm (`fc`, and `norm` where the checkpoint has it); return its number.

        Any thread may do so while the model loads.
        """
        weight, bias = weights.of("fc.weight"), weights.of("fc.bias")
        has_own = weights.has("norm.weight")
        channels = len(bias) // 2
        own_shift = weights.of("norm.bias") if weights.has("norm.bias") else torch.zeros(channels)
        own_scale = weights.of("norm.weight") if has_own else torch.ones(channels)
        with self._adding:
            self._weights.append(weight)
            self._biases.append(bias)
            self.names.append(weights.place.removesuffix("."))
            self._own.append((own_scale, own_shift) if has_own or weights.has("norm.bias") else None)
            return len(self._own) - 1

    def channels(self) -> dict[str, int]:
        """Return how many channels each norm has, by its name."""
        return {name: len(bias) // 2 for name, bias in zip(self.names, self._biases, strict=True)}

    def of(self, style: torch.Tensor) -> list[Affine]:
        """Return scale and shift of each norm, by its number, for a style [1, style size].

        Upstream: (1 + γ) · norm(x) + β, where norm may have w and b of its own. So the scale of the bare
        normalized value is (1 + γ) · w, and the shift (1 + γ) · b + β.
        """
        key = style.detach().cpu().contiguous().numpy().tobytes()
        if key in self._rows:
            self._rows.move_to_end(key)
            return self._rows[key]
        if self._stacked is None:
            self._stacked = torch.cat(self._weights), torch.cat(self._biases)
            self._weights = []
        weight, bias = self._stacked
        parts = torch.split(
            torch.addmv(bias, weight, style.reshape(-1)), [len(each) for each in self._biases]
        )
        row = [self._affine(part, own) for part, own in zip(parts, self._own, strict=True)]
        self._rows[key] = row
        if len(self._rows) > _KEPT:
            self._rows.popitem(last=False)
        return row

    @staticmethod
    def _affine(projected: torch.Tensor, own: Affine | None) -> Affine:
        gamma, beta = projected.chunk(2)
        if own is None:
            return 1 + gamma, beta.contiguous()
        return (1 + gamma) * own[0], (1 + gamma) * own[1] + beta
