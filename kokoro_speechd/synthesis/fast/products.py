# SPDX-License-Identifier: GPL-3.0-or-later
"""Matrix products as they are fastest on this processor: with packed weights, with rounded ones.

torch multiplies by MKL, which is slow with the few rows of a text, and on some processors with all of them.
Our own `kernels`, and oneDNN, which comes with torch, hold a weight in the order in which their loops read
it, for any number of rows; oneDNN's LSTM packs its weights anew at each call unless it is given packed ones.
The sums are the same up to rounding.

torch has oneDNN's operators for its compiler, so they may be absent, take other arguments or fail where
oneDNN does; the kernels need a compiler when they are installed. Either are used only where they give the
right values for a small example. Which are faster is measured, see `choice`.

Factors that are rounded to bfloat16 are multiplied twice as fast where the processor has that. What is lost
is for `model check` to allow.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch.nn import functional

from kokoro_speechd.synthesis.fast.kernels import Kernels, PackedWeights, best_kernels
from kokoro_speechd.synthesis.fast.parallel import Work, alone, done
from kokoro_speechd.synthesis.files.calibration_result import Products
from kokoro_speechd.synthesis.phrase.windows import Span

_log = logging.getLogger(__name__)

_MANY, _ROWS, _FEWER = 128, 64, 16  # that are multiplied at once
_LSTM = 2  # at::native's number for the mode
_LSTM_SIZES = 16  # of which a hidden size is a multiple, for our kernels
_TOLERANCE = 1e-4  # of products of about 1
_ROUNDED_TOLERANCE = 2e-2
_LENGTHS = (1, 7, 33)  # of the example: a remainder of a tile's rows each


@dataclass(frozen=True, slots=True)
class Packing:
    """Who multiplies what, and for whom weights are packed.

    products       who multiplies by the weights of text side and decoder
    lstm           oneDNN's packed weights for LSTMs
    rounded        factors are rounded to bfloat16: by oneDNN, whoever else multiplies
    kernels        ours, for what is "compiled"
    convolutions   they make the vocoder's convolutions and its other products, too
    """

    products: Products = "torch"
    lstm: bool = False
    rounded: bool = False
    kernels: Kernels | None = None
    convolutions: bool = False

    @property
    def unrounded(self) -> Packing:
        """The same without rounding."""
        return replace(self, rounded=False)

    @property
    def of_vocoder(self) -> Packing:
        """Who multiplies in the vocoder."""
        return replace(self, products="compiled" if self.convolutions else "torch")


@functools.cache
def usable() -> Packing:
    """Return what oneDNN can pack here: what gives the right values for an example."""
    return Packing("onednn" if _holds(_linear_is_right) else "torch", lstm=_holds(_lstm_is_right))


@functools.cache
def usable_kernels() -> Kernels | None:
    """Return our kernels where they are there and give the right values for an example."""
    kernels = best_kernels()
    return kernels if kernels is not None and _compiled_is_right(kernels) else None


@functools.cache
def rounds() -> bool:
    """Say whether the processor multiplies bfloat16. torch does where it does not, too, but very slowly."""
    kinds = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")  # absent from older torch
    return any(getattr(torch.cpu, kind, bool)() for kind in kinds) and _holds(_rounded_is_right)


Product = Callable[[torch.Tensor], torch.Tensor]
"""[rows, inputs] to [rows, outputs], float32; the result is the caller's."""


@dataclass(frozen=True, slots=True)
class CompiledProduct:
    """x · W + b by our kernels, for W [inputs, outputs]; whole or in parts."""

    weights: PackedWeights
    bias: torch.Tensor | None

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Return [rows, outputs]."""
        return self.weights.multiply(x, self.bias)

    def set(self, x: torch.Tensor, out: torch.Tensor, columns: Span) -> None:
        """Set some columns of `out`, see `PackedWeights.set_columns`."""
        self.weights.set_columns(x, self.bias, out, columns)


def product(weight: torch.Tensor, bias: torch.Tensor | None, packing: Packing) -> Product:
    """Return x · Wᵀ + b for W [outputs, inputs], as `packing` says."""
    if packing.rounded:
        return packed_product(weight, bias, rounded=True)
    if packing.products == "compiled" and packing.kernels is not None:
        return CompiledProduct(packing.kernels.packed(weight.t()), bias)
    return packed_product(weight, bias) if packing.products == "onednn" else torch_product(weight, bias)


def adding(weight: torch.Tensor, packing: Packing) -> Callable[[torch.Tensor, torch.Tensor], object]:
    """Return what adds x · W to its first argument, for W [inputs, outputs] and x as its second."""
    if packing.rounded:
        rounded = packed_product(weight.t().contiguous(), None, rounded=True)
        return lambda out, x: out.add_(rounded(x)) if len(x) else out
    if packing.products == "compiled" and packing.kernels is not None:
        return packing.kernels.packed(weight).add_to
    own = weight.contiguous()
    return lambda out, x: out.addmm_(x, own)


def torch_product(weight: torch.Tensor, bias: torch.Tensor | None) -> Product:
    """Return x · Wᵀ + b for W [outputs, inputs]; with Wᵀ stored contiguous MKL is faster than with a view."""
    across = weight.t().contiguous()
    if bias is None:
        return lambda x: torch.mm(x, across)
    return lambda x: torch.addmm(bias, x, across)


def packed_product(weight: torch.Tensor, bias: torch.Tensor | None, *, rounded: bool = False) -> Product:
    """Return the same, by oneDNN with its own copy of W, which may be dropped.

    Where it is `rounded`, x, W, b and the sum are bfloat16 between.

    oneDNN makes code for each number of rows, which takes half a millisecond and stays, 0.6 MB each. So there
    are five numbers: rows go in portions of 128, what is left of 64, the last filled up to 16, 32, 48 or 64.
    """
    multiply = torch.ops.mkldnn._linear_pointwise  # noqa: SLF001 - no public one
    kind = torch.bfloat16 if rounded else torch.float32
    packed, bias = _packed(weight.to(kind)), None if bias is None else bias.to(kind)

    def run(x: torch.Tensor) -> torch.Tensor:
        parts: list[torch.Tensor] = []
        x = x.to(kind)
        while len(x) or not parts:
            size = _MANY if len(x) >= _MANY else _ROWS
            part, x = x[:size], x[size:]
            lacking = -len(part) % _FEWER
            filled = functional.pad(part, (0, 0, 0, lacking)) if lacking else part
            parts.append(multiply(filled, packed, bias, "none", [], "")[: len(part)])
        return (parts[0] if len(parts) == 1 else torch.cat(parts)).float()

    return run


def _packed(weight: torch.Tensor) -> torch.Tensor:
    reorder = torch.ops.mkldnn._reorder_linear_weight  # noqa: SLF001 - no public one
    packed: torch.Tensor
    try:
        packed = reorder(weight, _ROWS)
    except NotImplementedError:  # torch 2.0 packs what is oneDNN's already
        packed = reorder(weight.to_mkldnn(), _ROWS)
    return packed


Recurrence = Callable[[torch.Tensor], Work[torch.Tensor]]
"""[time, inputs] to [time, 2 · hidden]: forward states beside backward ones, made at the same time."""


def torch_lstm(parameters: Sequence[torch.Tensor]) -> Recurrence:
    """Return torch's LSTM; `parameters`: W_ih, W_hh, b_ih and b_hh, forward and then backward."""
    start = torch.zeros(2, 1, parameters[1].shape[1])
    own = list(parameters)

    def run(x: torch.Tensor) -> torch.Tensor:
        states: torch.Tensor = torch.lstm(
            x[None],
            [start, start],
            own,
            has_biases=True,
            num_layers=1,
            dropout=0.0,
            train=False,
            bidirectional=True,
            batch_first=True,
        )[0]
        return states[0]

    return lambda x: alone(lambda: run(x))


def packed_lstm(parameters: Sequence[torch.Tensor]) -> Recurrence:
    """Return the same with packed copies of the weights, which may be dropped."""
    hidden = parameters[1].shape[1]
    start = torch.zeros(1, hidden)
    layer = torch.ops.aten.mkldnn_rnn_layer.default
    directions = []
    for number in range(2):
        inner, across, *biases = parameters[4 * number : 4 * number + 4]
        directions.append((*_packed_lstm(inner, across, hidden, backward=bool(number)), *biases))

    # … mode, hidden size, layers, biases, bidirectional, batch first, train
    rest = (_LSTM, hidden, 1, True, False, False, False)

    def direction(number: int, x: torch.Tensor, states: torch.Tensor) -> None:
        # … backward or not, sizes of a packed batch
        made = layer(x[:, None], *directions[number], start, start, bool(number), [], *rest)[0]
        states.copy_(made[:, 0])

    return _of_directions(direction, hidden)


def compiled_lstm(parameters: Sequence[torch.Tensor], kernels: Kernels) -> Recurrence:
    """Return the same by our kernels; the hidden size is a multiple of 16."""
    hidden = parameters[1].shape[1]
    directions = []
    for number in range(2):
        inner, across, first, second = parameters[4 * number : 4 * number + 4]
        recurrence = kernels.lstm_direction(across, backward=bool(number))
        directions.append((kernels.packed(inner.t()), first + second, recurrence))

    def direction(number: int, x: torch.Tensor, states: torch.Tensor) -> None:
        weights, bias, recurrence = directions[number]
        recurrence(weights.multiply(x, bias), states)

    return _of_directions(direction, hidden)


def _of_directions(direction: Callable[[int, torch.Tensor, torch.Tensor], None], hidden: int) -> Recurrence:
    """Return the LSTM of two directions; each sets its states [time, hidden] of x [time, inputs]."""

    def run(x: torch.Tensor) -> Work[torch.Tensor]:
        states = torch.empty(len(x), 2 * hidden)
        halves = states[:, :hidden], states[:, hidden:]
        yield [lambda number=number: direction(number, x, halves[number]) for number in range(2)]  # type: ignore[misc]
        return states

    return run


def lstm(parameters: Sequence[torch.Tensor], packing: Packing) -> Recurrence:
    """Return an LSTM of `parameters`, see `torch_lstm`, as `packing` says."""
    if (
        packing.products == "compiled"
        and packing.kernels is not None
        and not parameters[1].shape[1] % _LSTM_SIZES
    ):
        return compiled_lstm(parameters, packing.kernels)
    return packed_lstm(parameters) if packing.lstm else torch_lstm(parameters)


def gelu(packing: Packing) -> Callable[[torch.Tensor], torch.Tensor]:
    """Return GELU by way of tanh, for rows that may be overwritten."""
    if packing.products == "compiled" and packing.kernels is not None:
        return packing.kernels.gelu_
    return lambda x: functional.gelu(x, approximate="tanh")


def _packed_lstm(
    inner: torch.Tensor, across: torch.Tensor, hidden: int, *, backward: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    reorder = torch.ops.mkldnn._reorder_mkldnn_rnn_layer_weight  # noqa: SLF001 - no public one
    first, second = reorder(inner, across, hidden, backward, True, False, [_ROWS, 1, inner.shape[1]])
    return first, second


def _holds(is_right: Callable[[], bool]) -> bool:
    """Say whether a test of operators passes; absent ones, or ones that take other arguments, do not."""
    try:
        with torch.inference_mode():
            return bool(torch.backends.mkldnn.is_available()) and is_right()  # type: ignore[no-untyped-call]
    except (AttributeError, RuntimeError, TypeError, ValueError) as error:  # no kernel is a RuntimeError, too
        _log.info("weights cannot be packed: %s", type(error).__name__)
        return False


def _linear_is_right() -> bool:
    weight, bias = _example(80, 50), _example(80)
    product, plain = packed_product(weight, bias), packed_product(weight, None)
    expected = torch_product(weight, bias)
    return all(
        _is_near(product(x), expected(x)) and _is_near(plain(x), expected(x) - bias)
        for x in (_example(length, 50) for length in _LENGTHS)
    )


def _compiled_is_right(kernels: Kernels) -> bool:
    weight, bias = _example(80, 50), _example(80)
    compiled, expected = (
        product(weight, bias, Packing("compiled", kernels=kernels)),
        torch_product(weight, bias),
    )
    return all(_is_near(compiled(x), expected(x)) for x in (_example(length, 50) for length in _LENGTHS))


def _rounded_is_right() -> bool:
    weight, bias, x = _example(80, 50), _example(80), _example(33, 50)
    expected, rounded = torch_product(weight, bias)(x), packed_product(weight, bias, rounded=True)(x)
    return _is_near(rounded, expected, _ROUNDED_TOLERANCE)


def _lstm_is_right() -> bool:
    parameters = [_example(*shape) for shape in ((64, 24), (64, 16), (64,), (64,)) * 2]
    expected, packed = torch_lstm(parameters), packed_lstm(parameters)
    return all(
        _is_near(done(packed(x)), done(expected(x))) for x in (_example(length, 24) for length in _LENGTHS)
    )


def _example(*shape: int) -> torch.Tensor:
    """Return numbers between -0.25 and 0.25 without a pattern that a wrong order would keep.

    They are not drawn: nobody else's random numbers change.
    """
    count = torch.arange(torch.Size(shape).numel(), dtype=torch.float32)
    return (torch.sin(count * count * 0.7 + 1.0) / 4).view(shape)


def _is_near(ours: Any, expected: torch.Tensor, tolerance: float = _TOLERANCE) -> bool:
    return ours.shape == expected.shape and bool((ours - expected).abs().max() <= tolerance)
