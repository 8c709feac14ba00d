# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tensors a Kokoro model of a configuration has, and of which shape. Standard library only.

Written down from `kokoro.modules` and `kokoro.istftnet` of kokoro 0.9.4 and transformers' `AlbertModel`, so
that a checkpoint can be judged without building any of them. Names are those of the published file without
their prefix `module.`, each behind its part: `decoder.encode.conv1.weight_v`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Shape = tuple[int, ...]
Named = Iterator[tuple[str, Shape]]

HARMONICS = 9  # the fundamental and eight overtones
# Widths that upstream's Decoder has in its code, not in the configuration.
DECODER_WIDTH = 1024
DECODER_OUTPUT = 512
STYLE_SIZE = 128  # half a voice's row: the decoder's style, then the predictor's
SIDE_WIDTH = 64  # of the text features that go to each block beside the main way
NOISE_KERNEL, LAST_NOISE_KERNEL = 7, 11  # of the blocks that the harmonic source passes before each stage
NOISE_DILATIONS = (1, 3, 5)


@dataclass(frozen=True, slots=True)
class Expected:
    """`needed` must be in a checkpoint, `optional` may be."""

    needed: dict[str, Shape]
    optional: dict[str, Shape]


def expected_tensors(config: dict[str, Any]) -> Expected:
    """Return the tensors of a configuration that `unsupported` has nothing against."""
    needed = dict(_all_tensors(config))
    optional: dict[str, Shape] = {
        "bert.embeddings.position_ids": (1, config["plbert"]["max_position_embeddings"])
    }
    # Upstream added affine tensors to its instance norms after training; they are ones and zeros unless
    # given.
    for name, shape in needed.items():
        owner, found, _ = name.rpartition(".fc.weight")
        if found and ".lstms." not in name:
            optional |= {f"{owner}.norm.{last}": (shape[0] // 2,) for last in ("weight", "bias")}
    return Expected(needed, optional)


def unsupported(config: dict[str, Any]) -> list[str]:
    """Return the names of values that the fast engine's arithmetic is not written for.

    These are an even kernel (its result is longer than its input), an upsampling whose kernel is not twice
    its stride, an inverse STFT whose windows do not overlap four times, and widths that upstream's decoder
    fixes.
    """
    net = config["istftnet"]
    rates, kernels = net["upsample_rates"], net["upsample_kernel_sizes"]
    frame = math.prod(rates) * net["gen_istft_hop_size"]
    dilations = net["resblock_dilation_sizes"]
    right = {
        "style_dim": config["style_dim"] == STYLE_SIZE,
        "hidden_dim": config["hidden_dim"] == DECODER_OUTPUT,
        "text_encoder_kernel_size": config["text_encoder_kernel_size"] % 2 == 1,
        "plbert.hidden_size": config["plbert"]["hidden_size"] % config["plbert"]["num_attention_heads"] == 0,
        "istftnet.upsample_initial_channel": net["upsample_initial_channel"] == DECODER_OUTPUT
        and net["upsample_initial_channel"] % 2 ** len(rates) == 0,
        "istftnet.upsample_rates": frame == 300 and len(rates) >= 2,
        "istftnet.upsample_kernel_sizes": len(kernels) == len(rates)
        and all(kernel == 2 * rate and rate % 2 == 0 for kernel, rate in zip(kernels, rates, strict=True)),
        "istftnet.gen_istft_n_fft": net["gen_istft_n_fft"] == 4 * net["gen_istft_hop_size"],
        "istftnet.resblock_kernel_sizes": all(size % 2 == 1 for size in net["resblock_kernel_sizes"]),
        "istftnet.resblock_dilation_sizes": len(dilations) == len(net["resblock_kernel_sizes"])
        and all(len(row) == 3 for row in dilations),
    }
    return [name for name, fits in right.items() if not fits]


def _all_tensors(config: dict[str, Any]) -> Named:
    yield from _albert(config)
    yield from _linear("bert_encoder", config["plbert"]["hidden_size"], config["hidden_dim"])
    yield from _predictor(config)
    yield from _text_encoder(config)
    yield from _decoder(config)


def _linear(name: str, inputs: int, outputs: int) -> Named:
    yield f"{name}.weight", (outputs, inputs)
    yield f"{name}.bias", (outputs,)


def _vectors(name: str, size: int, *last: str) -> Named:
    for each in last:
        yield f"{name}.{each}", (size,)


def _normed(name: str, shape: Shape, bias: int) -> Named:
    """Name a convolution under weight norm: direction v, and length g for each of its first dimension."""
    yield f"{name}.weight_g", (shape[0], *(1 for _ in shape[1:]))
    yield f"{name}.weight_v", shape
    if bias:
        yield f"{name}.bias", (bias,)


def _lstm(name: str, inputs: int, hidden: int) -> Named:
    for end in ("", "_reverse"):
        yield f"{name}.weight_ih_l0{end}", (4 * hidden, inputs)
        yield f"{name}.weight_hh_l0{end}", (4 * hidden, hidden)
        yield f"{name}.bias_ih_l0{end}", (4 * hidden,)
        yield f"{name}.bias_hh_l0{end}", (4 * hidden,)


def _albert(config: dict[str, Any]) -> Named:
    bert = config["plbert"]
    size, inner, embedded = (
        bert["hidden_size"],
        bert["intermediate_size"],
        128,
    )  # AlbertConfig's embedding_size
    for table, rows in (
        ("word", config["n_token"]),
        ("position", bert["max_position_embeddings"]),
        ("token_type", 2),
    ):
        yield f"bert.embeddings.{table}_embeddings.weight", (rows, embedded)
    yield from _vectors("bert.embeddings.LayerNorm", embedded, "weight", "bias")
    yield from _linear("bert.encoder.embedding_hidden_mapping_in", embedded, size)
    layer = "bert.encoder.albert_layer_groups.0.albert_layers.0"
    for name in ("query", "key", "value", "dense"):
        yield from _linear(f"{layer}.attention.{name}", size, size)
    yield from _vectors(f"{layer}.attention.LayerNorm", size, "weight", "bias")
    yield from _vectors(f"{layer}.full_layer_layer_norm", size, "weight", "bias")
    yield from _linear(f"{layer}.ffn", size, inner)
    yield from _linear(f"{layer}.ffn_output", inner, size)
    yield from _linear("bert.pooler", size, size)


def _predictor(config: dict[str, Any]) -> Named:
    width, style = config["hidden_dim"], config["style_dim"]
    for layer in range(config["n_layer"]):
        yield from _lstm(f"predictor.text_encoder.lstms.{2 * layer}", width + style, width // 2)
        yield from _linear(f"predictor.text_encoder.lstms.{2 * layer + 1}.fc", style, 2 * width)
    yield from _lstm("predictor.lstm", width + style, width // 2)
    yield from _lstm("predictor.shared", width + style, width // 2)
    yield from _linear("predictor.duration_proj.linear_layer", width, config["max_dur"])
    for curve in ("F0", "N"):
        yield from _adain_block(f"predictor.{curve}.0", width, width, style)
        yield from _adain_block(f"predictor.{curve}.1", width, width // 2, style, doubling=True)
        yield from _adain_block(f"predictor.{curve}.2", width // 2, width // 2, style)
        yield f"predictor.{curve}_proj.weight", (1, width // 2, 1)
        yield f"predictor.{curve}_proj.bias", (1,)


def _text_encoder(config: dict[str, Any]) -> Named:
    width, kernel = config["hidden_dim"], config["text_encoder_kernel_size"]
    yield "text_encoder.embedding.weight", (config["n_token"], width)
    for layer in range(config["n_layer"]):
        yield from _normed(f"text_encoder.cnn.{layer}.0", (width, width, kernel), width)
        yield from _vectors(f"text_encoder.cnn.{layer}.1", width, "gamma", "beta")
    yield from _lstm("text_encoder.lstm", width, width // 2)


def _adain_block(name: str, inputs: int, outputs: int, style: int, *, doubling: bool = False) -> Named:
    yield from _normed(f"{name}.conv1", (outputs, inputs, 3), outputs)
    yield from _normed(f"{name}.conv2", (outputs, outputs, 3), outputs)
    yield from _linear(f"{name}.norm1.fc", style, 2 * inputs)
    yield from _linear(f"{name}.norm2.fc", style, 2 * outputs)
    if inputs != outputs:
        yield from _normed(f"{name}.conv1x1", (outputs, inputs, 1), 0)
    if doubling:
        yield from _normed(f"{name}.pool", (inputs, 1, 3), inputs)


def _decoder(config: dict[str, Any]) -> Named:
    style = config["style_dim"]
    yield from _adain_block("decoder.encode", config["hidden_dim"] + 2, DECODER_WIDTH, style)
    inputs = DECODER_WIDTH + 2 + SIDE_WIDTH
    for block in range(3):
        yield from _adain_block(f"decoder.decode.{block}", inputs, DECODER_WIDTH, style)
    yield from _adain_block("decoder.decode.3", inputs, DECODER_OUTPUT, style, doubling=True)
    for curve in ("F0", "N"):
        yield from _normed(f"decoder.{curve}_conv", (1, 1, 3), 1)
    yield from _normed("decoder.asr_res.0", (SIDE_WIDTH, config["hidden_dim"], 1), SIDE_WIDTH)
    yield from _generator(config["istftnet"], style)


def _generator(net: dict[str, Any], style: int) -> Named:
    name, rates, spectrum = "decoder.generator", net["upsample_rates"], net["gen_istft_n_fft"] + 2
    yield from _linear(f"{name}.m_source.l_linear", HARMONICS, 1)
    for stage, kernel in enumerate(net["upsample_kernel_sizes"]):
        above, width = (net["upsample_initial_channel"] // 2 ** (stage + more) for more in (0, 1))
        yield from _normed(f"{name}.ups.{stage}", (above, width, kernel), width)
        rest = math.prod(rates[stage + 1 :])
        last = stage == len(rates) - 1
        yield f"{name}.noise_convs.{stage}.weight", (width, spectrum, 1 if last else 2 * rest)
        yield f"{name}.noise_convs.{stage}.bias", (width,)
        yield from _snake_block(
            f"{name}.noise_res.{stage}", width, LAST_NOISE_KERNEL if last else NOISE_KERNEL, style
        )
        sizes = net["resblock_kernel_sizes"]
        for branch, size in enumerate(sizes):
            yield from _snake_block(f"{name}.resblocks.{stage * len(sizes) + branch}", width, size, style)
    yield from _normed(f"{name}.conv_post", (spectrum, width, 7), spectrum)


def _snake_block(name: str, width: int, kernel: int, style: int) -> Named:
    for side in (1, 2):
        for layer in range(3):
            yield from _normed(f"{name}.convs{side}.{layer}", (width, width, kernel), width)
            yield from _linear(f"{name}.adain{side}.{layer}.fc", style, 2 * width)
            yield f"{name}.alpha{side}.{layer}", (1, width, 1)
