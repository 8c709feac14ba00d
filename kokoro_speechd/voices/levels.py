# SPDX-License-Identifier: GPL-3.0-or-later
"""How loud and how high each published voice is by itself, what makes them alike, and how long it pauses.

The voices lie 12 LU apart, as the model makes them. So each gets a gain with which it stands at TARGET; what
is measured of them is in `levels.tsv`, which `python -m tests.measure_levels` makes. Standard library only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kokoro_speechd.text.language_tags import base

if TYPE_CHECKING:
    from kokoro_speechd.voices.catalogue import Voice

FILE = Path(__file__).with_name("levels.tsv")
TARGET = -23.0
"""LUFS of speech at full volume, by ITU-R BS.1770."""
_USUAL_PAUSE = 325.0  # ms, of most voices
# Those of espeak-ng 1.52 by its variant: the median of eleven languages. A few languages are far from it.
_ESPEAK_LUFS = {
    "m3": -20.4, "m4": -20.6, "m7": -19.6, "f2": -19.1, "f3": -20.1, "f4": -19.2, "f5": -20.7,
}  # fmt: skip
_ESPEAK_PLAIN = -20.6
_ESPEAK_LOUDER = {"fr": -1.0, "hi": 0.9, "ja": 1.0, "zh": 1.0}  # LU


@dataclass(frozen=True, slots=True)
class Level:
    """What a voice is without any gain: its loudness, and the median of its fundamental frequency.

    pause  milliseconds that the model's begin token lasts with it, the same whatever follows; its pauses
           within a text are about as long
    """

    lufs: float
    hz: float
    pause: float

    @property
    def cells(self) -> tuple[str, str, str]:
        """All as they are written."""
        return f"{self.lufs:.1f}", f"{self.hz:.0f}", f"{self.pause:.0f}"


@cache
def levels() -> Mapping[str, Level]:
    """Return the level of each voice that was measured, by its name."""
    rows = (line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines()[1:])
    return {name: Level(float(lufs), float(hertz), float(pause)) for name, lufs, hertz, pause in rows}


def written(table: Mapping[str, Level]) -> str:
    """Return the text of the file."""
    rows = [("voice", "LUFS", "Hz", "pause"), *((name, *table[name].cells) for name in sorted(table))]
    return "".join("\t".join(row) + "\n" for row in rows)


def gain_of(voice: Voice) -> float:
    """Return the factor on a voice's samples with which it is as loud as all others.

    A mix gets the weighted mean of its parts' decibels; a voice that nobody measured gets 1.
    """
    table = levels()
    decibels = math.fsum(
        weight * (TARGET - table[name].lufs) for name, weight in _parts(voice) if name in table
    )
    return float(10 ** (decibels / 20))


def espeak_gain(variant: str | None, language: str) -> float:
    """Return the factor on espeak-ng's volume, below 1, with which it is as loud as Kokoro's voices."""
    lufs = _ESPEAK_LUFS.get(variant or "", _ESPEAK_PLAIN) + _ESPEAK_LOUDER.get(base(language), 0.0)
    return float(10 ** ((TARGET - lufs) / 20))


def pitch_of(voice: Voice) -> float | None:
    """Return the median of a voice's fundamental frequency in Hz; of a mix its parts' weighted mean."""
    parts = _parts(voice)
    table = levels()
    if any(name not in table for name, _ in parts):
        return None
    return math.fsum(weight * table[name].hz for name, weight in parts)


def pause_of(voice: Voice) -> float:
    """Return the seconds that a voice's pauses last; those of a mix are its parts' weighted mean.

    A voice that nobody measured counts as one of most.
    """
    table = levels()
    return math.fsum(
        weight * (table[name].pause if name in table else _USUAL_PAUSE) / 1000
        for name, weight in _parts(voice)
    )


def _parts(voice: Voice) -> list[tuple[str, float]]:
    """Return the names of what a voice is mixed of, with weights; itself where it is no mix."""
    return [(path.name.removesuffix(".pt"), weight) for path, weight in voice.parts] or [(voice.name, 1.0)]
