# SPDX-License-Identifier: GPL-3.0-or-later
"""Who speaks a part of a message that asks for another language or voice.

The message's own voice goes on wherever it can: for its own language whatever the region, because the
listener chose it, and for what nobody speaks. Another language is spoken by a voice of the same gender if
there is one.
"""

from __future__ import annotations

from collections.abc import Sequence

from kokoro_speechd.text.language_tags import base, kokoro_language, normalise, spoken_by_espeak
from kokoro_speechd.text.script import SpeechAttributes
from kokoro_speechd.utterance import Parameters
from kokoro_speechd.voices.catalogue import Voice
from kokoro_speechd.voices.selection import Choice, choose


class VoiceSwitching:
    """The voices of this machine, for the parts of a message."""

    def __init__(self, voices: Sequence[Voice], default_voice: str) -> None:
        self._default_voice = default_voice
        self.take(voices)

    def take(self, voices: Sequence[Voice]) -> None:
        """Take the voices that there are now."""
        self._voices = voices
        self._languages = {
            base(language) for voice in voices if (language := kokoro_language(voice.language)) is not None
        }

    def choose(self, attributes: SpeechAttributes, own: Choice) -> Choice:
        """Return who speaks text of this attributes in a message of `own`'s. Never fails."""
        if attributes.voice and (named := self._named(attributes.voice, own)):
            return named
        language = normalise(attributes.language) or own.language
        if not (spoken_by_espeak(language) or base(kokoro_language(language) or "") in self._languages):
            language = own.language
        same = base(language) == base(own.language)
        voice_type = attributes.voice_type
        if same and voice_type is None:
            return own
        if same and own.voice is not None and voice_type == f"{own.voice.gender}1":
            return own  # it is what is asked for, and the listener's
        if voice_type is None and own.voice is not None and own.voice.gender is not None:
            voice_type = f"{own.voice.gender}1"
        return choose(
            Parameters(language=language, voice_type=voice_type),
            self._voices,
            (),
            self._default_voice,
            language,
            asks_for_gender=True,
        )

    def _named(self, names: str, own: Choice) -> Choice | None:
        """Return the first voice of a list that is there; a name may have spaces in it."""
        there = {" ".join(voice.name.casefold().split()): voice for voice in self._voices}
        for name in (names, *names.split()):
            if voice := there.get(" ".join(name.casefold().split())):
                return choose(
                    Parameters(voice=voice.name, language=own.language),
                    self._voices,
                    (),
                    self._default_voice,
                    own.language,
                )
        return None
