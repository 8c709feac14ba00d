# SPDX-License-Identifier: GPL-3.0-or-later
"""Collects phonemes with their places, piece by piece."""

from __future__ import annotations

from kokoro_speechd.text.script import Phonemes


class PhonemeBuilder:
    """Takes symbols in reading order; keeps places from going backwards and spaces from doubling."""

    def __init__(self) -> None:
        self._symbols: list[str] = []
        self._starts: list[int] = []
        self._ends: list[int] = []

    def add(self, symbols: str, start: int, end: int, *, spaced: bool = False) -> None:
        """Append `symbols`, which come from the characters `start` … `end - 1`, behind a space if `spaced`.

        The space belongs to what stands between the two pieces, so that a mark never falls on it.
        """
        if not symbols:
            return
        if self._symbols:
            start = max(start, self._starts[-1])
            if spaced and self._symbols[-1] != " ":
                # A space that began where the next word does would be taken for its first phoneme.
                gap = max(self._starts[-1], min(self._ends[-1], start - 1))
                self._append(" ", gap, max(gap, start))
        self._append(symbols, start, max(start, end))

    def build(self) -> Phonemes:
        """Return everything so far."""
        return Phonemes("".join(self._symbols), tuple(self._starts), tuple(self._ends))

    def _append(self, symbols: str, start: int, end: int) -> None:
        self._symbols += symbols
        self._starts += [start] * len(symbols)
        self._ends += [end] * len(symbols)
