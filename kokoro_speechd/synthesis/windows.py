# SPDX-License-Identifier: GPL-3.0-or-later
"""Which pieces of a phrase are rendered one after the other, and how much around each. Standard library only.

A piece is not exact: the norms of decoder and vocoder take their statistics from what is rendered together.
The rest is: the prosody and the phase of the harmonic source are those of the whole phrase, and each stage
gets as many rows around its piece as its convolutions reach, so that between two pieces with the same
statistics nothing would be heard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """In frames of 25 ms unless said otherwise.

    first        the shortest piece
    growth       each further one is so many times the one before, where sizes are not chosen by pace
    largest      the longest piece
    decoder      context on both sides in the decoder (its convolutions reach about 9); None: the whole
                 phrase, decoded once
    first_stage  context in the generator's first stage (its convolutions reach 3)
    last_stage   context in its last stage, at least 1 (its convolutions reach half a frame)
    fade         samples over which a piece goes over into the next; less than half a frame
    haste        how many times faster than that the frames are heard
    """

    first: int = 4
    growth: float = 1.6
    largest: int = 60
    decoder: int | None = 8
    first_stage: int = 4
    last_stage: int = 1
    fade: int = 240
    haste: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what cannot be rendered."""
        if not (1 <= self.first <= self.largest and self.growth >= 1):
            raise ValueError("windows begin with one frame at least and do not shrink")
        decoder = self.first_stage if self.decoder is None else self.decoder
        if not 1 <= self.last_stage <= self.first_stage <= decoder:
            raise ValueError("each stage has at most the context of the one before it")
        if not 1 <= self.fade <= 300:
            raise ValueError("a fade has 1 to 300 samples")


@dataclass(frozen=True, slots=True)
class Window:
    """Frames [start, end) are heard; each step renders the frames of its own span around them."""

    start: int
    end: int
    decoder: tuple[int, int]
    stages: tuple[tuple[int, int], tuple[int, int]]


def window(start: int, end: int, frames: int, plan: WindowPlan) -> Window:
    """Return the window that makes [start, end) heard in a phrase of `frames`."""

    def around(context: int) -> tuple[int, int]:
        return max(0, start - context), min(frames, end + context)

    decoder = (0, frames) if plan.decoder is None else around(plan.decoder)
    return Window(start, end, decoder, (around(plan.first_stage), around(plan.last_stage)))


def growing(plan: WindowPlan) -> Callable[[], int]:
    """Return sizes that grow as the plan says, one with each call: always the same windows."""
    size = plan.first / plan.growth

    def next_size() -> int:
        nonlocal size
        size = min(size * plan.growth, plan.largest)
        return round(size)

    return next_size


def plan_windows(frames: int, plan: WindowPlan, next_size: Callable[[], int]) -> Iterator[Window]:
    """Yield the windows of a phrase; `next_size` is asked for the frames of each when it is its turn.

    What is left is never a piece shorter than the plan's shortest.
    """
    start = 0
    while start < frames:
        end = start + next_size()
        if frames - end < plan.first:
            end = frames
        yield window(start, end, frames, plan)
        start = end
