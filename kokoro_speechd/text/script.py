# SPDX-License-Identifier: GPL-3.0-or-later
"""Text with its places: what every later step hands on so that marks find their sample."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """An index mark; `offset` counts characters of `Script.text` before it."""

    name: str
    offset: int


@dataclass(frozen=True, slots=True)
class Script:
    """The characters to speak and the marks between them, in document order."""

    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Phonemes:
    """Kokoro phonemes, one character each, and where in the script each came from.

    `starts[i]` and `ends[i]` delimit the source characters of `symbols[i]` in `Script.text`;
    `starts` never decreases. Spaces and punctuation are symbols too.
    """

    symbols: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __post_init__(self) -> None:
        if not len(self.symbols) == len(self.starts) == len(self.ends):
            raise ValueError("each phoneme needs one source range")

    def __len__(self) -> int:
        return len(self.symbols)

    def slice(self, first: int, last: int) -> Phonemes:
        """Return the phonemes `first` … `last - 1`, with their places unchanged."""
        return Phonemes(self.symbols[first:last], self.starts[first:last], self.ends[first:last])
