# SPDX-License-Identifier: GPL-3.0-or-later
"""What a way of speaking does to the sound of a phoneme."""

from __future__ import annotations

from dataclasses import dataclass

from kokoro_speechd.text.script import SpeechAttributes


@dataclass(frozen=True, slots=True)
class Tone:
    """How some of a phrase sounds, compared with the rest of it.

    rate       factor on the speed that a document asks for
    pace       factor on the speed of the model's voice, on top of that
    semitones  upwards
    melody     factor on the distance from the median
    hz         the median itself; None: the voice's own
    shift_hz   upwards, on top of all
    gain       factor on the samples
    """

    pace: float = 1.0
    semitones: float = 0.0
    melody: float = 1.0
    hz: float | None = None
    shift_hz: float = 0.0
    gain: float = 1.0
    rate: float = 1.0


EVEN = Tone()
# Slower, higher, livelier and louder makes a word stand out; each a little, that it stays one sentence.
_EMPHASES = {
    "strong": Tone(pace=0.88, semitones=2.0, melody=1.3, gain=1.3),
    "moderate": Tone(pace=0.94, semitones=1.0, melody=1.15, gain=1.12),
    "reduced": Tone(pace=1.06, semitones=-1.0, melody=0.8, gain=0.8),
}


def tone_of(attributes: SpeechAttributes) -> Tone:
    """Return the tone of a attributes."""
    emphasis = _EMPHASES.get(attributes.emphasis, EVEN)
    return Tone(
        emphasis.pace,
        attributes.semitones + emphasis.semitones,
        attributes.melody * emphasis.melody,
        attributes.pitch_hz,
        attributes.shift_hz,
        attributes.gain * emphasis.gain,
        attributes.rate,
    )
