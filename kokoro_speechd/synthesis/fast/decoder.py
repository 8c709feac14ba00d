# SPDX-License-Identifier: GPL-3.0-or-later
"""The decoder before its generator: text features, F0 and energy at 40 Hz to 512 channels at 80 Hz."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch.nn import functional

from kokoro_speechd.synthesis.fast.adain_block import AdainBlock
from kokoro_speechd.synthesis.fast.layers import Linear
from kokoro_speechd.synthesis.fast.norms import Norms
from kokoro_speechd.synthesis.fast.products import Packing
from kokoro_speechd.synthesis.fast.styles import StyleTable
from kokoro_speechd.synthesis.files.checkpoint import Weights

_BLOCKS = 4
_BLOCK_REACH = 2  # frames: two kernels of 3
CUT = _BLOCKS * _BLOCK_REACH
"""The frames by which the result is shorter where the phrase goes on."""


class Decoder:
    """Upstream's `istftnet.Decoder` without its generator."""

    def __init__(self, weights: Weights, styles: StyleTable, packing: Packing) -> None:
        self._encode = AdainBlock(weights.below("encode"), styles, packing)
        self._blocks = [
            AdainBlock(weights.below(f"decode.{block}"), styles, packing) for block in range(_BLOCKS)
        ]
        self._curves = [
            (weights.folded(f"{name}_conv"), weights.of(f"{name}_conv.bias")) for name in ("F0", "N")
        ]
        self._side = Linear(weights.folded("asr_res.0")[:, :, 0], weights.of("asr_res.0.bias"), packing)

    def __call__(
        self,
        features: torch.Tensor,
        f0: torch.Tensor,
        energy: torch.Tensor,
        norms: Norms,
        check: Callable[[], None],
        *,
        goes_on: tuple[bool, bool] = (False, False),
    ) -> torch.Tensor:
        """Return [2 · frames, 512] for features [frames, 512] and curves [2 · frames].

        `goes_on` says where the phrase has frames before and behind these. The outermost ones are wrong
        there, more with each block. Nobody needs them, so `CUT` frames of them are left out on the way.
        """
        f0_frames, energy_frames = self._at_frames(f0, energy)
        x = self._encode(torch.cat([features, f0_frames, energy_frames], 1), norms, check)
        beside = torch.cat([self._side(features), f0_frames, energy_frames], 1)
        before, behind = (_BLOCK_REACH * each for each in goes_on)
        for block in self._blocks:
            x, beside = (rows[before : len(rows) - behind] for rows in (x, beside))
            x = block(torch.cat([x, beside], 1), norms, check)
        return x

    def _at_frames(self, *curves: torch.Tensor) -> Iterator[torch.Tensor]:
        """Return each curve at 40 Hz, [frames, 1]."""
        return (
            functional.conv1d(curve[None, None], weight, bias, stride=2, padding=1)[0].t()
            for curve, (weight, bias) in zip(curves, self._curves, strict=True)
        )
