# SPDX-License-Identifier: GPL-3.0-or-later
"""The real voice, upstream's, and the ears, each loaded when it is first asked for."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from tests.real_ears import find_or_fetch_ears
from tests.real_model import find_or_fetch_model
from tests.real_voice.listening import Ears
from tests.real_voice.rendering import Upstream, Voices, languages_of


class Lab:
    """Everything that a measurement needs. Raises NoModelError and NoEarsError where it can't be had."""

    def __init__(self) -> None:
        self.model: Path = find_or_fetch_model()
        self._ears = find_or_fetch_ears()

    @cached_property
    def ears(self) -> Ears:
        return Ears(self._ears)

    @cached_property
    def ours(self) -> Voices:
        """Our sound with the settings that everybody has."""
        return Voices(self.model)

    @cached_property
    def upstream(self) -> Upstream:
        return Upstream(self.model)

    @cached_property
    def languages(self) -> dict[str, str]:
        """Voice → language."""
        return languages_of(self.model)
