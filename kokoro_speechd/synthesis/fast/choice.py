# SPDX-License-Identifier: GPL-3.0-or-later
"""Who multiplies here, and who convolves: what is faster on this processor is measured, not guessed.

That is done when a model is loaded; who multiplies is kept by `kokoro-speechd model check`.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Mapping

import torch

from kokoro_speechd.synthesis.fast.block_convolution import BlockConvolution
from kokoro_speechd.synthesis.fast.norms import NormSnake
from kokoro_speechd.synthesis.fast.products import Packing, product, rounds, usable, usable_kernels
from kokoro_speechd.synthesis.files.calibration_result import Precision, Products

# A text's rows, and a layer's inputs and outputs. Three weights, as they are not in the cache when they are
# needed.
_TEXT, _INPUTS, _OUTPUTS, _WEIGHTS = 31, 768, 2048, 3
_ROWS, _CHANNELS, _KERNEL = 180, 128, 7  # of a convolution
_ROUNDS = 5
_WORTH = 1.05  # another than torch must be so many times as fast


def packing(products: Products | None, precision: Precision = "float32") -> Packing:
    """Return what to pack: `products` says who multiplies where they can, else whoever is faster here.

    Factors are rounded with the `precision` "bfloat16", where they can be.
    """
    if products is None:
        products = fastest(seconds())
    own, kernels = usable(), usable_kernels()
    there = {own.products, "compiled" if kernels is not None else "torch"}
    return Packing(
        products=products if products in there else "torch",
        lstm=own.lstm and products != "torch",
        rounded=precision == "bfloat16" and rounds(),
        kernels=kernels,
        convolutions=kernels is not None and fastest(convolution_seconds()) == "compiled",
    )


@functools.cache
def seconds() -> Mapping[Products, float]:
    """Return the processor time of a text's product, as torch and all others that can be used make it.

    It takes some 40 ms, once in a process.
    """
    with torch.inference_mode():
        x, weights = torch.ones(_TEXT, _INPUTS), torch.ones(_WEIGHTS, _OUTPUTS, _INPUTS)
        bias = torch.zeros(_OUTPUTS)

        def way(packing: Packing) -> Callable[[], object]:
            own = [product(weight, bias, packing) for weight in weights]
            return lambda: [multiply(x) for multiply in own]

        ways: dict[Products, Packing] = {"torch": Packing()}
        if usable().products == "onednn":
            ways["onednn"] = usable()
        if (kernels := usable_kernels()) is not None:
            ways["compiled"] = Packing("compiled", kernels=kernels)
        times = _by_turns({name: way(own) for name, own in ways.items()})
    return {name: took / _WEIGHTS for name, took in times.items()}


@functools.cache
def convolution_seconds() -> Mapping[Products, float]:
    """Return the same of one of the vocoder's convolutions, with what lies around it. It takes some 10 ms."""
    kernels = usable_kernels()
    with torch.inference_mode():
        x, weight = torch.ones(_ROWS, _CHANNELS), torch.ones(_CHANNELS, _CHANNELS, _KERNEL)
        snake = NormSnake((torch.ones(_CHANNELS), torch.ones(_CHANNELS)), torch.ones(_CHANNELS))
        span, target = (0, _ROWS), torch.empty_like(x)

        def way(packing: Packing) -> Callable[[], object]:
            convolution = BlockConvolution(weight, 1, packing)
            return lambda: convolution(x, snake, target, span, read=span, base=x)

        ways: dict[Products, Packing] = {"torch": Packing()}
        if kernels is not None:
            ways["compiled"] = Packing(kernels=kernels, convolutions=True)
        return _by_turns({name: way(own) for name, own in ways.items()})


def _by_turns(ways: Mapping[Products, Callable[[], object]]) -> dict[Products, float]:
    """Return the least processor time of each, with one thread as the engine's each have.

    Other programs make it longer, never shorter.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # else it would be the time of one of several
    times: dict[Products, list[float]] = {name: [] for name in ways}
    try:
        for _ in range(_ROUNDS + 1):  # the first one warms up
            for name, run in ways.items():
                began = time.thread_time()
                run()
                times[name].append(time.thread_time() - began)
    finally:
        torch.set_num_threads(threads)
    return {name: min(measured[1:]) for name, measured in times.items()}


def fastest(times: Mapping[Products, float]) -> Products:
    """Return who is fastest; torch, unless another is worth it."""
    best = min(times, key=lambda name: times[name])
    return best if times[best] * _WORTH <= times["torch"] else "torch"
