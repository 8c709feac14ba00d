# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the samples of a sound are heard when it is stretched. Standard library only."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

SLOWEST, FASTEST = 0.1, 20.0  # speeds at which the shortest pitch period still lasts some samples


@dataclass(frozen=True, slots=True)
class TimeMap:
    """Places in the sound as it is, and the places where they are heard: straight lines between these."""

    before: tuple[int, ...]
    after: tuple[float, ...]

    @property
    def length(self) -> int:
        """How many samples are heard."""
        return round(self.after[-1])

    def place(self, sample: float) -> float:
        """Return where a sample is heard; the last line goes on for ever."""
        index = min(max(bisect_right(self.before, sample), 1), len(self.before) - 1)
        begin, end = self.before[index - 1], self.before[index]
        share = (sample - begin) / (end - begin)
        return self.after[index - 1] + share * (self.after[index] - self.after[index - 1])


def time_map(parts: Iterable[tuple[int, float]]) -> TimeMap:
    """Return the map of a sound in parts, each up to the sample `end` at a speed, in their order.

    Speeds beyond SLOWEST and FASTEST count as these.
    """
    before, after = [0], [0.0]
    for end, speed in parts:
        if end > before[-1]:
            after.append(after[-1] + (end - before[-1]) / min(FASTEST, max(SLOWEST, speed)))
            before.append(end)
    return TimeMap(tuple(before), tuple(after))
