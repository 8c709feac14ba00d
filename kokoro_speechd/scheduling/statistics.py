# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts and times of this process, without a word of what was spoken."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence

_KEPT = 1000  # latest times of each kind


class ServiceStatistics:
    """Safe from any thread."""

    def __init__(self, restarts: int = 0) -> None:
        self._lock = threading.Lock()
        self._first_sounds: deque[float] = deque(maxlen=_KEPT)
        self._stops: deque[float] = deque(maxlen=_KEPT)
        self._counts = {
            "utterances": 0,
            "finished": 0,
            "cancelled": 0,
            "failed": 0,
            "underruns": 0,
            "model_loads": 0,
            "cache_hits": 0,
            "cache_misses": 0,
            "restarts": restarts,
        }

    def count(self, name: str) -> None:
        """Add one to a count. Raises KeyError for one that there is not."""
        with self._lock:
            self._counts[name] += 1

    def first_sound(self, seconds: float) -> None:
        """Note the time from an utterance's arrival to its first sound."""
        with self._lock:
            self._first_sounds.append(seconds)

    def stopped(self, seconds: float) -> None:
        """Note the time from a cancel until nothing was done for the utterance any more."""
        with self._lock:
            self._stops.append(seconds)

    def snapshot(self) -> dict[str, int | float]:
        """Return everything: counts, and percentiles in milliseconds where there are any times."""
        with self._lock:
            first_sounds, stops = sorted(self._first_sounds), sorted(self._stops)
            values: dict[str, int | float] = dict(self._counts)
        for name, times in (("first_sound_ms", first_sounds), ("stop_ms", stops)):
            for percent in (50, 95, 99):
                if times:
                    values[f"{name}_p{percent}"] = round(1000 * _percentile(times, percent), 2)
        return values


def _percentile(ordered: Sequence[float], percent: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
