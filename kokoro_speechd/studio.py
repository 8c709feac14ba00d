# SPDX-License-Identifier: GPL-3.0-or-later
"""The model, its voices and the readers of languages together: all that makes Kokoro's sound of text."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from kokoro_speechd import paths
from kokoro_speechd.errors import LanguageError, ModelError, SynthesisError, VoiceError
from kokoro_speechd.model_place import locate_model
from kokoro_speechd.narrator import Narrator
from kokoro_speechd.settings import Settings, load_settings
from kokoro_speechd.synthesis.engine import Engine
from kokoro_speechd.synthesis.voice_pack import VoicePack, load_voice
from kokoro_speechd.synthesis.windows import WindowPlan
from kokoro_speechd.text.languages import ReaderOptions
from kokoro_speechd.utterance import Item, Kind, Parameters, Utterance
from kokoro_speechd.voices.catalogue import Voice, discover
from kokoro_speechd.voices.choice import choose

_log = logging.getLogger(__name__)


class Studio:
    """Speaks utterances with any voice on this disk. For one thread."""

    def __init__(self, narrator: Narrator, voices: list[Voice]) -> None:
        self._narrator = narrator
        self._voices = {voice.name: voice for voice in voices}
        self._packs: dict[str, VoicePack] = {}

    def speak(
        self, utterance: Utterance, voice: str, language: str, check: Callable[[], None]
    ) -> Iterator[Item]:
        """Yield audio and marks of an utterance; see `Narrator.speak`. Raises VoiceError too."""
        yield from self._narrator.speak(utterance, self._pack(voice), language, check)

    def warm_up(self, voice: str, language: str) -> None:
        """Speak a word to nobody: the first use of a reader and of each layer costs a second."""
        for _ in self.speak(Utterance(0, Kind.TEXT, "ready", Parameters()), voice, language, lambda: None):
            pass

    def _pack(self, name: str) -> VoicePack:
        if name not in self._packs:
            voice = self._voices.get(name)
            if voice is None or voice.path is None:
                raise VoiceError(f"there is no voice {name!r}")
            self._packs[name] = load_voice(voice.path)
        return self._packs[name]


def open_studio(settings: Settings | None = None) -> Studio:
    """Load the model that the settings and XDG folders lead to, and make it ready for its first word.

    Raises ModelError that says what is wrong.
    """
    settings = settings or load_settings()
    place = locate_model(settings)
    if place.files is None:
        raise ModelError("there is no model. " + place.advice)
    engine = Engine(
        place.files,
        kind=settings.engine,
        device=settings.device,
        threads=settings.threads,
        edge_ms=settings.edge_silence_ms,
    )
    options = ReaderOptions(tagger=settings.english_tagger, jieba_cache=paths.cache_folder())
    voices = discover(place.files.voices)
    studio = Studio(Narrator(engine, options, WindowPlan() if settings.windows else None), voices)
    choice = choose(Parameters(), voices, (), settings.default_voice, settings.default_language)
    if choice.voice is not None:
        try:
            studio.warm_up(choice.voice.name, choice.language)
        except (VoiceError, LanguageError, SynthesisError) as error:
            _log.warning("the default voice cannot speak: %s", error)  # others may
    return studio
