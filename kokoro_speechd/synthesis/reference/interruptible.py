# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs upstream's forward pass in steps small enough to be stopped.

Python cannot interrupt an operation of torch, so a stop is looked for before each of them. The long ones are
the vocoder's convolutions: they are cut along time, which is exact. With p the padding, d the dilation and k
the kernel's length, the outputs a … b - 1 of a convolution with stride 1 depend on the inputs
a - p … b - 1 - p + d · (k - 1) and on nothing else; so each piece gets just these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

# Multiplications and additions of one piece: some milliseconds on one core.
_PIECE = 200_000_000


@contextmanager
def interruptible(check: Callable[[], None]) -> Iterator[None]:
    """Call `check` before every operation of torch in this thread; what it raises ends the work."""
    import torch
    from torch.overrides import TorchFunctionMode

    class Mode(TorchFunctionMode):
        def __torch_function__(
            self, function: Any, _types: Any, arguments: tuple[Any, ...] = (), options: Any = None
        ) -> Any:
            check()
            if function is torch.conv1d:
                return _convolve(check, *arguments, **(options or {}))
            return function(*arguments, **(options or {}))

    with Mode():
        yield


def _convolve(  # noqa: PLR0917 - torch.conv1d's own parameters
    check: Callable[[], None],
    signal: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    """Return torch.conv1d of [batch, channels, time], in pieces where it is long."""
    import torch

    (stride,), (dilation,) = _tuple(stride), _tuple(dilation)
    outputs, inputs, kernel = weight.shape
    length = max(1, _PIECE // (2 * outputs * inputs * kernel))
    if stride != 1 or isinstance(padding, str) or signal.dim() != 3 or signal.shape[-1] <= length:
        return torch.conv1d(signal, weight, bias, stride, padding, dilation, groups)
    (padding,) = _tuple(padding)
    reach = dilation * (kernel - 1)
    padded = torch.nn.functional.pad(signal, (padding, padding))
    total = padded.shape[-1] - reach
    pieces = []
    for begin in range(0, total, length):
        check()
        part = padded[..., begin : min(begin + length, total) + reach]
        pieces.append(torch.conv1d(part, weight, bias, 1, 0, dilation, groups))
    return torch.cat(pieces, dim=-1)


def _tuple(value: Any) -> tuple[int]:
    return (value,) if isinstance(value, int) else tuple(value)
