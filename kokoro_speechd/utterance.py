# SPDX-License-Identifier: GPL-3.0-or-later
"""What a listener asks for: one utterance with the parameters that were in force when it came."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(str, Enum):
    """The four kinds of message that SSIP knows; the value is the name on the engine socket."""

    TEXT = "text"  # SSML, or plain text without markup
    CHAR = "char"  # one character, or SSIP's name of one ("space")
    KEY = "key"  # an SSIP key name ("shift_a")
    ICON = "icon"  # the name of a sound icon


@dataclass(frozen=True, slots=True)
class Parameters:
    """Speech parameters in SSIP's own units (-100…100; volume 100 is full)."""

    rate: int = 0
    pitch: int = 0
    pitch_range: int = 0
    volume: int = 100
    punctuation: str = "none"
    spelling: bool = False
    capitals: str = "none"
    voice_type: str | None = None  # "male1" … "child_female"; None where the caller named a voice
    language: str | None = None  # as sent ("en-us", "c", "xx"); None for NULL
    voice: str | None = None  # synthesis_voice as sent; None for NULL


@dataclass(frozen=True, slots=True)
class Utterance:
    """A message to speak. `generation` grows with every utterance: a newer one makes older work worthless."""

    generation: int
    kind: Kind
    text: str
    parameters: Parameters
