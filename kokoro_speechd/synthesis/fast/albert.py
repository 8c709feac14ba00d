# SPDX-License-Identifier: GPL-3.0-or-later
"""PL-BERT: an ALBERT encoder of 12 passes through one layer, as Kokoro uses it.

Source: `transformers.AlbertModel` with the activation `gelu_new`, in evaluation, for one sequence without
padding. Such a sequence needs no mask, its token types are all 0, and the pooler's result is not used.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional

from kokoro_speechd.synthesis.fast.layers import Linear, layer_norm
from kokoro_speechd.synthesis.fast.products import Packing, gelu_
from kokoro_speechd.synthesis.files.checkpoint import Weights
from kokoro_speechd.synthesis.phrase.prosody import Check

_EPS = 1e-12  # AlbertConfig.layer_norm_eps


class Albert:
    """Token numbers to hidden states, then through `bert_encoder` to the predictor's width.

    Query, key and value are one product with their weights stacked: the same sums, read once from memory.
    """

    def __init__(self, weights: Weights, config: dict[str, Any], packing: Packing) -> None:
        self._packing = packing
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

    def __call__(self, tokens: torch.Tensor, check: Check) -> torch.Tensor:
        """Return [tokens, width] for token numbers, int64 [tokens]."""
        x = layer_norm(self._words[tokens] + self._places[: len(tokens)], *self._norm, _EPS)
        x = self._widen(x)
        for _ in range(self._passes):
            x = self._pass(x, check)
        return self._narrow(x)

    def _pass(self, x: torch.Tensor, check: Check) -> torch.Tensor:
        check()
        length, width = x.shape
        heads = self._query_key_value(x).view(length, 3, self._heads, width // self._heads)
        query, key, value = heads.permute(1, 2, 0, 3)
        seen = functional.scaled_dot_product_attention(query[None], key[None], value[None])[0]
        seen = seen.transpose(0, 1).reshape(length, width)
        x = layer_norm(self._attended(seen).add_(x), *self._attention_norm, _EPS)
        check()
        inner = gelu_(self._inner(x), self._packing)
        check()
        return layer_norm(self._outer(inner).add_(x), *self._last_norm, _EPS)
