# SPDX-License-Identifier: GPL-3.0-or-later
"""PL-BERT: an ALBERT encoder of 12 passes through one layer, as Kokoro uses it.

Source: `transformers.AlbertModel` with the activation `gelu_new`, in evaluation, for one sequence without
padding. Such a sequence needs no mask, its token types are all 0, and the pooler's result is not used.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional

from kokoro_speechd.synthesis.fast.kernels import COLUMNS
from kokoro_speechd.synthesis.fast.layers import Linear, layer_norm
from kokoro_speechd.synthesis.fast.parallel import Work
from kokoro_speechd.synthesis.fast.products import Packing, gelu
from kokoro_speechd.synthesis.files.checkpoint import Weights

_EPS = 1e-12  # AlbertConfig.layer_norm_eps


class Albert:
    """Token numbers to hidden states, then through `bert_encoder` to the predictor's width.

    Query, key and value are one product with their weights stacked: the same sums, read once from memory.
    """

    def __init__(self, weights: Weights, config: dict[str, Any], packing: Packing) -> None:
        self._activation = gelu(packing)
        embeddings = weights.below("bert.embeddings")
        self._words = embeddings.of("word_embeddings.weight")
        self._places = embeddings.of("position_embeddings.weight")
        self._places += embeddings.of("token_type_embeddings.weight")[0]
        self._norm = embeddings.of("LayerNorm.weight"), embeddings.of("LayerNorm.bias")
        self._widen = Linear.of(weights.below("bert.encoder.embedding_hidden_mapping_in"), packing)
        layer = weights.below("bert.encoder.albert_layer_groups.0.albert_layers.0")
        attention = layer.below("attention")
        parts = [attention.below(name) for name in ("query", "key", "value")]
        self._query_key_value = Linear(
            torch.cat([part.of("weight") for part in parts]),
            torch.cat([part.of("bias") for part in parts]),
            packing,
        )
        self._attended = Linear.of(attention.below("dense"), packing)
        self._attention_norm = attention.of("LayerNorm.weight"), attention.of("LayerNorm.bias")
        self._inner = Linear.of(layer.below("ffn"), packing)
        self._outer = Linear.of(layer.below("ffn_output"), packing)
        self._last_norm = (
            layer.of("full_layer_layer_norm.weight"),
            layer.of("full_layer_layer_norm.bias"),
        )
        self._narrow = Linear.of(weights.below("bert_encoder"), packing)
        self._heads: int = config["plbert"]["num_attention_heads"]
        self._passes: int = config["plbert"]["num_hidden_layers"]

    def __call__(self, tokens: torch.Tensor, pieces: int) -> Work[torch.Tensor]:
        """Return [tokens, width] for token numbers, int64 [tokens]; so many pieces can be done at once."""
        x = layer_norm(self._words[tokens] + self._places[: len(tokens)], *self._norm, _EPS)
        x = self._widen(x)
        for _ in range(self._passes):
            x = yield from self._pass(x, pieces)
        return self._narrow(x)

    def _pass(self, x: torch.Tensor, pieces: int) -> Work[torch.Tensor]:
        seen = yield from self._attention(x, pieces)
        attended = yield from self._attended.work(seen, pieces)
        x = layer_norm(attended.add_(x), *self._attention_norm, _EPS)
        inner = yield from self._inner.work(x, pieces, self._activation)
        outer = yield from self._outer.work(inner, pieces)
        return layer_norm(outer.add_(x), *self._last_norm, _EPS)

    def _attention(self, x: torch.Tensor, pieces: int) -> Work[torch.Tensor]:
        """Return what each head has seen, [tokens, width]; a piece is some heads, from their queries on."""
        length, width = x.shape
        size = width // self._heads
        made = torch.empty(length, 3 * width)
        heads = made.view(length, 3, self._heads, size).permute(1, 2, 0, 3)  # kinds, heads, tokens
        seen = torch.empty(length, self._heads, size)

        def piece(first: int, last: int) -> None:
            kinds = [(0, 3)] if last - first == self._heads else [(0, 1), (1, 2), (2, 3)]
            for begin, end in kinds:  # which lie side by side, each with all of its heads
                columns = (begin * self._heads + first) * size, ((end - 1) * self._heads + last) * size
                self._query_key_value.set(x, made, columns)
            query, key, value = heads[:, None, first:last]
            own = functional.scaled_dot_product_attention(query, key, value)[0]
            seen[:, first:last] = own.transpose(0, 1)

        can_be_cut = self._query_key_value.can_be_cut and not size % COLUMNS
        share = -(-self._heads // pieces) if can_be_cut else self._heads
        yield [
            lambda first=first: piece(first, min(first + share, self._heads))  # type: ignore[misc]
            for first in range(0, self._heads, share)
        ]
        return seen.view(length, width)
