# SPDX-License-Identifier: GPL-3.0-or-later
"""The pieces of a phrase that are rendered one after the other, and how much around each.

Standard library only. With the statistics of the voice (see `fast.norms`) decoder and vocoder are plain
convolutions: a piece equals the same place of the whole, up to rounding, as soon as each step gets as many
rows around it as its convolutions reach.

Reach, in frames of 25 ms, on either side:

    last stage   half a frame: kernels of 11 at dilations 1, 3, 5 and 1 reach 60 of its 120 rows a frame,
    the last
                 convolution 3, the inverse STFT 2, the step up to its rate 6
    first stage  3.5: the same 60 of its 20 rows a frame, the step up 10
    decoder      11: five blocks of two kernels of 3, and the convolutions of F0 and energy

What is rendered around a piece is needed less with each layer: decoder and blocks leave it out on their way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

LAST_STAGE = 1
FIRST_STAGE = LAST_STAGE + 4
DECODER = FIRST_STAGE + 11

SHORTEST = 4
LONGEST = 60
_GROWTH = 1.6

Span = tuple[int, int]
"""Frames [start, end)."""


@dataclass(frozen=True, slots=True)
class Window:
    """Frames [start, end) are heard; each step renders the frames of its own span around them."""

    start: int
    end: int
    decoder: Span
    stages: tuple[Span, Span]


def window(start: int, end: int, frames: int) -> Window:
    """Return the window that makes [start, end) heard in a phrase of `frames`."""

    def around(context: int) -> Span:
        return max(0, start - context), min(frames, end + context)

    return Window(start, end, around(DECODER), (around(FIRST_STAGE), around(LAST_STAGE)))


def growing() -> Callable[[], int]:
    """Return sizes that grow by a fixed factor, one with each call: always the same windows."""
    size = SHORTEST / _GROWTH

    def next_size() -> int:
        nonlocal size
        size = min(size * _GROWTH, LONGEST)
        return round(size)

    return next_size


def windows(span: Span, frames: int, next_size: Callable[[], int]) -> Iterator[Window]:
    """Yield the windows of `span` in a phrase of `frames`; `next_size` is asked for each one's frames.

    What is left is never a piece shorter than the shortest.
    """
    start, last = span
    while start < last:
        end = start + next_size()
        if last - end < SHORTEST:
            end = last
        yield window(start, end, frames)
        start = end
