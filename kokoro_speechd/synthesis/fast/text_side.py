# SPDX-License-Identifier: GPL-3.0-or-later
"""From token numbers to durations, F0, energy and text features: everything before sound exists.

Source of the order: `kokoro.model.KModel.forward_with_tokens` and `kokoro.modules` of kokoro 0.9.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch.nn import functional

from kokoro_speechd.synthesis.fast.adain_block import AdainBlock
from kokoro_speechd.synthesis.fast.albert import Albert
from kokoro_speechd.synthesis.fast.layers import BidirectionalLstm, Linear, TimeConvolution, layer_norm
from kokoro_speechd.synthesis.fast.norms import Norms, PhraseNorms
from kokoro_speechd.synthesis.fast.parallel import Work, alone
from kokoro_speechd.synthesis.fast.products import Packing
from kokoro_speechd.synthesis.fast.styles import Affine, StyleTable
from kokoro_speechd.synthesis.files.checkpoint import Weights
from kokoro_speechd.synthesis.phrase.prosody import Check


class DurationSide:
    """PL-BERT, the encoder of durations, and the durations."""

    def __init__(
        self, weights: Weights, config: dict[str, Any], styles: StyleTable, packing: Packing
    ) -> None:
        self._bert = Albert(weights, config, packing)
        predictor = weights.below("predictor")
        names = [f"text_encoder.lstms.{2 * layer}" for layer in range(config["n_layer"])]
        self._lstms = [BidirectionalLstm(predictor.below(name), packing) for name in names]
        self._norms = [
            styles.add(predictor.below(f"text_encoder.lstms.{2 * layer + 1}"))
            for layer in range(config["n_layer"])
        ]
        self._lstm = BidirectionalLstm(predictor.below("lstm"), packing)
        # A duration is rounded to whole frames, so nothing is rounded right before.
        self._projection = Linear.of(predictor.below("duration_proj.linear_layer"), packing.unrounded)

    def __call__(
        self,
        tokens: torch.Tensor,
        style: torch.Tensor,
        styles: list[Affine],
        speed: float | torch.Tensor,
        pieces: int,
    ) -> Work[tuple[torch.Tensor, torch.Tensor]]:
        """Return hidden states [tokens, width + style] and durations, int64 [tokens], in frames of 25 ms.

        Of what is large so many pieces can be done at once.
        """
        x = yield from self._bert(tokens, pieces)
        beside = style.expand(len(tokens), -1)
        for lstm, norm in zip(self._lstms, self._norms, strict=True):
            scale, shift = styles[norm]
            states = yield from lstm(torch.cat([x, beside], 1))
            x = torch.addcmul(shift, layer_norm(states, None, None), scale)
        hidden = torch.cat([x, beside], 1)
        states = yield from self._lstm(hidden)
        frames = torch.sigmoid(self._projection(states)).sum(-1) / speed
        return hidden, torch.round(frames).clamp(min=1).long()


class Curve:
    """F0 or energy over the frames, at two values a frame."""

    def __init__(self, weights: Weights, name: str, styles: StyleTable, packing: Packing) -> None:
        self._blocks = [
            AdainBlock(weights.below(f"{name}.{block}"), styles, packing, many_rows=True)
            for block in range(3)
        ]
        self._weight = weights.of(f"{name}_proj.weight")[0, :, 0]
        self._bias = weights.of(f"{name}_proj.bias")

    def __call__(self, x: torch.Tensor, norms: Norms, check: Check) -> Work[torch.Tensor]:
        """Return [2 · frames] for the shared states [frames, width]."""
        for block in self._blocks:
            x = yield from alone(lambda block=block, x=x: block(x, norms, check))  # type: ignore[misc]
        return torch.addmv(self._bias, x, self._weight)


class Features:
    """The text encoder: what is said, for the decoder. It needs no style and no durations."""

    def __init__(self, weights: Weights, config: dict[str, Any], packing: Packing) -> None:
        weights = weights.below("text_encoder")
        self._embedding = weights.of("embedding.weight")
        self._layers = [
            (
                TimeConvolution(weights.folded(f"cnn.{layer}.0"), weights.of(f"cnn.{layer}.0.bias"), packing),
                weights.of(f"cnn.{layer}.1.gamma"),
                weights.of(f"cnn.{layer}.1.beta"),
            )
            for layer in range(config["n_layer"])
        ]
        self._lstm = BidirectionalLstm(weights.below("lstm"), packing)

    def __call__(self, tokens: torch.Tensor) -> Work[torch.Tensor]:
        """Return [tokens, width]."""
        x = self._embedding[tokens]
        for convolution, scale, shift in self._layers:
            x = yield from alone(lambda convolution=convolution, x=x: convolution(x))  # type: ignore[misc]
            x = functional.leaky_relu_(layer_norm(x, scale, shift), 0.2)
        states = yield from self._lstm(x)
        return states


class TextSide:
    """All of it, as works of independent parts."""

    def __init__(self, weights: Weights, config: dict[str, Any], packing: Packing) -> None:
        predictor = weights.below("predictor")
        self._styles = StyleTable()
        self._durations = DurationSide(weights, config, self._styles, packing)
        self._shared = BidirectionalLstm(predictor.below("shared"), packing)
        # They have a row for each half of a frame: for so many torch is as fast as oneDNN, or faster.
        many = Packing("torch") if packing.products == "onednn" else packing.unrounded
        self._curves = [Curve(predictor, name, self._styles, many) for name in ("F0", "N")]
        self._features = Features(weights, config, packing)

    def durations(
        self, tokens: torch.Tensor, style: torch.Tensor, speed: float | torch.Tensor, pieces: int
    ) -> Work[tuple[torch.Tensor, torch.Tensor]]:
        """Return hidden states and durations, see `DurationSide`."""
        return self._durations(tokens, style, self._styles.of(style), speed, pieces)

    def features(self, tokens: torch.Tensor) -> Work[torch.Tensor]:
        """Return the text features of each token."""
        return self._features(tokens)

    def shared(self, hidden: torch.Tensor) -> Work[torch.Tensor]:
        """Return what F0 and energy are made of, from hidden states by frame."""
        return self._shared(hidden)

    def curves(self, shared: torch.Tensor, style: torch.Tensor, check: Check) -> Iterator[Work[torch.Tensor]]:
        """Return what makes F0 and what makes energy, [2 · frames] each."""
        norms = PhraseNorms(self._styles.of(style))
        return (curve(shared, norms, check) for curve in self._curves)
