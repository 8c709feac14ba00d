# SPDX-License-Identifier: GPL-3.0-or-later
"""How loud and how high each published voice is by itself, what makes them alike, and how long it pauses.

The voices lie 12 LU apart, as the model makes them, and one may say letters 7 LU softer than sentences. So
each phrase gets a gain with which it stands at TARGET; what is measured of the voices is in `levels.tsv`,
which `python -m tests.measure_levels` makes. Standard library only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from operator import mul
from pathlib import Path
from typing import TYPE_CHECKING

from kokoro_speechd.text.language_tags import base

if TYPE_CHECKING:
    from kokoro_speechd.voices.catalogue import Voice

FILE = Path(__file__).with_name("levels.tsv")
TARGET = -23.0
"""LUFS of speech at full volume, by ITU-R BS.1770."""
_LENGTHS = (3, 10, 30)  # phonemes that letters, words and sentences have, about
_USUAL_PAUSES = 325.0, 375.0  # ms, of most voices
# Those of espeak-ng 1.52 by its variant: the median of eleven languages. A few languages are far from it.
_ESPEAK_LUFS = {
    "m3": -20.4, "m4": -20.6, "m7": -19.6, "f2": -19.1, "f3": -20.1, "f4": -19.2, "f5": -20.7,
}  # fmt: skip
_ESPEAK_PLAIN = -20.6
_ESPEAK_LOUDER = {"fr": -1.0, "hi": 0.9, "ja": 1.0, "zh": 1.0}  # LU


@dataclass(frozen=True, slots=True)
class Level:
    """What a voice is without any gain.

    letters, words, sentences  the loudness of such phrases, LUFS
    hz                         the median of the fundamental frequency
    clause, stop               milliseconds of silence behind a comma and a full stop within a phrase
    """

    letters: float
    words: float
    sentences: float
    hz: float
    clause: float
    stop: float

    @property
    def cells(self) -> tuple[str, ...]:
        """All as they are written."""
        loudness = (f"{lufs:.1f}" for lufs in (self.letters, self.words, self.sentences))
        return *loudness, *(f"{value:.0f}" for value in (self.hz, self.clause, self.stop))

    def lufs(self, phonemes: int) -> float:
        """Return the loudness of a phrase of so many phonemes; it goes over from kind to kind."""
        shorter, middle, longer = map(math.log, _LENGTHS)
        here = min(max(math.log(max(phonemes, 1)), shorter), longer)
        if here <= middle:
            share = (here - shorter) / (middle - shorter)
            return self.letters + share * (self.words - self.letters)
        share = (here - middle) / (longer - middle)
        return self.words + share * (self.sentences - self.words)


@cache
def levels() -> Mapping[str, Level]:
    """Return the level of each voice that was measured, by its name."""
    rows = (line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines()[1:])
    return {name: Level(*map(float, values)) for name, *values in rows}


def written(table: Mapping[str, Level]) -> str:
    """Return the text of the file."""
    head = ("voice", *(field.name for field in fields(Level)))
    rows = [head, *((name, *table[name].cells) for name in sorted(table))]
    return "".join("\t".join(row) + "\n" for row in rows)


def gain_of(voice: Voice, phonemes: int) -> float:
    """Return the factor on a phrase of so many phonemes with which a voice is as loud as all others.

    A mix gets the weighted mean of its parts' decibels; a voice that nobody measured gets 1.
    """
    table = levels()
    decibels = math.fsum(
        weight * (TARGET - table[name].lufs(phonemes)) for name, weight in _parts(voice) if name in table
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


def pauses_of(voice: Voice) -> tuple[float, float]:
    """Return the seconds of silence that a voice makes within a phrase behind a clause and behind a sentence.

    Those of a mix are its parts' weighted mean. A voice that nobody measured counts as one of most.
    """
    table, parts = levels(), _parts(voice)
    pauses = [(table[name].clause, table[name].stop) if name in table else _USUAL_PAUSES for name, _ in parts]
    weights = [weight / 1000 for _, weight in parts]
    clause, stop = (math.fsum(map(mul, weights, kind)) for kind in zip(*pauses, strict=True))
    return clause, stop


def _parts(voice: Voice) -> list[tuple[str, float]]:
    """Return the names of what a voice is mixed of, with weights; itself where it is no mix."""
    return [(path.name.removesuffix(".pt"), weight) for path, weight in voice.parts] or [(voice.name, 1.0)]
