# SPDX-License-Identifier: GPL-3.0-or-later
"""A phrase that is to be rendered, and all that shapes its sound: what engines are asked for and remember."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields, is_dataclass

from kokoro_speechd import __version__
from kokoro_speechd.synthesis.phrase.contour import Contour
from kokoro_speechd.synthesis.voice.voice_pack import VoicePack


@dataclass(frozen=True, slots=True)
class PhraseRequest:
    """A phrase and how it is to sound; what only says who waits for it, or for how long, is no part of it.

    symbols          phonemes, 1 to 510 that the model knows
    voice            by whose content the phrase is known, not by its name
    speed            factor on the voice's own
    pitch_semitones  upwards
    range_factor     factor on the melody's distance from its median
    contour          a tone for each symbol, on top of the rest; its gains are the caller's affair
    within           another voice's phrase stands beside it in a sentence
    seed             makes the noise of the vocoder repeatable
    """

    symbols: str
    voice: VoicePack
    speed: float = 1.0
    pitch_semitones: float = 0.0
    range_factor: float = 1.0
    contour: Contour | None = None
    within: bool = False
    seed: int | None = None

    def key(self, identity: str) -> str:
        """Return what tells the sound from others, 64 hexadecimal digits.

        `identity` stands for the engine that makes it. Every field counts, one that is added later, too; a
        TypeError tells of one whose content nobody can take down yet.
        """
        shape = [__version__, identity, _content(self)]
        return hashlib.sha256(json.dumps(shape, default=_content).encode()).hexdigest()


def _content(value: object) -> object:
    """Return what stands for a value that JSON does not know. Raises TypeError."""
    if isinstance(value, VoicePack):
        return value.digest()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    raise TypeError(f"a phrase has a {type(value).__name__}, whose content cannot be hashed")
