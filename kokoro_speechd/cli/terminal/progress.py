# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a long copy is, in lines that a screen reader can follow."""

from __future__ import annotations

import sys


class Progress:
    """A line for each tenth of the work, which a screen reader can follow."""

    def __init__(self, verb: str, total: int) -> None:
        self._verb, self._total, self._done, self._told = verb, max(1, total), 0, 0

    def add(self, amount: int) -> None:
        """Count some bytes more."""
        self.reached(self._done + amount)

    def reached(self, done: int) -> None:
        """Count up to so many bytes."""
        self._done = done
        tenth = min(10, 10 * done // self._total)
        if tenth > self._told:
            self._told = tenth
            print(f"{self._verb} {10 * tenth} % of {self._total / 1e6:.0f} MB", file=sys.stderr, flush=True)
