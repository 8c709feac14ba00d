# SPDX-License-Identifier: GPL-3.0-or-later
"""What a section of docs/voice.md is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tests.real_voice.lab import Lab

T = TypeVar("T")
ENGLISH_VOICES = ("af_heart", "am_michael", "bf_emma")


@dataclass(frozen=True, slots=True)
class Bench:
    """What sections measure with. `few`: the most samples of a kind; None for all of them."""

    lab: Lab
    few: int | None = None

    def some(self, samples: Sequence[T]) -> list[T]:
        """Return all samples, or a few from all over."""
        if self.few is None or len(samples) <= self.few:
            return list(samples)
        return [samples[number * len(samples) // self.few] for number in range(self.few)]


@dataclass(frozen=True, slots=True)
class Section:
    """`measure` returns the lines of Markdown below the title."""

    title: str
    measure: Callable[[Bench], list[str]]


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Return the lines of a table; its first column is text, the others are figures."""
    lines = [f"| {' | '.join(header)} |", "|---" + "|--:" * (len(header) - 1) + "|"]
    lines.extend(f"| {' | '.join(str(cell).replace('|', '/') for cell in row)} |" for row in rows)
    return lines


def english(voice: str) -> str:
    """Return the English of a voice."""
    return "en-GB" if voice.startswith("b") else "en-US"
