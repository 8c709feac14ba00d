# SPDX-License-Identifier: GPL-3.0-or-later
"""A voice that somebody typed. Screen readers get another one where it is not here; a person is told."""

from __future__ import annotations

from collections.abc import Sequence

from kokoro_speechd.errors import VoiceError
from kokoro_speechd.system.messages import _
from kokoro_speechd.voices.catalogue import Voice
from kokoro_speechd.voices.selection import is_voice


def check_voice(name: str, voices: Sequence[Voice]) -> None:
    """Refuse a voice that is not here. Raises VoiceError."""
    if not is_voice(name, voices):
        text = _("there is no voice '{name}' here; `kokoro-speechd voices` lists them")
        raise VoiceError(text.format(name=name))
