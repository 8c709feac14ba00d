# SPDX-License-Identifier: GPL-3.0-or-later
"""Voices mixed of others: "af_heart:0.7+af_bella:0.3", named in the settings or asked for just so.

A mix is a weighted mean of its parts' styles. It has the language and gender of its heaviest part, and no
grade, so that nobody gets it who did not ask for it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kokoro_speechd.voices.catalogue import Voice, write_mix

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_PARTS = 8
_PART = re.compile(r"\s*([^\s:+](?:[^:+\t]*?[^\s:+])?)\s*(?::\s*(\d{1,6}(?:\.\d{0,6})?|\.\d{1,6})\s*)?")
_LEAST = 0.0005  # the share of a part that counts: less cannot be heard


@dataclass(frozen=True, slots=True)
class Mix:
    """Voices and their weights, which add up to 1."""

    parts: tuple[tuple[str, float], ...]

    @property
    def written(self) -> str:
        """The mix in words of its own; equal mixes give the same."""
        return write_mix(self.parts)


def parse_mix(written: str) -> Mix:
    """Return what "af_heart:0.7+af_bella:0.3" means; without a weight a part counts 1. Raises ValueError."""
    weights: dict[str, float] = {}
    for part in written.split("+"):
        found = _PART.fullmatch(part)
        weight = float(found[2] or 1) if found else 0.0
        if found is None or weight <= 0:
            raise ValueError('voices with weights above 0, such as "af_heart:0.7+af_bella:0.3"')
        weights[found[1]] = weights.get(found[1], 0.0) + weight
    if len(weights) > MOST_PARTS:
        raise ValueError(f"at most {MOST_PARTS} voices")
    least = _LEAST * math.fsum(weights.values())
    heard = {name: weight for name, weight in weights.items() if weight >= least}
    total = math.fsum(heard.values())
    return Mix(tuple((name, weight / total) for name, weight in heard.items()))


def offered(voices: Sequence[Voice], mixes: Iterable[tuple[str, Mix]]) -> list[Voice]:
    """Return voices and the mixes that can be made of them, by name."""
    mixed = [_mixed(name, mix, voices) for name, mix in mixes if not why_not(name, mix, voices)]
    return sorted([*voices, *(voice for voice in mixed if voice)], key=lambda voice: voice.name)


def find_voice(name: str, voices: Sequence[Voice]) -> Voice | None:
    """Return the voice of a name, or the mix that it describes, if all its parts are here; None otherwise.

    Case and runs of spaces do not matter; the exact name comes first.
    """
    folded = fold(name)
    for voice in sorted(voices, key=lambda voice: voice.name != name):
        if fold(voice.name) == folded:
            return voice
    if "+" not in name and ":" not in name:
        return None
    try:
        mix = parse_mix(name)
    except ValueError:
        return None
    return _mixed(mix.written, mix, voices)


def why_not(name: str, mix: Mix, voices: Sequence[Voice]) -> str:
    """Return why a mix of the settings cannot be offered, in a sentence; "" if it can."""
    if any(fold(voice.name) == fold(name) for voice in voices):
        return f"{name} is the name of a voice file: give the mix another one"
    absent = [part for part, _ in mix.parts if _part(part, voices) is None]
    return f"{name} is mixed of {', '.join(absent)}, not here" if absent else ""


def fold(name: str) -> str:
    """Return a name as it is compared."""
    return " ".join(name.casefold().split())


def _mixed(name: str, mix: Mix, voices: Sequence[Voice]) -> Voice | None:
    parts = [(_part(part, voices), weight) for part, weight in mix.parts]
    here = [(voice, weight) for voice, weight in parts if voice is not None and voice.path is not None]
    if len(here) < len(parts):
        return None
    heaviest, _ = max(here, key=lambda part: part[1])
    files = tuple((voice.path, weight) for voice, weight in here if voice.path is not None)
    return Voice(name, heaviest.language, heaviest.gender, None, parts=files)


def _part(name: str, voices: Sequence[Voice]) -> Voice | None:
    """Return a voice file's voice; a mix is no part of another."""
    return next((voice for voice in voices if voice.path and fold(voice.name) == fold(name)), None)
