# SPDX-License-Identifier: GPL-3.0-or-later
"""The decoder before its generator: text features, F0 and energy at 40 Hz to 512 channels at 80 Hz."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch.nn import functional

from kokoro_speechd.synthesis.fast.adain_block import AdainBlock
from kokoro_speechd.synthesis.fast.layers import Linear
from kokoro_speechd.synthesis.fast.norms import Norms
from kokoro_speechd.synthesis.fast.styles import StyleTable
from kokoro_speechd.synthesis.files.checkpoint import Weights

_BLOCKS = 4


class Decoder:
    """Upstream's `istftnet.Decoder` without its generator."""

    def __init__(self, weights: Weights, styles: StyleTable) -> None:
        self._encode = AdainBlock(weights.below("encode"), styles)
        self._blocks = [AdainBlock(weights.below(f"decode.{block}"), styles) for block in range(_BLOCKS)]
        self._curves = [
            (weights.folded(f"{name}_conv"), weights.of(f"{name}_conv.bias")) for name in ("F0", "N")
        ]
        self._side = Linear(weights.folded("asr_res.0")[:, :, 0], weights.of("asr_res.0.bias"))

    def __call__(
        self,
        features: torch.Tensor,
        f0: torch.Tensor,
        energy: torch.Tensor,
        norms: Norms,
        check: Callable[[], None],
    ) -> torch.Tensor:
        """Return [2 · frames, 512] for features [frames, 512] and curves [2 · frames]."""
        f0_frames, energy_frames = self._at_frames(f0, energy)
        x = self._encode(torch.cat([features, f0_frames, energy_frames], 1), norms, check)
        beside = torch.cat([self._side(features), f0_frames, energy_frames], 1)
        for block in self._blocks:
            x = block(torch.cat([x, beside], 1), norms, check)
        return x

    def _at_frames(self, *curves: torch.Tensor) -> Iterator[torch.Tensor]:
        """Return each curve at 40 Hz, [frames, 1]."""
        return (
            functional.conv1d(curve[None, None], weight, bias, stride=2, padding=1)[0].t()
            for curve, (weight, bias) in zip(curves, self._curves, strict=True)
        )
