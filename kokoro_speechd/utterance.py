# SPDX-License-Identifier: GPL-3.0-or-later
"""What a listener asks for, and what comes back: one utterance with its parameters; audio and marks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol


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


@dataclass(frozen=True, slots=True)
class Audio:
    """Samples, int16 mono little endian at 24 kHz; `offset` is where their phrase begins in the script."""

    samples: bytes
    offset: int


@dataclass(frozen=True, slots=True)
class MarkReached:
    """An index mark; it belongs before the next sample."""

    name: str


Item = Audio | MarkReached


class Sink(Protocol):
    """Where audio and marks of one utterance go. Each returns False when no more is wanted."""

    def audio(self, samples: bytes, sample_rate: int) -> bool:
        """Take int16 mono little endian samples."""

    def mark(self, name: str) -> bool:
        """Take an index mark, which belongs before the next sample."""
