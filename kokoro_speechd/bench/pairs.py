# SPDX-License-Identifier: GPL-3.0-or-later
"""Timing in turns: A B A B, so that whatever else the machine does meets both sides alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """Seconds of neighbouring runs of both sides, in their order."""

    theirs: tuple[float, ...]
    ours: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Return the median of theirs ÷ ours of neighbours: how many times as fast ours is."""
        return statistics.median(a / b for a, b in zip(self.theirs, self.ours, strict=True))

    def facts(self, theirs: str = "upstream_s") -> dict[str, float]:
        """Return medians in seconds, and the ratio; `theirs` names the other side."""
        return {
            theirs: round(statistics.median(self.theirs), 4),
            "ours_s": round(statistics.median(self.ours), 4),
            "ratio": round(self.ratio, 2),
        }


def seconds(work: Callable[[], object]) -> float:
    """Return how long a call took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def in_turns(theirs: Callable[[], float], ours: Callable[[], float], rounds: int) -> Pair:
    """Return what both sides measured, called by turns."""
    measured = [(theirs(), ours()) for _ in range(rounds)]
    return Pair(tuple(a for a, _ in measured), tuple(b for _, b in measured))
