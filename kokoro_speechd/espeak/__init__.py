# SPDX-License-Identifier: GPL-3.0-or-later
"""espeak-ng: phonemes for many languages, and the voice that is always there."""

from kokoro_speechd.espeak.engine import Espeak
from kokoro_speechd.espeak.texts import Clause, EspeakMark, EspeakVoice

__all__ = ["Clause", "Espeak", "EspeakMark", "EspeakVoice"]
