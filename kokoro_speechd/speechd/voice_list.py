# SPDX-License-Identifier: GPL-3.0-or-later
"""The voices of this machine, as the server lists them and as messages choose among them.

Reads names of files only: it is needed before anything heavy could be loaded.
"""

from __future__ import annotations

from collections.abc import Sequence

from kokoro_speechd.rendering.installed_model import locate_model
from kokoro_speechd.rendering.request import SpeakOptions
from kokoro_speechd.settings import Settings
from kokoro_speechd.speechd.dotconf import ModuleConfig
from kokoro_speechd.text.language_tags import ESPEAK_TAGS
from kokoro_speechd.utterance import Parameters
from kokoro_speechd.voices.catalogue import Voice
from kokoro_speechd.voices.selection import ESPEAK_PREFIX, Choice, choose


class VoiceList:
    """Kokoro's voices on this disk, or espeak-ng's where there are none."""

    def __init__(self, settings: Settings, config: ModuleConfig) -> None:
        self._settings = settings
        self._config = config
        self._voices = self._look()

    def choose(self, parameters: Parameters) -> Choice:
        """Return who speaks with these parameters."""
        if not self._voices:
            self._voices = self._look()  # somebody may have put the model there meanwhile
        return choose(
            parameters,
            self._voices,
            self._config.added,
            self._config.default_voice or self._settings.default_voice,
            self._settings.default_language,
        )

    def reload(self, settings: Settings) -> None:
        """Take new settings over."""
        self._settings = settings
        self._voices = self._look()

    def listing(self, language: str = "", variant: str = "") -> Sequence[tuple[str, str, str]]:
        """Return (name, language, variant) of every voice, or of those of a language and variant.

        A bare language takes all its regions; case does not matter.
        """
        self._voices = self._look()
        if self._voices:
            rows = [(voice.name, voice.language or "none", "none") for voice in self._voices]
        else:
            rows = [(ESPEAK_PREFIX + tag, tag, "none") for tag in ESPEAK_TAGS]
        wanted, kind = language.casefold(), variant.casefold()
        return [
            row
            for row in rows
            if (not wanted or row[1].casefold() == wanted or row[1].casefold().startswith(wanted + "-"))
            and (not kind or kind == row[2].casefold())
        ]

    @property
    def options(self) -> SpeakOptions:
        """What the settings say of the next message."""
        return SpeakOptions.of(self._settings)

    @property
    def advice(self) -> str | None:
        """What to put where, in plain sentences; None when there are Kokoro voices."""
        return None if self._voices else locate_model(self._settings).advice

    def _look(self) -> list[Voice]:
        return locate_model(self._settings).voices()
