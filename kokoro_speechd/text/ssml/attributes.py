# SPDX-License-Identifier: GPL-3.0-or-later
"""What SSML's elements say about a way of speaking, and for how long to be silent.

A value that means nothing changes nothing. Labels and the meaning of bare numbers: docs/ssml.md.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace

from kokoro_speechd.text.script import SpeechAttributes

LONGEST_BREAK = 60.0  # seconds: a slip of a document must not look like a screen reader that died
SENTENCE_PAUSE, PARAGRAPH_PAUSE = 0.2, 0.4  # seconds at the normal rate

_STRENGTHS = {"none": 0.0, "x-weak": 0.1, "weak": 0.25, "medium": 0.5, "strong": 0.8, "x-strong": 1.2}
_SIZES = {"none": "none", "small": "weak", "medium": "medium", "large": "strong"}  # of SSML's first draft
_RATES = {"x-slow": 0.5, "slow": 0.75, "medium": 1.0, "default": 1.0, "fast": 1.5, "x-fast": 2.0}
_PITCHES = {"x-low": -6.0, "low": -3.0, "medium": 0.0, "default": 0.0, "high": 3.0, "x-high": 6.0}
_MELODIES = {"x-low": 0.25, "low": 0.6, "medium": 1.0, "default": 1.0, "high": 1.4, "x-high": 2.0}
_DECIBELS = {"x-soft": -12.0, "soft": -6.0, "medium": 0.0, "default": 0.0, "loud": 6.0, "x-loud": 12.0}
_NORMAL_WPM = 175.0  # what a bare number of words a minute is compared with
_MELODY_HZ = 80.0  # a voice's usual width of melody, with which a width in Hz is compared

# The ends of what can still be understood.
_RATE_ENDS, _HZ_ENDS, _SEMITONE_ENDS, _MELODY_ENDS, _GAIN_ENDS = (
    (0.2, 10.0),
    (30.0, 800.0),
    (-24.0, 24.0),
    (0.0, 4.0),
    (0.0, 4.0),
)
_NUMBER = re.compile(r"\s*([+-]?)(\d{1,9}(?:\.\d*)?|\.\d+)\s*([a-z%]*)\s*\Z", re.IGNORECASE)
_EMPHASES = {"strong": "strong", "moderate": "moderate", "reduced": "reduced", "none": ""}


def change(
    speech_attributes: SpeechAttributes, element: str, attributes: Mapping[str, str]
) -> SpeechAttributes:
    """Return the attributes inside an element; `attributes` by their names in lower case."""
    if "lang" in attributes:
        speech_attributes = replace(
            speech_attributes, language=attributes["lang"].strip() or None, voice=None
        )
    if element == "prosody":
        return _prosody(speech_attributes, attributes)
    if element == "emphasis":
        level = attributes.get("level", "moderate").strip().lower()
        return replace(speech_attributes, emphasis=_EMPHASES.get(level, speech_attributes.emphasis))
    if element == "voice":
        return _voice(speech_attributes, attributes)
    if element == "say-as":
        kind = attributes.get("interpret-as", attributes.get("type", "")).strip().lower()
        form = attributes.get("format", attributes.get("detail", "")).strip().lower()
        return replace(speech_attributes, say_as=kind, form=form or None) if kind else speech_attributes
    if element == "phoneme":
        alphabet = attributes.get("alphabet", "ipa").strip().lower()
        return (
            replace(speech_attributes, ipa=attributes["ph"])
            if alphabet == "ipa" and attributes.get("ph")
            else speech_attributes
        )
    return speech_attributes


def pause(attributes: Mapping[str, str]) -> tuple[float, bool]:
    """Return a break's seconds, and whether they are those at the normal rate."""
    written = attributes.get("time", "").strip().lower()
    if found := _NUMBER.match(written):
        sign, number, unit = found.groups()
        seconds = float(number) / (1 if unit == "s" else 1000)
        if not sign and unit in ("s", "ms", ""):
            return min(seconds, LONGEST_BREAK), False
        if sign == "+" and unit in ("s", "ms"):
            return min(seconds, LONGEST_BREAK), False
    size = _SIZES.get(attributes.get("size", "").strip().lower(), "medium")
    strength = attributes.get("strength", size).strip().lower()
    return _STRENGTHS.get(strength, _STRENGTHS["medium"]), True


def _prosody(speech_attributes: SpeechAttributes, attributes: Mapping[str, str]) -> SpeechAttributes:
    if "rate" in attributes:
        speech_attributes = replace(
            speech_attributes, rate=_clip(_rate(attributes["rate"], speech_attributes.rate), _RATE_ENDS)
        )
    if "pitch" in attributes:
        speech_attributes = _pitch(speech_attributes, attributes["pitch"])
    if "range" in attributes:
        speech_attributes = replace(
            speech_attributes,
            melody=_clip(_melody(attributes["range"], speech_attributes.melody), _MELODY_ENDS),
        )
    if "volume" in attributes:
        speech_attributes = replace(
            speech_attributes, gain=_clip(_gain(attributes["volume"], speech_attributes.gain), _GAIN_ENDS)
        )
    return speech_attributes


def _rate(written: str, rate: float) -> float:
    """Return the rate inside: without a sign a factor on the message's rate, with one on the rate around."""
    if (label := _RATES.get(written.strip().lower())) is not None:
        return label
    sign, number, unit = _parts(written)
    if unit == "%":
        return rate * (1 + number / 100) if sign else number / 100 or rate
    if unit or not number:
        return rate
    if sign:
        return rate * (1 + number)
    return number if number <= _RATE_ENDS[1] else number / _NORMAL_WPM


def _pitch(speech_attributes: SpeechAttributes, written: str) -> SpeechAttributes:
    label = _PITCHES.get(written.strip().lower())
    if label is not None:
        return replace(speech_attributes, pitch_hz=None, semitones=label, shift_hz=0.0)
    sign, number, unit = _parts(written)
    if unit == "st":
        return _raised(speech_attributes, number)
    if unit == "hz" or (not unit and not sign and number >= _HZ_ENDS[0]):
        if sign:
            return replace(
                speech_attributes,
                shift_hz=_clip(speech_attributes.shift_hz + number, (-_HZ_ENDS[1], _HZ_ENDS[1])),
            )
        return replace(speech_attributes, pitch_hz=_clip(number, _HZ_ENDS), semitones=0.0, shift_hz=0.0)
    if unit in ("%", "") and number:
        factor = 1 + number / 100 if sign else number / 100
        return _raised(speech_attributes, 12 * math.log2(max(factor, 0.01)))
    return speech_attributes


def _raised(speech_attributes: SpeechAttributes, semitones: float) -> SpeechAttributes:
    return replace(
        speech_attributes, semitones=_clip(speech_attributes.semitones + semitones, _SEMITONE_ENDS)
    )


def _melody(written: str, melody: float) -> float:
    if (label := _MELODIES.get(written.strip().lower())) is not None:
        return label
    sign, number, unit = _parts(written)
    if unit == "st":
        return float(melody * 2 ** (_clip(number, _SEMITONE_ENDS) / 12))
    if unit == "hz":
        return melody + number / _MELODY_HZ if sign else number / _MELODY_HZ
    if unit == "%" or (not unit and sign):
        return melody * (1 + number / 100) if sign else number / 100
    return melody


def _gain(written: str, gain: float) -> float:
    label = written.strip().lower()
    if label == "silent":
        return 0.0
    if label in _DECIBELS:
        return float(10 ** (_DECIBELS[label] / 20))
    sign, number, unit = _parts(written)
    if unit == "db":
        return float(gain * 10 ** (_clip(number, (-200.0, 40.0)) / 20))
    if unit not in ("", "%") or (not sign and not unit and not _NUMBER.match(written)):
        return gain
    return gain * (1 + number / 100) if sign else number / 100


def _voice(speech_attributes: SpeechAttributes, attributes: Mapping[str, str]) -> SpeechAttributes:
    languages = attributes.get("languages", "").replace(":", " ").split()
    if languages:
        speech_attributes = replace(speech_attributes, language=languages[0], voice=None)
    gender = attributes.get("gender", "").strip().lower()
    if gender in ("male", "female"):
        age, variant = attributes.get("age", "").strip(), attributes.get("variant", "").strip()
        kind = f"{gender}{variant if variant in ('1', '2', '3') else '1'}"
        if age.isascii() and age.isdigit() and len(age) < 4 and int(age) < 14:
            kind = f"child_{gender}"
        speech_attributes = replace(speech_attributes, voice_type=kind, voice=None)
    if name := attributes.get("name", "").strip():
        speech_attributes = replace(speech_attributes, voice=name)
    return speech_attributes


def _parts(written: str) -> tuple[str, float, str]:
    """Return sign, number with this sign, and unit; ("+", 0, "%"), which changes nothing, for no number."""
    found = _NUMBER.match(written)
    if found is None:
        return "+", 0.0, "%"
    sign, digits, unit = found.groups()
    return sign, float(sign + digits), unit.lower()


def _clip(value: float, ends: tuple[float, float]) -> float:
    return round(max(ends[0], min(ends[1], value)), 6)
